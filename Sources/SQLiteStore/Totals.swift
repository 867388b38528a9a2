internal import GRDB
internal import Store

/// The one row of `totals`: the largest identifiers ever used and how much is there.
struct Totals: Equatable {
    var orderRow: Int64 = 0
    var outboxID: Int64 = 0
    var timerID: Int64 = 0
    var parkedID: Int64 = 0
    var inboxID: Int64 = 0
    /// Inbox records up to this id have their entry in `inbox_keys`.
    var inboxIndexed: Int64 = 0
    var orderCount: Int64 = 0
    var outboxCount: Int64 = 0
    var timerCount: Int64 = 0
    var parkedCount: Int64 = 0
    var inboxCount: Int64 = 0
    var failedID: Int64 = 0
    var failedCount: Int64 = 0
    /// Of the bodies of failed messages.
    var failedBytes: Int64 = 0

    var highWater: HighWater {
        HighWater(
            orderRow: orderRow,
            outboxID: outboxID,
            timerID: timerID,
            parkedID: parkedID,
            failedID: failedID
        )
    }

    /// The columns with the fields they hold.
    private static let columns: [(name: String, field: any WritableKeyPath<Totals, Int64> & Sendable)] = [
        ("order_row", \.orderRow), ("outbox_id", \.outboxID), ("timer_id", \.timerID),
        ("parked_id", \.parkedID),
        ("inbox_id", \.inboxID), ("inbox_indexed", \.inboxIndexed), ("order_count", \.orderCount),
        ("outbox_count", \.outboxCount), ("timer_count", \.timerCount), ("parked_count", \.parkedCount),
        ("inbox_count", \.inboxCount), ("failed_id", \.failedID), ("failed_count", \.failedCount),
        ("failed_bytes", \.failedBytes),
    ]
    private static let selection = "SELECT \(columns.map(\.name).joined(separator: ", ")) FROM totals"
    private static let update =
        "UPDATE totals SET \(columns.map { "\($0.name) = ?" }.joined(separator: ", "))"

    static func read(_ database: Database) throws -> Totals {
        var statement = try PreparedStatement(selection, in: database)
        let totals = try statement.first { row in
            var totals = Totals()
            for (index, column) in columns.enumerated() {
                totals[keyPath: column.field] = row.integer(CInt(index))
            }
            return totals
        }
        guard let totals else {
            throw StoreError(
                .damaged,
                "the table of totals is empty",
                remedy: "Restore the file from a copy."
            )
        }
        return totals
    }

    func write(_ database: Database) throws {
        var statement = try PreparedStatement(Self.update, in: database)
        for column in Self.columns { try statement.bind(self[keyPath: column.field]) }
        try statement.run()
    }
}
