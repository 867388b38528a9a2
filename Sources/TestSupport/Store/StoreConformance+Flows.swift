internal import Broker
internal import Orders
internal import Store

extension StoreConformance {
    static let flowChecks = [
        StoreCheck(
            "What flows did is kept, replaced when it is written again, and forgotten in time",
            needs: .readers
        ) { subject in
            let store = try subject.open()
            let start = StoreSamples.start
            let flows = [
                StoreSamples.flow(2, role: "SOM", kind: .update, messages: 40),
                StoreSamples.flow(1, messages: 3),
                StoreSamples.flow(1, countedSince: start.advanced(bySeconds: 9)),
                StoreSamples.flow(1, code: .orderInvalid),
                StoreSamples.flow(1, kind: .timer), StoreSamples.flow(0),
            ]
            try store.commit(.with { $0.flows = flows.reversed() })
            let reader = try subject.openReader()
            try expectEqual(try reader.flows(since: start, limit: 99), flows, "all of them")
            try expectEqual(try reader.flows(since: start, limit: 2), Array(flows.prefix(2)), "a few")
            try expectEqual(
                try reader.flows(since: start.advanced(bySeconds: 61), limit: 99),
                [flows[0]],
                "those since a moment"
            )

            var more = flows[1]
            more.messages = 12
            more.durations.add(microseconds: 7)
            try store.commit(
                .with {
                    $0.flows = [more]
                    $0.flowsBefore = start.advanced(bySeconds: 60)
                }
            )
            try expectEqual(
                try reader.flows(since: start, limit: 99),
                [flows[0], more] + flows[2...4],
                "one replaced, one forgotten"
            )
            try store.commit(.with { $0.flowsBefore = start.advanced(bySeconds: 3_600) })
            try expectEqual(try reader.flows(since: start, limit: 99), [], "all forgotten")
        },
        StoreCheck("What waits is counted by place, with the time of the first", needs: .readers) { subject in
            let store = try subject.open()
            let start = StoreSamples.start
            let reader = try subject.openReader()
            try expectEqual(try reader.waits(), [], "at first nothing")
            try store.commit(
                .with { group in
                    for (id, key) in [(1, "b"), (2, "a"), (3, "b")] as [(Int64, String)] {
                        var row = StoreSamples.outbox(id: id, order: nil)
                        row.destination = Destination(routingKey: key)
                        row.createdAt = start.advanced(bySeconds: id)
                        group.outbox.append(row)
                    }
                    group.parked = (4...5).map {
                        StoreSamples.parked(id: $0, order: StoreSamples.orderID(1), expiresAt: start)
                    }
                }
            )
            let parked = try reader.parked(after: 0, limit: 1)
            try expectEqual(
                try reader.waits(),
                [
                    StoreWait(
                        place: .outbox(Destination(routingKey: "a")),
                        messages: 1,
                        since: start.advanced(bySeconds: 2)
                    ),
                    StoreWait(
                        place: .outbox(Destination(routingKey: "b")),
                        messages: 2,
                        since: start.advanced(bySeconds: 1)
                    ),
                    StoreWait(
                        place: .parked(queue: parked.first?.queue ?? ""),
                        messages: 2,
                        since: parked.first?.parkedAt ?? start
                    ),
                ],
                "what waits"
            )
        },
    ]
}
