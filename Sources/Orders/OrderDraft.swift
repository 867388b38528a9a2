/// An order as its message says it, before any rule has looked at it: texts, trimmed, empty ones absent.
///
/// Decoders fill it in; the core's validation turns it into an ``Order`` or into a list of every problem.
package struct OrderDraft: Codable, Hashable, Sendable {
    package var key: OrderKey
    package var revision: String?
    package var mode: String?
    package var priority: String?
    package var type: String?
    package var source: String?
    package var orderDate: String?
    package var requestedDelivery: String?
    package var accountID: String?
    package var accountName: String?
    /// The asking role's name for this order, repeated in every update about it (COMCorrelationID).
    package var correlation: String?
    /// The identification the sender uses in its own messages (SALESORDER_ID), when it is not the key.
    package var salesOrderID: String?
    /// Every other simple value, by its path such as `ServiceAddress/CityName`.
    package var properties: [String: String]
    /// Unknown elements as self-contained XML, forwarded as they are.
    package var extensions: [String]
    package var lines: [LineDraft]
    /// What the order as a whole waits for; `nil` for nothing.
    package var bases: [BaseReference]?

    package init(
        key: OrderKey,
        revision: String? = nil,
        mode: String? = nil,
        priority: String? = nil,
        type: String? = nil,
        source: String? = nil,
        orderDate: String? = nil,
        requestedDelivery: String? = nil,
        accountID: String? = nil,
        accountName: String? = nil,
        correlation: String? = nil,
        salesOrderID: String? = nil,
        properties: [String: String] = [:],
        extensions: [String] = [],
        lines: [LineDraft] = [],
        bases: [BaseReference]? = nil
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
        self.bases = bases
    }
}

/// A line of an ``OrderDraft``.
package struct LineDraft: Codable, Hashable, Sendable {
    package var id: String?
    /// The first is the parent in the bundle structure; further ones are relations, such as a related bundle.
    package var parents: [String]
    package var action: String?
    package var name: String?
    package var productClass: String?
    /// The line type, such as `PRODUCT`, `BUNDLE` or `OFFER`.
    package var type: String?
    package var quantity: String?
    package var requestedDelivery: String?
    /// The lines of the asking order that this line stands for: one primary, then secondary ones.
    package var sourceLines: [String]
    package var properties: [String: String]
    package var attributes: [LineAttribute]
    package var extensions: [String]
    /// What the work on the line waits for; `nil` for nothing.
    package var bases: [BaseReference]?
    /// The line of the document where it begins, for messages to people; 0 when unknown.
    package var documentLine: Int

    package init(
        id: String? = nil,
        parents: [String] = [],
        action: String? = nil,
        name: String? = nil,
        productClass: String? = nil,
        type: String? = nil,
        quantity: String? = nil,
        requestedDelivery: String? = nil,
        sourceLines: [String] = [],
        properties: [String: String] = [:],
        attributes: [LineAttribute] = [],
        extensions: [String] = [],
        bases: [BaseReference]? = nil,
        documentLine: Int = 0
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
        self.bases = bases
        self.documentLine = documentLine
    }
}

/// One extensible attribute of a line: a Specification row of the SpecificationGroup.
package struct LineAttribute: Codable, Hashable, Sendable {
    package var name: String
    package var value: String
    package var dataType: String?
    /// `ADD`, `UPDATE` or `DELETE`, when the row says so.
    package var action: String?

    package init(name: String, value: String, dataType: String? = nil, action: String? = nil) {
        self.name = name
        self.value = value
        self.dataType = dataType
        self.action = action
    }
}
