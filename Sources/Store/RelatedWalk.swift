internal import Orders

/// A walk from an order to all that it follows and that follow it, directly or through others.
struct RelatedWalk: Sendable {
    /// All of them, in the order in which they were met.
    private(set) var found: [SweptOrder]
    private(set) var rows: Set<Int64>
    /// What each follows.
    private var bases: [Int64: [Int64]] = [:]
    private var nextToLookAt = 0
    private var size = 1

    /// What is to be done with all that were met.
    enum Verdict {
        case free
        /// One of them is open, or too young.
        case kept
        /// They are too many to be looked at as a whole.
        case crowded
    }

    init(from order: SweptOrder) {
        found = [order]
        rows = [order.row]
    }

    /// Goes on until it knows, or has had its share of looks.
    mutating func goOn(
        in source: some RetentionSource,
        closedBefore: Timestamp,
        kept: Set<Int64>,
        crowded: Set<Int64>,
        looks: inout Int
    ) throws -> Verdict? {
        while nextToLookAt < found.count {
            guard looks < RetentionSweep.looksMax else { return nil }
            let order = found[nextToLookAt]
            nextToLookAt += 1
            let bases = try source.bases(of: order)
            let followers = try source.followers(of: order)
            looks += 1 + bases.count + followers.count
            size += bases.count
            if !bases.isEmpty { self.bases[order.row] = bases.map(\.row) }
            for other in bases + followers where rows.insert(other.row).inserted {
                if kept.contains(other.row) || !other.isExpired(before: closedBefore) {
                    rows.remove(other.row)
                    return .kept
                }
                if crowded.contains(other.row) { return .crowded }
                found.append(other)
                size += 1
            }
            if size > RetentionSweep.relatedMax { return .crowded }
        }
        return .free
    }

    /// Those first that nobody follows; of a circle, in any order.
    func inOrderOfLeaving() -> [SweptOrder] {
        var followers: [Int64: Int] = [:]
        for all in bases.values {
            for base in all { followers[base, default: 0] += 1 }
        }
        let byRow = Dictionary(found.map { ($0.row, $0) }) { first, _ in first }
        var leaving = found.filter { followers[$0.row] == nil }
        var next = 0
        while next < leaving.count {
            for base in bases[leaving[next].row] ?? [] {
                guard let count = followers[base], count > 0 else { continue }
                followers[base] = count - 1
                if count == 1, let order = byRow[base] { leaving.append(order) }
            }
            next += 1
        }
        guard leaving.count < found.count else { return leaving }
        let placed = Set(leaving.map(\.row))
        return leaving + found.filter { !placed.contains($0.row) }
    }
}
