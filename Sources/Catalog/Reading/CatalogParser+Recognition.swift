internal import Messages
internal import Orders

// What a role accepts, and how foreign formats are taken apart.
extension CatalogParser {
    /// Messages that carry an order.
    static let orderMessages = ["ProcessSalesOrderFulfillmentEBM", "ProcessProvisioningOrderEBM"]

    func recognition() -> (accepted: Set<String>, mappings: [FormatMapping]) {
        var accepted: Set<String> = []
        for (name, place) in root.texts("accept") {
            if Self.orderMessages.contains(name) {
                accepted.insert(name)
            } else {
                problems.unknown("order message", name, at: place, among: Self.orderMessages)
            }
        }
        let mappings = root.mapping("recognize").compactMap { format($0) }
        checkRoots(mappings)
        if root["accept"] == nil, root["recognize"] == nil {
            problems.error(
                .start,
                "the catalog recognizes no order",
                "add 'accept' with message names, or 'recognize' with formats"
            )
        }
        return (accepted, mappings)
    }

    private func checkRoots(_ mappings: [FormatMapping]) {
        var seen: [String: String] = [:]
        for mapping in mappings {
            let root = "{\(mapping.rootNamespace)}\(mapping.rootName)"
            if let first = seen[root] {
                let place = self.root.mapping("recognize").first { $0.key == mapping.name }?.place ?? .start
                problems.error(
                    place,
                    "format \(mapping.name) has the same root as \(first)",
                    "a document is recognized by its root; make them differ"
                )
            }
            seen[root] = seen[root] ?? mapping.name
        }
    }

    private func format(_ entry: YAMLEntry) -> FormatMapping? {
        guard
            let fields = Fields(
                entry.value,
                "format \(entry.key)",
                at: entry.place,
                keys: ["root", "namespaces", "order", "lines"],
                required: ["root", "order", "lines"],
                problems: problems
            ),
            let rootNode = fields["root"], let orderNode = fields["order"], let linesNode = fields["lines"]
        else { return nil }
        let namespaces = fields.table("namespaces")
        let documentRoot = Fields(
            rootNode,
            "'root' of \(fields.what)",
            at: fields.keyPlace("root"),
            keys: ["namespace", "name"],
            required: ["name"],
            problems: problems
        )
        let expressions = ExpressionFields(namespaces: namespaces)
        guard let order = orderExpressions(orderNode, fields, expressions),
            let lines = lineExpressions(linesNode, fields, expressions)
        else { return nil }
        return FormatMapping(
            name: entry.key,
            rootNamespace: documentRoot?.text("namespace") ?? "",
            rootName: documentRoot?.text("name") ?? "",
            namespaces: namespaces,
            order: order,
            lines: lines
        )
    }

    private func orderExpressions(
        _ node: YAMLNode,
        _ format: Fields,
        _ expressions: ExpressionFields
    ) -> FormatMapping.OrderExpressions? {
        let keys = [
            "key", "messageID", "revision", "mode", "priority", "type", "source", "orderDate",
            "requestedDelivery",
            "accountID", "accountName", "properties",
        ]
        guard
            let fields = Fields(
                node,
                "'order' of \(format.what)",
                at: format.keyPlace("order"),
                keys: keys,
                required: ["key"],
                problems: problems
            )
        else { return nil }
        func at(_ key: String) -> String? { expressions.expression(fields, key) }
        return FormatMapping.OrderExpressions(
            key: at("key") ?? "",
            messageID: at("messageID"),
            revision: at("revision"),
            mode: at("mode"),
            priority: at("priority"),
            type: at("type"),
            source: at("source"),
            orderDate: at("orderDate"),
            requestedDelivery: at("requestedDelivery"),
            accountID: at("accountID"),
            accountName: at("accountName"),
            properties: expressions.table(fields, "properties")
        )
    }

    private func lineExpressions(
        _ node: YAMLNode,
        _ format: Fields,
        _ expressions: ExpressionFields
    ) -> FormatMapping.LineExpressions? {
        let keys = [
            "select", "id", "parents", "action", "name", "productClass", "type", "quantity",
            "requestedDelivery",
            "properties", "attributes",
        ]
        guard
            let fields = Fields(
                node,
                "'lines' of \(format.what)",
                at: format.keyPlace("lines"),
                keys: keys,
                required: ["select", "id"],
                problems: problems
            )
        else { return nil }
        func at(_ key: String) -> String? { expressions.expression(fields, key) }
        return FormatMapping.LineExpressions(
            select: at("select") ?? "",
            id: at("id") ?? "",
            parents: expressions.list(fields, "parents"),
            action: at("action"),
            name: at("name"),
            productClass: at("productClass"),
            type: at("type"),
            quantity: at("quantity"),
            requestedDelivery: at("requestedDelivery"),
            properties: expressions.table(fields, "properties"),
            attributes: fields["attributes"].flatMap { attributeExpressions($0, fields, expressions) }
        )
    }

    private func attributeExpressions(
        _ node: YAMLNode,
        _ lines: Fields,
        _ expressions: ExpressionFields
    ) -> FormatMapping.AttributeExpressions? {
        guard
            let fields = Fields(
                node,
                "'attributes' of \(lines.what)",
                at: lines.keyPlace("attributes"),
                keys: ["select", "name", "value", "action"],
                required: ["select", "name", "value"],
                problems: problems
            )
        else { return nil }
        func at(_ key: String) -> String? { expressions.expression(fields, key) }
        return FormatMapping.AttributeExpressions(
            select: at("select") ?? "",
            name: at("name") ?? "",
            value: at("value") ?? "",
            action: at("action")
        )
    }
}
