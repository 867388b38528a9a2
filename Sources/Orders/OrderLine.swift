/// A line of a valid order, kept behind one reference like the order itself.
package struct OrderLine: Codable, Hashable, Sendable {
    private var storage: Storage

    /// `@unchecked Sendable`: `fields` is only written by an owner that has made sure to be the only one.
    private final class Storage: @unchecked Sendable {
        var fields: Fields

        init(_ fields: Fields) { self.fields = fields }
    }

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
        pattern: PatternName? = nil
    ) {
        storage = Storage(
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
                pattern: pattern
            )
        )
    }

    /// Makes sure that nobody else sees what is written next.
    private mutating func own() {
        if !isKnownUniquelyReferenced(&storage) { storage = Storage(storage.fields) }
    }

    package static func == (left: Self, right: Self) -> Bool {
        left.storage === right.storage || left.storage.fields == right.storage.fields
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(storage.fields) }

    package init(from decoder: any Decoder) throws { storage = Storage(try Fields(from: decoder)) }

    package func encode(to encoder: any Encoder) throws { try storage.fields.encode(to: encoder) }

    // MARK: Fields

    package var id: LineID {
        get { storage.fields.id }
        set {
            own()
            storage.fields.id = newValue
        }
    }
    package var parents: [LineID] {
        get { storage.fields.parents }
        set {
            own()
            storage.fields.parents = newValue
        }
    }
    package var action: ServiceAction {
        get { storage.fields.action }
        set {
            own()
            storage.fields.action = newValue
        }
    }
    package var name: String? {
        get { storage.fields.name }
        set {
            own()
            storage.fields.name = newValue
        }
    }
    package var productClass: String? {
        get { storage.fields.productClass }
        set {
            own()
            storage.fields.productClass = newValue
        }
    }
    package var type: String? {
        get { storage.fields.type }
        set {
            own()
            storage.fields.type = newValue
        }
    }
    package var quantity: String? {
        get { storage.fields.quantity }
        set {
            own()
            storage.fields.quantity = newValue
        }
    }
    package var requestedDelivery: Timestamp? {
        get { storage.fields.requestedDelivery }
        set {
            own()
            storage.fields.requestedDelivery = newValue
        }
    }
    package var sourceLines: [LineID] {
        get { storage.fields.sourceLines }
        set {
            own()
            storage.fields.sourceLines = newValue
        }
    }
    package var properties: [String: String] {
        get { storage.fields.properties }
        _modify {
            own()
            yield &storage.fields.properties
        }
    }
    package var attributes: [LineAttribute] {
        get { storage.fields.attributes }
        _modify {
            own()
            yield &storage.fields.attributes
        }
    }
    package var extensions: [String] {
        get { storage.fields.extensions }
        set {
            own()
            storage.fields.extensions = newValue
        }
    }
    /// The pattern its product class maps to; `nil` for lines that only hold others together.
    package var pattern: PatternName? {
        get { storage.fields.pattern }
        set {
            own()
            storage.fields.pattern = newValue
        }
    }
}
