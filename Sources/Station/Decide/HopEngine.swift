package import Catalog
internal import Fulfillment
package import Orders
package import Store

/// Decides hops for one share of the orders.
///
/// Owned by one thread. It reads the store and writes nothing: a group that it has decided is committed by the
/// ``Committer``, while the next one is decided on top of it. Whoever drives it says what became of each group, by
/// ``settle(_:)`` or ``forget()``.
package final class HopEngine {
    let roles: [RoleRuntime]
    let store: any Store
    let clock: any WallClock
    let ids: any IDSource
    let identifiers: RowIdentifiers
    let limits: StationLimits
    var cache: OrderCache<OrderEntry>
    /// What is decided and not committed yet.
    var unsettled = UnsettledHops()
    /// Deciders for catalog versions that open orders still run on.
    var olderDeciders: [CatalogKey: OrderDecider] = [:]
    /// Orders that messages wait for, so that an intake asks the store only when there are any.
    var awaited: Set<OrderID>
    /// Journal hops after which a snapshot is due.
    let snapshotInterval: Int
    /// More of them when an order has many lines, as its snapshots are large.
    let snapshotHopsPerLine: Int
    private let number: Int
    private var serial = 0

    /// Decider number `number` of its station; `awaited` are the orders for which the store holds parked messages.
    package init(
        number: Int = 0,
        roles: [RoleRuntime],
        store: any Store,
        clock: any WallClock,
        ids: any IDSource,
        identifiers: RowIdentifiers,
        limits: StationLimits,
        awaited: Set<OrderID> = [],
        cachedOrders: Int? = nil,
        cachedOrderBytes: Int? = nil,
        snapshotInterval: Int = 64,
        snapshotHopsPerLine: Int = 4
    ) {
        self.number = number
        self.roles = roles
        self.store = store
        self.clock = clock
        self.ids = ids
        self.identifiers = identifiers
        self.limits = limits
        self.awaited = awaited
        self.snapshotInterval = snapshotInterval
        self.snapshotHopsPerLine = snapshotHopsPerLine
        cache = OrderCache(
            countMax: cachedOrders ?? limits.cachedOrders,
            bytesMax: cachedOrderBytes ?? limits.cachedOrderMegabytes << 20
        )
    }

    /// Decides these items as one group, on top of the groups that are not committed yet.
    ///
    /// - Throws: ``StoreError`` when the store could not be read. What is in memory is no longer to be trusted then:
    ///   the caller waits for the end of the groups before and calls ``forget()``.
    package func decide(_ items: [WorkItem]) throws(StoreError) -> DecidedGroup {
        var group = GroupInProgress(now: clock.now())
        for item in items {
            group.failure = nil
            switch item {
            case .message(let message): try handle(message, &group)
            case .timer(let timer): try fire(timer, &group)
            case .expiry(let parked): try expire(parked, &group)
            case .trouble(let failure, let role): tell(failure, ofRole: role, &group)
            }
            measure(item, &group)
        }
        finishOrders(&group)
        serial += 1
        unsettled.add(group, serial: serial)
        awaited.formUnion(group.awaited)
        awaited.subtract(group.noLongerAwaited)
        return DecidedGroup(
            decider: number,
            serial: serial,
            changes: group.changes,
            acknowledged: group.acknowledged,
            rejected: group.rejected,
            timersDone: group.timersDone,
            expiriesDone: group.expiriesDone,
            notes: group.notes,
            hops: group.hops,
            outcomes: group.outcomes,
            measures: group.measures
        )
    }

    /// The oldest group that was not settled yet is in the store.
    package func settle(_ serial: Int) {
        for (id, entry) in unsettled.settle(serial) where !(entry.state?.lifecycle.isClosed ?? true) {
            cache.put(id, entry, bytes: entry.bytes())
        }
    }

    /// Forgets all that was decided and not settled, and what is in memory: the store is asked again.
    ///
    /// Orders that messages may wait for are kept in mind; to look for such messages in vain does no harm.
    package func forget() {
        awaited.formUnion(unsettled.noLongerAwaited)
        unsettled = UnsettledHops()
        cache.removeAll()
    }

    /// Saves the catalogs that new orders will run on.
    package static func saveCatalogs(
        of roles: [RoleRuntime],
        in store: any Store,
        at now: Timestamp
    ) throws(StoreError) {
        for role in roles {
            try store.saveCatalog(
                role: role.role,
                version: role.catalog.fulfillment.version,
                text: role.catalog.text,
                at: now
            )
        }
    }
}
