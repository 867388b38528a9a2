internal import GRDB
internal import Orders
package import Store
internal import Synchronization

extension SQLiteStore {
    package func removeExpired(_ step: RetentionStep) throws(StoreError) -> RemovedCounts {
        guard step.limit > 0 else { return RemovedCounts(inbox: 0, orders: 0) }
        let expired: Expired
        do throws(StoreError) {
            expired = try reading("looking for what has expired") { try Expired(step, sweep: &sweep, in: $0) }
            if !expired.isEmpty { try remove(expired, step) }
        } catch {
            // What it found is still there.
            sweep = RetentionSweep()
            throw error
        }
        return RemovedCounts(
            inbox: expired.inbox.count,
            orders: expired.orders.count,
            deletions: expired.deletions.count,
            isMore: expired.isMore
        )
    }

    /// A step that finds nothing does not come here, and costs no sync.
    private func remove(_ expired: Expired, _ step: RetentionStep) throws(StoreError) {
        var totals = totals
        try writing("removing what has expired") { database in
            try Expired.remove(expired.inbox, totals: &totals, in: database)
            if let days = step.notedDays {
                try Expired.note(expired.orders, keptDays: days, at: step.now, in: database)
            }
            if let counter = step.parkedCounter {
                try Expired.lower(counter, byUpdatesParkedIn: expired.orders, in: database)
            }
            try Expired.remove(expired.orders, totals: &totals, in: database)
            try Expired.remove(deletions: expired.deletions, in: database)
            try totals.write(database)
        }
        self.totals = totals
        inboxIndex.withLock { $0.remove(expired.inbox.map(\.key)) }
    }
}

/// What retention no longer keeps.
struct Expired {
    struct Inbox {
        var id: Int64
        var key: InboxIndex.Key
    }

    var inbox: [Inbox]
    var orders: [SweptOrder]
    var deletions: [Int64]
    /// Whether there are more closed orders to be looked at.
    var isMore = false

    init(_ step: RetentionStep, sweep: inout RetentionSweep, in database: Database) throws {
        inbox = try Self.inbox(before: step.inboxBefore, limit: step.inboxLimit, in: database)
        deletions = try Self.deletions(before: step.deletionsBefore, limit: step.limit, in: database)
        let source = ExpiredOrders(database: database)
        guard step.keepsRelatedTogether else {
            orders = try source.closedOrders(after: nil, before: step.closedBefore, limit: step.limit)
            return
        }
        let found = try sweep.next(
            in: source,
            closedBefore: step.closedBefore,
            now: step.now,
            limit: step.limit
        )
        orders = found.orders
        isMore = found.isMore
    }

    var isEmpty: Bool { inbox.isEmpty && orders.isEmpty && deletions.isEmpty }

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

    /// What is kept of orders that go: a row of about 150 bytes each, its indexes included.
    static func note(
        _ orders: [SweptOrder],
        keptDays: Int,
        at moment: Timestamp,
        in database: Database
    ) throws {
        guard !orders.isEmpty else { return }
        var statement = try PreparedStatement(
            """
            INSERT INTO deletions(\(DeletedOrder.columns))
            SELECT role, key, row, revision, lifecycle, status, created_at, ?, ?, ?, '' FROM orders WHERE row = ?
            """,
            in: database
        )
        for order in orders {
            try statement.bind(moment.milliseconds)
            try statement.bind(DeletedOrder.retention)
            try statement.bind(DeletedOrder.reason(closedAt: order.closedAt, keptDays: keptDays))
            try statement.bind(order.row)
            try statement.run()
        }
    }

    /// What waited within orders that go waits no longer.
    static func lower(
        _ counter: String,
        byUpdatesParkedIn orders: [SweptOrder],
        in database: Database
    ) throws {
        var parked = try PreparedStatement(
            "SELECT coalesce(updates_parked, 0) FROM orders WHERE row = ?",
            in: database
        )
        var sum: Int64 = 0
        for order in orders {
            try parked.bind(order.row)
            sum += try parked.first { $0.integer(0) } ?? 0
        }
        guard sum > 0 else { return }
        var lowering = try PreparedStatement(
            "UPDATE counters SET value = value - ? WHERE name = ?",
            in: database
        )
        try lowering.bind(sum)
        try lowering.bind(counter)
        try lowering.run()
    }

    static func remove(_ orders: [SweptOrder], totals: inout Totals, in database: Database) throws {
        guard !orders.isEmpty else { return }
        try removeTimers(of: orders.lazy.map(\.id), totals: &totals, in: database)
        if try ExpiredOrders(database: database).hasRelations() {
            var relations = try PreparedStatement("DELETE FROM relations WHERE order_row = ?", in: database)
            for expired in orders {
                try relations.bind(expired.row)
                try relations.run()
            }
        }
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

    /// What is kept of deleted orders.
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

    /// Costs what these orders have, however many timers there are of others.
    static func removeTimers(
        of orders: some Sequence<OrderID>,
        totals: inout Totals,
        in database: Database
    ) throws {
        guard totals.timerCount > 0 else { return }
        var timers = try PreparedStatement("DELETE FROM timers WHERE key = ? AND role = ?", in: database)
        for order in orders {
            try timers.bind(order.key.rawValue)
            try timers.bind(order.role.rawValue)
            try timers.run()
            totals.timerCount -= Int64(database.changesCount)
        }
    }
}
