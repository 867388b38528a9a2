internal import Orders
internal import Store

extension StoreConformance {
    private static func deletion(_ number: Int, row: Int64, seconds: Int64 = 0) -> DeletedOrder {
        DeletedOrder(
            id: StoreSamples.orderID(number),
            row: row,
            revision: 2,
            lifecycle: .completed,
            status: "COMPLETE",
            createdAt: StoreSamples.start,
            deletedAt: StoreSamples.start.advanced(bySeconds: seconds),
            by: "Ann",
            reason: "sent by a test",
            messageID: MessageID("DELETE-\(row)")
        )
    }

    /// An order with everything that can belong to one.
    private static func order(_ number: Int, row: Int64) -> HopGroup {
        let id = StoreSamples.orderID(number)
        var group = HopGroup()
        group.inbox = [StoreSamples.inbox(Int(row), key: id.key)]
        group.orders = [StoreSamples.order(row: row, id: id, sequence: 2)]
        group.journal = [
            StoreSamples.journal(row: row, sequence: 1), StoreSamples.journal(row: row, sequence: 2),
        ]
        group.snapshots = [SnapshotRecord(orderRow: row, sequence: 1, state: [1])]
        group.outbox = [StoreSamples.outbox(id: row, order: id)]
        group.timersSet = [StoreSamples.timer(id: row, order: id, due: StoreSamples.start)]
        group.parked = [StoreSamples.parked(id: row, order: id, expiresAt: StoreSamples.start)]
        return group
    }

    static let deletionChecks = [
        StoreCheck("A deleted order goes with all of it, others stay; what it owes and has taken stays, too")
        {
            subject in
            let store = try subject.open()
            for number in 1...2 { try store.commit(order(number, row: Int64(number))) }
            let asked = StoreSamples.inbox(9, key: StoreSamples.orderID(1).key)
            try store.commit(
                .with {
                    $0.inbox = [asked]
                    $0.deletedOrders = [deletion(1, row: 1)]
                }
            )
            try expect(try store.load(StoreSamples.orderID(1)) == nil, "the order is there")
            try expectEqual(try store.load(StoreSamples.orderID(2))?.journal.count, 1, "the other's journal")
            let later = StoreSamples.start.advanced(bySeconds: 60)
            try expectEqual(try store.timers(dueBy: later, limit: 9).map(\.id), [2], "timers")
            try expectEqual(try store.parked(for: StoreSamples.orderID(1), limit: 9), [], "parked messages")
            try expectEqual(try store.parked(for: StoreSamples.orderID(2), limit: 9).count, 1, "the other's")
            try expectEqual(try store.outbox(after: 0, limit: 9).map(\.id), [1, 2], "what is owed")
            for number in [1, 9] {
                let known = try store.inboxRecord(
                    role: "COM",
                    messageID: StoreSamples.inbox(number).messageID
                )
                try expect(known != nil, "message \(number) is not known any more")
            }
        },
        StoreCheck("Another order may come under the key of a deleted one, in the same group as well") {
            subject in
            let store = try subject.open()
            try store.commit(order(1, row: 1))
            var group = order(1, row: 2)
            group.deletedOrders = [deletion(1, row: 1)]
            try store.commit(group)
            let stored = try store.load(StoreSamples.orderID(1))
            try expectEqual(stored?.record.row, 2, "the row")
            let later = StoreSamples.start.advanced(bySeconds: 60)
            try expectEqual(try store.timers(dueBy: later, limit: 9).map(\.id), [2], "timers")
            try expectEqual(try store.parked(for: StoreSamples.orderID(1), limit: 9).map(\.id), [2], "parked")
            try expectEqual(try store.highWater().orderRow, 2, "the largest row")
        },
        StoreCheck("A group that deletes and is refused deletes nothing") { subject in
            let store = try subject.open()
            let before = order(1, row: 1)
            try store.commit(before)
            try expectRefusal(.contract, "a known message") { () throws(StoreError) in
                try store.commit(
                    .with {
                        $0.deletedOrders = [deletion(1, row: 1)]
                        $0.inbox = before.inbox
                    }
                )
            }
            try expectEqual(try store.load(StoreSamples.orderID(1))?.record, before.orders[0], "the order")
        },
        StoreCheck("Who deleted what is kept, the last first, as long as closed orders are", needs: .readers)
        {
            subject in
            let store = try subject.open()
            for number in 1...3 { try store.commit(order(number, row: Int64(number))) }
            let deletions = [deletion(1, row: 1), deletion(2, row: 2, seconds: 100)]
            for one in deletions { try store.commit(.with { $0.deletedOrders = [one] }) }
            let reader = try subject.openReader()
            try expectEqual(
                try reader.deletedOrders(key: nil, role: nil, limit: 9),
                deletions.reversed(),
                "all of them"
            )
            try expectEqual(
                try reader.deletedOrders(key: StoreSamples.orderID(1).key, role: nil, limit: 9),
                [deletions[0]],
                "of one key"
            )
            try expectEqual(
                try reader.deletedOrders(key: nil, role: nil, limit: 1),
                [deletions[1]],
                "the last one"
            )
            try expectEqual(try reader.consistencyProblems(limit: 9), [], "problems")
            try expectEqual(try reader.statistics().parked, 1, "parked messages that are counted")
            let middle = StoreSamples.start.advanced(bySeconds: 50)
            _ = try store.removeExpired(
                inboxBefore: StoreSamples.start,
                closedBefore: middle,
                limit: 10
            )
            try expectEqual(
                try reader.deletedOrders(key: nil, role: nil, limit: 9),
                [deletions[1]],
                "after retention"
            )
        },
    ]
}
