package import Orders

/// What a revision changes, line by line.
///
/// A revision is the whole order again (OSM amendments): what is not in it is removed.
package struct OrderDelta: Sendable, Hashable, Codable {
    package var added: [LineID]
    package var removed: [LineID]
    package var changed: [LineChange]
    package var unchanged: [LineID]
    /// Names of what changed on the order itself.
    package var orderFields: [String]

    package init(
        added: [LineID] = [],
        removed: [LineID] = [],
        changed: [LineChange] = [],
        unchanged: [LineID] = [],
        orderFields: [String] = []
    ) {
        self.added = added
        self.removed = removed
        self.changed = changed
        self.unchanged = unchanged
        self.orderFields = orderFields
    }

    /// Whether nothing is to be done differently.
    package var isEmpty: Bool { added.isEmpty && removed.isEmpty && changed.isEmpty && orderFields.isEmpty }
}

/// A line that is in both revisions, and the names of what differs.
package struct LineChange: Sendable, Hashable, Codable {
    package var line: LineID
    /// Such as `productClass`, `action`, `attribute speed` or `property region`.
    package var fields: [String]

    package init(line: LineID, fields: [String]) {
        self.line = line
        self.fields = fields
    }
}

extension OrderDelta {
    /// Compares what is being fulfilled with what is wanted now.
    ///
    /// Lines of the old order that an earlier revision had withdrawn count as added.
    init(from old: Order, withdrawn: Set<LineID>, to new: Order) {
        self.init()
        let known = Dictionary(
            old.lines.filter { !withdrawn.contains($0.id) }.map { ($0.id, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        var wanted: Set<LineID> = []
        for line in new.lines {
            wanted.insert(line.id)
            guard let before = known[line.id] else {
                added.append(line.id)
                continue
            }
            let fields = LineContent.differences(before, line)
            if fields.isEmpty {
                unchanged.append(line.id)
            } else {
                changed.append(LineChange(line: line.id, fields: fields))
            }
        }
        removed = old.lines.map(\.id).filter { known[$0] != nil && !wanted.contains($0) }
        orderFields = LineContent.differences(old, new)
    }
}

/// What of an order and its lines matters to the systems that fulfill it.
enum LineContent {
    /// What comes back from whoever was told it is no change.
    private static let echoes = ["Status", "MilestoneCode", "RevisionPermissibleCode"]

    static func differences(_ old: OrderLine, _ new: OrderLine) -> [String] {
        if old == new { return [] }
        var names: [String] = []
        if old.action != new.action { names.append("action") }
        if old.productClass != new.productClass { names.append("productClass") }
        if old.type != new.type { names.append("type") }
        if old.name != new.name { names.append("name") }
        if old.quantity != new.quantity { names.append("quantity") }
        if old.parents != new.parents { names.append("parents") }
        if old.requestedDelivery != new.requestedDelivery { names.append("requestedDelivery") }
        if old.pattern != new.pattern { names.append("pattern") }
        names += differences(old.properties, new.properties).filter { !isEcho($0) }.map { "property \($0)" }
        names += attributeDifferences(old.attributes, new.attributes).map { "attribute \($0)" }
        return names
    }

    static func differences(_ old: Order, _ new: Order) -> [String] {
        var names: [String] = []
        if old.mode != new.mode { names.append("mode") }
        if old.accountID != new.accountID { names.append("account") }
        if old.requestedDelivery != new.requestedDelivery { names.append("requestedDelivery") }
        return names
    }

    private static func isEcho(_ property: String) -> Bool {
        let group = property.prefix { $0 != "/" && $0 != "#" && $0 != "@" }
        return echoes.contains { group == $0 }
    }

    private static func differences(_ old: [String: String], _ new: [String: String]) -> [String] {
        if old == new { return [] }
        return Set(old.keys).union(new.keys).filter { old[$0] != new[$0] }.sorted()
    }

    private static func attributeDifferences(_ old: [LineAttribute], _ new: [LineAttribute]) -> [String] {
        if old == new { return [] }
        let before = Dictionary(grouping: old, by: \.name)
        let after = Dictionary(grouping: new, by: \.name)
        return Set(before.keys).union(after.keys).filter { before[$0] != after[$0] }.sorted()
    }
}
