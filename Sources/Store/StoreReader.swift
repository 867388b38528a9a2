package import Orders

/// What operators read, beside the running worker and from any thread; changes nothing.
package protocol StoreReader: Sendable {
    /// Orders by the time of their last change, newest first.
    func orders(matching filter: OrderFilter) throws(StoreError) -> [OrderRecord]
    /// Orders with that key in any role.
    func orders(key: OrderKey) throws(StoreError) -> [OrderRecord]
    /// Orders of any role whose business process has that InstanceID, by row.
    ///
    /// Reads all orders: a question of support, not of the worker.
    func orders(instanceID: String) throws(StoreError) -> [OrderRecord]
    /// Messages in the inbox that concern such orders, in order of arrival. Reads the whole inbox.
    func inbox(instanceID: String) throws(StoreError) -> [InboxRecord]
    /// The newest snapshot and the whole journal, whatever the snapshot holds.
    func history(_ id: OrderID) throws(StoreError) -> StoredOrder?
    /// Every order of the store in order of row, in pages: those with a row above `row`.
    func orders(afterRow row: Int64, limit: Int) throws(StoreError) -> [OrderRecord]
    /// Deleted orders, the last first; of that key and that role only, where they are given.
    func deletedOrders(key: OrderKey?, role: RoleName?, limit: Int) throws(StoreError) -> [DeletedOrder]
    func statistics() throws(StoreError) -> StoreStatistics
    /// How far the worker is: cheap enough to be asked many times a second, however many orders there are.
    func progress() throws(StoreError) -> StoreProgress
    /// Outbox rows with an id above `id`, in order.
    func outbox(after id: Int64, limit: Int) throws(StoreError) -> [OutboxRecord]
    /// Parked messages with an id above `id`, in order.
    func parked(after id: Int64, limit: Int) throws(StoreError) -> [ParkedRecord]
    /// Failed messages with an id above `id`, in order, without their content.
    func failedRecords(after id: Int64, limit: Int) throws(StoreError) -> [FailedRecord]
    /// A failed message with its content.
    func failedMessage(_ id: Int64) throws(StoreError) -> FailedMessage?
    /// What flows of messages did since that minute, newest first.
    func flows(since minute: Timestamp, limit: Int) throws(StoreError) -> [FlowMinute]
    /// What waits in the store, by place.
    func waits() throws(StoreError) -> [StoreWait]
    /// Timers by due time.
    func timers(limit: Int) throws(StoreError) -> [TimerRecord]
    func catalog(role: RoleName, version: String) throws(StoreError) -> [UInt8]?
    /// What the store itself finds wrong with its file; empty when all is well.
    func integrityProblems() throws(StoreError) -> [String]
    /// Journal rows without an order, gaps in a journal, orders whose sequence is not their journal's last, inbox
    /// records that name an order which is gone although it should be there: each as a sentence.
    func consistencyProblems(limit: Int) throws(StoreError) -> [String]
}

extension StoreReader {
    /// How far the worker is, for readers whose statistics are cheap.
    package func progress() throws(StoreError) -> StoreProgress { StoreProgress(try statistics()) }
}

/// How far a worker is.
package struct StoreProgress: Sendable, Hashable {
    /// Messages worked on.
    package var hops: Int
    /// Messages that the broker confirmed.
    package var published: Int
    package var outboxPending: Int

    package init(hops: Int, published: Int, outboxPending: Int) {
        self.hops = hops
        self.published = published
        self.outboxPending = outboxPending
    }

    /// Out of all counts.
    package init(_ statistics: StoreStatistics) {
        self.init(
            hops: Int(statistics.counters["hops"] ?? 0),
            published: Int(statistics.counters["published"] ?? 0),
            outboxPending: statistics.outboxPending
        )
    }
}

/// Which orders to list.
package struct OrderFilter: Sendable, Hashable {
    package var lifecycle: LifecycleState?
    package var role: RoleName?
    package var updatedSince: Timestamp?
    package var limit: Int

    package init(
        lifecycle: LifecycleState? = nil,
        role: RoleName? = nil,
        updatedSince: Timestamp? = nil,
        limit: Int = 1000
    ) {
        self.lifecycle = lifecycle
        self.role = role
        self.updatedSince = updatedSince
        self.limit = limit
    }
}

/// Counts of a store at one moment.
package struct StoreStatistics: Sendable, Hashable {
    /// The named counters as committed with the hops.
    package var counters: [String: Int64]
    package var outboxPending: Int
    package var parked: Int
    /// Failed messages that wait for a decision.
    package var failed: Int
    package var timers: Int
    package var inbox: Int
    package var ordersByLifecycle: [LifecycleState: Int]
    package var oldestOutboxAt: Timestamp?

    package init(
        counters: [String: Int64],
        outboxPending: Int,
        parked: Int,
        failed: Int = 0,
        timers: Int,
        inbox: Int,
        ordersByLifecycle: [LifecycleState: Int],
        oldestOutboxAt: Timestamp?
    ) {
        self.counters = counters
        self.outboxPending = outboxPending
        self.parked = parked
        self.failed = failed
        self.timers = timers
        self.inbox = inbox
        self.ordersByLifecycle = ordersByLifecycle
        self.oldestOutboxAt = oldestOutboxAt
    }
}
