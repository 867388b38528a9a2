import Orders
import Store

/// What the store of a course holds when all is over and its worker has ended in order.
///
/// No course leaves anything on purpose: whatever a message could wait for has come by then.
struct StoreAtEnd: Codable, Sendable, Hashable {
    /// Messages worked on, as they were committed.
    var hops = 0
    /// Messages that were decided and are not known to be with the broker.
    var outbox = 0
    /// Messages that wait for their orders.
    var parked = 0
    /// Timers whose time had come before the worker was told to end.
    var dueTimers = 0

    init() {}

    /// Looks into a store; timers that are due at `moment` should have fired.
    init(_ reader: any StoreReader, dueBy moment: Timestamp) throws(StoreError) {
        let statistics = try reader.statistics()
        hops = Int(statistics.counters["hops"] ?? 0)
        outbox = statistics.outboxPending
        parked = statistics.parked
        dueTimers = try reader.timers(limit: statistics.timers).count { $0.due <= moment }
    }

    /// All that the worker still owes.
    var leftOver: Int { outbox + parked + dueTimers }

    /// The same in words.
    var problems: [String] {
        let left = [
            (outbox, "messages in the outbox"), (parked, "parked messages"), (dueTimers, "due timers"),
        ]
        return left.filter { $0.0 > 0 }.map { "left over in the store: \($0.0) \($0.1)" }
    }
}
