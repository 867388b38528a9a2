/// Reads orders of a foreign XML format: recognized by its root, taken apart by XPath expressions.
///
/// Expressions are texts here; the decoder compiles them. Line expressions are relative to a line's node.
package struct FormatMapping: Sendable, Hashable {
    package var name: String
    package var rootNamespace: String
    package var rootName: String
    /// Prefixes for the expressions.
    package var namespaces: [String: String]
    package var order: OrderExpressions
    package var lines: LineExpressions

    package init(
        name: String,
        rootNamespace: String,
        rootName: String,
        namespaces: [String: String],
        order: OrderExpressions,
        lines: LineExpressions
    ) {
        self.name = name
        self.rootNamespace = rootNamespace
        self.rootName = rootName
        self.namespaces = namespaces
        self.order = order
        self.lines = lines
    }

    /// Expressions for the order itself, relative to the root.
    package struct OrderExpressions: Sendable, Hashable {
        package var key: String
        /// The sender's message id, when the format has one.
        package var messageID: String?
        package var revision: String?
        package var mode: String?
        package var priority: String?
        package var type: String?
        package var source: String?
        package var orderDate: String?
        package var requestedDelivery: String?
        package var accountID: String?
        package var accountName: String?
        package var properties: [String: String]

        package init(
            key: String,
            messageID: String? = nil,
            revision: String? = nil,
            mode: String? = nil,
            priority: String? = nil,
            type: String? = nil,
            source: String? = nil,
            orderDate: String? = nil,
            requestedDelivery: String? = nil,
            accountID: String? = nil,
            accountName: String? = nil,
            properties: [String: String] = [:]
        ) {
            self.key = key
            self.messageID = messageID
            self.revision = revision
            self.mode = mode
            self.priority = priority
            self.type = type
            self.source = source
            self.orderDate = orderDate
            self.requestedDelivery = requestedDelivery
            self.accountID = accountID
            self.accountName = accountName
            self.properties = properties
        }
    }

    /// Expressions for each line.
    package struct LineExpressions: Sendable, Hashable {
        /// Selects the line nodes, relative to the root.
        package var select: String
        package var id: String
        /// Each selects parents (node sets of ids); the first that gives one names the structural parent.
        package var parents: [String]
        package var action: String?
        package var name: String?
        package var productClass: String?
        package var type: String?
        package var quantity: String?
        package var requestedDelivery: String?
        package var properties: [String: String]
        package var attributes: AttributeExpressions?

        package init(
            select: String,
            id: String,
            parents: [String] = [],
            action: String? = nil,
            name: String? = nil,
            productClass: String? = nil,
            type: String? = nil,
            quantity: String? = nil,
            requestedDelivery: String? = nil,
            properties: [String: String] = [:],
            attributes: AttributeExpressions? = nil
        ) {
            self.select = select
            self.id = id
            self.parents = parents
            self.action = action
            self.name = name
            self.productClass = productClass
            self.type = type
            self.quantity = quantity
            self.requestedDelivery = requestedDelivery
            self.properties = properties
            self.attributes = attributes
        }
    }

    /// Expressions for a line's attributes; name and value are relative to the attribute's node.
    package struct AttributeExpressions: Sendable, Hashable {
        package var select: String
        package var name: String
        package var value: String
        package var action: String?

        package init(select: String, name: String, value: String, action: String? = nil) {
            self.select = select
            self.name = name
            self.value = value
            self.action = action
        }
    }
}
