internal import Orders
internal import Store

// Orders that follow each other, and what is noted of those that retention removes.
extension StoreConformance {
    private static let start = StoreSamples.start

    private static func later(_ seconds: Int64) -> Timestamp { start.advanced(bySeconds: seconds) }

    /// An order that follows others, with everything that retention removes with it.
    private static func order(
        _ number: Int,
        follows bases: [Int] = [],
        closedAt: Timestamp? = start,
        role: RoleName = "COM"
    ) -> HopGroup {
        let row = Int64(number)
        var group = HopGroup()
        group.orders = [
            StoreSamples.order(
                row: row,
                id: StoreSamples.orderID(number, role: role),
                lifecycle: closedAt == nil ? .inProgress : .completed,
                closedAt: closedAt
            )
        ]
        group.journal = [StoreSamples.journal(row: row, sequence: 1)]
        group.relations = bases.map { RelationRecord(orderRow: row, base: StoreSamples.orderID($0)) }
        return group
    }

    private static func commit(_ groups: [HopGroup], to store: any Store) throws {
        var all = HopGroup()
        for group in groups {
            all.orders += group.orders
            all.journal += group.journal
            all.relations += group.relations
        }
        try store.commit(all)
    }

    /// Only its summary: it is there already.
    private static func change(_ group: HopGroup, in store: any Store) throws {
        try store.commit(.with { $0.orders = group.orders })
    }

    /// The first follows nothing, the second the first, and so on.
    private static func chain(_ count: Int, to store: any Store) throws {
        try commit((1...count).map { order($0, follows: $0 > 1 ? [$0 - 1] : []) }, to: store)
    }

    private static func step(
        before: Timestamp = later(10),
        together: Bool = true,
        notedDays: Int? = nil,
        deletionsBefore: Timestamp = start,
        limit: Int = 100
    ) -> RetentionStep {
        RetentionStep(
            now: later(20),
            inboxBefore: start,
            closedBefore: before,
            keepsRelatedTogether: together,
            notedDays: notedDays,
            deletionsBefore: deletionsBefore,
            limit: limit
        )
    }

    /// Steps until there is nothing to do, and how many orders went in each.
    private static func removeAll(_ step: RetentionStep, from store: any Store) throws -> [Int] {
        var removed: [Int] = []
        while case let counts = try store.removeExpired(step), !counts.isEmpty || counts.isMore {
            try expect(counts.orders <= step.limit, "\(counts.orders) orders in a step of \(step.limit)")
            removed.append(counts.orders)
            try expect(removed.count < 1_000, "retention does not come to an end")
        }
        return removed
    }

    private static func numbers(of range: ClosedRange<Int>, in store: any Store) throws -> [Int] {
        try range.filter { try store.load(StoreSamples.orderID($0)) != nil }
    }

    static let relatedChecks = togetherChecks + changeChecks + noteChecks

    private static let togetherChecks = [
        StoreCheck("Orders that follow each other go when all of them may; apart, each by its own age") {
            subject in
            let store = try subject.open()
            try commit(
                [order(1), order(2, follows: [1]), order(3, follows: [2], closedAt: nil), order(4)],
                to: store
            )
            try expectEqual(try removeAll(step(), from: store), [1], "the one that nobody follows")
            try expectEqual(try numbers(of: 1...4, in: store), [1, 2, 3], "while one is open")
            try change(order(3, closedAt: later(15)), in: store)
            try commit([order(5), order(6, follows: [5], closedAt: nil)], to: store)
            _ = try removeAll(step(), from: store)
            try expectEqual(try numbers(of: 1...6, in: store), [1, 2, 3, 5, 6], "while one is young")
            _ = try removeAll(step(before: later(16)), from: store)
            try expectEqual(try numbers(of: 1...6, in: store), [5, 6], "once all may go")
            _ = try removeAll(step(together: false), from: store)
            try expectEqual(try numbers(of: 1...6, in: store), [6], "apart")
        },
        StoreCheck("Several that follow one, and one that follows several, are all related") { subject in
            let store = try subject.open()
            let related = [order(1), order(2, follows: [1, 9]), order(3, follows: [1]), order(4)]
            try commit(
                related + [order(5, follows: [3, 4]), order(6, follows: [4], closedAt: nil)],
                to: store
            )
            try expectEqual(try removeAll(step(), from: store).reduce(0, +), 0, "orders that went")
            try change(order(6), in: store)
            try expectEqual(try removeAll(step(), from: store), [6], "they go in one step")
        },
        StoreCheck("An order is not related to one of another role, to one that is gone, or for ever") {
            subject in
            let store = try subject.open()
            try commit(
                [order(1, closedAt: nil, role: "SOM"), order(2, follows: [1]), order(3, follows: [33])],
                to: store
            )
            try expectEqual(try removeAll(step(), from: store), [2], "orders that went")
            try commit([order(4, closedAt: nil), order(5)], to: store)
            try commit([order(33), order(3, closedAt: nil)], to: store)
            try expectEqual(try removeAll(step(), from: store), [2], "its relation had gone with the order")
        },
        StoreCheck("Those that follow each other in a circle go together, too") { subject in
            let store = try subject.open()
            try commit([order(1, follows: [2]), order(2, follows: [1]), order(3, follows: [3])], to: store)
            try expectEqual(try removeAll(step(), from: store), [3], "orders that went")
        },
        StoreCheck("More of them than a step may remove go step by step, none before those that follow it") {
            subject in
            let store = try subject.open()
            try chain(320, to: store)
            var left = 320
            while case let counts = try store.removeExpired(step(limit: 50)), counts.orders > 0 {
                left -= counts.orders
                try expectEqual(try numbers(of: 1...320, in: store), Array(1..<left + 1), "what is left")
            }
            try expectEqual(left, 0, "orders that are left")
        },
    ]

    private static let changeChecks = [
        StoreCheck("An order that opens again between two steps keeps all that it follows") { subject in
            let store = try subject.open()
            try chain(120, to: store)
            try expectEqual(try store.removeExpired(step(limit: 50)).orders, 50, "the first step")
            try change(order(70, closedAt: nil), in: store)
            _ = try removeAll(step(limit: 50), from: store)
            try expectEqual(try numbers(of: 1...120, in: store), Array(1...70), "what is left")
            try change(order(70), in: store)
            _ = try removeAll(step(limit: 50), from: store)
            try expectEqual(try numbers(of: 1...120, in: store), [], "what is left in the end")
        },
        StoreCheck("An order that comes between two steps keeps what it follows") { subject in
            let store = try subject.open()
            try chain(120, to: store)
            try expectEqual(try store.removeExpired(step(limit: 50)).orders, 50, "the first step")
            try commit([order(200, follows: [1], closedAt: nil)], to: store)
            _ = try removeAll(step(limit: 50), from: store)
            let left = try numbers(of: 1...120, in: store)
            try expect(left.first == 1, "what an open order follows is gone")
            try expectEqual(left, Array(1..<left.count + 1), "what is left")
        },
        StoreCheck("An order that a person deletes holds up nothing any more") { subject in
            let store = try subject.open()
            try commit([order(1), order(2, follows: [1], closedAt: nil)], to: store)
            try expectEqual(try removeAll(step(), from: store), [], "while one is open")
            try store.commit(
                .with {
                    $0.deletedOrders = [
                        DeletedOrder(
                            id: StoreSamples.orderID(2),
                            row: 2,
                            revision: 1,
                            lifecycle: .inProgress,
                            status: "OPEN",
                            createdAt: start,
                            deletedAt: start,
                            by: "Ann",
                            reason: "a test",
                            messageID: "DELETE-2"
                        )
                    ]
                }
            )
            try expectEqual(try removeAll(step(), from: store), [1], "afterward")
        },
        StoreCheck("An order that was removed takes no hop that was decided before") { subject in
            let store = try subject.open()
            try commit([order(1), order(2, closedAt: nil)], to: store)
            try expectEqual(try removeAll(step(), from: store), [1], "orders that went")
            var late = HopGroup()
            late.inbox = [StoreSamples.inbox(1)]
            late.orders = [StoreSamples.order(row: 1, id: StoreSamples.orderID(1), sequence: 2)]
            late.journal = [StoreSamples.journal(row: 1, sequence: 2)]
            let refused = late
            try expectRefusal(.busy, "a hop of a removed order") { () throws(StoreError) in
                try store.commit(refused)
            }
            try expect(try store.load(StoreSamples.orderID(1)) == nil, "the order is there again")
            let known = try store.inboxRecord(role: "COM", messageID: StoreSamples.inbox(1).messageID)
            try expect(known == nil, "its message is taken")
        },
        StoreCheck("What follows what is known after opening again", needs: .reopening) { subject in
            let store = try subject.open()
            try commit([order(1), order(2, follows: [1], closedAt: nil)], to: store)
            try store.close()
            let again = try subject.open()
            // To be told a relation that is known changes nothing.
            try again.commit(.with { $0.relations = order(2, follows: [1]).relations })
            try expectEqual(try removeAll(step(), from: again), [], "orders that went")
            try expectEqual(try numbers(of: 1...2, in: again), [1, 2], "what is left")
        },
    ]

    private static let noteChecks = [
        StoreCheck(
            "What retention removes is noted where that is asked for, and forgotten later",
            needs: .readers
        ) {
            subject in
            let store = try subject.open()
            try commit([order(1), order(2, follows: [1])] + (3...9).map { order($0) }, to: store)
            try expectEqual(
                try removeAll(step(notedDays: 90, limit: 4), from: store).reduce(0, +),
                9,
                "orders"
            )
            let reader = try subject.openReader()
            let notes = try reader.deletedOrders(key: nil, role: nil, limit: 99)
            try expectEqual(notes.map(\.row).sorted(), Array(1...9), "what is noted")
            try expectEqual(
                try reader.deletedOrders(key: StoreSamples.orderID(2).key, role: "COM", limit: 9),
                [
                    DeletedOrder(
                        id: StoreSamples.orderID(2),
                        row: 2,
                        revision: 1,
                        lifecycle: .completed,
                        status: "IN_PROGRESS",
                        createdAt: start,
                        deletedAt: later(20),
                        by: "retention",
                        reason: "closed 2023-11-14, kept 90 days",
                        messageID: ""
                    )
                ],
                "of one order"
            )
            try expectEqual(try reader.deletedOrders(key: nil, role: "SOM", limit: 9), [], "of another role")
            try expectEqual(try reader.consistencyProblems(limit: 9), [], "problems")
            try expect(
                try store.removeExpired(step(deletionsBefore: later(20))).isEmpty,
                "forgotten too soon"
            )
            let forgetting = step(deletionsBefore: later(21), limit: 4)
            var forgotten: [Int] = []
            while case let counts = try store.removeExpired(forgetting), !counts.isEmpty {
                forgotten.append(counts.deletions)
            }
            try expectEqual(forgotten, [4, 4, 1], "what is forgotten a step")
            try expectEqual(try reader.deletedOrders(key: nil, role: nil, limit: 99), [], "what is left")
        },
        StoreCheck("Where nothing is to be noted, nothing is", needs: .readers) { subject in
            let store = try subject.open()
            try commit([order(1)], to: store)
            try expectEqual(try removeAll(step(), from: store), [1], "orders")
            let notes = try subject.openReader().deletedOrders(key: nil, role: nil, limit: 9)
            try expectEqual(notes, [], "what is noted")
        },
    ]
}
