import Broker

/// When to try again: the back-off starts anew only after a connection that lasted.
struct RetryTimer {
    private static let stableSeconds: UInt64 = 10
    private var backoff = Backoff()
    private var random: SeededGenerator
    private var connectedAt: UInt64?

    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    mutating func connected() { connectedAt = MonotonicClock.nanoseconds() }

    /// Seconds to wait after a failure.
    mutating func failed() -> Double {
        if let since = connectedAt, MonotonicClock.nanoseconds() - since > Self.stableSeconds * 1_000_000_000
        {
            backoff.reset()
        }
        connectedAt = nil
        return backoff.next(using: &random)
    }
}
