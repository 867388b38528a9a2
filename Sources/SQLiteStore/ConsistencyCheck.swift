internal import GRDB

/// What the tables promise each other, looked up row by row; each broken promise is a sentence.
enum ConsistencyCheck {
    static func problems(limit: Int, in database: Database) throws -> [String] {
        var problems: [String] = []
        for check in checks where problems.count < limit {
            var statement = try PreparedStatement(check.sql + " LIMIT ?", in: database)
            try statement.bind(limit - problems.count)
            problems += try statement.all(check.sentence)
        }
        return problems
    }

    private struct Check: Sendable {
        var sql: String
        var sentence: @Sendable (Columns) -> String

        init(_ sql: String, _ sentence: @escaping @Sendable (Columns) -> String) {
            self.sql = sql
            self.sentence = sentence
        }
    }

    private static let checks: [Check] =
        journalChecks + relationChecks + inboxChecks + failedChecks
        + ["order", "outbox", "timer", "parked", "inbox", "failed"].map(count)

    private static let journalChecks = [
        Check(
            """
            SELECT order_row, COUNT(*) FROM journal WHERE order_row NOT IN (SELECT row FROM orders)
            GROUP BY order_row
            """,
            { "The journal has \($0.integer(1)) rows of order row \($0.integer(0)), which does not exist." }
        ),
        Check(
            """
            SELECT order_row, MIN(sequence), MAX(sequence), COUNT(*) FROM journal GROUP BY order_row
            HAVING MIN(sequence) <> 1 OR MAX(sequence) <> COUNT(*)
            """,
            {
                "The journal of order row \($0.integer(0)) has gaps: sequences \($0.integer(1)) to \($0.integer(2)) "
                    + "in \($0.integer(3)) rows."
            }
        ),
        Check(
            """
            SELECT role, key, orders.sequence, ifnull(last, 0) AS last FROM orders
            LEFT JOIN (SELECT order_row, MAX(sequence) AS last FROM journal GROUP BY order_row) ON order_row = row
            WHERE orders.sequence <> ifnull(last, 0)
            """,
            {
                "Order \($0.text(0))/\($0.text(1)) says sequence \($0.integer(2)), its journal ends at "
                    + "\($0.integer(3))."
            }
        ),
        Check(
            """
            SELECT order_row, snapshots.sequence FROM snapshots LEFT JOIN orders ON row = order_row
            WHERE row IS NULL OR snapshots.sequence > orders.sequence
            """,
            {
                "The snapshot of order row \($0.integer(0)) is of sequence \($0.integer(1)), which its order has not "
                    + "reached."
            }
        ),
    ]

    private static let relationChecks = [
        Check(
            "SELECT order_row, base_role, base FROM relations WHERE order_row NOT IN (SELECT row FROM orders)",
            {
                "Order row \($0.integer(0)) follows order \($0.text(1))/\($0.text(2)), and does not exist."
            }
        )
    ]

    /// A message may name an order that never was (it was refused) or is no longer (its time was over): only when the
    /// number of orders shows that some are missing, such messages tell which.
    private static let inboxChecks = [
        Check(
            """
            SELECT inbox.role, message_id, order_key FROM inbox WHERE order_key IS NOT NULL
            AND (order_key, role) NOT IN (SELECT key, role FROM orders)
            AND (SELECT COUNT(*) FROM orders) <> (SELECT order_count FROM totals)
            """,
            {
                "Message \($0.text(1)) took effect on order \($0.text(0))/\($0.text(2)), which does not exist."
            }
        ),
        Check(
            """
            SELECT id FROM inbox WHERE id <= (SELECT inbox_indexed FROM totals)
            AND NOT EXISTS (SELECT 1 FROM inbox_keys WHERE inbox_keys.hash = inbox.hash AND inbox_keys.id = inbox.id)
            """,
            { "Inbox record \($0.integer(0)) cannot be found by its key." }
        ),
        Check(
            "SELECT id FROM inbox_keys WHERE id NOT IN (SELECT id FROM inbox)",
            { "The inbox index names record \($0.integer(0)), which does not exist." }
        ),
    ]

    private static let failedChecks = [
        Check(
            "SELECT id, state FROM failed WHERE state <> 'failed' AND (decided_by IS NULL OR decided_at IS NULL)",
            { "Failed message \($0.integer(0)) is \($0.text(1)), and nobody has decided that." }
        ),
        Check(
            "SELECT id FROM failed WHERE state = 'discarded' AND ifnull(decided_reason, '') = ''",
            { "Failed message \($0.integer(0)) was discarded without a reason." }
        ),
        Check(
            "SELECT id, body_bytes, length(body) FROM failed WHERE body_bytes <> length(body)",
            {
                "Failed message \($0.integer(0)) has \($0.integer(2)) bytes, its record says \($0.integer(1))."
            }
        ),
        Check(
            """
            SELECT counted, kept FROM (SELECT (SELECT ifnull(SUM(body_bytes), 0) FROM failed) AS counted,
            (SELECT failed_bytes FROM totals) AS kept) WHERE counted <> kept
            """,
            { "Failed messages have \($0.integer(0)) bytes, their total says \($0.integer(1))." }
        ),
    ]

    /// The counts that ``Totals`` keeps against the tables.
    private static func count(_ name: String) -> Check {
        let table = name == "timer" || name == "order" ? name + "s" : name
        return Check(
            """
            SELECT counted, kept FROM (SELECT (SELECT COUNT(*) FROM \(table)) AS counted,
            (SELECT \(name)_count FROM totals) AS kept) WHERE counted <> kept
            """,
            { "The table \(table) has \($0.integer(0)) rows, its count says \($0.integer(1))." }
        )
    }
}
