internal import Orders
internal import Store

extension StoreConformance {
    static let groupChecks = [
        StoreCheck("The largest identifiers rise with what is committed") { subject in
            let store = try subject.open()
            try store.commit(everything(1, row: 5))
            try expectEqual(
                try store.highWater(),
                HighWater(orderRow: 5, outboxID: 5, timerID: 5, parkedID: 5),
                "after the first"
            )
            try store.commit(everything(2, row: 3))
            try expectEqual(
                try store.highWater(),
                HighWater(orderRow: 5, outboxID: 5, timerID: 5, parkedID: 5),
                "after smaller ones"
            )
            try store.commit(everything(3, row: 8))
            try expectEqual(
                try store.highWater(),
                HighWater(orderRow: 8, outboxID: 8, timerID: 8, parkedID: 8),
                "after larger ones"
            )
        },
        StoreCheck("Identifiers are never given out again", needs: [.lastingHighWater, .reopening]) {
            subject in
            let store = try subject.open()
            var group = everything(1, row: 7)
            group.orders[0].lifecycle = .completed
            group.orders[0].closedAt = StoreSamples.start
            try store.commit(group)
            try store.commit(
                .with {
                    $0.confirmedOutbox = [7]
                    $0.timersDropped = [7]
                    $0.parkedDropped = [7]
                }
            )
            let later = StoreSamples.start.advanced(bySeconds: 60)
            try expectEqual(
                try store.removeExpired(inboxBefore: later, closedBefore: later, limit: 10),
                RemovedCounts(inbox: 1, orders: 1),
                "what was removed"
            )
            try store.close()
            try expectEqual(
                try subject.open().highWater(),
                HighWater(orderRow: 7, outboxID: 7, timerID: 7, parkedID: 7),
                "the high water of an empty store that was used"
            )
        },
        StoreCheck("A group of which one part is refused leaves nothing at all") { subject in
            let store = try subject.open()
            let before = everything(1, row: 1)
            try store.commit(before)
            let spoilers: [(name: String, spoil: (inout HopGroup) -> Void)] = [
                ("a known message", { $0.inbox.append(before.inbox[0]) }),
                ("a known journal sequence", { $0.journal.append(before.journal[0]) }),
                ("a known outbox id", { $0.outbox.append(before.outbox[0]) }),
                ("a known timer", { $0.timersSet.append(before.timersSet[0]) }),
                ("a known parked message", { $0.parked.append(before.parked[0]) }),
            ]
            for spoiler in spoilers {
                var group = everything(2, row: 2)
                group.confirmedOutbox = [1]
                group.timersDropped = [1]
                group.parkedDropped = [1]
                spoiler.spoil(&group)
                let refusal = try expectRefusal(.contract, spoiler.name) { () throws(StoreError) in
                    try store.commit(group)
                }
                try expect(!refusal.mayHaveHappened, "a refusal of \(spoiler.name) that may have happened")
                try expectOnly(before, in: store, after: spoiler.name)
            }
            try store.commit(everything(2, row: 2))
            try expectEqual(try store.highWater().orderRow, 2, "the high water once the group is sound")
        },
        StoreCheck("What was committed is there after reopening, all of it", needs: .reopening) { subject in
            let first = try subject.open()
            let group = everything(1, row: 4)
            try first.commit(group)
            try first.saveCatalog(role: "COM", version: "1", text: [4, 5], at: StoreSamples.start)
            try first.close()
            let second = try subject.open()
            try expectOnly(group, in: second, after: "reopening")
            try expectEqual(try second.catalog(role: "COM", version: "1"), [4, 5], "the catalog")
            try second.commit(.with { $0.confirmedOutbox = [4] })
            try second.close()
            try expectEqual(
                try subject.open().outbox(after: 0, limit: 9),
                [],
                "the outbox after another reopening"
            )
        },
        StoreCheck("A checkpoint changes nothing") { subject in
            let store = try subject.open()
            let group = everything(1, row: 1)
            try store.checkpoint()
            try store.commit(group)
            try store.checkpoint()
            try store.checkpoint()
            try expectOnly(group, in: store, after: "checkpoints")
        },
        StoreCheck("A closed store refuses every call") { subject in
            let store = try subject.open()
            try store.close()
            try expectRefusal(.contract, "highWater") { () throws(StoreError) in try store.highWater() }
            try expectRefusal(.contract, "commit") { () throws(StoreError) in
                try store.commit(everything(1, row: 1))
            }
            try expectRefusal(.contract, "load") { () throws(StoreError) in
                try store.load(StoreSamples.orderID(1)).map(\.record)
            }
            try expectRefusal(.contract, "inboxRecord") { () throws(StoreError) in
                try store.inboxRecord(role: "COM", messageID: "1")
            }
            try expectRefusal(.contract, "outbox") { () throws(StoreError) in
                try store.outbox(after: 0, limit: 1)
            }
            try expectRefusal(.contract, "checkpoint") { () throws(StoreError) in try store.checkpoint() }
            try expectRefusal(.contract, "close") { () throws(StoreError) in try store.close() }
        },
    ]

    /// One of everything, with ids of `row`, for order `number`.
    static func everything(_ number: Int, row: Int64) -> HopGroup {
        let id = StoreSamples.orderID(number)
        return .with {
            $0.inbox = [StoreSamples.inbox(number, key: id.key)]
            $0.orders = [StoreSamples.order(row: row, id: id)]
            $0.journal = [StoreSamples.journal(row: row, sequence: 1)]
            $0.snapshots = [SnapshotRecord(orderRow: row, sequence: 0, state: [1])]
            $0.outbox = [StoreSamples.outbox(id: row, order: id)]
            $0.timersSet = [StoreSamples.timer(id: row, order: id, due: StoreSamples.start)]
            $0.parked = [StoreSamples.parked(id: row, order: id, expiresAt: StoreSamples.start)]
            $0.counters = ["hops": 1]
        }
    }

    private static func expectOnly(_ group: HopGroup, in store: any Store, after what: String) throws {
        let row = group.orders[0].row
        let stored = try loaded(group.orders[0].id, from: store)
        try expectEqual(stored.record, group.orders[0], "the order after \(what)")
        try expectEqual(stored.journal, group.journal, "the journal after \(what)")
        try expectEqual(stored.snapshot, group.snapshots[0], "the snapshot after \(what)")
        try expectEqual(
            try store.highWater(),
            HighWater(orderRow: row, outboxID: row, timerID: row, parkedID: row),
            "the high water after \(what)"
        )
        try expectEqual(try store.outbox(after: 0, limit: 9), group.outbox, "the outbox after \(what)")
        try expectEqual(
            try store.timers(dueBy: StoreSamples.start, limit: 9),
            group.timersSet,
            "the timers after \(what)"
        )
        try expectEqual(
            try store.parked(expiredBy: StoreSamples.start, limit: 9),
            group.parked,
            "parked after \(what)"
        )
        try expectEqual(
            try store.inboxRecord(role: "COM", messageID: group.inbox[0].messageID),
            group.inbox[0],
            "the inbox after \(what)"
        )
        try expect(
            try store.load(StoreSamples.orderID(2)) == nil,
            "an order of a refused group after \(what)"
        )
        try expect(
            try store.inboxRecord(role: "COM", messageID: StoreSamples.inbox(2).messageID) == nil,
            "a message of a refused group after \(what)"
        )
    }
}
