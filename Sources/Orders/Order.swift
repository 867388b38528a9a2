internal import Values

/// A valid order: what was asked for, as the catalog's rules understood it.
///
/// Kept behind one reference: what decides and writes about an order holds it, and a copy is one reference to count.
package struct Order: Codable, Hashable, Sendable {
    private var fields: CopyOnWrite<Fields>

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
        var bases: [BaseReference]?
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
        sentAs: Wording? = nil,
        bases: [BaseReference]? = nil
    ) {
        fields = CopyOnWrite(
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
                sentAs: sentAs,
                bases: bases
            )
        )
    }

    package init(from decoder: any Decoder) throws { fields = CopyOnWrite(try Fields(from: decoder)) }

    package func encode(to encoder: any Encoder) throws { try fields.value.encode(to: encoder) }

    // MARK: Fields

    package var key: OrderKey {
        get { fields.value.key }
        set { fields.value.key = newValue }
    }
    package var revision: Int {
        get { fields.value.revision }
        set { fields.value.revision = newValue }
    }
    package var mode: ModeName {
        get { fields.value.mode }
        set { fields.value.mode = newValue }
    }
    package var priority: OrderPriority {
        get { fields.value.priority }
        set { fields.value.priority = newValue }
    }
    package var type: String? {
        get { fields.value.type }
        set { fields.value.type = newValue }
    }
    package var source: String? {
        get { fields.value.source }
        set { fields.value.source = newValue }
    }
    package var orderDate: Timestamp? {
        get { fields.value.orderDate }
        set { fields.value.orderDate = newValue }
    }
    package var requestedDelivery: Timestamp? {
        get { fields.value.requestedDelivery }
        set { fields.value.requestedDelivery = newValue }
    }
    package var accountID: String? {
        get { fields.value.accountID }
        set { fields.value.accountID = newValue }
    }
    package var accountName: String? {
        get { fields.value.accountName }
        set { fields.value.accountName = newValue }
    }
    package var correlation: String? {
        get { fields.value.correlation }
        set { fields.value.correlation = newValue }
    }
    package var salesOrderID: String? {
        get { fields.value.salesOrderID }
        set { fields.value.salesOrderID = newValue }
    }
    package var properties: [String: String] {
        get { fields.value.properties }
        _modify { yield &fields.value.properties }
    }
    package var extensions: [String] {
        get { fields.value.extensions }
        _modify { yield &fields.value.extensions }
    }
    /// In the sender's order.
    package var lines: [OrderLine] {
        get { fields.value.lines }
        _modify { yield &fields.value.lines }
    }
    /// What the sender calls values that value maps changed; `nil` when they changed none.
    package var sentAs: Wording? {
        get { fields.value.sentAs }
        set { fields.value.sentAs = newValue }
    }
    /// What the order as a whole waits for; `nil` for nothing.
    package var bases: [BaseReference]? {
        get { fields.value.bases }
        set { fields.value.bases = newValue }
    }
}
