internal import Orders
internal import Store

extension StoreConformance {
    static let readerChecks = listingChecks + damageChecks

    private static let listingChecks = [
        StoreCheck("A reader lists orders newest first and filtered", needs: .readers) { subject in
            let store = try subject.open()
            let start = StoreSamples.start
            let states: [LifecycleState] = [.inProgress, .failed, .completed]
            let orders = (0..<9).map { number in
                StoreSamples.order(
                    row: Int64(number + 1),
                    id: StoreSamples.orderID(number / 2, role: number.isMultiple(of: 2) ? "COM" : "SOM"),
                    lifecycle: states[number % 3],
                    updatedAt: start.advanced(bySeconds: Int64((number * 5) % 9))
                )
            }
            let reader = try subject.openReader()
            try store.commit(.with { $0.orders = orders })
            let sorted = orders.sorted { $0.updatedAt > $1.updatedAt }
            try expectEqual(try reader.orders(matching: OrderFilter()), sorted, "all orders")
            try expectEqual(
                try reader.orders(matching: OrderFilter(limit: 4)),
                Array(sorted.prefix(4)),
                "a limited number"
            )
            try expectEqual(
                try reader.orders(matching: OrderFilter(lifecycle: .failed)),
                sorted.filter { $0.lifecycle == .failed },
                "the failed ones"
            )
            try expectEqual(
                try reader.orders(matching: OrderFilter(role: "SOM")),
                sorted.filter { $0.id.role == "SOM" },
                "those of SOM"
            )
            let since = start.advanced(bySeconds: 4)
            try expectEqual(
                try reader.orders(
                    matching: OrderFilter(lifecycle: .completed, role: "COM", updatedSince: since)
                ),
                sorted.filter { $0.lifecycle == .completed && $0.id.role == "COM" && $0.updatedAt >= since },
                "by all three"
            )
            try expectEqual(
                try reader.orders(key: "ORDER-1").map(\.id.role).sorted(),
                ["COM", "SOM"],
                "those of one key"
            )
            try expectEqual(
                try reader.orders(afterRow: 3, limit: 4).map(\.row),
                [4, 5, 6, 7],
                "a page in order of row"
            )
            try expectEqual(try reader.orders(afterRow: 8, limit: 4), [orders[8]], "the last page")
            try expectEqual(try reader.orders(afterRow: 9, limit: 4), [], "the page after the last")
        },
        StoreCheck("A reader gives the whole history whatever the snapshot holds", needs: .readers) {
            subject in
            let store = try subject.open()
            let id = StoreSamples.orderID(1)
            let journal = (1...5).map { StoreSamples.journal(row: 1, sequence: $0) }
            let snapshot = SnapshotRecord(orderRow: 1, sequence: 4, state: [7])
            try store.commit(
                .with {
                    $0.orders = [StoreSamples.order(row: 1, id: id, sequence: 5)]
                    $0.journal = journal
                    $0.snapshots = [snapshot]
                }
            )
            let reader = try subject.openReader()
            let history = try reader.history(id)
            try expectEqual(history?.journal, journal, "the journal")
            try expectEqual(history?.snapshot, snapshot, "the snapshot")
            try expect(try reader.history(StoreSamples.orderID(2)) == nil, "the history of no order")
        },
        StoreCheck("A reader sees queues, timers, catalogs and counts as committed", needs: .readers) {
            subject in
            let store = try subject.open()
            let reader = try subject.openReader()
            let empty = StoreStatistics(
                counters: [:],
                outboxPending: 0,
                parked: 0,
                timers: 0,
                inbox: 0,
                ordersByLifecycle: [:],
                oldestOutboxAt: nil
            )
            try expectEqual(try reader.statistics(), empty, "the statistics of an empty store")
            let start = StoreSamples.start
            for number in 1...4 {
                var group = everything(number, row: Int64(number))
                group.outbox[0].createdAt = start.advanced(bySeconds: Int64(number))
                group.timersSet[0].due = start.advanced(bySeconds: Int64(-number))
                group.orders[0].lifecycle = number == 4 ? .failed : .inProgress
                group.counters = ["hops": Int64(number), "messages.taken": 1, "open": number == 4 ? -2 : 1]
                try store.commit(group)
            }
            try store.commit(
                .with {
                    $0.confirmedOutbox = [1, 1]
                    $0.timersDropped = [4]
                    $0.parkedDropped = [2, 3]
                }
            )
            try store.saveCatalog(role: "COM", version: "1", text: [1], at: start)
            try expectEqual(
                try reader.statistics(),
                StoreStatistics(
                    counters: ["hops": 10, "messages.taken": 4, "open": 1],
                    outboxPending: 3,
                    parked: 2,
                    timers: 3,
                    inbox: 4,
                    ordersByLifecycle: [.inProgress: 3, .failed: 1],
                    oldestOutboxAt: start.advanced(bySeconds: 2)
                ),
                "the statistics"
            )
            try expectEqual(try reader.outbox(after: 2, limit: 1).map(\.id), [3], "the outbox")
            try expectEqual(try reader.parked(after: 0, limit: 9).map(\.id), [1, 4], "parked messages")
            try expectEqual(
                try reader.parked(after: 1, limit: 9).map(\.id),
                [4],
                "parked messages after the first"
            )
            try expectEqual(try reader.timers(limit: 2).map(\.id), [3, 2], "timers by due time")
            try expectEqual(try reader.catalog(role: "COM", version: "1"), [1], "the catalog")
            try expect(try reader.catalog(role: "COM", version: "2") == nil, "a catalog that nobody saved")
            let removed = try store.removeExpired(
                inboxBefore: start.advanced(bySeconds: 1),
                closedBefore: start,
                limit: 3
            )
            try expectEqual(removed.inbox, 3, "removed messages")
            try expectEqual(try reader.statistics().inbox, 1, "the inbox after removal")
        },
        StoreCheck(
            "A reader opens without a running worker and changes nothing",
            needs: [.readers, .reopening]
        ) { subject in
            let store = try subject.open()
            try store.commit(everything(1, row: 1))
            try store.close()
            let reader = try subject.openReader()
            try expectEqual(try reader.orders(matching: OrderFilter()).count, 1, "orders")
            try expectEqual(try reader.integrityProblems(), [], "problems of the file")
            let again = try subject.open()
            try again.commit(everything(2, row: 2))
            try expectEqual(try reader.orders(matching: OrderFilter()).count, 2, "orders once a worker runs")
        },
    ]

    private static let damageChecks = [
        StoreCheck("A sound store has no problems, whatever was done with it", needs: .readers) { subject in
            let store = try subject.open()
            let start = StoreSamples.start
            for number in 1...5 {
                var group = everything(number, row: Int64(number))
                if number.isMultiple(of: 2) {
                    group.orders[0].lifecycle = .completed
                    group.orders[0].closedAt = start
                }
                try store.commit(group)
            }
            // A refused message may name an order that never was.
            try store.commit(.with { $0.inbox = [StoreSamples.inbox(77, key: "NO-SUCH-ORDER")] })
            let later = start.advanced(bySeconds: 9)
            try expectEqual(
                try store.removeExpired(inboxBefore: start, closedBefore: later, limit: 9).orders,
                2,
                "removed orders"
            )
            let reader = try subject.openReader()
            try expectEqual(try reader.consistencyProblems(limit: 100), [], "problems of the content")
            try expectEqual(try reader.integrityProblems(), [], "problems of the file")
        },
        StoreCheck("Broken journals are found, each as a sentence, up to a limit", needs: .readers) {
            subject in
            let store = try subject.open()
            let reader = try subject.openReader()
            try store.commit(
                .with { group in
                    // Row 1: a gap. Row 2: behind its journal. Row 3: without a journal. Row 9: without an order.
                    group.orders = [(1, 3), (2, 1), (3, 1), (4, 2)].map { row, sequence in
                        StoreSamples.order(row: row, id: StoreSamples.orderID(Int(row)), sequence: sequence)
                    }
                    group.journal = [(1, 1), (1, 3), (2, 1), (2, 2), (4, 1), (4, 2), (9, 1)].map {
                        row,
                        sequence in
                        StoreSamples.journal(row: row, sequence: sequence)
                    }
                }
            )
            let problems = try reader.consistencyProblems(limit: 100)
            try expectEqual(problems.count, 4, "the number of problems in \(problems)")
            try expectEqual(try reader.consistencyProblems(limit: 2).count, 2, "a limited number")
            try expectEqual(try reader.consistencyProblems(limit: 0), [], "none asked for")
        },
    ]
}
