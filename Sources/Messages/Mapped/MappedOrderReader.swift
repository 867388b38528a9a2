internal import Orders
internal import XML

/// Reads an order of a foreign format by its mapping's expressions.
struct MappedOrderReader {
    let format: MappedFormat
    let root: XPathNode

    struct Result {
        /// `nil` when the order has no identification.
        var order: OrderDraft?
        var messageID: String?
    }

    func read() throws(XMLError) -> Result {
        let order = format.order
        let messageID = try value(order.messageID, at: root)
        guard let key = try value(order.key, at: root) else {
            return Result(order: nil, messageID: messageID)
        }
        var draft = OrderDraft(key: OrderKey(key))
        draft.revision = try value(order.revision, at: root)
        draft.mode = try value(order.mode, at: root)
        draft.priority = try value(order.priority, at: root)
        draft.type = try value(order.type, at: root)
        draft.source = try value(order.source, at: root)
        draft.orderDate = try value(order.orderDate, at: root)
        draft.requestedDelivery = try value(order.requestedDelivery, at: root)
        draft.accountID = try value(order.accountID, at: root)
        draft.accountName = try value(order.accountName, at: root)
        draft.properties = try properties(order.properties, at: root)
        for node in try root.nodes(format.lines.select) ?? [] { draft.lines.append(try line(node)) }
        return Result(order: draft, messageID: messageID)
    }

    private func line(_ node: XPathNode) throws(XMLError) -> LineDraft {
        let lines = format.lines
        var line = LineDraft(documentLine: node.line)
        line.id = try value(lines.id, at: node)
        for expression in lines.parents {
            for parent in try texts(expression, at: node) where !line.parents.contains(parent) {
                line.parents.append(parent)
            }
        }
        line.action = try value(lines.action, at: node)
        line.name = try value(lines.name, at: node)
        line.productClass = try value(lines.productClass, at: node)
        line.type = try value(lines.type, at: node)
        line.quantity = try value(lines.quantity, at: node)
        line.requestedDelivery = try value(lines.requestedDelivery, at: node)
        line.properties = try properties(lines.properties, at: node)
        if let attributes = lines.attributes { line.attributes = try self.attributes(attributes, at: node) }
        return line
    }

    private func attributes(
        _ expressions: MappedFormat.Attributes,
        at node: XPathNode
    ) throws(XMLError) -> [LineAttribute] {
        var attributes: [LineAttribute] = []
        for row in try node.nodes(expressions.select) ?? [] {
            guard let name = try value(expressions.name, at: row) else { continue }
            let action = try value(expressions.action, at: row)
            let value = try value(expressions.value, at: row)
            guard value != nil || action.flatMap({ ServiceAction(code: $0) }) == .delete else { continue }
            attributes.append(LineAttribute(name: name, value: value ?? "", action: action))
        }
        return attributes
    }

    private func properties(
        _ expressions: [(name: String, expression: XPathExpression)],
        at node: XPathNode
    ) throws(XMLError) -> [String: String] {
        var properties: [String: String] = [:]
        for (name, expression) in expressions {
            if let value = try value(expression, at: node) { properties[name] = value }
        }
        return properties
    }

    private func value(_ expression: XPathExpression?, at node: XPathNode) throws(XMLError) -> String? {
        guard let expression else { return nil }
        return try node.stringIfNotEmpty(expression)
    }

    /// All texts an expression selects; one that gives a text instead of nodes gives that.
    private func texts(_ expression: XPathExpression, at node: XPathNode) throws(XMLError) -> [String] {
        guard let nodes = try node.nodes(expression) else {
            return try node.stringIfNotEmpty(expression).map { [$0] } ?? []
        }
        return nodes.map(\.value).filter { !$0.isEmpty }
    }
}
