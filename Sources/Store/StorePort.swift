package import Orders

/// The station's store, the only writer of its data.
///
/// What changes it (`commit`, `saveCatalog`, `removeExpired`, `checkpoint`, `close`) comes from one thread at a time. What
/// asks it may come from any thread, also while a commit is under way, and sees what is committed.
package protocol Store: AnyObject, Sendable {
    /// The largest identifiers in use, so that the engine's own go on from there.
    func highWater() throws(StoreError) -> HighWater

    /// The earlier message with that id in that role, if there was one.
    func inboxRecord(role: RoleName, messageID: MessageID) throws(StoreError) -> InboxRecord?

    /// An order with its newest snapshot and the journal after it; `nil` when there is no such order.
    func load(_ id: OrderID) throws(StoreError) -> StoredOrder?

    /// Commits all of it durably, or nothing. When this returns, a power cut no longer undoes it.
    ///
    /// - Throws: ``StoreError``; its `mayHaveHappened` says whether the commit is unknown, in which case the caller
    ///   forgets what it has in memory and reads again.
    func commit(_ group: HopGroup) throws(StoreError)

    /// Timers due at or before `now`, earliest first.
    ///
    /// Of orders of these roles only; `nil` means all. A process looks after the roles it runs.
    func timers(dueBy now: Timestamp, of roles: [RoleName]?, limit: Int) throws(StoreError) -> [TimerRecord]
    /// When the next timer falls due.
    func nextTimerDue(of roles: [RoleName]?) throws(StoreError) -> Timestamp?

    /// Outbox rows with an id above `id`, in order: at most `limit`, and none after those that together take `bytesMax`
    /// or more of memory, so that there is one at least where any is left.
    func outbox(after id: Int64, limit: Int, bytesMax: Int) throws(StoreError) -> [OutboxRecord]

    /// Messages that wait for that order, oldest first.
    func parked(for id: OrderID, limit: Int) throws(StoreError) -> [ParkedRecord]
    /// Parked messages whose time has run out, earliest first.
    func parked(
        expiredBy now: Timestamp,
        of roles: [RoleName]?,
        limit: Int
    ) throws(StoreError) -> [ParkedRecord]

    /// A failed message with its content; `nil` when there is none with that id.
    func failedMessage(_ id: Int64) throws(StoreError) -> FailedMessage?
    /// Failed messages of a role with that id from that queue, newest first; empty names stand for any.
    func failedRecords(
        role: RoleName,
        queue: String,
        messageID: MessageID,
        limit: Int
    ) throws(StoreError) -> [FailedRecord]

    /// The text of a catalog version that open orders may still run on.
    func catalog(role: RoleName, version: String) throws(StoreError) -> [UInt8]?
    func saveCatalog(role: RoleName, version: String, text: [UInt8], at: Timestamp) throws(StoreError)

    /// Removes what is old enough, at most `limit` rows of a kind: inbox records, closed orders with all that belongs to
    /// them, and notes of deleted orders. Open orders never.
    ///
    /// - Returns: How many of each were removed, and whether closed orders are left to be looked at.
    func removeExpired(_ step: RetentionStep) throws(StoreError) -> RemovedCounts

    /// Removes at most `limit` failed messages: those that failed before `before`, and the oldest of those that are
    /// decided, then of all, while together they have more than `bytesMax`. What is on its way again stays.
    ///
    /// - Returns: How many were removed.
    func removeFailed(before: Timestamp, bytesMax: Int64, limit: Int) throws(StoreError) -> Int

    /// Moves what the log holds into the main file where that is due; called when the engine is idle or the log long.
    func checkpoint() throws(StoreError)

    /// Closes; further calls throw.
    func close() throws(StoreError)
}

extension Store {
    /// Outbox rows with an id above `id`, in order, whatever they take of memory.
    package func outbox(after id: Int64, limit: Int) throws(StoreError) -> [OutboxRecord] {
        try outbox(after: id, limit: limit, bytesMax: .max)
    }

    /// Timers of any role due at or before `now`, earliest first.
    package func timers(dueBy now: Timestamp, limit: Int) throws(StoreError) -> [TimerRecord] {
        try timers(dueBy: now, of: nil, limit: limit)
    }

    /// When the next timer of any role falls due.
    package func nextTimerDue() throws(StoreError) -> Timestamp? { try nextTimerDue(of: nil) }

    /// Parked messages of any role whose time has run out, earliest first.
    package func parked(expiredBy now: Timestamp, limit: Int) throws(StoreError) -> [ParkedRecord] {
        try parked(expiredBy: now, of: nil, limit: limit)
    }
}

/// The largest identifiers a store holds.
package struct HighWater: Sendable, Hashable {
    package var orderRow: Int64
    package var outboxID: Int64
    package var timerID: Int64
    package var parkedID: Int64
    package var failedID: Int64

    package init(
        orderRow: Int64 = 0,
        outboxID: Int64 = 0,
        timerID: Int64 = 0,
        parkedID: Int64 = 0,
        failedID: Int64 = 0
    ) {
        self.orderRow = orderRow
        self.outboxID = outboxID
        self.timerID = timerID
        self.parkedID = parkedID
        self.failedID = failedID
    }
}

/// An order as stored.
package struct StoredOrder: Sendable {
    package var record: OrderRecord
    package var snapshot: SnapshotRecord?
    /// The journal after the snapshot, or all of it, by sequence.
    package var journal: [JournalRecord]

    package init(record: OrderRecord, snapshot: SnapshotRecord?, journal: [JournalRecord]) {
        self.record = record
        self.snapshot = snapshot
        self.journal = journal
    }
}
