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
    var outboxCount: Int64 = 0
    var timerCount: Int64 = 0
    var parkedCount: Int64 = 0
    var inboxCount: Int64 = 0

    var highWater: HighWater {
        HighWater(orderRow: orderRow, outboxID: outboxID, timerID: timerID, parkedID: parkedID)
    }

    static func read(_ database: Database) throws -> Totals {
        var statement = try PreparedStatement(
            """
            SELECT order_row, outbox_id, timer_id, parked_id, inbox_id, inbox_indexed, outbox_count, timer_count,
                parked_count, inbox_count FROM totals
            """,
            in: database
        )
        let totals = try statement.first { row in
            Totals(
                orderRow: row.integer(0),
                outboxID: row.integer(1),
                timerID: row.integer(2),
                parkedID: row.integer(3),
                inboxID: row.integer(4),
                inboxIndexed: row.integer(5),
                outboxCount: row.integer(6),
                timerCount: row.integer(7),
                parkedCount: row.integer(8),
                inboxCount: row.integer(9)
            )
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
        var statement = try PreparedStatement(
            """
            UPDATE totals SET order_row = ?, outbox_id = ?, timer_id = ?, parked_id = ?, inbox_id = ?,
                inbox_indexed = ?, outbox_count = ?, timer_count = ?, parked_count = ?, inbox_count = ?
            """,
            in: database
        )
        try statement.bind(orderRow)
        try statement.bind(outboxID)
        try statement.bind(timerID)
        try statement.bind(parkedID)
        try statement.bind(inboxID)
        try statement.bind(inboxIndexed)
        try statement.bind(outboxCount)
        try statement.bind(timerCount)
        try statement.bind(parkedCount)
        try statement.bind(inboxCount)
        try statement.run()
    }
}
