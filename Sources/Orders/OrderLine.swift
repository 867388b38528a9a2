internal import Values

/// A line of a valid order, kept behind one reference like the order itself.
package struct OrderLine: Codable, Hashable, Sendable {
    private var fields: CopyOnWrite<Fields>

    private struct Fields: Codable, Hashable, Sendable {
        var id: LineID
        var parents: [LineID]
        var action: ServiceAction
        var name: String?
        var productClass: String?
        var type: String?
        var quantity: String?
        var requestedDelivery: Timestamp?
        var sourceLines: [LineID]
        var properties: [String: String]
        var attributes: [LineAttribute]
        var extensions: [String]
        var pattern: PatternName?
        var bases: [BaseReference]?
    }

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
        pattern: PatternName? = nil,
        bases: [BaseReference]? = nil
    ) {
        fields = CopyOnWrite(
            Fields(
                id: id,
                parents: parents,
                action: action,
                name: name,
                productClass: productClass,
                type: type,
                quantity: quantity,
                requestedDelivery: requestedDelivery,
                sourceLines: sourceLines,
                properties: properties,
                attributes: attributes,
                extensions: extensions,
                pattern: pattern,
                bases: bases
            )
        )
    }

    package init(from decoder: any Decoder) throws { fields = CopyOnWrite(try Fields(from: decoder)) }

    package func encode(to encoder: any Encoder) throws { try fields.value.encode(to: encoder) }

    /// Whether both are copies of which neither was changed.
    package func isIdentical(to other: OrderLine) -> Bool { fields.isIdentical(to: other.fields) }

    // MARK: Fields

    package var id: LineID {
        get { fields.value.id }
        set { fields.value.id = newValue }
    }
    package var parents: [LineID] {
        get { fields.value.parents }
        set { fields.value.parents = newValue }
    }
    package var action: ServiceAction {
        get { fields.value.action }
        set { fields.value.action = newValue }
    }
    package var name: String? {
        get { fields.value.name }
        set { fields.value.name = newValue }
    }
    package var productClass: String? {
        get { fields.value.productClass }
        set { fields.value.productClass = newValue }
    }
    package var type: String? {
        get { fields.value.type }
        set { fields.value.type = newValue }
    }
    package var quantity: String? {
        get { fields.value.quantity }
        set { fields.value.quantity = newValue }
    }
    package var requestedDelivery: Timestamp? {
        get { fields.value.requestedDelivery }
        set { fields.value.requestedDelivery = newValue }
    }
    package var sourceLines: [LineID] {
        get { fields.value.sourceLines }
        set { fields.value.sourceLines = newValue }
    }
    package var properties: [String: String] {
        get { fields.value.properties }
        _modify { yield &fields.value.properties }
    }
    package var attributes: [LineAttribute] {
        get { fields.value.attributes }
        _modify { yield &fields.value.attributes }
    }
    package var extensions: [String] {
        get { fields.value.extensions }
        set { fields.value.extensions = newValue }
    }
    /// The pattern its product class maps to; `nil` for lines that only hold others together.
    package var pattern: PatternName? {
        get { fields.value.pattern }
        set { fields.value.pattern = newValue }
    }
    /// What the work on the line waits for; `nil` for nothing.
    package var bases: [BaseReference]? {
        get { fields.value.bases }
        set { fields.value.bases = newValue }
    }
}
