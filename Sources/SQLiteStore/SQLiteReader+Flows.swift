internal import Broker
internal import GRDB
package import Orders
package import Store

extension SQLiteReader {
    package func flows(since minute: Timestamp, limit: Int) throws(StoreError) -> [FlowMinute] {
        try reading("reading what flows did") { database in
            var statement = try PreparedStatement(
                """
                SELECT \(FlowMinute.columns) FROM flows WHERE minute >= ?
                ORDER BY minute DESC, role, kind, code, counted_since LIMIT ?
                """,
                in: database
            )
            try statement.bind(minute.milliseconds)
            try statement.bind(max(0, limit))
            return try statement.all(FlowMinute.init(row:))
        }
    }

    package func waits() throws(StoreError) -> [StoreWait] {
        try reading("looking for what waits") { database in
            var outbox = try PreparedStatement(
                """
                SELECT exchange, routing_key, COUNT(*), MIN(created_at) FROM outbox
                GROUP BY exchange, routing_key ORDER BY exchange, routing_key
                """,
                in: database
            )
            var parked = try PreparedStatement(
                "SELECT queue, COUNT(*), MIN(parked_at) FROM parked GROUP BY queue ORDER BY queue",
                in: database
            )
            return try outbox.all { row in
                StoreWait(
                    place: .outbox(Destination(exchange: row.text(0), routingKey: row.text(1))),
                    messages: Int(row.integer(2)),
                    since: Timestamp(milliseconds: row.integer(3))
                )
            }
                + parked.all { row in
                    StoreWait(
                        place: .parked(queue: row.text(0)),
                        messages: Int(row.integer(1)),
                        since: Timestamp(milliseconds: row.integer(2))
                    )
                }
        }
    }
}
