internal import Orders
package import Store

/// Makes decided groups durable: one transaction and one sync for as many of them as wait.
///
/// Owned by one thread, the only one that writes to the store.
package final class Committer {
    private let store: any Store
    /// The newest outbox id given out; an id is never given twice, whatever became of its commit.
    package private(set) var newestOutboxID: Int64

    package init(store: any Store) throws(StoreError) {
        self.store = store
        newestOutboxID = try store.highWater().outboxID
    }

    /// Commits these groups, in this order, together with the removal of rows that the broker has confirmed.
    ///
    /// - Throws: ``StoreError`` when nothing was committed, or nobody knows.
    package func commit(
        _ groups: [DecidedGroup],
        confirmedOutbox: [Int64] = []
    ) throws(StoreError) -> HopResult {
        var result = HopResult()
        var changes = groups.first?.changes ?? HopGroup()
        for group in groups.dropFirst() { changes.append(group.changes) }
        if groups.count > 1 { changes.keepNewestOrders() }
        for index in changes.outbox.indices {
            newestOutboxID += 1
            changes.outbox[index].id = newestOutboxID
        }
        changes.confirmedOutbox = confirmedOutbox
        if !confirmedOutbox.isEmpty {
            changes.counters[CounterName.published, default: 0] += Int64(confirmedOutbox.count)
        }
        if !changes.isEmpty { try store.commit(changes) }
        for group in groups {
            result.acknowledged += group.acknowledged
            result.rejected += group.rejected
            result.timersDone += group.timersDone
            result.expiriesDone += group.expiriesDone
            result.notes += group.notes
            result.hops += group.hops
        }
        result.outbox = changes.outbox
        result.removedOutbox = confirmedOutbox
        result.firstDue = (changes.timersSet.map(\.due) + changes.parked.map(\.expiresAt)).min()
        return result
    }
}

extension HopGroup {
    fileprivate mutating func append(_ later: HopGroup) {
        // A later group deletes what an earlier one may have written.
        for order in later.deletedOrders { delete(order) }
        inbox += later.inbox
        orders += later.orders
        journal += later.journal
        snapshots += later.snapshots
        relations += later.relations
        outbox += later.outbox
        timersSet += later.timersSet
        timersDropped += later.timersDropped
        parked += later.parked
        parkedDropped += later.parkedDropped
        failed += later.failed
        failedChanges += later.failedChanges
        counters.merge(later.counters, uniquingKeysWith: +)
    }

    /// An order that several groups changed is written once, as the last of them left it.
    fileprivate mutating func keepNewestOrders() {
        var newest: [Int64: Int] = [:]
        for (index, order) in orders.enumerated() { newest[order.row] = index }
        guard newest.count < orders.count else { return }
        orders = orders.enumerated().filter { newest[$0.element.row] == $0.offset }.map(\.element)
    }
}
