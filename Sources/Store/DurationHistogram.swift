/// How long things took: counts in buckets of at most a sixteenth of their value, so that it stays small whatever
/// happened, and sums of several are exact.
package struct DurationHistogram: Sendable, Hashable {
    package private(set) var count: Int64 = 0
    package private(set) var totalMicroseconds: Int64 = 0
    /// 0 when nothing was counted.
    package private(set) var leastMicroseconds: Int64 = 0
    package private(set) var mostMicroseconds: Int64 = 0
    /// As long as its last bucket that is not empty.
    private var buckets: [UInt32] = []

    /// Twelve days; what takes longer is counted as that long.
    package static let microsecondsMax: Int64 = (1 << 40) - 1
    /// Each power of two has so many buckets; below the first of them, each value has its own.
    private static let divisions: Int64 = 16
    private static let divisionBits = 4

    package init() {}

    package mutating func add(microseconds: Int64) {
        let value = max(0, min(microseconds, Self.microsecondsMax))
        leastMicroseconds = count == 0 ? value : min(leastMicroseconds, value)
        mostMicroseconds = max(mostMicroseconds, value)
        count += 1
        totalMicroseconds += value
        let bucket = Self.bucket(of: value)
        fit(bucket)
        buckets[bucket] &+= 1
    }

    package mutating func add(_ other: DurationHistogram) {
        guard other.count > 0 else { return }
        leastMicroseconds =
            count == 0 ? other.leastMicroseconds : min(leastMicroseconds, other.leastMicroseconds)
        mostMicroseconds = max(mostMicroseconds, other.mostMicroseconds)
        count += other.count
        totalMicroseconds += other.totalMicroseconds
        fit(other.buckets.count - 1)
        for (bucket, more) in other.buckets.enumerated() { buckets[bucket] &+= more }
    }

    private mutating func fit(_ bucket: Int) {
        if bucket >= buckets.count {
            buckets += Array(repeating: 0, count: bucket + 1 - buckets.count)
        }
    }

    package var averageMicroseconds: Int64? { count == 0 ? nil : totalMicroseconds / count }

    /// So many of a hundred took at most that long, and never more than a sixteenth less; `nil` when nothing was counted.
    package func percentile(_ percent: Int) -> Int64? {
        guard count > 0 else { return nil }
        let rank = max(1, (count * Int64(max(0, min(percent, 100))) + 99) / 100)
        var passed: Int64 = 0
        for (bucket, inside) in buckets.enumerated() {
            passed += Int64(inside)
            if passed >= rank { return max(leastMicroseconds, min(mostMicroseconds, Self.last(of: bucket))) }
        }
        return mostMicroseconds
    }

    private static func bucket(of value: Int64) -> Int {
        guard value >= divisions else { return Int(value) }
        let shift = Int64.bitWidth - 1 - value.leadingZeroBitCount - divisionBits
        return (shift + 1) << divisionBits + Int((value >> Int64(shift)) & (divisions - 1))
    }

    /// The largest value that falls into a bucket.
    private static func last(of bucket: Int) -> Int64 {
        guard bucket >= divisions else { return Int64(bucket) }
        let shift = Int64(bucket >> divisionBits - 1)
        return (divisions + Int64(bucket) & (divisions - 1) + 1) << shift - 1
    }

    // MARK: As bytes

    /// Few, as most buckets are empty.
    package var bytes: [UInt8] {
        var bytes: [UInt8] = []
        for value in [count, totalMicroseconds, leastMicroseconds, mostMicroseconds] {
            Self.append(value, to: &bytes)
        }
        var next = 0
        for (bucket, inside) in buckets.enumerated() where inside > 0 {
            Self.append(Int64(bucket - next), to: &bytes)
            Self.append(Int64(inside), to: &bytes)
            next = bucket + 1
        }
        return bytes
    }

    /// What ``bytes`` were made of; `nil` when they are damaged.
    package init?(bytes: [UInt8]) {
        var rest = bytes[...]
        guard let count = Self.take(from: &rest), let total = Self.take(from: &rest),
            let least = Self.take(from: &rest), let most = Self.take(from: &rest),
            most <= Self.microsecondsMax
        else { return nil }
        self.count = count
        totalMicroseconds = total
        leastMicroseconds = least
        mostMicroseconds = most
        var next = 0
        var sum: Int64 = 0
        while !rest.isEmpty {
            guard let gap = Self.take(from: &rest), let inside = Self.take(from: &rest),
                gap <= Self.bucket(of: Self.microsecondsMax), let inside = UInt32(exactly: inside)
            else { return nil }
            let bucket = next + Int(gap)
            guard bucket <= Self.bucket(of: most) else { return nil }
            fit(bucket)
            buckets[bucket] = inside
            next = bucket + 1
            sum += Int64(inside)
        }
        guard sum == count else { return nil }
    }

    /// Seven bits a byte, the lowest first.
    private static func append(_ value: Int64, to bytes: inout [UInt8]) {
        var rest = UInt64(bitPattern: value)
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    private static func take(from bytes: inout ArraySlice<UInt8>) -> Int64? {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while let byte = bytes.popFirst(), shift < 63 {
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return Int64(exactly: value) }
            shift += 7
        }
        return nil
    }
}
