internal import Orders
internal import Store

extension StoreConformance {
    static let orderChecks = [
        StoreCheck("An empty store holds nothing and starts its identifiers at 0") { subject in
            let store = try subject.open()
            try expectEqual(try store.highWater(), HighWater(), "the high water of an empty store")
            try expect(try store.load(StoreSamples.orderID(1)) == nil, "an empty store loads an order")
            try expect(
                try store.inboxRecord(role: "COM", messageID: "none") == nil,
                "an empty store knows a message"
            )
            try expect(try store.nextTimerDue() == nil, "an empty store has a timer")
            try expectEqual(try store.outbox(after: 0, limit: 10), [], "the outbox of an empty store")
            try store.commit(HopGroup())
            try expectEqual(try store.highWater(), HighWater(), "the high water after an empty group")
        },
        StoreCheck("A new order loads with its record and its journal") { subject in
            let store = try subject.open()
            let id = StoreSamples.orderID(1)
            let record = StoreSamples.order(row: 1, id: id)
            let journal = StoreSamples.journal(row: 1, sequence: 1)
            try store.commit(
                .with {
                    $0.orders = [record]
                    $0.journal = [journal]
                }
            )
            let stored = try loaded(id, from: store)
            try expectEqual(stored.record, record, "the record")
            try expectEqual(stored.journal, [journal], "the journal")
            try expect(stored.snapshot == nil, "a snapshot that nobody committed")
        },
        StoreCheck("Optional parts, empty and extreme values come back as they were") { subject in
            let store = try subject.open()
            let id = OrderID(role: "", key: OrderKey("it's \"quoted\" \u{0} 注文 e\u{301}"))
            let record = OrderRecord(
                row: .max,
                id: id,
                revision: .min,
                lifecycle: .cancelled,
                status: "",
                priority: .max,
                componentsTotal: 0,
                componentsCompleted: 0,
                componentsFailed: 0,
                sequence: 1,
                catalogVersion: "",
                createdAt: Timestamp(milliseconds: .min),
                updatedAt: Timestamp(milliseconds: .max),
                closedAt: Timestamp(milliseconds: 0),
                updatesParked: .max
            )
            let journal = JournalRecord(
                orderRow: .max,
                sequence: 1,
                at: Timestamp(milliseconds: -1),
                cause: "",
                messageID: nil,
                queue: nil,
                events: []
            )
            try store.commit(
                .with {
                    $0.orders = [record]
                    $0.journal = [journal]
                    $0.snapshots = [SnapshotRecord(orderRow: .max, sequence: 0, state: [])]
                }
            )
            let stored = try loaded(id, from: store)
            try expectEqual(stored.record, record, "the record")
            try expectEqual(stored.journal, [journal], "the journal")
            try expectEqual(
                stored.snapshot,
                SnapshotRecord(orderRow: .max, sequence: 0, state: []),
                "an empty snapshot"
            )
            try expect(
                try store.load(OrderID(role: "", key: "it's \"quoted\" \u{0} 注文 \u{e9}")) == nil,
                "keys are not compared byte by byte"
            )
        },
        StoreCheck("An order is replaced as a whole, time and again and within one group") { subject in
            let store = try subject.open()
            let id = StoreSamples.orderID(1)
            try store.commit(.with { $0.orders = [StoreSamples.order(row: 1, id: id)] })
            let last = OrderRecord(
                row: 1,
                id: id,
                revision: 2,
                lifecycle: .completed,
                status: "COMPLETED",
                priority: 9,
                componentsTotal: 10,
                componentsCompleted: 9,
                componentsFailed: 0,
                sequence: 3,
                catalogVersion: "2026.2",
                createdAt: StoreSamples.start.advanced(bySeconds: 1),
                updatedAt: StoreSamples.start.advanced(bySeconds: 2),
                closedAt: StoreSamples.start.advanced(bySeconds: 3)
            )
            try store.commit(.with { $0.orders = [StoreSamples.order(row: 1, id: id, sequence: 2), last] })
            try expectEqual(try loaded(id, from: store).record, last, "the record")
            var reopened = last
            reopened.lifecycle = .inProgress
            reopened.closedAt = nil
            try store.commit(.with { $0.orders = [reopened] })
            try expectEqual(
                try loaded(id, from: store).record,
                reopened,
                "the record of an order opened again"
            )
        },
        StoreCheck("COM and SOM each have their own order of one key") { subject in
            let store = try subject.open()
            let com = StoreSamples.order(row: 1, id: StoreSamples.orderID(1, role: "COM"))
            let som = StoreSamples.order(row: 2, id: StoreSamples.orderID(1, role: "SOM"))
            try store.commit(.with { $0.orders = [com, som] })
            try expectEqual(try loaded(com.id, from: store).record, com, "the order of COM")
            try expectEqual(try loaded(som.id, from: store).record, som, "the order of SOM")
        },
        StoreCheck("An order loads with its newest snapshot and the journal after it, by sequence") {
            subject in
            let store = try subject.open()
            let ids = [StoreSamples.orderID(1), StoreSamples.orderID(2)]
            for sequence in Int64(1)...7 {
                try store.commit(
                    .with { group in
                        for (index, id) in ids.enumerated() {
                            let row = Int64(index + 1)
                            group.orders.append(StoreSamples.order(row: row, id: id, sequence: sequence))
                            group.journal.append(StoreSamples.journal(row: row, sequence: sequence))
                        }
                    }
                )
            }
            let snapshot = SnapshotRecord(orderRow: 1, sequence: 5, state: [1, 2, 3])
            try store.commit(.with { $0.snapshots = [SnapshotRecord(orderRow: 1, sequence: 2, state: [9])] })
            try store.commit(.with { $0.snapshots = [snapshot] })
            try store.commit(.with { $0.snapshots = [SnapshotRecord(orderRow: 1, sequence: 4, state: [8])] })
            let first = try loaded(ids[0], from: store)
            try expectEqual(first.snapshot, snapshot, "the newest snapshot")
            try expectEqual(first.journal.map(\.sequence), [6, 7], "the journal after the snapshot")
            let second = try loaded(ids[1], from: store)
            try expect(second.snapshot == nil, "another order's snapshot")
            try expectEqual(second.journal.map(\.sequence), Array(1...7), "the whole journal")
            try expectEqual(
                second.journal,
                (1...7).map { StoreSamples.journal(row: 2, sequence: $0) },
                "the journal's content"
            )
        },
        StoreCheck("A second order of one key, or another key in a used row, is refused") { subject in
            let store = try subject.open()
            let id = StoreSamples.orderID(1)
            try store.commit(.with { $0.orders = [StoreSamples.order(row: 1, id: id)] })
            try expectRefusal(.contract, "a second row of one key") { () throws(StoreError) in
                try store.commit(.with { $0.orders = [StoreSamples.order(row: 2, id: id)] })
            }
            try expectRefusal(.contract, "another key in a used row") { () throws(StoreError) in
                try store.commit(
                    .with { $0.orders = [StoreSamples.order(row: 1, id: StoreSamples.orderID(2))] }
                )
            }
            try expectEqual(try store.highWater().orderRow, 1, "the high water after refusals")
        },
        StoreCheck("Catalog texts are kept by role and version, and never change") { subject in
            let store = try subject.open()
            try expect(try store.catalog(role: "COM", version: "1") == nil, "a catalog that nobody saved")
            try store.saveCatalog(role: "COM", version: "1", text: [1, 2], at: StoreSamples.start)
            try store.saveCatalog(role: "SOM", version: "1", text: [], at: StoreSamples.start)
            try store.saveCatalog(role: "COM", version: "2", text: [3], at: StoreSamples.start)
            try store.saveCatalog(role: "COM", version: "1", text: [1, 2], at: StoreSamples.start)
            try expectEqual(try store.catalog(role: "COM", version: "1"), [1, 2], "COM 1")
            try expectEqual(try store.catalog(role: "SOM", version: "1"), [], "SOM 1")
            try expectEqual(try store.catalog(role: "COM", version: "2"), [3], "COM 2")
            try expectRefusal(.contract, "another text for a version") { () throws(StoreError) in
                try store.saveCatalog(role: "COM", version: "1", text: [7], at: StoreSamples.start)
            }
            try expectEqual(try store.catalog(role: "COM", version: "1"), [1, 2], "COM 1 after the refusal")
        },
    ]

    static func loaded(
        _ id: OrderID,
        from store: any Store,
        file: String = #fileID,
        line: Int = #line
    ) throws -> StoredOrder {
        guard let stored = try store.load(id) else {
            throw BrokenPromise("order \(id) cannot be loaded", file: file, line: line)
        }
        return stored
    }
}
