import TestSupport

/// Messages that wait for others, so that they leave in another order than they came in.
struct MixingWindow {
    /// So many are mixed with each other; 1: none.
    let size: Int
    /// So many of them wait on when others leave: with as many as are mixed, those leave evenly.
    let left: Int
    /// When no more come for so long, nothing waits any longer.
    let stillSecondsMax: Double
    private var items: [Outlet.Item] = []
    private var lastAdded: UInt64 = 0

    init(size: Int, left: Int, stillSecondsMax: Double) {
        self.size = size
        self.left = size > 1 ? left : 0
        self.stillSecondsMax = stillSecondsMax
    }

    var count: Int { items.count }

    mutating func add(_ more: [Outlet.Item], at moment: UInt64) {
        guard !more.isEmpty else { return }
        lastAdded = moment
        items += more
    }

    /// Gives those that are too many, by chance, and all when no more came for long; with `isLast` in any case.
    mutating func take(
        at moment: UInt64,
        isLast: Bool = false,
        using chance: inout SeededRandom
    ) -> [Outlet.Item] {
        let still = moment > lastAdded ? Double(moment - lastAdded) / 1_000_000_000 : 0
        let isAll = isLast || still >= stillSecondsMax
        let count = isAll ? items.count : items.count >= size ? items.count - left : 0
        guard count > 0 else { return [] }
        if size > 1 { items.shuffle(using: &chance) }
        defer { items.removeLast(count) }
        return Array(items.suffix(count))
    }
}
