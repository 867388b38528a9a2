internal import GRDB
internal import Orders
package import Store

extension SQLiteReader {
    package func orders(instanceID: String) throws(StoreError) -> [OrderRecord] {
        try reading("looking for orders of a business process") { database in
            var statement = try PreparedStatement(
                "SELECT \(OrderRecord.columns) FROM orders WHERE instance_id = ? ORDER BY row",
                in: database
            )
            try statement.bind(instanceID)
            return try statement.all(OrderRecord.init(row:))
        }
    }

    package func inbox(instanceID: String) throws(StoreError) -> [InboxRecord] {
        try reading("looking for messages of a business process") { database in
            var statement = try PreparedStatement(
                """
                SELECT role, message_id, body_digest, order_key, received_at FROM inbox
                WHERE (role, order_key) IN (SELECT role, key FROM orders WHERE instance_id = ?) ORDER BY id
                """,
                in: database
            )
            try statement.bind(instanceID)
            return try statement.all { row in
                InboxRecord(
                    role: RoleName(row.text(0)),
                    messageID: MessageID(row.text(1)),
                    bodyDigest: row.integer(2),
                    orderKey: row.optionalText(3).map { OrderKey($0) },
                    receivedAt: Timestamp(milliseconds: row.integer(4))
                )
            }
        }
    }
}
