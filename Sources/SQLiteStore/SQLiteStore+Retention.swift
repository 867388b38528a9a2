internal import GRDB
package import Orders
package import Store
internal import Synchronization

extension SQLiteStore {
    package func removeExpired(
        inboxBefore: Timestamp,
        closedBefore: Timestamp,
        limit: Int
    ) throws(StoreError) -> RemovedCounts {
        guard limit > 0 else { return RemovedCounts(inbox: 0, orders: 0) }
        let expired = try reading("looking for what has expired") { database in
            (
                inbox: try Expired.inbox(before: inboxBefore, limit: limit, in: database),
                orders: try Expired.orders(closedBefore: closedBefore, limit: limit, in: database),
                deletions: try Expired.deletions(before: closedBefore, limit: limit, in: database)
            )
        }
        // A step that finds nothing writes nothing, and costs no sync.
        guard !expired.inbox.isEmpty || !expired.orders.isEmpty || !expired.deletions.isEmpty else {
            return RemovedCounts(inbox: 0, orders: 0)
        }
        var totals = totals
        try writing("removing what has expired") { database in
            try Expired.remove(expired.inbox, totals: &totals, in: database)
            try Expired.remove(expired.orders, totals: &totals, in: database)
            try Expired.remove(deletions: expired.deletions, in: database)
            try totals.write(database)
        }
        self.totals = totals
        inboxIndex.withLock { $0.remove(expired.inbox.map(\.key)) }
        return RemovedCounts(inbox: expired.inbox.count, orders: expired.orders.count)
    }
}

/// Finds and removes what retention no longer keeps.
enum Expired {
    struct Inbox {
        var id: Int64
        var key: InboxIndex.Key
    }

    struct Order {
        var row: Int64
        var id: OrderID
    }

    /// Records that are looked at beyond the limit, so that some that arrived with a wrong clock hold nothing up.
    private static let inboxScanMargin = 1000

    /// Ids rise in order of arrival, so that the oldest are at the low end: no index on time is kept.
    static func inbox(before time: Timestamp, limit: Int, in database: Database) throws -> [Inbox] {
        var statement = try PreparedStatement(
            """
            SELECT id, role, message_id FROM (SELECT * FROM inbox ORDER BY id LIMIT ?)
            WHERE received_at < ? ORDER BY id LIMIT ?
            """,
            in: database
        )
        try statement.bind(limit.addingReportingOverflow(inboxScanMargin).partialValue)
        try statement.bind(time.milliseconds)
        try statement.bind(limit)
        return try statement.all { row in
            Inbox(
                id: row.integer(0),
                key: InboxIndex.Key(role: RoleName(row.text(1)), messageID: MessageID(row.text(2)))
            )
        }
    }

    /// Only orders whose state is a closed one, whatever `closed_at` says.
    static func orders(closedBefore time: Timestamp, limit: Int, in database: Database) throws -> [Order] {
        let closed = LifecycleState.allCases.filter(\.isClosed).map { "'\($0.rawValue)'" }.joined(
            separator: ", "
        )
        var statement = try PreparedStatement(
            "SELECT row, role, key FROM orders WHERE lifecycle IN (\(closed)) AND closed_at < ? LIMIT ?",
            in: database
        )
        try statement.bind(time.milliseconds)
        try statement.bind(limit)
        return try statement.all { row in
            Order(row: row.integer(0), id: OrderID(role: RoleName(row.text(1)), key: OrderKey(row.text(2))))
        }
    }

    static func remove(_ records: [Inbox], totals: inout Totals, in database: Database) throws {
        var key = try PreparedStatement("DELETE FROM inbox_keys WHERE hash = ? AND id = ?", in: database)
        var record = try PreparedStatement("DELETE FROM inbox WHERE id = ?", in: database)
        for expired in records {
            if expired.id <= totals.inboxIndexed {
                try key.bind(expired.key.hash)
                try key.bind(expired.id)
                try key.run()
            }
            try record.bind(expired.id)
            try record.run()
        }
        totals.inboxCount -= Int64(records.count)
    }

    static func remove(_ orders: [Order], totals: inout Totals, in database: Database) throws {
        guard !orders.isEmpty else { return }
        try removeTimers(of: Set(orders.map(\.id)), totals: &totals, in: database)
        var journal = try PreparedStatement("DELETE FROM journal WHERE order_row = ?", in: database)
        var snapshot = try PreparedStatement("DELETE FROM snapshots WHERE order_row = ?", in: database)
        var order = try PreparedStatement("DELETE FROM orders WHERE row = ?", in: database)
        for expired in orders {
            try journal.bind(expired.row)
            try journal.run()
            try snapshot.bind(expired.row)
            try snapshot.run()
            try order.bind(expired.row)
            try order.run()
        }
        totals.orderCount -= Int64(orders.count)
    }

    /// What is kept of deleted orders, for as long as closed orders are.
    static func deletions(before time: Timestamp, limit: Int, in database: Database) throws -> [Int64] {
        var statement = try PreparedStatement(
            "SELECT id FROM deletions WHERE deleted_at < ? LIMIT ?",
            in: database
        )
        try statement.bind(time.milliseconds)
        try statement.bind(limit)
        return try statement.all { $0.integer(0) }
    }

    static func remove(deletions ids: [Int64], in database: Database) throws {
        guard !ids.isEmpty else { return }
        var statement = try PreparedStatement("DELETE FROM deletions WHERE id = ?", in: database)
        for id in ids {
            try statement.bind(id)
            try statement.run()
        }
    }

    /// Timers have no index by order, which every hop would pay for; closed orders rarely have any.
    static func removeTimers(
        of orders: Set<OrderID>,
        totals: inout Totals,
        in database: Database
    ) throws {
        guard totals.timerCount > 0 else { return }
        var timers = try PreparedStatement("SELECT id, role, key FROM timers", in: database)
        let owned = try timers.all { row in
            (id: row.integer(0), order: OrderID(role: RoleName(row.text(1)), key: OrderKey(row.text(2))))
        }
        var deletion = try PreparedStatement("DELETE FROM timers WHERE id = ?", in: database)
        for timer in owned where orders.contains(timer.order) {
            try deletion.bind(timer.id)
            try deletion.run()
            totals.timerCount -= 1
        }
    }
}
