import Orders
import Store

/// Finds the orders that somebody who mistyped a key may have meant.
struct NearestKeys {
    /// Orders that are looked at, the oldest first.
    static let ordersMax = 200_000
    static let shownMax = 5
    private static let pageSize = 1_000
    /// A key with less in common is not meant.
    private static let likenessMin = 0.6

    /// The best ones first.
    static func find(_ key: String, in reader: any StoreReader) throws(StoreError) -> [OrderID] {
        let wanted = Array(key.lowercased().utf8)
        guard !wanted.isEmpty else { return [] }
        var found: [(likeness: Double, id: OrderID)] = []
        var last: Int64 = 0
        var seen = 0
        while seen < ordersMax {
            let page = try reader.orders(afterRow: last, limit: pageSize)
            guard let end = page.last else { break }
            for order in page {
                let likeness = likeness(wanted, Array(order.id.key.rawValue.lowercased().utf8))
                if likeness >= likenessMin { found.append((likeness, order.id)) }
            }
            found.sort { ($1.likeness, $0.id) < ($0.likeness, $1.id) }
            found = Array(found.prefix(shownMax))
            last = end.row
            seen += page.count
        }
        return found.map(\.id)
    }

    /// How much of the longer text both have in common at their ends; one that holds the other is very like it.
    static func likeness(_ left: [UInt8], _ right: [UInt8]) -> Double {
        let longer = max(left.count, right.count)
        let shorter = min(left.count, right.count)
        guard shorter > 0 else { return 0 }
        let front = zip(left, right).prefix { $0 == $1 }.count
        let back = zip(left.reversed(), right.reversed()).prefix { $0 == $1 }.count
        let common = Double(min(front + back, shorter)) / Double(longer)
        let holds = shorter >= 3 && (front == shorter || back == shorter)
        return holds ? max(common, 0.7 + common / 10) : common
    }
}
