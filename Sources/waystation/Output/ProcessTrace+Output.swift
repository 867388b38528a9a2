import Orders
import Store

extension ProcessTrace {
    /// For people: the orders with a number each, and the messages.
    var report: String {
        let head =
            "Business process \(instanceID): \(NameList.count(orders.count, "order")), "
            + NameList.count(messages.count, "message")
        return [head.printable, orderTable.text, messageTable.text].joined(separator: "\n\n")
    }

    private var orderTable: TextTable {
        var table = TextTable(["#", "ROLE", "REV", "STATE", "STATUS", "KEY"], numeric: [0, 2])
        for (index, order) in orders.enumerated() {
            table.add([
                "\(index + 1)", order.id.role.rawValue, "\(order.revision)", order.lifecycle.rawValue,
                order.status.rawValue, order.id.key.rawValue,
            ])
        }
        return table
    }

    private var messageTable: TextTable {
        let numbers = Dictionary(orders.enumerated().map { ($0.element.id, $0.offset + 1) }) { first, _ in
            first
        }
        var table = TextTable(
            ["TIME", "ROLE", "#", "WAY", "MESSAGE", "ID", "QUEUE", "RESULT OR CAUSE"],
            numeric: [2]
        )
        for message in messages {
            table.add([
                message.at.text, message.order.role.rawValue, numbers[message.order].map { "\($0)" } ?? "",
                message.direction.rawValue, message.type ?? "", message.id.rawValue, message.queue ?? "",
                message.text,
            ])
        }
        return table
    }

    var json: JSONValue {
        [
            "instanceId": JSONValue(instanceID), "orders": .array(orders.map(\.json)),
            "messages": .array(messages.map(\.json)),
        ]
    }
}

extension ProcessTrace.Message {
    var json: JSONValue {
        let meaning = direction == .in ? "result" : "cause"
        return [
            "at": JSONValue(at), "role": JSONValue(order.role), "order": JSONValue(order.key),
            "direction": JSONValue(direction.rawValue), "type": JSONValue(type), "id": JSONValue(id),
            "queue": JSONValue(queue), meaning: JSONValue(text),
        ]
    }
}
