package import Orders
package import Store

/// A group of hops that is decided and waits for its commit.
package struct DecidedGroup: Sendable {
    /// Which decider it comes from.
    package var decider: Int
    /// Rises with every group of the decider.
    package var serial: Int
    /// Goes up when what was decided after a failed commit has become void.
    package var generation = 0
    /// The rows; outbox rows get their ids at the commit, in whose order they go out.
    package var changes: HopGroup
    package var acknowledged: [InboundTag]
    /// To be rejected without requeue: the broker dead-letters them untouched.
    package var rejected: [InboundTag]
    /// Timers and parked messages whose turn this was.
    package var timersDone: [Int64]
    package var expiriesDone: [Int64]
    package var notes: [HopNote]
    package var hops: Int
    /// What became of the messages, repeated ones aside.
    package var outcomes: [MessageOutcome]
    /// Of all hops.
    package var measures: [HopMeasure]
}

/// What is true once a commit has returned, and what is to be done about it.
package struct HopResult: Sendable {
    package var acknowledged: [InboundTag] = []
    /// To be rejected without requeue: the broker dead-letters them untouched.
    package var rejected: [InboundTag] = []
    /// Rows that are durable now and go out, in this order.
    package var outbox: [OutboxRecord] = []
    /// Confirmed rows that are gone from the store.
    package var removedOutbox: [Int64] = []
    package var timersDone: [Int64] = []
    package var expiriesDone: [Int64] = []
    /// When the first of the timers and waits that were set falls due.
    package var firstDue: Timestamp?
    package var notes: [HopNote] = []
    package var hops = 0
}
