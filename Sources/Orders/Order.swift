/// A valid order: what was asked for, as the catalog's rules understood it.
package struct Order: Codable, Hashable, Sendable {
    package var key: OrderKey
    package var revision: Int
    package var mode: ModeName
    package var priority: OrderPriority
    package var type: String?
    package var source: String?
    package var orderDate: Timestamp?
    package var requestedDelivery: Timestamp?
    package var accountID: String?
    package var accountName: String?
    package var correlation: String?
    package var salesOrderID: String?
    package var properties: [String: String]
    package var extensions: [String]
    /// In the sender's order.
    package var lines: [OrderLine]
    /// What the sender calls values that value maps changed; `nil` when they changed none.
    package var sentAs: Wording?

    package init(
        key: OrderKey,
        revision: Int,
        mode: ModeName,
        priority: OrderPriority = .standard,
        type: String? = nil,
        source: String? = nil,
        orderDate: Timestamp? = nil,
        requestedDelivery: Timestamp? = nil,
        accountID: String? = nil,
        accountName: String? = nil,
        correlation: String? = nil,
        salesOrderID: String? = nil,
        properties: [String: String] = [:],
        extensions: [String] = [],
        lines: [OrderLine] = [],
        sentAs: Wording? = nil
    ) {
        self.key = key
        self.revision = revision
        self.mode = mode
        self.priority = priority
        self.type = type
        self.source = source
        self.orderDate = orderDate
        self.requestedDelivery = requestedDelivery
        self.accountID = accountID
        self.accountName = accountName
        self.correlation = correlation
        self.salesOrderID = salesOrderID
        self.properties = properties
        self.extensions = extensions
        self.lines = lines
        self.sentAs = sentAs
    }
}

/// A line of a valid order.
package struct OrderLine: Codable, Hashable, Sendable {
    package var id: LineID
    package var parents: [LineID]
    package var action: ServiceAction
    package var name: String?
    package var productClass: String?
    package var type: String?
    package var quantity: String?
    package var requestedDelivery: Timestamp?
    package var sourceLines: [LineID]
    package var properties: [String: String]
    package var attributes: [LineAttribute]
    package var extensions: [String]
    /// The pattern its product class maps to; `nil` for lines that only hold others together.
    package var pattern: PatternName?

    package init(
        id: LineID,
        parents: [LineID] = [],
        action: ServiceAction,
        name: String? = nil,
        productClass: String? = nil,
        type: String? = nil,
        quantity: String? = nil,
        requestedDelivery: Timestamp? = nil,
        sourceLines: [LineID] = [],
        properties: [String: String] = [:],
        attributes: [LineAttribute] = [],
        extensions: [String] = [],
        pattern: PatternName? = nil
    ) {
        self.id = id
        self.parents = parents
        self.action = action
        self.name = name
        self.productClass = productClass
        self.type = type
        self.quantity = quantity
        self.requestedDelivery = requestedDelivery
        self.sourceLines = sourceLines
        self.properties = properties
        self.attributes = attributes
        self.extensions = extensions
        self.pattern = pattern
    }
}
