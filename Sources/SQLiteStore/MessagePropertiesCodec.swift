internal import Broker

/// Message properties as bytes: a version, a set of the fields present, and the fields in the order of ``Field``.
///
/// Numbers are little-endian; a text or blob is its length in four bytes and its bytes. A value that was written by
/// an older program is read for ever: fields are only added.
enum MessagePropertiesCodec {
    private static let version: UInt8 = 1
    /// Tables within tables at most; a damaged value must not exhaust the stack.
    static let depthMax = 64

    private struct Field: OptionSet {
        var rawValue: UInt16
        static let contentType = Field(rawValue: 1 << 0)
        static let contentEncoding = Field(rawValue: 1 << 1)
        static let headers = Field(rawValue: 1 << 2)
        static let deliveryMode = Field(rawValue: 1 << 3)
        static let priority = Field(rawValue: 1 << 4)
        static let correlationID = Field(rawValue: 1 << 5)
        static let replyTo = Field(rawValue: 1 << 6)
        static let expiration = Field(rawValue: 1 << 7)
        static let messageID = Field(rawValue: 1 << 8)
        static let timestamp = Field(rawValue: 1 << 9)
        static let type = Field(rawValue: 1 << 10)
        static let userID = Field(rawValue: 1 << 11)
        static let appID = Field(rawValue: 1 << 12)
    }

    /// `nil` when the headers are nested deeper than ``depthMax``.
    static func encode(_ properties: MessageProperties) -> [UInt8]? {
        var writer = ByteWriter()
        writer.byte(version)
        var fields: Field = []
        writer.integer(fields.rawValue)
        if writer.optional(properties.contentType) { fields.insert(.contentType) }
        if writer.optional(properties.contentEncoding) { fields.insert(.contentEncoding) }
        if !properties.headers.isEmpty {
            fields.insert(.headers)
            guard writer.table(properties.headers, depth: 1) else { return nil }
        }
        if let mode = properties.deliveryMode {
            fields.insert(.deliveryMode)
            writer.byte(mode)
        }
        if let priority = properties.priority {
            fields.insert(.priority)
            writer.byte(priority)
        }
        if writer.optional(properties.correlationID) { fields.insert(.correlationID) }
        if writer.optional(properties.replyTo) { fields.insert(.replyTo) }
        if writer.optional(properties.expiration) { fields.insert(.expiration) }
        if writer.optional(properties.messageID) { fields.insert(.messageID) }
        if let seconds = properties.timestampSeconds {
            fields.insert(.timestamp)
            writer.integer(seconds)
        }
        if writer.optional(properties.type) { fields.insert(.type) }
        if writer.optional(properties.userID) { fields.insert(.userID) }
        if writer.optional(properties.appID) { fields.insert(.appID) }
        writer.bytes[1] = UInt8(truncatingIfNeeded: fields.rawValue)
        writer.bytes[2] = UInt8(truncatingIfNeeded: fields.rawValue >> 8)
        return writer.bytes
    }

    /// `nil` when the bytes are not what ``encode(_:)`` makes.
    static func decode(_ bytes: [UInt8]) -> MessageProperties? {
        var reader = ByteReader(bytes)
        do {
            let properties = try decode(&reader)
            return reader.isAtEnd ? properties : nil
        } catch {
            return nil
        }
    }

    private static func decode(_ reader: inout ByteReader) throws(ByteReader.Damage) -> MessageProperties {
        guard try reader.byte() == version else { throw ByteReader.Damage() }
        let fields = Field(rawValue: try reader.integer())
        var properties = MessageProperties()
        if fields.contains(.contentType) { properties.contentType = try reader.text() }
        if fields.contains(.contentEncoding) { properties.contentEncoding = try reader.text() }
        if fields.contains(.headers) { properties.headers = try reader.table(depth: 1) }
        if fields.contains(.deliveryMode) { properties.deliveryMode = try reader.byte() }
        if fields.contains(.priority) { properties.priority = try reader.byte() }
        if fields.contains(.correlationID) { properties.correlationID = try reader.text() }
        if fields.contains(.replyTo) { properties.replyTo = try reader.text() }
        if fields.contains(.expiration) { properties.expiration = try reader.text() }
        if fields.contains(.messageID) { properties.messageID = try reader.text() }
        if fields.contains(.timestamp) { properties.timestampSeconds = try reader.integer() }
        if fields.contains(.type) { properties.type = try reader.text() }
        if fields.contains(.userID) { properties.userID = try reader.text() }
        if fields.contains(.appID) { properties.appID = try reader.text() }
        return properties
    }
}
