internal import GRDB
package import Orders
package import Store
internal import Synchronization

extension SQLiteStore {
    package func inboxRecord(role: RoleName, messageID: MessageID) throws(StoreError) -> InboxRecord? {
        let key = InboxIndex.Key(role: role, messageID: messageID)
        try refuseIfNeeded()
        let (record, isPerhapsWritten) = inboxIndex.withLock { ($0.recent[key], $0.isPerhapsWritten(key)) }
        guard record == nil, isPerhapsWritten else { return record }
        return try looking("reading the inbox") { try InboxIndex.written(key, in: $0) }
    }

    package func load(_ id: OrderID) throws(StoreError) -> StoredOrder? {
        try looking("loading an order") { database in
            guard let record = try Queries.order(id, in: database) else { return nil }
            let snapshot = try Queries.snapshot(orderRow: record.row, in: database)
            let journal = try Queries.journal(
                orderRow: record.row,
                after: snapshot?.sequence ?? 0,
                in: database
            )
            return StoredOrder(record: record, snapshot: snapshot, journal: journal)
        }
    }

    package func timers(
        dueBy now: Timestamp,
        of roles: [RoleName]?,
        limit: Int
    ) throws(StoreError) -> [TimerRecord] {
        try looking("reading timers") { database in
            var statement = try PreparedStatement(
                "SELECT \(TimerRecord.columns) FROM timers WHERE due <= ?\(Self.filter(roles)) "
                    + "ORDER BY due, id LIMIT ?",
                in: database
            )
            try statement.bind(now.milliseconds)
            for role in roles ?? [] { try statement.bind(role.rawValue) }
            try statement.bind(max(0, limit))
            return try statement.all(TimerRecord.init(row:))
        }
    }

    package func nextTimerDue(of roles: [RoleName]?) throws(StoreError) -> Timestamp? {
        try looking("reading timers") { database in
            var statement = try PreparedStatement(
                "SELECT due FROM timers WHERE 1\(Self.filter(roles)) ORDER BY due LIMIT 1",
                in: database
            )
            for role in roles ?? [] { try statement.bind(role.rawValue) }
            return try statement.first { Timestamp(milliseconds: $0.integer(0)) }
        }
    }

    package func outbox(after id: Int64, limit: Int, bytesMax: Int) throws(StoreError) -> [OutboxRecord] {
        try looking("reading the outbox") {
            try Queries.outbox(after: id, limit: limit, bytesMax: bytesMax, in: $0)
        }
    }

    package func parked(for id: OrderID, limit: Int) throws(StoreError) -> [ParkedRecord] {
        try looking("reading parked messages") { database in
            var statement = try PreparedStatement(
                "SELECT \(ParkedRecord.columns) FROM parked WHERE key = ? AND role = ? ORDER BY id LIMIT ?",
                in: database
            )
            try statement.bind(id.key.rawValue)
            try statement.bind(id.role.rawValue)
            try statement.bind(max(0, limit))
            return try statement.all(ParkedRecord.init(row:))
        }
    }

    package func parked(
        expiredBy now: Timestamp,
        of roles: [RoleName]?,
        limit: Int
    ) throws(StoreError) -> [ParkedRecord] {
        try looking("reading parked messages") { database in
            var statement = try PreparedStatement(
                "SELECT \(ParkedRecord.columns) FROM parked WHERE expires_at <= ?\(Self.filter(roles)) "
                    + "ORDER BY expires_at, id LIMIT ?",
                in: database
            )
            try statement.bind(now.milliseconds)
            for role in roles ?? [] { try statement.bind(role.rawValue) }
            try statement.bind(max(0, limit))
            return try statement.all(ParkedRecord.init(row:))
        }
    }

    /// The part of a condition that holds for rows of these roles.
    private static func filter(_ roles: [RoleName]?) -> String {
        guard let roles else { return "" }
        return " AND role IN (\(roles.map { _ in "?" }.joined(separator: ", ")))"
    }

    package func catalog(role: RoleName, version: String) throws(StoreError) -> [UInt8]? {
        try looking("reading a catalog") { try Queries.catalog(role: role, version: version, in: $0) }
    }

    package func saveCatalog(
        role: RoleName,
        version: String,
        text: [UInt8],
        at: Timestamp
    ) throws(StoreError) {
        if let known = try catalog(role: role, version: version) {
            // Orders run to their end on the version they started with, so its text cannot change under them.
            guard known == text else {
                throw StoreError(
                    .contract,
                    "catalog \(version) of \(role) is stored with another text",
                    remedy: "Give the changed catalog another version."
                )
            }
            return
        }
        try writing("saving a catalog") { database in
            var statement = try PreparedStatement(
                "INSERT INTO catalogs(role, version, saved_at, text) VALUES (?, ?, ?, ?)",
                in: database
            )
            try statement.bind(role.rawValue)
            try statement.bind(version)
            try statement.bind(at.milliseconds)
            try statement.run(last: text)
        }
    }
}
