internal import Broker
internal import Orders
internal import Store

/// What reaches the coordinator.
enum CoordinatorEvent: Sendable {
    case consumer(link: Int, ConsumerEvent)
    case publisher(PublisherEvent)
    /// A commit has returned.
    case committed(HopResult)
    /// The store took nothing, or could not be read: whoever says so rests until it is told to go on.
    ///
    /// Outbox ids up to `newestOutboxID` may be in the store.
    case storeTrouble(StoreError, of: StoreUser, newestOutboxID: Int64?)
    /// What had trouble before has gone well now, or is no longer wanted.
    case storeIsWell(StoreUser)
    /// Retention has removed something.
    case removed(RemovedCounts)
    /// All messages of a queue failed with the same code, so many one after the other: it has paused.
    case paused(decider: Int, MessageSource, FailureCode, count: Int)
    /// A message of a paused queue did not fail so: it goes on.
    case goesOn(decider: Int, MessageSource)
    /// The committer has written what there was to write.
    case committerFinished
    /// Drain and stop.
    case stop
}

/// Who works with the store: what one of them can read says nothing of what another can write.
enum StoreUser: Sendable, Hashable {
    case committer
    case decider(Int)
    case coordinator
}

/// What reaches a decider.
enum DeciderEvent: Sendable {
    case work([WorkItem], isUrgent: Bool)
    /// A group of its is in the store.
    case settled(serial: Int)
    /// Nothing that it decided and that was not settled counts any more.
    case undone(generation: Int)
    /// Messages of this link up to this epoch come again by themselves.
    case lost(link: Int, epoch: UInt64)
    /// The store may be asked again.
    case resume
    /// The station drains: what is kept of paused queues returns to its queue.
    case drain
    case stop
}

/// What reaches the committer.
enum CommitterEvent: Sendable {
    case group(DecidedGroup)
    /// Rows that the broker has, to be removed.
    case confirmed([Int64])
    /// The store may be asked again.
    case resume
    /// Remove what is confirmed, and end.
    case finish
}
