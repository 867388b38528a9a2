package import Broker

/// Message properties as bytes in the embedded broker's file: compact, versioned, and exact for every header
/// value.
///
/// Layout: version, a mask of the fields present, then the fields in the order of the mask's bits. Counts and
/// lengths are base-128 variable-length integers.
package enum PropertyEncoding {
    static let version: UInt8 = 1
    /// Tables and arrays nested deeper are refused, as decoding recurses.
    package static let nestingMax = 32

    /// The properties cannot be kept, or the bytes are not properties.
    package enum Failure: Error {
        case nestedTooDeep
        case damaged
    }

    package static func encode(_ properties: MessageProperties) throws(Failure) -> [UInt8] {
        var writer = PropertyWriter()
        try writer.write(properties)
        return writer.bytes
    }

    package static func decode(_ bytes: [UInt8]) throws(Failure) -> MessageProperties {
        var reader = PropertyReader(bytes)
        return try reader.readProperties()
    }

    /// The bits of the mask.
    enum Field: Int, CaseIterable {
        case contentType, contentEncoding, headers, deliveryMode, priority, correlationID, replyTo
        case expiration, messageID, timestamp, type, userID, appID
    }

    /// The byte in front of a header value.
    enum Tag: UInt8 {
        case void, text, integer, double, isFalse, isTrue, bytes, timestamp, table, array
    }
}
