import Orders
import Store

extension DeletedOrder {
    /// What is kept of it, for people.
    var sentence: String {
        "\(id.key) of role \(id.role) was deleted by \(by) at \(deletedAt): \(reason) (revision \(revision), "
            .printable + "last \(lifecycle.rawValue))".printable
    }

    var json: JSONValue {
        [
            "key": JSONValue(id.key), "role": JSONValue(id.role), "revision": JSONValue(revision),
            "state": JSONValue(lifecycle), "status": JSONValue(status), "created": JSONValue(createdAt),
            "deleted": JSONValue(deletedAt), "by": JSONValue(by), "reason": JSONValue(reason),
            "messageId": JSONValue(messageID),
        ]
    }
}

extension [DeletedOrder] {
    var table: TextTable {
        var table = TextTable(["ROLE", "REV", "STATE", "DELETED", "BY", "REASON", "KEY"], numeric: [1])
        for order in self {
            table.add([
                order.id.role.rawValue, "\(order.revision)", order.lifecycle.rawValue,
                order.deletedAt.text, order.by, order.reason, order.id.key.rawValue,
            ])
        }
        return table
    }
}
