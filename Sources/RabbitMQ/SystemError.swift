import Glibc

/// Texts of the operating system's error numbers.
enum SystemError {
    static func text(_ number: Int32) -> String {
        var buffer = [CChar](repeating: 0, count: 256)
        guard unsafe strerror_r(number, &buffer, buffer.count) == 0 else { return "error \(number)" }
        return String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// What the system says of a connection that did not come about or broke; nil for a number that tells nothing of it.
    static func networkReason(_ number: Int32) -> String? {
        switch number {
        case ECONNREFUSED, ECONNRESET, ECONNABORTED, EPIPE, ETIMEDOUT, EHOSTUNREACH, EHOSTDOWN, ENETUNREACH,
            ENETDOWN, ENETRESET, EADDRNOTAVAIL, EACCES, EPERM, EMFILE, ENFILE, ENOBUFS, EAFNOSUPPORT:
            // The first letter only: names such as "IP" may follow.
            let text = text(number)
            return text.prefix(1).lowercased() + text.dropFirst()
        default: return nil
        }
    }
}

/// The clock for timeouts of this module: it never jumps.
enum MonotonicClock {
    /// Nanoseconds since some moment before the program began.
    static func nanoseconds() -> UInt64 {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }

    /// The moment that many seconds from now.
    static func deadline(inSeconds seconds: Double) -> UInt64 {
        nanoseconds() + UInt64(max(0, min(seconds, 1e9)) * 1e9)
    }

    /// Milliseconds until that moment for `poll(2)`, rounded up, 0 when it has passed.
    static func milliseconds(until deadline: UInt64) -> Int32 {
        let now = nanoseconds()
        guard deadline > now else { return 0 }
        return Int32(clamping: (deadline - now + 999_999) / 1_000_000)
    }
}
