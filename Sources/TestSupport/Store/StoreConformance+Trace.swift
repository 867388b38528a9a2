internal import Broker
internal import Orders
internal import Store

extension StoreConformance {
    static let traceChecks = [
        StoreCheck("What a hop sent is kept with it", needs: .reopening) { subject in
            let store = try subject.open()
            let id = StoreSamples.orderID(1)
            let hops = [
                StoreSamples.journal(row: 1, sequence: 1, sent: StoreSamples.sent(1)),
                StoreSamples.journal(row: 1, sequence: 2),
                StoreSamples.journal(row: 1, sequence: 3, sent: StoreSamples.sent(3)),
            ]
            try store.commit(
                .with {
                    $0.orders = [StoreSamples.order(row: 1, id: id, sequence: 3)]
                    $0.journal = hops
                }
            )
            try expectEqual(try store.load(id)?.journal, hops, "the journal")
            try store.close()
            let stored = try subject.open().load(id)?.journal
            try expectEqual(stored, hops, "the journal, opened again")
            let entries = stored?.flatMap(\.sent.entries).map(\.id.rawValue)
            try expectEqual(entries, ["SENT-1", "REPORT-1", "SENT-3", "REPORT-3"], "the messages")
        },
        StoreCheck("Orders and messages are found by their business process, in all roles", needs: .readers) {
            subject in
            let store = try subject.open()
            let reader = try subject.openReader()
            let processes = ["A", "B", "A", nil]
            let orders = processes.enumerated().map { number, process in
                StoreSamples.order(
                    row: Int64(number + 1),
                    id: StoreSamples.orderID(number / 2, role: number.isMultiple(of: 2) ? "COM" : "SOM"),
                    instanceID: process
                )
            }
            try store.commit(
                .with {
                    $0.orders = orders
                    $0.inbox = [
                        StoreSamples.inbox(1, role: "COM", key: "ORDER-0"),
                        StoreSamples.inbox(2, role: "SOM", key: "ORDER-0"),
                        StoreSamples.inbox(3, role: "COM", key: "ORDER-1"),
                        StoreSamples.inbox(4, role: "COM"),
                        StoreSamples.inbox(5, role: "SOM", key: "ORDER-1"),
                        StoreSamples.inbox(6, role: "COM", key: "ORDER-0"),
                    ]
                }
            )
            func messages(_ process: String) throws -> [String] {
                try reader.inbox(instanceID: process).map(\.messageID.rawValue)
            }
            try expectEqual(try reader.orders(instanceID: "A"), [orders[0], orders[2]], "orders of A")
            try expectEqual(try reader.orders(instanceID: "B").map(\.row), [2], "orders of B")
            try expectEqual(try reader.orders(instanceID: "C"), [], "orders of a process that never was")
            try expectEqual(
                try messages("A"),
                ["urn:message:1", "urn:message:3", "urn:message:6"],
                "messages of A"
            )
            try expectEqual(try messages("C"), [], "messages of a process that never was")
            // A revision goes on under the process that brought it; nothing else of the order changes.
            var revised = orders[0]
            revised.instanceID = "B"
            revised.sequence += 1
            try store.commit(.with { $0.orders = [revised] })
            try expectEqual(try reader.orders(instanceID: "A").map(\.row), [3], "orders of A, later")
            try expectEqual(try reader.orders(instanceID: "B").map(\.row), [1, 2], "orders of B, later")
        },
    ]
}
