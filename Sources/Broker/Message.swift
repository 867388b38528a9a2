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

/// The `basic` properties of a message; absent values are `nil`, never an empty string.
package struct MessageProperties: Sendable, Hashable, Codable {
    package var contentType: String?
    package var contentEncoding: String?
    package var headers: [HeaderField]
    /// 1 is transient, 2 is persistent; everything the station publishes is persistent.
    package var deliveryMode: UInt8?
    package var priority: UInt8?
    package var correlationID: String?
    package var replyTo: String?
    /// Time to live in milliseconds, as the text AMQP uses.
    package var expiration: String?
    package var messageID: String?
    /// Seconds since 1970-01-01T00:00:00Z.
    package var timestampSeconds: UInt64?
    package var type: String?
    package var userID: String?
    package var appID: String?

    package init(
        contentType: String? = nil,
        contentEncoding: String? = nil,
        headers: [HeaderField] = [],
        deliveryMode: UInt8? = nil,
        priority: UInt8? = nil,
        correlationID: String? = nil,
        replyTo: String? = nil,
        expiration: String? = nil,
        messageID: String? = nil,
        timestampSeconds: UInt64? = nil,
        type: String? = nil,
        userID: String? = nil,
        appID: String? = nil
    ) {
        self.contentType = contentType
        self.contentEncoding = contentEncoding
        self.headers = headers
        self.deliveryMode = deliveryMode
        self.priority = priority
        self.correlationID = correlationID
        self.replyTo = replyTo
        self.expiration = expiration
        self.messageID = messageID
        self.timestampSeconds = timestampSeconds
        self.type = type
        self.userID = userID
        self.appID = appID
    }

    /// The text of the first header with that name, when it is a text.
    package func header(_ name: String) -> String? {
        for field in headers where field.name == name {
            if case .text(let value) = field.value { return value }
        }
        return nil
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
