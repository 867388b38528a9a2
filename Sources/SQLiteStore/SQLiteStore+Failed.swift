internal import GRDB
package import Orders
package import Store

extension SQLiteStore {
    package func failedMessage(_ id: Int64) throws(StoreError) -> FailedMessage? {
        try looking("reading a failed message") { try Queries.failedMessage(id, in: $0) }
    }

    package func failedRecords(
        role: RoleName,
        queue: String,
        messageID: MessageID,
        limit: Int
    ) throws(StoreError) -> [FailedRecord] {
        try looking("looking for failed messages") { database in
            var conditions = ["role = ?"]
            if !queue.isEmpty { conditions.append("queue = ?") }
            if !messageID.rawValue.isEmpty { conditions.append("message_id = ?") }
            var statement = try PreparedStatement(
                "SELECT \(FailedRecord.columns) FROM failed WHERE \(conditions.joined(separator: " AND ")) "
                    + "ORDER BY id DESC LIMIT ?",
                in: database
            )
            try statement.bind(role.rawValue)
            if !queue.isEmpty { try statement.bind(queue) }
            if !messageID.rawValue.isEmpty { try statement.bind(messageID.rawValue) }
            try statement.bind(max(0, limit))
            return try statement.all(FailedRecord.init(row:))
        }
    }

    package func removeFailed(before: Timestamp, bytesMax: Int64, limit: Int) throws(StoreError) -> Int {
        guard limit > 0, totals.failedCount > 0 else { return 0 }
        let kept = totals.failedBytes
        let expired = try reading("looking for failed messages that have expired") { database in
            var expired = try Self.expired(
                "failed_at < ? ORDER BY id LIMIT ?",
                [before.milliseconds, Int64(limit)],
                in: database
            )
            var bytes = kept - expired.reduce(0) { $0 + $1.bytes }
            guard bytes > bytesMax else { return expired }
            let oldest = try Self.expired(
                "failed_at >= ? ORDER BY state = 'failed', id LIMIT ?",
                [before.milliseconds, Int64(limit - expired.count)],
                in: database
            )
            for row in oldest where bytes > bytesMax {
                expired.append(row)
                bytes -= row.bytes
            }
            return expired
        }
        guard !expired.isEmpty else { return 0 }
        var totals = totals
        try writing("removing failed messages that have expired") { database in
            var statement = try PreparedStatement("DELETE FROM failed WHERE id = ?", in: database)
            for row in expired {
                try statement.bind(row.id)
                try statement.run()
                totals.failedBytes -= row.bytes
            }
            totals.failedCount -= Int64(expired.count)
            try totals.write(database)
        }
        self.totals = totals
        return expired.count
    }

    /// Rows that may be removed: what is on its way again will be asked for.
    private static func expired(
        _ condition: String,
        _ values: [Int64],
        in database: Database
    ) throws -> [(id: Int64, bytes: Int64)] {
        var statement = try PreparedStatement(
            "SELECT id, body_bytes FROM failed WHERE state <> 'resubmitted' AND \(condition)",
            in: database
        )
        for value in values { try statement.bind(value) }
        return try statement.all { (id: $0.integer(0), bytes: $0.integer(1)) }
    }
}

extension Queries {
    static func failedMessage(_ id: Int64, in database: Database) throws -> FailedMessage? {
        var statement = try PreparedStatement(
            "SELECT \(FailedMessage.columns) FROM failed WHERE id = ?",
            in: database
        )
        try statement.bind(id)
        return try statement.first(FailedMessage.init(row:))
    }
}
