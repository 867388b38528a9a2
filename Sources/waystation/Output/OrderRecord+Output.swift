import Orders
import Store

extension OrderRecord {
    /// An order as `waystation orders` lists it.
    var json: JSONValue {
        [
            "key": JSONValue(id.key), "role": JSONValue(id.role), "revision": JSONValue(revision),
            "state": JSONValue(lifecycle), "status": JSONValue(status), "priority": JSONValue(priority),
            "components": [
                "total": JSONValue(componentsTotal), "completed": JSONValue(componentsCompleted),
                "failed": JSONValue(componentsFailed),
            ],
            "created": JSONValue(createdAt), "updated": JSONValue(updatedAt), "closed": JSONValue(closedAt),
        ]
    }
}

extension [OrderRecord] {
    var table: TextTable {
        var table = TextTable(
            ["ROLE", "REV", "STATE", "STATUS", "PRIO", "DONE", "FAILED", "UPDATED", "KEY"],
            numeric: [1, 4, 5, 6]
        )
        for order in self {
            table.add([
                order.id.role.rawValue, "\(order.revision)", order.lifecycle.rawValue,
                order.status.rawValue, "\(order.priority)",
                "\(order.componentsCompleted)/\(order.componentsTotal)",
                "\(order.componentsFailed)", order.updatedAt.text, order.id.key.rawValue,
            ])
        }
        return table
    }
}

/// Finds the state of an order that a text names.
enum LifecycleText {
    /// Case, space, hyphen and underscore make no difference; the dotted names are known, too.
    static func state(_ text: String) -> LifecycleState? {
        let wanted = folded(text)
        return LifecycleState.allCases.first {
            folded($0.rawValue) == wanted || $0.dottedName == text.lowercased()
        }
    }

    static var known: String { LifecycleState.allCases.map(\.rawValue).joined(separator: ", ") }

    private static func folded(_ text: String) -> String {
        String(text.lowercased().filter { $0 != " " && $0 != "-" && $0 != "_" })
    }
}
