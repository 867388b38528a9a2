internal import GRDB
internal import Orders
internal import Store

extension GroupWriter {
    /// Removes orders with all that belongs to them, and notes that they were deleted.
    mutating func deleteOrders(_ orders: [DeletedOrder], in database: Database) throws {
        guard !orders.isEmpty else { return }
        try Expired.removeTimers(of: orders.lazy.map(\.id), totals: &totals, in: database)
        for order in orders {
            try run("DELETE FROM journal WHERE order_row = ?", order.row, database)
            try run("DELETE FROM snapshots WHERE order_row = ?", order.row, database)
            try run("DELETE FROM relations WHERE order_row = ?", order.row, database)
            try run("DELETE FROM orders WHERE row = ?", order.row, database)
            totals.orderCount -= Int64(database.changesCount)
            var parked = try PreparedStatement("DELETE FROM parked WHERE key = ? AND role = ?", in: database)
            try parked.bind(order.id.key.rawValue)
            try parked.bind(order.id.role.rawValue)
            try parked.run()
            totals.parkedCount -= Int64(database.changesCount)
            try note(order, database)
            // Its number is not given to another, even when it came and went within one group.
            totals.orderRow = max(totals.orderRow, order.row)
        }
    }

    private func run(_ sql: String, _ row: Int64, _ database: Database) throws {
        var statement = try PreparedStatement(sql, in: database)
        try statement.bind(row)
        try statement.run()
    }

    private func note(_ order: DeletedOrder, _ database: Database) throws {
        var statement = try PreparedStatement(
            "INSERT INTO deletions(\(DeletedOrder.columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            in: database
        )
        try statement.bind(order.id.role.rawValue)
        try statement.bind(order.id.key.rawValue)
        try statement.bind(order.row)
        try statement.bind(order.revision)
        try statement.bind(order.lifecycle.rawValue)
        try statement.bind(order.status.rawValue)
        try statement.bind(order.createdAt.milliseconds)
        try statement.bind(order.deletedAt.milliseconds)
        try statement.bind(order.by)
        try statement.bind(order.reason)
        try statement.bind(order.messageID.rawValue)
        try statement.run()
    }
}

extension DeletedOrder {
    static let columns = """
        role, key, order_row, revision, lifecycle, status, created_at, deleted_at, deleted_by, reason, message_id
        """

    init(row: Columns) throws {
        guard let lifecycle = LifecycleState(rawValue: row.text(4)) else {
            throw StoreError.damagedRow("deletions", row.integer(2), "its lifecycle state is unknown")
        }
        self.init(
            id: OrderID(role: RoleName(row.text(0)), key: OrderKey(row.text(1))),
            row: row.integer(2),
            revision: Int(row.integer(3)),
            lifecycle: lifecycle,
            status: StateName(row.text(5)),
            createdAt: Timestamp(milliseconds: row.integer(6)),
            deletedAt: Timestamp(milliseconds: row.integer(7)),
            by: row.text(8),
            reason: row.text(9),
            messageID: MessageID(row.text(10))
        )
    }
}
