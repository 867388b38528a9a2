internal import Glibc

/// Tells how time passes, whatever is done to the wall clock; for waits only, it never reaches a message.
package protocol SteadyClock: Sendable {
    func milliseconds() -> Int64
    /// Finer, for what is measured.
    func microseconds() -> Int64
}

extension SteadyClock {
    package func microseconds() -> Int64 { milliseconds() * 1_000 }
}

/// The machine's monotonic clock.
package struct MonotonicClock: SteadyClock {
    package init() {}

    package func milliseconds() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
    }

    package func microseconds() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000
    }
}
