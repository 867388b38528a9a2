import Dispatch

/// A point on the machine's monotonic clock, for waits only: it never reaches a message or a decision about
/// one.
struct MonotonicTime: Comparable {
    private var nanoseconds: UInt64

    static func current() -> MonotonicTime {
        MonotonicTime(nanoseconds: DispatchTime.now().uptimeNanoseconds)
    }

    func advanced(milliseconds: Int) -> MonotonicTime {
        MonotonicTime(nanoseconds: nanoseconds &+ UInt64(max(0, milliseconds)) &* 1_000_000)
    }

    /// Milliseconds until then, rounded up; 0 when it has passed.
    func milliseconds(from now: MonotonicTime) -> Int {
        guard nanoseconds > now.nanoseconds else { return 0 }
        return Int((nanoseconds - now.nanoseconds + 999_999) / 1_000_000)
    }

    static func < (left: MonotonicTime, right: MonotonicTime) -> Bool { left.nanoseconds < right.nanoseconds }
}
