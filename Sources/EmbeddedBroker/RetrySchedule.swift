import Broker

/// When a link tries again after a failure.
struct RetrySchedule {
    private var backoff: Backoff
    private var random: SeededGenerator
    private var nextAt = MonotonicTime.current()

    /// A different seed for each link keeps them from trying at the same moment.
    init(_ limits: EmbeddedBrokerLimits, seed: UInt64) {
        backoff = Backoff(shortestSeconds: limits.retrySecondsMin, longestSeconds: limits.retrySecondsMax)
        random = SeededGenerator(seed: seed)
    }

    /// Notes one more failure; returns the wait in seconds.
    mutating func failed() -> Double {
        let seconds = backoff.next(using: &random)
        nextAt = MonotonicTime.current().advanced(milliseconds: Int(seconds * 1_000))
        return seconds
    }

    /// Something durable has been done: the next failure is a first one.
    mutating func succeeded() {
        backoff.reset()
    }

    /// How long to wait until it is time; 0 when it is.
    func milliseconds(from now: MonotonicTime) -> Int { nextAt.milliseconds(from: now) }
}
