import GRDB
import GRDBSQLite
import Orders
import Store
import TestSupport
import Testing

@testable import SQLiteStore

@Suite("Timers of orders that go")
struct TimersOfRemovedOrdersTests {
    /// Steps of SQLite's machine that a piece of work takes.
    private final class Steps {
        var count = 0
    }

    private func steps(_ store: SQLiteStore, of work: () throws -> Void) throws -> Int {
        let steps = Steps()
        let context = Unmanaged.passUnretained(steps).toOpaque()
        try store.reading("counting steps") { database in
            sqlite3_progress_handler(
                database.sqliteConnection,
                1,
                { context in
                    if let context { Unmanaged<Steps>.fromOpaque(context).takeUnretainedValue().count += 1 }
                    return 0
                },
                context
            )
        }
        defer {
            // The connection is there as long as the store.
            try? store.reading("counting no more") {
                sqlite3_progress_handler($0.sqliteConnection, 0, nil, nil)
            }
        }
        try work()
        return steps.count
    }

    /// Ten closed orders with a timer each beside so many open ones.
    private func filled(_ folder: TestFolder, open count: Int) throws -> SQLiteStore {
        let store = try folder.open()
        let start = StoreSamples.start
        try store.commit(
            .with { group in
                for number in 0..<10 + count {
                    let row = Int64(number + 1)
                    let id = StoreSamples.orderID(number)
                    group.orders.append(
                        StoreSamples.order(
                            row: row,
                            id: id,
                            lifecycle: number < 10 ? .completed : .inProgress,
                            closedAt: number < 10 ? start : nil
                        )
                    )
                    group.journal.append(StoreSamples.journal(row: row, sequence: 1))
                    group.timersSet.append(StoreSamples.timer(id: row, order: id, due: start))
                }
            }
        )
        return store
    }

    @Test("cost as much to remove beside thousands as beside few, by retention and by people")
    func cost() throws {
        func costs(beside count: Int) throws -> (retention: Int, people: Int) {
            let folder = try TestFolder()
            let store = try filled(folder, open: count)
            let later = StoreSamples.start.advanced(bySeconds: 1)
            let retention = try steps(store) {
                let removed = try store.removeExpired(inboxBefore: later, closedBefore: later, limit: 5)
                #expect(removed.orders == 5)
            }
            var deletion = HopGroup()
            deletion.deletedOrders = [
                DeletedOrder(
                    id: StoreSamples.orderID(5),
                    row: 6,
                    revision: 1,
                    lifecycle: .completed,
                    status: "COMPLETED",
                    createdAt: StoreSamples.start,
                    deletedAt: later,
                    by: "ana",
                    reason: "sent by a test",
                    messageID: "OP-1"
                )
            ]
            let people = try steps(store) { try store.commit(deletion) }
            #expect(
                try store.timers(dueBy: later, limit: 10_000).map(\.id).sorted()
                    == Array(7...Int64(10 + count))
            )
            try store.close()
            let reader = try SQLiteReader.open(path: folder.store)
            #expect(try reader.statistics().timers == 4 + count)
            #expect(try reader.consistencyProblems(limit: 9) == [])
            return (retention, people)
        }
        let few = try costs(beside: 10)
        let many = try costs(beside: 4_000)
        #expect(few.retention > 0 && few.people > 0)
        #expect(many.retention < few.retention + 100, "\(many) beside \(few)")
        #expect(many.people < few.people + 100, "\(many) beside \(few)")
    }

    @Test("An order that comes again under the key of one that went has its own timers only")
    func again() throws {
        let folder = try TestFolder()
        let store = try filled(folder, open: 0)
        let later = StoreSamples.start.advanced(bySeconds: 1)
        #expect(try store.removeExpired(inboxBefore: later, closedBefore: later, limit: 99).orders == 10)
        #expect(try store.nextTimerDue() == nil)
        let id = StoreSamples.orderID(3)
        try store.commit(
            .with {
                $0.orders = [StoreSamples.order(row: 11, id: id)]
                $0.journal = [StoreSamples.journal(row: 11, sequence: 1)]
                $0.timersSet = [StoreSamples.timer(id: 11, order: id, due: later)]
            }
        )
        #expect(try store.timers(dueBy: later, limit: 9).map(\.id) == [11])
        try store.close()
    }
}
