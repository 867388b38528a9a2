internal import Broker

/// What tells the cases of a header value apart in stored bytes; never renumbered.
private enum HeaderTag {
    static let text: UInt8 = 1
    static let integer: UInt8 = 2
    static let double: UInt8 = 3
    static let boolean: UInt8 = 4
    static let bytes: UInt8 = 5
    static let timestamp: UInt8 = 6
    static let table: UInt8 = 7
    static let array: UInt8 = 8
    static let void: UInt8 = 9
}

/// Appends values to bytes.
struct ByteWriter {
    var bytes: [UInt8] = []

    init() { bytes.reserveCapacity(256) }

    mutating func byte(_ value: UInt8) { bytes.append(value) }

    mutating func integer<Value: FixedWidthInteger>(_ value: Value) {
        for shift in stride(from: 0, to: Value.bitWidth, by: 8) {
            bytes.append(UInt8(truncatingIfNeeded: value >> Value(shift)))
        }
    }

    mutating func text(_ value: String) {
        integer(UInt32(truncatingIfNeeded: value.utf8.count))
        bytes.append(contentsOf: value.utf8)
    }

    /// Appends the text when there is one, and says whether there was.
    mutating func optional(_ value: String?) -> Bool {
        guard let value else { return false }
        text(value)
        return true
    }

    /// `false` when it is nested too deep.
    mutating func table(_ fields: [HeaderField], depth: Int) -> Bool {
        guard depth <= MessagePropertiesCodec.depthMax else { return false }
        integer(UInt32(truncatingIfNeeded: fields.count))
        for field in fields {
            text(field.name)
            guard value(field.value, depth: depth) else { return false }
        }
        return true
    }

    private mutating func value(_ value: HeaderValue, depth: Int) -> Bool {
        switch value {
        case .text(let text):
            byte(HeaderTag.text)
            self.text(text)
        case .integer(let number):
            byte(HeaderTag.integer)
            integer(number)
        case .double(let number):
            byte(HeaderTag.double)
            integer(number.bitPattern)
        case .boolean(let flag):
            byte(HeaderTag.boolean)
            byte(flag ? 1 : 0)
        case .bytes(let data):
            byte(HeaderTag.bytes)
            integer(UInt32(truncatingIfNeeded: data.count))
            bytes.append(contentsOf: data)
        case .timestamp(let seconds):
            byte(HeaderTag.timestamp)
            integer(seconds)
        case .table(let fields):
            byte(HeaderTag.table)
            return table(fields, depth: depth + 1)
        case .array(let elements):
            byte(HeaderTag.array)
            guard depth < MessagePropertiesCodec.depthMax else { return false }
            integer(UInt32(truncatingIfNeeded: elements.count))
            for element in elements where !self.value(element, depth: depth + 1) { return false }
        case .void:
            byte(HeaderTag.void)
        }
        return true
    }
}

/// Reads what ``ByteWriter`` wrote, from bytes that may be damaged.
struct ByteReader {
    struct Damage: Error {}

    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { position == bytes.count }

    mutating func byte() throws(Damage) -> UInt8 {
        guard position < bytes.count else { throw Damage() }
        defer { position += 1 }
        return bytes[position]
    }

    mutating func integer<Value: FixedWidthInteger>() throws(Damage) -> Value {
        var value: Value = 0
        for shift in stride(from: 0, to: Value.bitWidth, by: 8) {
            value |= Value(truncatingIfNeeded: try byte()) << Value(shift)
        }
        return value
    }

    mutating func blob() throws(Damage) -> ArraySlice<UInt8> {
        let length: UInt32 = try integer()
        guard Int(length) <= bytes.count - position else { throw Damage() }
        defer { position += Int(length) }
        return bytes[position..<position + Int(length)]
    }

    mutating func text() throws(Damage) -> String { String(decoding: try blob(), as: UTF8.self) }

    mutating func table(depth: Int) throws(Damage) -> [HeaderField] {
        guard depth <= MessagePropertiesCodec.depthMax else { throw Damage() }
        let count: UInt32 = try integer()
        var fields: [HeaderField] = []
        for _ in 0..<count {
            let name = try text()
            fields.append(HeaderField(name, try value(depth: depth)))
        }
        return fields
    }

    private mutating func value(depth: Int) throws(Damage) -> HeaderValue {
        switch try byte() {
        case HeaderTag.text: return .text(try text())
        case HeaderTag.integer: return .integer(try integer())
        case HeaderTag.double: return .double(Double(bitPattern: try integer()))
        case HeaderTag.boolean: return .boolean(try byte() != 0)
        case HeaderTag.bytes: return .bytes(Array(try blob()))
        case HeaderTag.timestamp: return .timestamp(try integer())
        case HeaderTag.table: return .table(try table(depth: depth + 1))
        case HeaderTag.array:
            guard depth < MessagePropertiesCodec.depthMax else { throw Damage() }
            let count: UInt32 = try integer()
            var elements: [HeaderValue] = []
            for _ in 0..<count { elements.append(try value(depth: depth + 1)) }
            return .array(elements)
        case HeaderTag.void: return .void
        default: throw Damage()
        }
    }
}
