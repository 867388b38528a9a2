internal import GRDB
internal import Orders
internal import Store

/// Orders as retention looks at them.
struct ExpiredOrders: RetentionSource {
    let database: Database

    private static let columns = "orders.row, orders.role, orders.key, orders.lifecycle, orders.closed_at"
    private static let closed = LifecycleState.allCases.filter(\.isClosed)

    func hasRelations() throws -> Bool {
        try database.integer("SELECT EXISTS (SELECT 1 FROM relations)") == 1
    }

    /// By the index of states and times, one state after the other.
    func closedOrders(after order: SweptOrder?, before time: Timestamp, limit: Int) throws -> [SweptOrder] {
        let first = order.flatMap { Self.closed.firstIndex(of: $0.lifecycle) } ?? 0
        var found: [SweptOrder] = []
        var after = order
        for lifecycle in Self.closed[first...] where found.count < limit {
            var statement = try PreparedStatement(
                """
                SELECT \(Self.columns) FROM orders WHERE lifecycle = ? AND closed_at >= ? AND closed_at < ?
                AND (closed_at > ? OR row > ?) ORDER BY closed_at, row LIMIT ?
                """,
                in: database
            )
            let since = after?.closedAt?.milliseconds ?? .min
            try statement.bind(lifecycle.rawValue)
            try statement.bind(since)
            try statement.bind(time.milliseconds)
            try statement.bind(since)
            try statement.bind(after?.row ?? .min)
            try statement.bind(limit - found.count)
            found += try statement.all(SweptOrder.init(row:))
            after = nil
        }
        return found
    }

    func order(row: Int64) throws -> SweptOrder? {
        var statement = try PreparedStatement(
            "SELECT \(Self.columns) FROM orders WHERE row = ?",
            in: database
        )
        try statement.bind(row)
        return try statement.first(SweptOrder.init(row:))
    }

    func bases(of order: SweptOrder) throws -> [SweptOrder] {
        var statement = try PreparedStatement(
            """
            SELECT \(Self.columns) FROM relations JOIN orders ON orders.key = base AND orders.role = base_role
            WHERE order_row = ?
            """,
            in: database
        )
        try statement.bind(order.row)
        return try statement.all(SweptOrder.init(row:))
    }

    func followers(of order: SweptOrder) throws -> [SweptOrder] {
        var statement = try PreparedStatement(
            """
            SELECT \(Self.columns) FROM relations JOIN orders ON orders.row = order_row
            WHERE base = ? AND base_role = ?
            """,
            in: database
        )
        try statement.bind(order.id.key.rawValue)
        try statement.bind(order.id.role.rawValue)
        return try statement.all(SweptOrder.init(row:))
    }
}

extension SweptOrder {
    fileprivate init(row: Columns) throws {
        guard let lifecycle = LifecycleState(rawValue: row.text(3)) else {
            throw StoreError.damagedRow("orders", row.integer(0), "its lifecycle state is unknown")
        }
        self.init(
            row: row.integer(0),
            id: OrderID(role: RoleName(row.text(1)), key: OrderKey(row.text(2))),
            lifecycle: lifecycle,
            closedAt: row.optionalInteger(4).map(Timestamp.init(milliseconds:))
        )
    }
}
