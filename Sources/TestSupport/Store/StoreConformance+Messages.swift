internal import Broker
internal import Orders
internal import Store

extension StoreConformance {
    static let messageChecks = [
        StoreCheck("The outbox gives messages in order of id, whatever order they came in, in pages") {
            subject in
            let store = try subject.open()
            let records = [4, 1, 9, 2].map {
                StoreSamples.outbox(id: $0, order: StoreSamples.orderID(Int($0)))
            }
            try store.commit(.with { $0.outbox = records })
            try expectEqual(try store.outbox(after: 0, limit: 10).map(\.id), [1, 2, 4, 9], "all ids")
            try expectEqual(try store.outbox(after: 0, limit: 2).map(\.id), [1, 2], "the first page")
            try expectEqual(try store.outbox(after: 2, limit: 2).map(\.id), [4, 9], "the second page")
            try expectEqual(try store.outbox(after: 9, limit: 2), [], "the page after the last")
            try expectEqual(try store.outbox(after: 0, limit: 0), [], "an empty page")
            let first = records.map(\.bytesInMemory).reduce(0, +) - 1
            try expectEqual(
                try store.outbox(after: 0, limit: 9, bytesMax: first).map(\.id),
                [1, 2, 4, 9],
                "all but a byte"
            )
            for bytesMax in [1, records.map(\.bytesInMemory).min() ?? 0] {
                try expectEqual(
                    try store.outbox(after: 1, limit: 9, bytesMax: bytesMax).map(\.id),
                    [2],
                    "no more once there are \(bytesMax) bytes"
                )
            }
            try expectEqual(
                try store.outbox(after: 0, limit: 10),
                records.sorted { $0.id < $1.id },
                "the records"
            )
        },
        StoreCheck("Confirmed messages leave the outbox by id; others stay") { subject in
            let store = try subject.open()
            try store.commit(.with { $0.outbox = (1...6).map { StoreSamples.outbox(id: $0) } })
            try store.commit(
                .with {
                    $0.confirmedOutbox = [5, 2, 77]
                    $0.outbox = [StoreSamples.outbox(id: 7)]
                }
            )
            try expectEqual(try store.outbox(after: 0, limit: 10).map(\.id), [1, 3, 4, 6, 7], "what is left")
            try store.commit(.with { $0.confirmedOutbox = [2, 1, 3, 4, 6, 7] })
            try expectEqual(try store.outbox(after: 0, limit: 10), [], "what is left in the end")
        },
        StoreCheck("A message comes back with all its properties, headers and bytes") { subject in
            let store = try subject.open()
            let bodies: [[UInt8]] = [[], [0], (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }]
            let records = bodies.enumerated().map { index, body in
                OutboxRecord(
                    id: Int64(index + 1),
                    order: index == 0 ? nil : StoreSamples.orderID(index),
                    destination: Destination(
                        exchange: index == 0 ? "" : "exchange",
                        routingKey: "key \(index)"
                    ),
                    message: Message(
                        properties: index == 0 ? MessageProperties() : StoreSamples.fullProperties,
                        body: body
                    ),
                    createdAt: StoreSamples.start.advanced(bySeconds: Int64(index))
                )
            }
            let parked = ParkedRecord(
                id: 1,
                order: StoreSamples.orderID(1),
                queue: "queue",
                message: Message(properties: StoreSamples.fullProperties, body: bodies[2]),
                messageID: "",
                reason: .parkedTooLong,
                parkedAt: StoreSamples.start,
                expiresAt: StoreSamples.start
            )
            try store.commit(
                .with {
                    $0.outbox = records
                    $0.parked = [parked]
                }
            )
            try expect(
                try store.outbox(after: 0, limit: 10) == records,
                "an outbox message came back changed"
            )
            try expect(
                try store.parked(for: parked.order, limit: 1) == [parked],
                "a parked message came back changed"
            )
        },
        StoreCheck("Timers fall due earliest first, to the millisecond") { subject in
            let store = try subject.open()
            let id = StoreSamples.orderID(1)
            let start = StoreSamples.start
            let timers = [(1, 300), (2, 100), (3, 200), (4, 100), (5, -50)].map { number, due in
                StoreSamples.timer(
                    id: Int64(number),
                    order: id,
                    due: start.advanced(byMilliseconds: Int64(due))
                )
            }
            try store.commit(.with { $0.timersSet = timers })
            try expectEqual(try store.nextTimerDue(), start.advanced(byMilliseconds: -50), "the next one")
            let due = try store.timers(dueBy: start.advanced(byMilliseconds: 200), limit: 10)
            try expectEqual(
                due.map(\.due),
                [-50, 100, 100, 200].map { start.advanced(byMilliseconds: $0) },
                "due times"
            )
            try expectEqual(Set(due), Set(timers.dropFirst()), "the timers")
            try expectEqual(try store.timers(dueBy: start, limit: 10).map(\.id), [5], "what is due at once")
            try expectEqual(
                try store.timers(dueBy: start.advanced(byMilliseconds: 99), limit: 10).map(\.id),
                [5],
                "what is due a moment too early"
            )
            try expectEqual(
                try store.timers(dueBy: start.advanced(bySeconds: 9), limit: 2).count,
                2,
                "a limited number"
            )
            try store.commit(.with { $0.timersDropped = [5, 2, 4, 99] })
            try expectEqual(
                try store.nextTimerDue(),
                start.advanced(byMilliseconds: 200),
                "the next one then"
            )
            try store.commit(.with { $0.timersDropped = [1, 3] })
            try expect(try store.nextTimerDue() == nil, "a timer is left")
        },
        StoreCheck("What one group both sets and drops is not there") { subject in
            let store = try subject.open()
            let id = StoreSamples.orderID(1)
            try store.commit(
                .with {
                    $0.timersSet = [1, 2].map {
                        StoreSamples.timer(id: $0, order: id, due: StoreSamples.start)
                    }
                    $0.timersDropped = [1]
                    $0.parked = [1, 2].map {
                        StoreSamples.parked(id: $0, order: id, expiresAt: StoreSamples.start)
                    }
                    $0.parkedDropped = [2]
                    $0.outbox = [1, 2].map { StoreSamples.outbox(id: $0) }
                    $0.confirmedOutbox = [1]
                }
            )
            try expectEqual(try store.timers(dueBy: StoreSamples.start, limit: 9).map(\.id), [2], "timers")
            try expectEqual(try store.parked(for: id, limit: 9).map(\.id), [1], "parked messages")
            try expectEqual(try store.outbox(after: 0, limit: 9).map(\.id), [2], "the outbox")
        },
        StoreCheck("Parked messages wait for their order, oldest first, or for the end of their time") {
            subject in
            let store = try subject.open()
            let start = StoreSamples.start
            let com = StoreSamples.orderID(1)
            let som = StoreSamples.orderID(1, role: "SOM")
            let records = [(1, com, 30), (2, som, 10), (3, com, 10), (4, com, 20)].map { id, order, seconds in
                StoreSamples.parked(
                    id: Int64(id),
                    order: order,
                    expiresAt: start.advanced(bySeconds: Int64(seconds))
                )
            }
            try store.commit(.with { $0.parked = records })
            try expectEqual(
                try store.parked(for: com, limit: 9),
                [records[0], records[2], records[3]],
                "those that wait for COM"
            )
            try expectEqual(try store.parked(for: com, limit: 2).map(\.id), [1, 3], "the first two")
            try expectEqual(try store.parked(for: som, limit: 9).map(\.id), [2], "those that wait for SOM")
            try expectEqual(try store.parked(for: StoreSamples.orderID(2), limit: 9), [], "those of nobody")
            let expired = try store.parked(expiredBy: start.advanced(bySeconds: 20), limit: 9)
            try expectEqual(Set(expired.prefix(2).map(\.id)), [2, 3], "the earliest")
            try expectEqual(expired.dropFirst(2).map(\.id), [4], "the next")
            try expectEqual(
                try store.parked(expiredBy: start.advanced(byMilliseconds: 9999), limit: 9),
                [],
                "none too early"
            )
            try store.commit(.with { $0.parkedDropped = [1, 2, 88] })
            try expectEqual(try store.parked(for: com, limit: 9).map(\.id), [3, 4], "what is left for COM")
            try expectEqual(try store.parked(for: som, limit: 9), [], "what is left for SOM")
        },
    ]
}
