internal import GRDB
internal import Orders
internal import Store

extension GroupWriter {
    /// An order that is not there is new, unless it was removed after its hop was decided.
    mutating func writeOrders(of group: HopGroup, to database: Database) throws {
        for record in group.orders {
            if record.row > totals.orderRow {
                try insert(record, database)
                totals.orderRow = record.row
            } else if try !update(record, database), try !updateAll(record, database) {
                if group.continuesHops(ofRow: record.row) { throw StoreError.removed(record.id) }
                try insert(record, database)
            }
        }
    }

    private mutating func insert(_ record: OrderRecord, _ database: Database) throws {
        var statement = try PreparedStatement(Self.insertion, in: database)
        try statement.bind(record.row)
        try statement.bind(record.id.role.rawValue)
        try statement.bind(record.id.key.rawValue)
        try statement.bind(record.revision)
        try statement.bind(record.lifecycle.rawValue)
        try statement.bind(record.status.rawValue)
        try statement.bind(record.priority)
        try statement.bind(record.componentsTotal)
        try statement.bind(record.componentsCompleted)
        try statement.bind(record.componentsFailed)
        try statement.bind(record.sequence)
        try statement.bind(record.catalogVersion)
        try statement.bind(record.createdAt.milliseconds)
        try statement.bind(record.updatedAt.milliseconds)
        try statement.bind(record.closedAt?.milliseconds)
        try statement.bind(record.instanceID)
        try statement.bind(record.updatesParked.map { Int64($0) })
        try statement.run()
        totals.orderCount += 1
    }

    /// The usual update, which leaves the indexed columns alone; `false` when one of them is to change.
    private func update(_ record: OrderRecord, _ database: Database) throws -> Bool {
        var statement = try PreparedStatement(Self.usualUpdate, in: database)
        try bindAssignments(record, &statement)
        try bindIdentity(record, &statement)
        try statement.bind(record.lifecycle.rawValue)
        try statement.bind(record.closedAt?.milliseconds)
        try statement.run()
        return database.changesCount == 1
    }

    private func updateAll(_ record: OrderRecord, _ database: Database) throws -> Bool {
        var statement = try PreparedStatement(Self.wholeUpdate, in: database)
        try bindAssignments(record, &statement)
        try statement.bind(record.lifecycle.rawValue)
        try statement.bind(record.closedAt?.milliseconds)
        try bindIdentity(record, &statement)
        try statement.run()
        return database.changesCount == 1
    }

    private static let assignments = """
        revision = ?, status = ?, priority = ?, components_total = ?, components_completed = ?, \
        components_failed = ?, sequence = ?, catalog_version = ?, created_at = ?, updated_at = ?, instance_id = ?, \
        updates_parked = ?
        """

    // Built once: a statement is found by its text for every order.
    private static let insertion =
        "INSERT INTO orders(\(OrderRecord.columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    private static let usualUpdate = """
        UPDATE orders SET \(assignments) WHERE row = ? AND role = ? AND key = ? AND lifecycle = ? \
        AND closed_at IS ?
        """
    private static let wholeUpdate = """
        UPDATE orders SET \(assignments), lifecycle = ?, closed_at = ? WHERE row = ? AND role = ? AND key = ?
        """

    private func bindAssignments(_ record: OrderRecord, _ statement: inout PreparedStatement) throws {
        try statement.bind(record.revision)
        try statement.bind(record.status.rawValue)
        try statement.bind(record.priority)
        try statement.bind(record.componentsTotal)
        try statement.bind(record.componentsCompleted)
        try statement.bind(record.componentsFailed)
        try statement.bind(record.sequence)
        try statement.bind(record.catalogVersion)
        try statement.bind(record.createdAt.milliseconds)
        try statement.bind(record.updatedAt.milliseconds)
        try statement.bind(record.instanceID)
        try statement.bind(record.updatesParked.map { Int64($0) })
    }

    private func bindIdentity(_ record: OrderRecord, _ statement: inout PreparedStatement) throws {
        try statement.bind(record.row)
        try statement.bind(record.id.role.rawValue)
        try statement.bind(record.id.key.rawValue)
    }
}
