package import Orders
internal import Synchronization

/// A clock that stands until it is told to move.
package final class ManualClock: WallClock {
    private let time: Mutex<Timestamp>

    package init(_ start: Timestamp = .testStart) { time = Mutex(start) }

    package func now() -> Timestamp { time.withLock { $0 } }

    package func set(_ moment: Timestamp) { time.withLock { $0 = moment } }

    /// Moves on; a negative number steps back, as a corrected wall clock does.
    package func advance(bySeconds seconds: Int64) { time.withLock { $0 = $0.advanced(bySeconds: seconds) } }
}

extension Timestamp {
    /// When tests begin, unless they say otherwise: 2026-11-21T08:00:00Z.
    package static let testStart = Timestamp(milliseconds: 1_795_248_000_000)
}
