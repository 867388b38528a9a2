internal import Orders
internal import Store

extension StoreConformance {
    static let retentionChecks = [
        StoreCheck("Old inbox records are removed in small steps, oldest first; newer ones stay") { subject in
            let store = try subject.open()
            let start = StoreSamples.start
            try store.commit(
                .with {
                    $0.inbox = (0..<100).map {
                        StoreSamples.inbox($0, receivedAt: start.advanced(bySeconds: Int64($0)))
                    }
                }
            )
            let before = start.advanced(bySeconds: 25)
            var removed: [Int] = []
            repeat {
                removed.append(
                    try store.removeExpired(inboxBefore: before, closedBefore: start, limit: 10).inbox
                )
            } while removed.last != 0 && removed.count < 20
            try expectEqual(removed, [10, 10, 5, 0], "the steps")
            for number in 0..<100 {
                let known =
                    try store.inboxRecord(role: "COM", messageID: StoreSamples.inbox(number).messageID) != nil
                try expectEqual(known, number >= 25, "whether message \(number) is known")
            }
            try store.commit(.with { $0.inbox = [StoreSamples.inbox(3)] })
            try expect(
                try store.inboxRecord(role: "COM", messageID: StoreSamples.inbox(3).messageID) != nil,
                "a message that came again long after is not known"
            )
        },
        StoreCheck("More records of the inbox than orders may go in a step") { subject in
            let store = try subject.open()
            let start = StoreSamples.start
            try store.commit(
                .with { group in
                    for number in 1...30 {
                        let id = StoreSamples.orderID(number)
                        group.inbox.append(StoreSamples.inbox(number, receivedAt: start))
                        group.orders.append(
                            StoreSamples.order(
                                row: Int64(number),
                                id: id,
                                lifecycle: .completed,
                                closedAt: start
                            )
                        )
                        group.journal.append(StoreSamples.journal(row: Int64(number), sequence: 1))
                    }
                }
            )
            let later = start.advanced(bySeconds: 1)
            let counts = try store.removeExpired(
                RetentionStep(
                    now: later,
                    inboxBefore: later,
                    closedBefore: later,
                    keepsRelatedTogether: false,
                    notedDays: nil,
                    deletionsBefore: start,
                    limit: 3,
                    inboxLimit: 20
                )
            )
            try expectEqual(counts, RemovedCounts(inbox: 20, orders: 3), "what was removed")
        },
        StoreCheck("Messages with a wrong clock keep no others from being removed") { subject in
            let store = try subject.open()
            let start = StoreSamples.start
            try store.commit(
                .with {
                    $0.inbox =
                        [StoreSamples.inbox(0, receivedAt: start.advanced(bySeconds: 86_400))]
                        + (1...20).map { StoreSamples.inbox($0, receivedAt: start) }
                }
            )
            let counts = try store.removeExpired(
                inboxBefore: start.advanced(bySeconds: 1),
                closedBefore: start,
                limit: 100
            )
            try expectEqual(counts.inbox, 20, "what was removed")
            try expect(
                try store.inboxRecord(role: "COM", messageID: StoreSamples.inbox(0).messageID) != nil,
                "the one from the future is gone"
            )
        },
        StoreCheck("Closed orders go with journal, snapshot and timers; open ones stay for ever") { subject in
            let store = try subject.open()
            let start = StoreSamples.start
            let old = start.advanced(bySeconds: -100)
            var group = HopGroup()
            for (index, lifecycle) in LifecycleState.allCases.enumerated() {
                let row = Int64(index + 1)
                let id = StoreSamples.orderID(index)
                group.orders.append(
                    StoreSamples.order(row: row, id: id, lifecycle: lifecycle, updatedAt: old, closedAt: old)
                )
                group.journal.append(StoreSamples.journal(row: row, sequence: 1))
                group.snapshots.append(SnapshotRecord(orderRow: row, sequence: 1, state: [1]))
                group.timersSet.append(StoreSamples.timer(id: row, order: id, due: start))
                group.outbox.append(StoreSamples.outbox(id: row, order: id))
            }
            try store.commit(group)
            let counts = try store.removeExpired(inboxBefore: start, closedBefore: start, limit: 100)
            let closed = LifecycleState.allCases.filter(\.isClosed).count
            try expectEqual(counts, RemovedCounts(inbox: 0, orders: closed), "what was removed")
            for (index, lifecycle) in LifecycleState.allCases.enumerated() {
                let stored = try store.load(StoreSamples.orderID(index))
                try expectEqual(
                    stored == nil,
                    lifecycle.isClosed,
                    "whether the order in \(lifecycle) is gone"
                )
                try expectEqual(
                    stored?.journal.count ?? 0,
                    stored == nil ? 0 : 0,
                    "journal after the snapshot"
                )
            }
            let timers = try store.timers(dueBy: start, limit: 100).map(\.id)
            let open = group.orders.filter { !$0.lifecycle.isClosed }.map(\.row)
            try expectEqual(timers, open, "the timers that are left")
            try expectEqual(
                try store.outbox(after: 0, limit: 100).count,
                group.outbox.count,
                "messages still owed after removal"
            )
        },
        StoreCheck("Updates that wait within an order that goes are no longer counted", needs: .readers) {
            subject in
            let store = try subject.open()
            let start = StoreSamples.start
            let parked: [Int?] = [2, 3, nil, 5]
            try store.commit(
                .with { group in
                    for (number, count) in parked.enumerated() {
                        group.orders.append(
                            StoreSamples.order(
                                row: Int64(number + 1),
                                id: StoreSamples.orderID(number),
                                lifecycle: number < 3 ? .completed : .inProgress,
                                closedAt: number < 3 ? start : nil,
                                updatesParked: count
                            )
                        )
                    }
                    group.counters = ["waiting": 10, "other": 10]
                }
            )
            let removed = try store.removeExpired(
                RetentionStep(
                    now: start,
                    inboxBefore: start,
                    closedBefore: start.advanced(bySeconds: 1),
                    keepsRelatedTogether: true,
                    notedDays: nil,
                    deletionsBefore: start,
                    parkedCounter: "waiting",
                    limit: 100
                )
            )
            try expectEqual(removed.orders, 3, "orders that went")
            let counters = try subject.openReader().statistics().counters
            try expectEqual(counters, ["waiting": 5, "other": 10], "what is counted")
        },
        StoreCheck("Orders are removed in small steps, and only those closed before the time") { subject in
            let store = try subject.open()
            let start = StoreSamples.start
            try store.commit(
                .with { group in
                    for number in 0..<30 {
                        group.orders.append(
                            StoreSamples.order(
                                row: Int64(number + 1),
                                id: StoreSamples.orderID(number),
                                lifecycle: .completed,
                                closedAt: start.advanced(bySeconds: Int64(number))
                            )
                        )
                        group.journal.append(StoreSamples.journal(row: Int64(number + 1), sequence: 1))
                    }
                    group.orders.append(
                        StoreSamples.order(
                            row: 31,
                            id: StoreSamples.orderID(30),
                            lifecycle: .aborted,
                            closedAt: nil
                        )
                    )
                }
            )
            var removed: [Int] = []
            repeat {
                removed.append(
                    try store.removeExpired(
                        inboxBefore: start,
                        closedBefore: start.advanced(bySeconds: 12),
                        limit: 5
                    ).orders
                )
            } while removed.last != 0 && removed.count < 20
            try expectEqual(removed, [5, 5, 2, 0], "the steps")
            for number in 0...30 {
                let isThere = try store.load(StoreSamples.orderID(number)) != nil
                try expectEqual(isThere, number >= 12, "whether order \(number) is there")
            }
        },
        StoreCheck("A removed order's key can be used again") { subject in
            let store = try subject.open()
            let start = StoreSamples.start
            let id = StoreSamples.orderID(1)
            try store.commit(
                .with {
                    $0.orders = [StoreSamples.order(row: 1, id: id, lifecycle: .completed, closedAt: start)]
                    $0.journal = [1, 2, 3].map { StoreSamples.journal(row: 1, sequence: $0) }
                    $0.snapshots = [SnapshotRecord(orderRow: 1, sequence: 2, state: [1])]
                }
            )
            let later = start.advanced(bySeconds: 1)
            try expectEqual(
                try store.removeExpired(inboxBefore: later, closedBefore: later, limit: 5).orders,
                1,
                "removed orders"
            )
            try store.commit(
                .with {
                    $0.orders = [StoreSamples.order(row: 2, id: id)]
                    $0.journal = [StoreSamples.journal(row: 2, sequence: 1)]
                }
            )
            let stored = try loaded(id, from: store)
            try expectEqual(stored.journal.map(\.sequence), [1], "the new order's journal")
            try expect(stored.snapshot == nil, "the new order has the old one's snapshot")
        },
    ]
}
