internal import Orders

/// Where a sales order, or a line of it, says which order it follows (DependsOnOrderId and DependsOnLineItemId of the
/// order capture).
enum BasePath {
    static let order = "DependingSalesOrderReference"
    static let line = "DependingSalesOrderLineReference"
    static let references: Set<String> = [order, line]

    /// What is followed, from values by their paths, `nil` for nothing; a reference to an order that stands beside one to its line adds
    /// nothing.
    static func bases(_ properties: [String: String]) -> [BaseReference]? {
        var groups: [String: Identifications] = [:]
        for (path, value) in properties where path.hasPrefix(order) || path.hasPrefix(line) {
            let parts = path.split(separator: "/", maxSplits: 2)
            guard parts.count == 3, !parts[2].contains("/@") else { continue }
            let isLine = parts[1] == "SalesOrderLineIdentification"
            guard isLine || parts[1] == "SalesOrderIdentification" else { continue }
            groups[String(parts[0]), default: Identifications()].note(value, as: parts[2], isLine: isLine)
        }
        let orders = groups.filter { !$0.key.hasPrefix(line) }
        let only = orders.count == 1 ? orders.first?.value.order : nil
        var bases: [BaseReference] = []
        for name in groups.keys.sorted() where name.hasPrefix(line) {
            guard let found = groups[name], let id = found.line, let key = found.order ?? only else {
                continue
            }
            bases.append(BaseReference(order: OrderKey(key), line: LineID(id)))
        }
        let withLines = Set(bases.map(\.order))
        for name in orders.keys.sorted() {
            guard let key = orders[name]?.order.map({ OrderKey($0) }), !withLines.contains(key) else {
                continue
            }
            bases.append(BaseReference(order: key))
        }
        return bases.isEmpty ? nil : bases
    }

    /// The identifications of one reference: what a station would call the order or line comes first.
    private struct Identifications {
        private var orders: [(rank: Int, value: String)] = []
        private var lines: [(rank: Int, value: String)] = []

        var order: String? { Self.best(orders) }
        var line: String? { Self.best(lines) }

        mutating func note(_ value: String, as path: Substring, isLine: Bool) {
            let own = isLine ? "SALESORDER_LINEID" : "SALESORDER_ID"
            let rank: Int
            if path == "BusinessComponentID[\(own)]" {
                rank = 0
            } else if path == "ID" || path.hasPrefix("ID[") {
                rank = 1
            } else if path.hasPrefix("BusinessComponentID") {
                rank = 2
            } else {
                rank = 3
            }
            if isLine { lines.append((rank, value)) } else { orders.append((rank, value)) }
        }

        private static func best(_ found: [(rank: Int, value: String)]) -> String? {
            found.min { ($0.rank, $0.value) < ($1.rank, $1.value) }?.value
        }
    }
}
