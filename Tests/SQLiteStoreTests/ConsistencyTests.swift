import GRDB
import SQLiteStore
import Store
import TestSupport
import Testing

@Suite("The check of the content")
struct ConsistencyTests {
    @Test(
        "Finds each kind of damage",
        arguments: [
            ("DELETE FROM orders WHERE row = 3", "took effect on order COM/ORDER-3"),
            ("DELETE FROM orders WHERE row = 3", "1 rows of order row 3, which does not exist"),
            ("DELETE FROM journal WHERE order_row = 2", "its journal ends at 0"),
            ("UPDATE journal SET sequence = 2 WHERE order_row = 2", "has gaps"),
            ("UPDATE orders SET sequence = 9 WHERE row = 1", "says sequence 9"),
            ("INSERT INTO snapshots VALUES (1, 7, x'00')", "which its order has not reached"),
            ("INSERT INTO snapshots VALUES (44, 1, x'00')", "of order row 44"),
            ("DELETE FROM outbox WHERE id = 1", "outbox has 4 rows, its count says 5"),
            ("DELETE FROM inbox WHERE id = 1", "inbox has 4 rows, its count says 5"),
            ("INSERT INTO timers VALUES (8, '', '', '', NULL, 0)", "timers has 1 rows, its count says 0"),
            ("UPDATE totals SET parked_count = 1", "parked has 0 rows, its count says 1"),
            ("UPDATE totals SET inbox_indexed = 2", "Inbox record 1 cannot be found by its key"),
            ("INSERT INTO inbox_keys VALUES (1, 99)", "names record 99"),
            ("INSERT INTO relations VALUES (44, 'BASE', 'COM')", "row 44 follows order COM/BASE"),
        ]
    )
    func damage(statement: String, sentence: String) throws {
        let folder = try TestFolder()
        let store = try folder.open()
        for number in 1...5 { try store.commit(.hop(number)) }
        try store.close()
        let reader = try SQLiteReader.open(path: folder.store)
        #expect(try reader.consistencyProblems(limit: 100) == [])
        try DatabaseQueue(path: folder.store).write { try $0.execute(sql: statement) }
        let problems = try reader.consistencyProblems(limit: 100)
        #expect(problems.contains { $0.contains(sentence) }, "\(problems)")
    }

    @Test("A row that cannot be understood is an error that names it, for the store and for a reader")
    func unreadableRows() throws {
        let folder = try TestFolder()
        let store = try folder.open()
        try store.commit(.hop(1))
        try store.close()
        try DatabaseQueue(path: folder.store).write {
            try $0.execute(
                sql: "UPDATE orders SET lifecycle = 'Elsewhere'; UPDATE outbox SET properties = x'09'"
            )
        }
        let reader = try SQLiteReader.open(path: folder.store)
        let listing = #expect(throws: StoreError.self) { _ = try reader.orders(matching: OrderFilter()) }
        #expect(listing?.code == .damaged)
        #expect(listing?.message.contains("row 1 of orders") == true)
        let outbox = #expect(throws: StoreError.self) { _ = try reader.outbox(after: 0, limit: 1) }
        #expect(outbox?.message.contains("row 1 of outbox") == true)
        #expect(throws: StoreError.self) { _ = try reader.statistics() }
        let again = try folder.open()
        let loading = #expect(throws: StoreError.self) { _ = try again.load(StoreSamples.orderID(1)) }
        #expect(loading?.code == .damaged)
    }
}
