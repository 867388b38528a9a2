/// How long to wait before the next attempt: doubling, capped, with jitter so that many clients do not return together.
package struct Backoff: Sendable {
    /// The shortest wait there is.
    package let shortestSeconds: Double
    /// The longest wait there is.
    package let longestSeconds: Double
    /// Failed attempts since the last reset.
    package private(set) var failures = 0

    package init(shortestSeconds: Double = 0.2, longestSeconds: Double = 5) {
        self.shortestSeconds = shortestSeconds
        self.longestSeconds = longestSeconds
    }

    /// The wait after one more failure: between half of the current step and all of it.
    package mutating func next(using random: inout some RandomNumberGenerator) -> Double {
        var step = shortestSeconds * 2
        for _ in 0..<failures where step < longestSeconds { step *= 2 }
        step = min(step, longestSeconds)
        failures += 1
        let chance = Double(random.next() >> 11) / Double(UInt64(1) << 53)
        return max(shortestSeconds, step / 2 + chance * step / 2)
    }

    /// Starts again with the shortest wait.
    package mutating func reset() { failures = 0 }
}
