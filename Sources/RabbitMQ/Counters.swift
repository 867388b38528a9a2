import Synchronization

/// What a consumer link has seen since it was opened.
package struct ConsumerCounters: Sendable, Hashable {
    package var deliveries: UInt64 = 0
    /// Connections lost and attempts to connect that failed.
    package var losses: UInt64 = 0
    /// Settlements dropped because their connection is gone.
    package var staleSettlements: UInt64 = 0
    /// Settlements dropped because the tag was settled before or never delivered.
    package var unknownSettlements: UInt64 = 0
    package var oversizedBodies: UInt64 = 0
    /// Header values replaced because they were nested too deeply.
    package var deepHeaders: UInt64 = 0
}

/// What a publisher link has seen since it was opened.
package struct PublisherCounters: Sendable, Hashable {
    package var published: UInt64 = 0
    package var confirmed: UInt64 = 0
    package var returned: UInt64 = 0
    package var refused: UInt64 = 0
    /// Publications given while there was no connection, or twice.
    package var dropped: UInt64 = 0
    /// Connections lost and attempts to connect that failed.
    package var losses: UInt64 = 0
}

/// Counters that one thread writes and any may read.
final class CounterBox<Counters: Sendable>: Sendable {
    private let counters: Mutex<Counters>

    init(_ counters: Counters) { self.counters = Mutex(counters) }

    var value: Counters { counters.withLock { $0 } }

    func update(_ change: (inout Counters) -> Void) { counters.withLock { change(&$0) } }
}
