/// A message as AMQP 0-9-1 carries it: properties, headers and body bytes.
///
/// The field names follow the `basic` class of the AMQP 0-9-1 specification.
package struct Message: Sendable, Hashable, Codable {
    package var properties: MessageProperties
    package var body: [UInt8]

    package init(properties: MessageProperties = MessageProperties(), body: [UInt8]) {
        self.properties = properties
        self.body = body
    }
}

/// One entry of an AMQP field table; order and repetition are kept.
package struct HeaderField: Sendable, Hashable, Codable {
    package var name: String
    package var value: HeaderValue

    package init(_ name: String, _ value: HeaderValue) {
        self.name = name
        self.value = value
    }
}

/// A value of an AMQP field table.
package enum HeaderValue: Sendable, Hashable, Codable {
    case text(String)
    case integer(Int64)
    case double(Double)
    case boolean(Bool)
    case bytes([UInt8])
    /// Seconds since 1970-01-01T00:00:00Z.
    case timestamp(UInt64)
    indirect case table([HeaderField])
    indirect case array([HeaderValue])
    case void
}
