internal import Foundation
internal import GRDB
package import Orders
package import Store

/// Reads a store beside the process that writes it, or while none does; never writes and never checkpoints.
///
/// Each call sees one committed state. Safe to use from any thread; at most four calls run at once, others wait.
package final class SQLiteReader: StoreReader {
    private let pool: DatabasePool
    private let path: String

    private init(pool: DatabasePool, path: String) {
        self.pool = pool
        self.path = path
    }

    /// Opens an existing store; `fileSystem` names a registered SQLite VFS other than the default one.
    package static func open(path: String, fileSystem: String? = nil) throws(StoreError) -> SQLiteReader {
        let path = try StorePath.absolute(path)
        guard FileManager.default.fileExists(atPath: path) else {
            throw StoreError(
                .unreachable,
                "there is no file \(path)",
                remedy: "Check the path; the worker makes the store when it starts for the first time."
            )
        }
        do {
            let pool = try Connection.openReaders(path: path, fileSystem: fileSystem)
            try pool.read { try Schema.requireCurrent($0) }
            return SQLiteReader(pool: pool, path: path)
        } catch {
            throw StoreError(opening: path, error)
        }
    }

    package func orders(matching filter: OrderFilter) throws(StoreError) -> [OrderRecord] {
        try reading("listing orders") { database in
            var conditions = ["1"]
            if filter.lifecycle != nil { conditions.append("lifecycle = ?") }
            if filter.role != nil { conditions.append("role = ?") }
            if filter.updatedSince != nil { conditions.append("updated_at >= ?") }
            var statement = try PreparedStatement(
                """
                SELECT \(OrderRecord.columns) FROM orders WHERE \(conditions.joined(separator: " AND "))
                ORDER BY updated_at DESC, row DESC LIMIT ?
                """,
                in: database
            )
            if let lifecycle = filter.lifecycle { try statement.bind(lifecycle.rawValue) }
            if let role = filter.role { try statement.bind(role.rawValue) }
            if let since = filter.updatedSince { try statement.bind(since.milliseconds) }
            try statement.bind(max(0, filter.limit))
            return try statement.all(OrderRecord.init(row:))
        }
    }

    package func orders(key: OrderKey) throws(StoreError) -> [OrderRecord] {
        try reading("listing orders") { database in
            var statement = try PreparedStatement(
                "SELECT \(OrderRecord.columns) FROM orders WHERE key = ? ORDER BY role",
                in: database
            )
            try statement.bind(key.rawValue)
            return try statement.all(OrderRecord.init(row:))
        }
    }

    package func history(_ id: OrderID) throws(StoreError) -> StoredOrder? {
        try reading("reading an order") { database in
            guard let record = try Queries.order(id, in: database) else { return nil }
            return StoredOrder(
                record: record,
                snapshot: try Queries.snapshot(orderRow: record.row, in: database),
                journal: try Queries.journal(orderRow: record.row, after: 0, in: database)
            )
        }
    }

    package func orders(afterRow row: Int64, limit: Int) throws(StoreError) -> [OrderRecord] {
        try reading("listing orders") { database in
            var statement = try PreparedStatement(
                "SELECT \(OrderRecord.columns) FROM orders WHERE row > ? ORDER BY row LIMIT ?",
                in: database
            )
            try statement.bind(row)
            try statement.bind(max(0, limit))
            return try statement.all(OrderRecord.init(row:))
        }
    }

    package func deletedOrders(
        key: OrderKey?,
        role: RoleName?,
        limit: Int
    ) throws(StoreError) -> [DeletedOrder] {
        try reading("listing deleted orders") { database in
            var statement = try PreparedStatement(
                """
                SELECT \(DeletedOrder.columns) FROM deletions WHERE 1\(key == nil ? "" : " AND key = ?")
                \(role == nil ? "" : "AND role = ?") ORDER BY id DESC LIMIT ?
                """,
                in: database
            )
            if let key { try statement.bind(key.rawValue) }
            if let role { try statement.bind(role.rawValue) }
            try statement.bind(max(0, limit))
            return try statement.all(DeletedOrder.init(row:))
        }
    }

    package func statistics() throws(StoreError) -> StoreStatistics {
        try reading("counting") { database in
            let totals = try Totals.read(database)
            var counters = try PreparedStatement("SELECT name, value FROM counters", in: database)
            let values = try counters.all { ($0.text(0), $0.integer(1)) }
            var states = try PreparedStatement(
                "SELECT lifecycle, COUNT(*) FROM orders GROUP BY lifecycle",
                in: database
            )
            var ordersByLifecycle: [LifecycleState: Int] = [:]
            for (name, count) in try states.all({ ($0.text(0), Int($0.integer(1))) }) {
                guard let state = LifecycleState(rawValue: name) else {
                    throw StoreError.damagedRow("orders", 0, "the lifecycle state “\(name)” is unknown")
                }
                ordersByLifecycle[state] = count
            }
            // Ids rise with time, so that the first row is the oldest.
            var oldest = try PreparedStatement(
                "SELECT created_at FROM outbox ORDER BY id LIMIT 1",
                in: database
            )
            return StoreStatistics(
                counters: Dictionary(values) { $1 },
                outboxPending: Int(totals.outboxCount),
                parked: Int(totals.parkedCount),
                failed: Int(try database.integer("SELECT COUNT(*) FROM failed WHERE state = 'failed'")),
                timers: Int(totals.timerCount),
                inbox: Int(totals.inboxCount),
                ordersByLifecycle: ordersByLifecycle,
                oldestOutboxAt: try oldest.first { Timestamp(milliseconds: $0.integer(0)) }
            )
        }
    }

    package func progress() throws(StoreError) -> StoreProgress {
        try reading("looking how far the worker is") { database in
            var counter = try PreparedStatement("SELECT value FROM counters WHERE name = ?", in: database)
            func value(_ name: String) throws -> Int {
                try counter.bind(name)
                return try counter.first { Int($0.integer(0)) } ?? 0
            }
            return StoreProgress(
                hops: try value("hops"),
                published: try value("published"),
                outboxPending: Int(try Totals.read(database).outboxCount)
            )
        }
    }

    package func outbox(after id: Int64, limit: Int) throws(StoreError) -> [OutboxRecord] {
        try reading("reading the outbox") { try Queries.outbox(after: id, limit: limit, in: $0) }
    }

    package func parked(after id: Int64, limit: Int) throws(StoreError) -> [ParkedRecord] {
        try reading("reading parked messages") { database in
            var statement = try PreparedStatement(
                "SELECT \(ParkedRecord.columns) FROM parked WHERE id > ? ORDER BY id LIMIT ?",
                in: database
            )
            try statement.bind(id)
            try statement.bind(max(0, limit))
            return try statement.all(ParkedRecord.init(row:))
        }
    }

    package func failedRecords(after id: Int64, limit: Int) throws(StoreError) -> [FailedRecord] {
        try reading("reading failed messages") { database in
            var statement = try PreparedStatement(
                "SELECT \(FailedRecord.columns) FROM failed WHERE id > ? ORDER BY id LIMIT ?",
                in: database
            )
            try statement.bind(id)
            try statement.bind(max(0, limit))
            return try statement.all(FailedRecord.init(row:))
        }
    }

    package func failedMessage(_ id: Int64) throws(StoreError) -> FailedMessage? {
        try reading("reading a failed message") { try Queries.failedMessage(id, in: $0) }
    }

    package func timers(limit: Int) throws(StoreError) -> [TimerRecord] {
        try reading("reading timers") { database in
            var statement = try PreparedStatement(
                "SELECT \(TimerRecord.columns) FROM timers ORDER BY due, id LIMIT ?",
                in: database
            )
            try statement.bind(max(0, limit))
            return try statement.all(TimerRecord.init(row:))
        }
    }

    package func catalog(role: RoleName, version: String) throws(StoreError) -> [UInt8]? {
        try reading("reading a catalog") { try Queries.catalog(role: role, version: version, in: $0) }
    }

    package func integrityProblems() throws(StoreError) -> [String] {
        try reading("checking the file") { database in
            var statement = try PreparedStatement("PRAGMA integrity_check(100)", in: database)
            return try statement.all { $0.text(0) }.filter { $0 != "ok" }
        }
    }

    package func consistencyProblems(limit: Int) throws(StoreError) -> [String] {
        try reading("checking the content") { try ConsistencyCheck.problems(limit: max(0, limit), in: $0) }
    }

    /// Runs `body` on one committed state.
    func reading<Value>(
        _ operation: String,
        _ body: (Database) throws -> Value
    ) throws(StoreError) -> Value {
        do {
            return try pool.read(body)
        } catch {
            throw StoreError(error, doing: operation, file: path, effect: .reads)
        }
    }
}
