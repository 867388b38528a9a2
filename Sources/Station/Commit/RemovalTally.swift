internal import Store

/// Adds up what many small steps removed, so that it is told once a minute and when it is over.
struct RemovalTally {
    private var counts = RemovedCounts(inbox: 0, orders: 0)
    private var untoldSinceMilliseconds: Int64?

    private static let tellAfterMilliseconds: Int64 = 60_000

    mutating func add(_ removed: RemovedCounts, atMilliseconds now: Int64) {
        guard !removed.isEmpty else { return }
        counts.inbox += removed.inbox
        counts.orders += removed.orders
        counts.failed += removed.failed
        counts.deletions += removed.deletions
        if untoldSinceMilliseconds == nil { untoldSinceMilliseconds = now }
    }

    /// What is to be told now, by a clock that nobody sets.
    mutating func due(isOver: Bool, atMilliseconds now: Int64) -> RemovedCounts? {
        guard let since = untoldSinceMilliseconds, isOver || now - since >= Self.tellAfterMilliseconds else {
            return nil
        }
        defer { self = RemovalTally() }
        return counts
    }
}
