/// How characters are written where markup could be meant.
enum XMLEscaping {
    /// The longest substitute for one byte, `&quot;`.
    static let expansionMax = 6
    /// Bytes for which room is made at a time.
    static let chunkBytes = 4096
    /// A bit for each byte below 64 that is written as it is: all but control characters, `"`, `&`, `<` and
    /// `>`.
    private static let plainBytes: UInt64 = ~(0xFFFF_FFFF | 1 << 0x22 | 1 << 0x26 | 1 << 0x3C | 1 << 0x3E)

    /// Appends text or a value with everything escaped that would not come back as it was.
    ///
    /// `>` is escaped because of `]]>`, a carriage return because a parser turns it into a line feed, and tab
    /// and line feed in attributes because a parser turns them into spaces.
    static func append(_ value: UnsafeBufferPointer<UInt8>, to bytes: inout ByteBuffer, inAttribute: Bool) {
        if unsafe isPlain(value) { return unsafe bytes.append(value) }
        var start = 0
        while start < value.count {
            let end = min(start + chunkBytes, value.count)
            unsafe bytes.append(upTo: (end - start) * expansionMax) { room in
                unsafe write(value, from: &start, to: end, into: room, inAttribute: inAttribute)
            }
        }
    }

    /// Writes a part of a value; the last character may reach beyond the end.
    ///
    /// Gives the number of bytes written, at most
    /// `expansionMax` for each of the value.
    private static func write(
        _ value: UnsafeBufferPointer<UInt8>,
        from index: inout Int,
        to end: Int,
        into room: UnsafeMutableBufferPointer<UInt8>,
        inAttribute: Bool
    ) -> Int {
        var written = 0
        while index < end {
            let byte = unsafe value[index]
            let isPlain = byte >= 64 ? byte != 0xEF : plainBytes &>> UInt64(byte) & 1 != 0
            guard !isPlain, let substitute = unsafe substitute(at: index, in: value, inAttribute) else {
                unsafe room[written] = byte
                written &+= 1
                index &+= 1
                continue
            }
            let text = unsafe UnsafeBufferPointer(
                start: substitute.text.utf8Start,
                count: substitute.text.utf8CodeUnitCount
            )
            _ = unsafe UnsafeMutableBufferPointer(rebasing: room[written...]).update(fromContentsOf: text)
            written += text.count
            index += substitute.width
        }
        return written
    }

    /// Whether all of a value is written as it is, as most are; `false` may be wrong.
    ///
    /// Sixteen bytes at a time; the last ones together with some before them that were seen already.
    @inline(__always)
    static func isPlain(_ value: UnsafeBufferPointer<UInt8>) -> Bool {
        let count = value.count
        guard count > 0, let bytes = unsafe UnsafeRawPointer(value.baseAddress) else { return true }
        if count >= 16 {
            var position = 0
            while position < count - 16 {
                guard unsafe isPlain((bytes + position).loadUnaligned(as: SIMD2<UInt64>.self)) else {
                    return false
                }
                position &+= 16
            }
            return unsafe isPlain((bytes + (count - 16)).loadUnaligned(as: SIMD2<UInt64>.self))
        }
        let ends: SIMD2<UInt64>
        if count >= 8 {
            ends = unsafe SIMD2(
                bytes.loadUnaligned(as: UInt64.self),
                (bytes + (count - 8)).loadUnaligned(as: UInt64.self)
            )
        } else if count >= 4 {
            let first = unsafe bytes.loadUnaligned(as: UInt32.self)
            let last = unsafe (bytes + (count - 4)).loadUnaligned(as: UInt32.self)
            ends = SIMD2(repeating: UInt64(first) << 32 | UInt64(last))
        } else {
            let all = unsafe UInt64(value[0]) << 16 | UInt64(value[count / 2]) << 8 | UInt64(value[count - 1])
            ends = SIMD2(repeating: all | 0x2020_2020_2000_0000)
        }
        return isPlain(ends)
    }

    /// Whether all of sixteen bytes are written as they are.
    ///
    /// A byte that is looked for gives zero, from which one is taken: that sets its highest bit, and perhaps that of
    /// the byte above it. `<` and `>` differ in one bit only, and so do `"` and `&`.
    @inline(__always)
    private static func isPlain(_ bytes: SIMD2<UInt64>) -> Bool {
        let control = bytes &- 0x2020_2020_2020_2020
        let angle = ((bytes | 0x0202_0202_0202_0202) ^ 0x3E3E_3E3E_3E3E_3E3E) &- 0x0101_0101_0101_0101
        let other = ((bytes | 0x0404_0404_0404_0404) ^ 0x2626_2626_2626_2626) &- 0x0101_0101_0101_0101
        let beyond = (bytes ^ 0xEFEF_EFEF_EFEF_EFEF) &- 0x0101_0101_0101_0101
        let found = (control | angle | other) & ~bytes | beyond & bytes
        return (found[0] | found[1]) & 0x8080_8080_8080_8080 == 0
    }

    /// What is written for the character at an index and how many bytes of the value it stands for; `nil` for
    /// the character itself.
    private static func substitute(
        at index: Int,
        in value: UnsafeBufferPointer<UInt8>,
        _ inAttribute: Bool
    ) -> (text: StaticString, width: Int)? {
        switch unsafe value[index] {
        case UInt8(ascii: "<"): return ("&lt;", 1)
        case UInt8(ascii: ">"): return ("&gt;", 1)
        case UInt8(ascii: "&"): return ("&amp;", 1)
        case UInt8(ascii: "\""): return inAttribute ? ("&quot;", 1) : nil
        case 0x09: return inAttribute ? ("&#9;", 1) : nil
        case 0x0A: return inAttribute ? ("&#10;", 1) : nil
        case 0x0D: return ("&#13;", 1)
        case 0xEF:
            // U+FFFE and U+FFFF are no characters of XML; all else that begins so is.
            guard index + 2 < value.count, unsafe value[index + 1] == 0xBF, unsafe value[index + 2] >= 0xBE
            else {
                return nil
            }
            return ("\u{FFFD}", 3)
        default: return ("\u{FFFD}", 1)
        }
    }

    /// Appends a name, with an optional prefix, in which whatever no name may hold is replaced by an
    /// underscore.
    static func append(name: String, to bytes: inout ByteBuffer) {
        if isPlain(name) {
            bytes.append(name)
            return
        }
        var isFirst = true
        var hasColon = false
        for scalar in name.unicodeScalars {
            if scalar == ":" && !isFirst && !hasColon {
                hasColon = true
                isFirst = true
                bytes.append(UInt8(ascii: ":"))
                continue
            }
            if isFirst && isNameCharacter(scalar) && !isNameStart(scalar) {
                bytes.append(UInt8(ascii: "_"))
            }
            let isAllowed = isNameCharacter(scalar)
            bytes.append(String(isAllowed ? Character(scalar) : "_"))
            isFirst = false
        }
        if isFirst { bytes.append(UInt8(ascii: "_")) }
    }

    /// Whether a name is of the usual kind: letters of ASCII, then also digits, with at most one colon in the
    /// midst.
    private static func isPlain(_ name: String) -> Bool {
        var isFirst = true
        var colons = 0
        for byte in name.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "_"):
                isFirst = false
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."):
                if isFirst { return false }
            case UInt8(ascii: ":"):
                if isFirst { return false }
                isFirst = true
                colons += 1
            default: return false
            }
        }
        return !isFirst && colons <= 1
    }

    /// Whether a name without prefix may begin so (XML 1.0, production 4, without the colon).
    static func isNameStart(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x41...0x5A, 0x5F, 0x61...0x7A, 0xC0...0xD6, 0xD8...0xF6, 0xF8...0x2FF, 0x370...0x37D,
            0x37F...0x1FFF,
            0x200C...0x200D, 0x2070...0x218F, 0x2C00...0x2FEF, 0x3001...0xD7FF, 0xF900...0xFDCF,
            0xFDF0...0xFFFD,
            0x10000...0xEFFFF:
            true
        default: false
        }
    }

    /// Whether a name without prefix may go on so (XML 1.0, production 4a, without the colon).
    static func isNameCharacter(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x2D, 0x2E, 0x30...0x39, 0xB7, 0x300...0x36F, 0x203F...0x2040: true
        default: isNameStart(scalar)
        }
    }
}
