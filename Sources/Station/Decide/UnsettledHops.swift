internal import Orders
internal import Store

/// What a decider has decided and the store does not have yet: it stands in front of the store's answers.
struct UnsettledHops {
    private struct Group {
        var serial: Int
        var orders: [OrderID]
        var seen: [InboxKey]
        var parked: [Int64]
        var parkedDropped: [Int64]
        var noLongerAwaited: Set<OrderID>
    }

    private var groups: [Group] = []
    private var entries: [OrderID: (entry: OrderEntry, serial: Int)] = [:]
    private var seen: [InboxKey: Int64] = [:]
    private var parked: [ParkedRecord] = []
    private var parkedDropped: Set<Int64> = []
    private var failed: [Int64: (status: FailedStatus, serial: Int)] = [:]

    mutating func add(_ group: GroupInProgress, serial: Int) {
        for (id, entry) in group.entries { entries[id] = (entry, serial) }
        for (key, digest) in group.seen { seen[key] = digest }
        parked += group.changes.parked
        parkedDropped.formUnion(group.changes.parkedDropped)
        for change in group.changes.failedChanges { failed[change.id] = (change.status, serial) }
        groups.append(
            Group(
                serial: serial,
                orders: Array(group.entries.keys),
                seen: Array(group.seen.keys),
                parked: group.changes.parked.map(\.id),
                parkedDropped: group.changes.parkedDropped,
                noLongerAwaited: group.noLongerAwaited
            )
        )
    }

    /// Lets go of a group that is in the store now, and hands over the orders that no later group has touched.
    mutating func settle(_ serial: Int) -> [(OrderID, OrderEntry)] {
        guard let position = groups.firstIndex(where: { $0.serial == serial }) else { return [] }
        let group = groups.remove(at: position)
        for key in group.seen { seen[key] = nil }
        if !group.parked.isEmpty { parked.removeAll { group.parked.contains($0.id) } }
        parkedDropped.subtract(group.parkedDropped)
        if !failed.isEmpty { failed = failed.filter { $0.value.serial != serial } }
        return group.orders.compactMap { id in
            guard let found = entries[id], found.serial == serial else { return nil }
            entries[id] = nil
            return (id, found.entry)
        }
    }

    /// Hands over an order that a later group goes on with.
    mutating func take(_ id: OrderID) -> OrderEntry? { entries.removeValue(forKey: id)?.entry }

    /// Orders that nothing waits for any more once these groups are in the store.
    var noLongerAwaited: Set<OrderID> { groups.reduce(into: []) { $0.formUnion($1.noLongerAwaited) } }

    func digest(of key: InboxKey) -> Int64? { seen[key] }

    /// How a failed message stands, when that is not in the store yet.
    func failedStatus(_ id: Int64) -> FailedStatus? { failed[id]?.status }

    /// The messages that wait for an order, of those the store knows and those on their way there.
    func parked(for id: OrderID, stored: [ParkedRecord]) -> [ParkedRecord] {
        let known = Set(stored.map(\.id))
        let onTheWay = parked.filter { $0.order == id && !known.contains($0.id) }
        return (stored + onTheWay).filter { !parkedDropped.contains($0.id) }
    }
}
