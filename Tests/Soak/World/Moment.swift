import Glibc
import Orders

/// Times of a clock that never steps.
enum Moment {
    static func nanoseconds() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }

    /// What the machine takes for the time of day.
    static func wall() -> Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(milliseconds: Int64(time.tv_sec) * 1_000)
    }

    static func seconds(since start: UInt64) -> Double { Double(nanoseconds() - start) / 1_000_000_000 }
}
