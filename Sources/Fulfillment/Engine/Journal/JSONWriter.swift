/// Appends JSON text to bytes.
///
/// Every value is followed by a comma, which the closing bracket replaces.
struct JSONWriter: ~Copyable {
    private var bytes: GrowingBytes

    init(bytesExpected: Int) { bytes = GrowingBytes(capacity: bytesExpected) }

    /// The text written.
    var written: [UInt8] { bytes.array() }

    // MARK: Structure

    mutating func openObject() { bytes.append(.openingBrace) }
    mutating func closeObject() { close(with: .closingBrace) }
    mutating func openArray() { bytes.append(.openingBracket) }
    mutating func closeArray() { close(with: .closingBracket) }

    private mutating func close(with bracket: UInt8) {
        if bytes.last == .comma { bytes.removeLast() }
        bytes.append(bracket)
    }

    mutating func field(_ name: StaticString, _ value: some JournalValue) {
        key(name)
        value.write(to: &self)
        bytes.append(.comma)
    }

    /// Writes nothing when there is none.
    mutating func field(_ name: StaticString, _ value: (some JournalValue)?) {
        if let value { field(name, value) }
    }

    mutating func entry(_ key: String, _ value: some JournalValue) {
        text(key)
        bytes.append(.colon)
        value.write(to: &self)
        bytes.append(.comma)
    }

    mutating func element(_ value: some JournalValue) {
        value.write(to: &self)
        bytes.append(.comma)
    }

    /// An object with one field, named after what it is.
    mutating func openVariant(_ name: String) {
        bytes.append(.openingBrace)
        text(name)
        bytes.append(.colon)
        bytes.append(.openingBrace)
    }

    mutating func closeVariant() {
        closeObject()
        bytes.append(.closingBrace)
    }

    private mutating func key(_ name: StaticString) {
        bytes.append(.quote)
        bytes.append(name)
        bytes.append(.quote)
        bytes.append(.colon)
    }

    // MARK: Values

    mutating func boolean(_ value: Bool) {
        bytes.append(value ? "true" : "false")
    }

    mutating func integer(_ value: Int64) {
        if value < 0 { bytes.append(.minus) }
        var digits = InlineArray<20, UInt8>(repeating: 0)
        var first = digits.count
        var rest = value.magnitude
        repeat {
            first -= 1
            digits[first] = .zero + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        } while rest > 0
        for index in first..<digits.count { bytes.append(digits[index]) }
    }

    mutating func text(_ value: String) {
        bytes.append(.quote)
        // Texts are contiguous except when another language lent them.
        if value.utf8.withContiguousStorageIfAvailable({ append($0) }) == nil {
            Array(value.utf8).withUnsafeBufferPointer { append($0) }
        }
        bytes.append(.quote)
    }

    private mutating func append(_ text: UnsafeBufferPointer<UInt8>) {
        var start = 0
        while case let mark = TextScan.firstMark(in: text, from: start).position, mark < text.count {
            bytes.append(UnsafeBufferPointer(rebasing: text[start..<mark]))
            append(escaping: text[mark])
            start = mark + 1
        }
        bytes.append(UnsafeBufferPointer(rebasing: text[start...]))
    }

    private mutating func append(escaping byte: UInt8) {
        bytes.append(.backslash)
        switch byte {
        case .quote, .backslash: bytes.append(byte)
        case 0x08: bytes.append(UInt8(ascii: "b"))
        case 0x09: bytes.append(UInt8(ascii: "t"))
        case 0x0A: bytes.append(UInt8(ascii: "n"))
        case 0x0C: bytes.append(UInt8(ascii: "f"))
        case 0x0D: bytes.append(UInt8(ascii: "r"))
        default:
            // Control characters are below 32, so the third digit is 0 or 1.
            bytes.append("u00")
            bytes.append(.zero + byte / 16)
            bytes.append(byte % 16 < 10 ? .zero + byte % 16 : UInt8(ascii: "a") + byte % 16 - 10)
        }
    }
}

extension UInt8 {
    static var openingBrace: UInt8 { UInt8(ascii: "{") }
    static var closingBrace: UInt8 { UInt8(ascii: "}") }
    static var openingBracket: UInt8 { UInt8(ascii: "[") }
    static var closingBracket: UInt8 { UInt8(ascii: "]") }
    static var comma: UInt8 { UInt8(ascii: ",") }
    static var colon: UInt8 { UInt8(ascii: ":") }
    static var quote: UInt8 { UInt8(ascii: "\"") }
    static var backslash: UInt8 { UInt8(ascii: "\\") }
    static var minus: UInt8 { UInt8(ascii: "-") }
    static var space: UInt8 { UInt8(ascii: " ") }
    static var zero: UInt8 { UInt8(ascii: "0") }
    static var nine: UInt8 { UInt8(ascii: "9") }
}
