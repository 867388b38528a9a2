/// A valid order: what was asked for, as the catalog's rules understood it.
///
/// Kept behind one reference: what decides and writes about an order holds it, and a copy is one reference to count.
package struct Order: Codable, Hashable, Sendable {
    private var storage: Storage

    /// `@unchecked Sendable`: `fields` is only written by an owner that has made sure to be the only one.
    private final class Storage: @unchecked Sendable {
        var fields: Fields

        init(_ fields: Fields) { self.fields = fields }
    }

    private struct Fields: Codable, Hashable, Sendable {
        var key: OrderKey
        var revision: Int
        var mode: ModeName
        var priority: OrderPriority
        var type: String?
        var source: String?
        var orderDate: Timestamp?
        var requestedDelivery: Timestamp?
        var accountID: String?
        var accountName: String?
        var correlation: String?
        var salesOrderID: String?
        var properties: [String: String]
        var extensions: [String]
        var lines: [OrderLine]
        var sentAs: Wording?
    }

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
        storage = Storage(
            Fields(
                key: key,
                revision: revision,
                mode: mode,
                priority: priority,
                type: type,
                source: source,
                orderDate: orderDate,
                requestedDelivery: requestedDelivery,
                accountID: accountID,
                accountName: accountName,
                correlation: correlation,
                salesOrderID: salesOrderID,
                properties: properties,
                extensions: extensions,
                lines: lines,
                sentAs: sentAs
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

    package var key: OrderKey {
        get { storage.fields.key }
        set {
            own()
            storage.fields.key = newValue
        }
    }
    package var revision: Int {
        get { storage.fields.revision }
        set {
            own()
            storage.fields.revision = newValue
        }
    }
    package var mode: ModeName {
        get { storage.fields.mode }
        set {
            own()
            storage.fields.mode = newValue
        }
    }
    package var priority: OrderPriority {
        get { storage.fields.priority }
        set {
            own()
            storage.fields.priority = newValue
        }
    }
    package var type: String? {
        get { storage.fields.type }
        set {
            own()
            storage.fields.type = newValue
        }
    }
    package var source: String? {
        get { storage.fields.source }
        set {
            own()
            storage.fields.source = newValue
        }
    }
    package var orderDate: Timestamp? {
        get { storage.fields.orderDate }
        set {
            own()
            storage.fields.orderDate = newValue
        }
    }
    package var requestedDelivery: Timestamp? {
        get { storage.fields.requestedDelivery }
        set {
            own()
            storage.fields.requestedDelivery = newValue
        }
    }
    package var accountID: String? {
        get { storage.fields.accountID }
        set {
            own()
            storage.fields.accountID = newValue
        }
    }
    package var accountName: String? {
        get { storage.fields.accountName }
        set {
            own()
            storage.fields.accountName = newValue
        }
    }
    package var correlation: String? {
        get { storage.fields.correlation }
        set {
            own()
            storage.fields.correlation = newValue
        }
    }
    package var salesOrderID: String? {
        get { storage.fields.salesOrderID }
        set {
            own()
            storage.fields.salesOrderID = newValue
        }
    }
    package var properties: [String: String] {
        get { storage.fields.properties }
        _modify {
            own()
            yield &storage.fields.properties
        }
    }
    package var extensions: [String] {
        get { storage.fields.extensions }
        _modify {
            own()
            yield &storage.fields.extensions
        }
    }
    /// In the sender's order.
    package var lines: [OrderLine] {
        get { storage.fields.lines }
        _modify {
            own()
            yield &storage.fields.lines
        }
    }
    /// What the sender calls values that value maps changed; `nil` when they changed none.
    package var sentAs: Wording? {
        get { storage.fields.sentAs }
        set {
            own()
            storage.fields.sentAs = newValue
        }
    }
}
