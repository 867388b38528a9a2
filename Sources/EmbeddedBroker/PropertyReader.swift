import Broker

/// Reads message properties back; every length is checked against what is left.
struct PropertyReader {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    mutating func readProperties() throws(PropertyEncoding.Failure) -> MessageProperties {
        guard try readByte() == PropertyEncoding.version else { throw .damaged }
        let mask = try readNumber()
        var properties = MessageProperties()
        for field in PropertyEncoding.Field.allCases where mask & (1 << UInt64(field.rawValue)) != 0 {
            switch field {
            case .contentType: properties.contentType = try readText()
            case .contentEncoding: properties.contentEncoding = try readText()
            case .headers: properties.headers = try readFields(depth: 0)
            case .deliveryMode: properties.deliveryMode = try readByte()
            case .priority: properties.priority = try readByte()
            case .correlationID: properties.correlationID = try readText()
            case .replyTo: properties.replyTo = try readText()
            case .expiration: properties.expiration = try readText()
            case .messageID: properties.messageID = try readText()
            case .timestamp: properties.timestampSeconds = try readNumber()
            case .type: properties.type = try readText()
            case .userID: properties.userID = try readText()
            case .appID: properties.appID = try readText()
            }
        }
        guard position == bytes.count, mask >> UInt64(PropertyEncoding.Field.allCases.count) == 0 else {
            throw .damaged
        }
        return properties
    }

    private mutating func readByte() throws(PropertyEncoding.Failure) -> UInt8 {
        guard position < bytes.count else { throw .damaged }
        defer { position += 1 }
        return bytes[position]
    }

    private mutating func readNumber() throws(PropertyEncoding.Failure) -> UInt64 {
        var number: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 64, by: 7) {
            let byte = try readByte()
            let part = UInt64(byte & 0x7F)
            // The tenth byte has room for one bit only.
            guard shift < 63 || part <= 1 else { throw .damaged }
            number |= part << shift
            if byte & 0x80 == 0 { return number }
        }
        throw .damaged
    }

    private mutating func readFixed() throws(PropertyEncoding.Failure) -> UInt64 {
        var number: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 64, by: 8) {
            number |= UInt64(try readByte()) << shift
        }
        return number
    }

    private mutating func readBytes() throws(PropertyEncoding.Failure) -> ArraySlice<UInt8> {
        let count = try readCount()
        defer { position += count }
        return bytes[position..<(position + count)]
    }

    /// A count of things that take at least a byte each: never more than what is left.
    private mutating func readCount() throws(PropertyEncoding.Failure) -> Int {
        let count = try readNumber()
        guard count <= UInt64(bytes.count - position) else { throw .damaged }
        return Int(count)
    }

    private mutating func readText() throws(PropertyEncoding.Failure) -> String {
        guard let text = String(validating: try readBytes(), as: UTF8.self) else { throw .damaged }
        return text
    }

    private mutating func readFields(depth: Int) throws(PropertyEncoding.Failure) -> [HeaderField] {
        var fields: [HeaderField] = []
        for _ in 0..<(try readCount()) {
            let name = try readText()
            fields.append(HeaderField(name, try readValue(depth: depth)))
        }
        return fields
    }

    private mutating func readValue(depth: Int) throws(PropertyEncoding.Failure) -> HeaderValue {
        guard depth <= PropertyEncoding.nestingMax else { throw .damaged }
        guard let tag = PropertyEncoding.Tag(rawValue: try readByte()) else { throw .damaged }
        switch tag {
        case .void: return .void
        case .text: return .text(try readText())
        case .integer: return .integer(Int64(bitPattern: try readFixed()))
        case .double: return .double(Double(bitPattern: try readFixed()))
        case .isFalse: return .boolean(false)
        case .isTrue: return .boolean(true)
        case .bytes: return .bytes(Array(try readBytes()))
        case .timestamp: return .timestamp(try readFixed())
        case .table: return .table(try readFields(depth: depth + 1))
        case .array:
            var values: [HeaderValue] = []
            for _ in 0..<(try readCount()) { values.append(try readValue(depth: depth + 1)) }
            return .array(values)
        }
    }
}
