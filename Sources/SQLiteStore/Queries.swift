internal import GRDB
internal import Orders
internal import Store

/// Questions that the store and its readers both ask.
enum Queries {
    static func order(_ id: OrderID, in database: Database) throws -> OrderRecord? {
        var statement = try PreparedStatement(
            "SELECT \(OrderRecord.columns) FROM orders WHERE key = ? AND role = ?",
            in: database
        )
        try statement.bind(id.key.rawValue)
        try statement.bind(id.role.rawValue)
        return try statement.first(OrderRecord.init(row:))
    }

    static func snapshot(orderRow: Int64, in database: Database) throws -> SnapshotRecord? {
        var statement = try PreparedStatement(
            "SELECT \(SnapshotRecord.columns) FROM snapshots WHERE order_row = ?",
            in: database
        )
        try statement.bind(orderRow)
        return try statement.first(SnapshotRecord.init(row:))
    }

    static func journal(
        orderRow: Int64,
        after sequence: Int64,
        in database: Database
    ) throws -> [JournalRecord] {
        var statement = try PreparedStatement(
            "SELECT \(JournalRecord.columns) FROM journal WHERE order_row = ? AND sequence > ? ORDER BY sequence",
            in: database
        )
        try statement.bind(orderRow)
        try statement.bind(sequence)
        return try statement.all(JournalRecord.init(row:))
    }

    static func outbox(
        after id: Int64,
        limit: Int,
        bytesMax: Int = .max,
        in database: Database
    ) throws -> [OutboxRecord] {
        var statement = try PreparedStatement(
            "SELECT \(OutboxRecord.columns) FROM outbox WHERE id > ? ORDER BY id LIMIT ?",
            in: database
        )
        try statement.bind(id)
        try statement.bind(max(0, limit))
        var bytes = 0
        return try statement.all(
            while: {
                bytes += $0.bytesInMemory
                return bytes < bytesMax
            },
            OutboxRecord.init(row:)
        )
    }

    static func catalog(role: RoleName, version: String, in database: Database) throws -> [UInt8]? {
        var statement = try PreparedStatement(
            "SELECT text FROM catalogs WHERE role = ? AND version = ?",
            in: database
        )
        try statement.bind(role.rawValue)
        try statement.bind(version)
        return try statement.first { $0.bytes(0) }
    }
}
