package import Broker
package import Catalog
internal import Fulfillment
package import Orders
package import Store

/// The hop: decode, decide, commit, for as many deliveries as are there.
///
/// Owned by one thread; it starts nothing by itself and knows no broker. Whoever drives it acknowledges and publishes
/// what a ``HopResult`` says, after the call has returned.
package final class HopEngine {
    let roles: [RoleRuntime]
    let store: any Store
    let clock: any WallClock
    let ids: any IDSource
    let limits: StationLimits
    var cache: OrderCache<OrderEntry>
    /// Deciders for catalog versions that open orders still run on.
    var olderDeciders: [CatalogKey: OrderDecider] = [:]
    var highWater: HighWater
    /// Orders that messages wait for, so that an intake asks the store only when there are any.
    var awaited: Set<OrderID>
    /// When there is next something to do by time: a timer, or a parked message whose waiting ends.
    private var nextDue: Timestamp?
    /// Journal hops after which a snapshot is due.
    let snapshotInterval: Int

    package init(
        roles: [RoleRuntime],
        store: any Store,
        clock: any WallClock,
        ids: any IDSource,
        limits: StationLimits,
        awaited: Set<OrderID> = [],
        snapshotInterval: Int = 64
    ) throws(StoreError) {
        self.roles = roles
        self.store = store
        self.clock = clock
        self.ids = ids
        self.limits = limits
        self.awaited = awaited
        self.snapshotInterval = snapshotInterval
        cache = OrderCache(countMax: limits.cachedOrders)
        highWater = try store.highWater()
        nextDue = try Self.nextDue(in: store, of: roles.map(\.role))
        let now = clock.now()
        for role in roles {
            try store.saveCatalog(
                role: role.role,
                version: role.catalog.fulfillment.version,
                text: role.catalog.text,
                at: now
            )
        }
    }

    /// The newest outbox id given out.
    package var newestOutboxID: Int64 { highWater.outboxID }
    /// When ``processDue(limit:)`` has something to do next.
    package var nextTimerDue: Timestamp? { nextDue }

    /// Runs the hops of these deliveries and commits them as one group, together with the removal of confirmed rows.
    ///
    /// - Throws: ``StoreError`` when nothing was committed, or nobody knows. The deliveries stay the caller's: it
    ///   tries again with the same ones, and the inbox tells which had taken effect.
    package func process(
        _ deliveries: [InboundDelivery],
        confirmedOutbox: [Int64] = []
    ) throws(StoreError) -> HopResult {
        var group = GroupInProgress(now: clock.now())
        group.changes.confirmedOutbox = confirmedOutbox
        if !confirmedOutbox.isEmpty { group.count(CounterName.published, by: Int64(confirmedOutbox.count)) }
        do throws(StoreError) {
            for inbound in deliveries { try handle(inbound, &group) }
            return try commit(&group)
        } catch {
            abandon(&group, after: error)
            throw error
        }
    }

    /// Runs what is due by time: timers of orders, and parked messages whose time has run out.
    package func processDue(limit: Int = 256) throws(StoreError) -> HopResult {
        var group = GroupInProgress(now: clock.now())
        let result: HopResult
        do throws(StoreError) {
            // Other processes may run other roles on this store: theirs are left alone.
            for timer in try store.timers(dueBy: group.now, of: roleNames, limit: limit) {
                try fire(timer, &group)
            }
            for parked in try store.parked(expiredBy: group.now, of: roleNames, limit: limit) {
                try expire(parked, &group)
            }
            result = try commit(&group)
        } catch {
            abandon(&group, after: error)
            throw error
        }
        do throws(StoreError) {
            nextDue = try Self.nextDue(in: store, of: roleNames)
        } catch {
            // What was committed must be told all the same; the next look finds out what is due.
            nextDue = group.now
        }
        return result
    }

    private var roleNames: [RoleName] { roles.map(\.role) }

    private static func nextDue(in store: any Store, of roles: [RoleName]) throws(StoreError) -> Timestamp? {
        let end = Timestamp(milliseconds: .max)
        let expiry = try store.parked(expiredBy: end, of: roles, limit: 1).first?.expiresAt
        return [try store.nextTimerDue(of: roles), expiry].compactMap(\.self).min()
    }

    private func commit(_ group: inout GroupInProgress) throws(StoreError) -> HopResult {
        finishOrders(&group)
        if !group.changes.isEmpty { try store.commit(group.changes) }
        for (id, entry) in group.entries where !(entry.state?.lifecycle.isClosed ?? true) {
            cache.put(id, entry)
        }
        awaited.formUnion(group.awaited)
        awaited.subtract(group.noLongerAwaited)
        noteDue(group)
        return HopResult(
            acknowledged: group.acknowledged,
            rejected: group.rejected,
            outbox: group.changes.outbox,
            notes: group.notes,
            hops: group.hops
        )
    }

    /// Forgets what the group changed in memory: the store is asked again.
    ///
    /// A commit that may have happened leaves timers and parked messages which no repetition of the same deliveries
    /// would tell of: they are looked for, at the price of a look in vain.
    private func abandon(_ group: inout GroupInProgress, after error: StoreError) {
        group.entries.removeAll()
        cache.removeAll()
        guard error.mayHaveHappened else { return }
        awaited.formUnion(group.awaited)
        noteDue(group)
    }

    private func noteDue(_ group: GroupInProgress) {
        let moments = group.changes.timersSet.map(\.due) + group.changes.parked.map(\.expiresAt)
        nextDue = (moments + [nextDue].compactMap(\.self)).min()
    }
}

/// A delivery and where it came from.
package struct InboundDelivery: Sendable {
    /// Position of the role among the engine's.
    package var role: Int
    /// The consumer link that handed it over.
    package var link: Int
    package var delivery: Delivery

    package init(role: Int, link: Int, delivery: Delivery) {
        self.role = role
        self.link = link
        self.delivery = delivery
    }
}

/// What is to be done after a group was committed.
package struct HopResult: Sendable {
    package var acknowledged: [InboundTag]
    /// To be rejected without requeue: the broker dead-letters them untouched.
    package var rejected: [InboundTag]
    /// Rows that are durable now and go out, in this order.
    package var outbox: [OutboxRecord]
    package var notes: [HopNote]
    package var hops: Int

    package init(
        acknowledged: [InboundTag],
        rejected: [InboundTag],
        outbox: [OutboxRecord],
        notes: [HopNote],
        hops: Int
    ) {
        self.acknowledged = acknowledged
        self.rejected = rejected
        self.outbox = outbox
        self.notes = notes
        self.hops = hops
    }
}

/// A delivery tag with its link.
package struct InboundTag: Sendable, Hashable {
    package var link: Int
    package var tag: DeliveryTag

    package init(link: Int, tag: DeliveryTag) {
        self.link = link
        self.tag = tag
    }
}

/// Something worth a log line; identifications only, no customer data.
package struct HopNote: Sendable, Hashable {
    package enum Level: Sendable, Hashable {
        case debug
        case info
        case warning
        case error
    }

    package var level: Level
    package var text: String
    package var role: RoleName
    package var order: OrderKey?
    package var messageID: MessageID?
    package var queue: String?
    package var component: ComponentID?
    package var code: FailureCode?

    package init(
        _ level: Level,
        _ text: String,
        role: RoleName,
        order: OrderKey? = nil,
        messageID: MessageID? = nil,
        queue: String? = nil,
        component: ComponentID? = nil,
        code: FailureCode? = nil
    ) {
        self.level = level
        self.text = text
        self.role = role
        self.order = order
        self.messageID = messageID
        self.queue = queue
        self.component = component
        self.code = code
    }
}
