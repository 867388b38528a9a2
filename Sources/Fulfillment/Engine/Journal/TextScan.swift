/// Looks at the bytes of texts, eight at a time.
enum TextScan {
    /// The position of the first quote, backslash or control character, the count when there is none; and
    /// whether all before it is ASCII.
    static func firstMark(
        in bytes: UnsafeBufferPointer<UInt8>,
        from start: Int = 0
    ) -> (position: Int, isASCII: Bool) {
        guard let base = UnsafeRawPointer(bytes.baseAddress) else { return (bytes.count, true) }
        var all: UInt64 = 0
        var at = start
        while at + 8 <= bytes.count {
            let word = UInt64(littleEndian: base.loadUnaligned(fromByteOffset: at, as: UInt64.self))
            let marks = marks(in: word)
            if marks != 0 {
                let bits = UInt64(marks.trailingZeroBitCount & ~7)
                all |= word & (1 << bits - 1)
                return (at + Int(bits / 8), all & highBits == 0)
            }
            all |= word
            at += 8
        }
        while at < bytes.count, !isMark(bytes[at]) {
            all |= UInt64(bytes[at])
            at += 1
        }
        return (at, all & highBits == 0)
    }

    private static let highBits: UInt64 = 0x8080_8080_8080_8080

    private static func isMark(_ byte: UInt8) -> Bool {
        byte < .space || byte == .quote || byte == .backslash
    }

    /// The highest bit of each marked byte; what comes after the first is not exact.
    private static func marks(in word: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let quotes = word ^ ones * UInt64(UInt8.quote)
        let backslashes = word ^ ones * UInt64(UInt8.backslash)
        let controls = (word &- ones * UInt64(UInt8.space)) & ~word
        return (controls | (quotes &- ones) & ~quotes | (backslashes &- ones) & ~backslashes) & highBits
    }

    /// Whether a text comes before another one, byte by byte.
    static func precedes(_ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>) -> Bool {
        let common = min(left.count, right.count)
        var at = 0
        if let left = UnsafeRawPointer(left.baseAddress), let right = UnsafeRawPointer(right.baseAddress) {
            while at + 8 <= common {
                let here = UInt64(bigEndian: left.loadUnaligned(fromByteOffset: at, as: UInt64.self))
                let there = UInt64(bigEndian: right.loadUnaligned(fromByteOffset: at, as: UInt64.self))
                if here != there { return here < there }
                at += 8
            }
        }
        while at < common {
            if left[at] != right[at] { return left[at] < right[at] }
            at += 1
        }
        return left.count < right.count
    }

    /// Whether so many bytes are the same; where there are many, the last eight are looked at in one.
    static func areEqual(_ left: UnsafePointer<UInt8>, _ right: UnsafePointer<UInt8>, count: Int) -> Bool {
        func word(_ start: UnsafePointer<UInt8>, _ at: Int) -> UInt64 {
            UnsafeRawPointer(start).loadUnaligned(fromByteOffset: at, as: UInt64.self)
        }
        guard count >= 8 else {
            for at in 0..<count where left[at] != right[at] { return false }
            return true
        }
        var at = 0
        while at + 8 < count {
            if word(left, at) != word(right, at) { return false }
            at += 8
        }
        return word(left, count - 8) == word(right, count - 8)
    }
}
