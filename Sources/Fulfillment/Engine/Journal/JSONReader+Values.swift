extension JSONReader {
    mutating func boolean() throws(JSONDamage) -> Bool {
        switch byte {
        case UInt8(ascii: "t"):
            try literal("true")
            return true
        case UInt8(ascii: "f"):
            try literal("false")
            return false
        default: throw damage("true or false is expected")
        }
    }

    mutating func literal(_ name: StaticString) throws(JSONDamage) {
        let fits = name.withUTF8Buffer { bytes.dropFirst(offset).starts(with: $0) }
        guard fits else { throw damage("\(name) is expected") }
        offset += name.utf8CodeUnitCount
    }

    /// A whole number, exactly.
    mutating func integer() throws(JSONDamage) -> Int64 {
        let start = offset
        let isNegative = byte == .minus
        if isNegative { offset += 1 }
        let digits = offset
        var value: Int64 = 0
        while case let digit = byte &- .zero, digit < 10 {
            // Towards the negative, as the lowest number has no positive counterpart.
            let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, overflows) = tens.subtractingReportingOverflow(Int64(digit))
            if overflow || overflows { throw JSONDamage("a number that is too large", at: start) }
            value = sum
            offset += 1
        }
        let hasLeadingZero = offset - digits > 1 && bytes[digits] == .zero
        let isWhole = ![UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E")].contains(byte)
        guard offset > digits, !hasLeadingZero, isWhole else {
            throw JSONDamage("a whole number is expected", at: start)
        }
        if isNegative { return value }
        guard value > .min else { throw JSONDamage("a number that is too large", at: start) }
        return -value
    }

    mutating func text() throws(JSONDamage) -> String {
        let start = offset
        let content = try textContent()
        let text: String?
        if content.hasEscapes {
            text = String(validating: try JSONEscapes.resolved(content.bytes, at: start), as: UTF8.self)
        } else if !content.isASCII {
            text = String(validating: content.bytes, as: UTF8.self)
        } else {
            text = texts?.text(content.bytes, otherwise: Self.plain) ?? Self.plain(content.bytes)
        }
        guard let text else { throw JSONDamage("a text that is not UTF-8", at: start) }
        return text
    }

    /// The text of ASCII bytes.
    private static func plain(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
        String(unsafeUninitializedCapacity: bytes.count) { text in
            guard let target = text.baseAddress, let source = bytes.baseAddress else { return 0 }
            target.update(from: source, count: bytes.count)
            return bytes.count
        }
    }

    /// The bytes of a text as they are written.
    mutating func textBytes() throws(JSONDamage) -> UnsafeBufferPointer<UInt8> { try textContent().bytes }

    private struct TextContent {
        var bytes: UnsafeBufferPointer<UInt8>
        var hasEscapes: Bool
        var isASCII: Bool
    }

    private mutating func textContent() throws(JSONDamage) -> TextContent {
        try expect(.quote, "a text")
        let start = offset
        var hasEscapes = false
        var isASCII = true
        while true {
            let mark = TextScan.firstMark(in: bytes, from: offset)
            offset = mark.position
            isASCII = isASCII && mark.isASCII
            guard offset < bytes.count else { throw JSONDamage("a text without an end", at: start) }
            switch bytes[offset] {
            case .quote:
                let content = UnsafeBufferPointer(rebasing: bytes[start..<offset])
                offset += 1
                return TextContent(bytes: content, hasEscapes: hasEscapes, isASCII: isASCII)
            case .backslash:
                hasEscapes = true
                offset = min(offset + 2, bytes.count)
            default: throw damage("a control character in a text")
            }
        }
    }

    /// Passes over a value of any kind.
    mutating func skipValue(depth: Int) throws(JSONDamage) {
        guard depth < Self.depthMax else { throw damage("more than \(Self.depthMax) levels") }
        switch byte {
        case .quote: _ = try textBytes()
        case .openingBrace:
            try openDictionary()
            var count = 0
            while try hasEntry(after: count) {
                _ = try textBytes()
                skipSpace()
                try expect(.colon, "a colon")
                skipSpace()
                try skipValue(depth: depth + 1)
                count += 1
            }
        case .openingBracket:
            try openArray()
            var count = 0
            while try hasElement(after: count) {
                try skipValue(depth: depth + 1)
                count += 1
            }
        case UInt8(ascii: "n"): try literal("null")
        case UInt8(ascii: "t"), UInt8(ascii: "f"): _ = try boolean()
        default: try skipNumber()
        }
    }

    private mutating func skipNumber() throws(JSONDamage) {
        let start = offset
        while (UInt8.zero ... .nine).contains(byte) || [UInt8]("+-.eE".utf8).contains(byte) { offset += 1 }
        if offset == start { throw damage("a value is expected") }
    }
}
