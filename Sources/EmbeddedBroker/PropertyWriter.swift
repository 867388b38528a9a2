import Broker

/// Appends message properties to a byte array.
struct PropertyWriter {
    private(set) var bytes: [UInt8] = [PropertyEncoding.version]

    mutating func write(_ properties: MessageProperties) throws(PropertyEncoding.Failure) {
        var mask: UInt64 = 0
        for field in PropertyEncoding.Field.allCases where Self.isPresent(field, in: properties) {
            mask |= 1 << UInt64(field.rawValue)
        }
        write(mask)
        for text in [properties.contentType, properties.contentEncoding] { write(text) }
        if !properties.headers.isEmpty { try write(properties.headers, depth: 0) }
        if let deliveryMode = properties.deliveryMode { bytes.append(deliveryMode) }
        if let priority = properties.priority { bytes.append(priority) }
        for text in [
            properties.correlationID, properties.replyTo, properties.expiration, properties.messageID,
        ] {
            write(text)
        }
        if let timestamp = properties.timestampSeconds { write(timestamp) }
        for text in [properties.type, properties.userID, properties.appID] { write(text) }
    }

    private static func isPresent(_ field: PropertyEncoding.Field, in properties: MessageProperties) -> Bool {
        switch field {
        case .contentType: properties.contentType != nil
        case .contentEncoding: properties.contentEncoding != nil
        case .headers: !properties.headers.isEmpty
        case .deliveryMode: properties.deliveryMode != nil
        case .priority: properties.priority != nil
        case .correlationID: properties.correlationID != nil
        case .replyTo: properties.replyTo != nil
        case .expiration: properties.expiration != nil
        case .messageID: properties.messageID != nil
        case .timestamp: properties.timestampSeconds != nil
        case .type: properties.type != nil
        case .userID: properties.userID != nil
        case .appID: properties.appID != nil
        }
    }

    private mutating func write(_ number: UInt64) {
        var rest = number
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    private mutating func write(_ text: String?) {
        guard let text else { return }
        write(UInt64(text.utf8.count))
        bytes.append(contentsOf: text.utf8)
    }

    private mutating func writeFixed(_ number: UInt64) {
        for shift in stride(from: UInt64(0), to: 64, by: 8) {
            bytes.append(UInt8(truncatingIfNeeded: number >> shift))
        }
    }

    private mutating func write(_ fields: [HeaderField], depth: Int) throws(PropertyEncoding.Failure) {
        write(UInt64(fields.count))
        for field in fields {
            write(field.name)
            try write(field.value, depth: depth)
        }
    }

    private mutating func write(_ value: HeaderValue, depth: Int) throws(PropertyEncoding.Failure) {
        guard depth <= PropertyEncoding.nestingMax else { throw .nestedTooDeep }
        switch value {
        case .void:
            tag(.void)
        case .text(let text):
            tag(.text)
            write(text)
        case .integer(let number):
            tag(.integer)
            writeFixed(UInt64(bitPattern: number))
        case .double(let number):
            tag(.double)
            writeFixed(number.bitPattern)
        case .boolean(let flag):
            tag(flag ? .isTrue : .isFalse)
        case .bytes(let content):
            tag(.bytes)
            write(UInt64(content.count))
            bytes.append(contentsOf: content)
        case .timestamp(let seconds):
            tag(.timestamp)
            writeFixed(seconds)
        case .table(let fields):
            tag(.table)
            try write(fields, depth: depth + 1)
        case .array(let values):
            tag(.array)
            write(UInt64(values.count))
            for element in values { try write(element, depth: depth + 1) }
        }
    }

    private mutating func tag(_ tag: PropertyEncoding.Tag) {
        bytes.append(tag.rawValue)
    }
}
