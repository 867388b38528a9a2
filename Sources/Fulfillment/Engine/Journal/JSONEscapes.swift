/// Resolves what stands behind backslashes in JSON texts.
enum JSONEscapes {
    /// The bytes that are meant by what stands between the quotes.
    static func resolved(_ text: UnsafeBufferPointer<UInt8>, at offset: Int) throws(JSONDamage) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(text.count)
        var rest = text[...]
        while let byte = rest.popFirst() {
            guard byte == .backslash else {
                result.append(byte)
                continue
            }
            switch rest.popFirst() {
            case .some(let byte) where byte == .quote || byte == .backslash || byte == UInt8(ascii: "/"):
                result.append(byte)
            case UInt8(ascii: "b"): result.append(0x08)
            case UInt8(ascii: "f"): result.append(0x0C)
            case UInt8(ascii: "n"): result.append(0x0A)
            case UInt8(ascii: "r"): result.append(0x0D)
            case UInt8(ascii: "t"): result.append(0x09)
            case UInt8(ascii: "u"): result.append(contentsOf: String(try scalar(&rest, at: offset)).utf8)
            default: throw JSONDamage("a backslash before something else", at: offset)
            }
        }
        return result
    }

    /// One scalar, from one escape or from the two of a surrogate pair.
    private static func scalar(
        _ rest: inout Slice<UnsafeBufferPointer<UInt8>>,
        at offset: Int
    ) throws(JSONDamage) -> Character {
        let first = try unit(&rest, at: offset)
        var value = UInt32(first)
        if UTF16.isLeadSurrogate(first) {
            guard rest.popFirst() == .backslash, rest.popFirst() == UInt8(ascii: "u"),
                case let second = try unit(&rest, at: offset), UTF16.isTrailSurrogate(second)
            else { throw JSONDamage("half a character", at: offset) }
            value = 0x10000 + (value - 0xD800) << 10 + UInt32(second) - 0xDC00
        }
        guard let scalar = Unicode.Scalar(value) else {
            throw JSONDamage("half a character", at: offset)
        }
        return Character(scalar)
    }

    private static func unit(
        _ rest: inout Slice<UnsafeBufferPointer<UInt8>>,
        at offset: Int
    ) throws(JSONDamage) -> UInt16 {
        var unit: UInt16 = 0
        for _ in 0..<4 {
            guard let byte = rest.popFirst(), let digit = Character(Unicode.Scalar(byte)).hexDigitValue,
                byte < 0x80
            else { throw JSONDamage("four hexadecimal digits are expected", at: offset) }
            unit = unit << 4 | UInt16(digit)
        }
        return unit
    }
}
