/// The `basic` properties of a message; absent values are `nil`, never an empty string.
///
/// Kept behind one reference that is replaced when somebody else holds it and a field changes: a message goes through
/// many hands, and a copy should not have to count a dozen texts.
package struct MessageProperties: Sendable, Hashable, Codable {
    private var storage: Storage

    /// `@unchecked Sendable`: `fields` is only written by an owner that has made sure to be the only one.
    private final class Storage: @unchecked Sendable {
        var fields: Fields

        init(_ fields: Fields) { self.fields = fields }
    }

    private struct Fields: Sendable, Hashable, Codable {
        var contentType: String?
        var contentEncoding: String?
        var headers: [HeaderField]
        var deliveryMode: UInt8?
        var priority: UInt8?
        var correlationID: String?
        var replyTo: String?
        var expiration: String?
        var messageID: String?
        var timestampSeconds: UInt64?
        var type: String?
        var userID: String?
        var appID: String?
    }

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
        storage = Storage(
            Fields(
                contentType: contentType,
                contentEncoding: contentEncoding,
                headers: headers,
                deliveryMode: deliveryMode,
                priority: priority,
                correlationID: correlationID,
                replyTo: replyTo,
                expiration: expiration,
                messageID: messageID,
                timestampSeconds: timestampSeconds,
                type: type,
                userID: userID,
                appID: appID
            )
        )
    }

    /// Makes sure that nobody else sees what is written next.
    private mutating func own() {
        if !isKnownUniquelyReferenced(&storage) { storage = Storage(storage.fields) }
    }

    package static func == (left: Self, right: Self) -> Bool {
        left.storage === right.storage || left.storage.fields == right.storage.fields
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(storage.fields) }

    package init(from decoder: any Decoder) throws { storage = Storage(try Fields(from: decoder)) }

    package func encode(to encoder: any Encoder) throws { try storage.fields.encode(to: encoder) }

    // MARK: Fields

    package var contentType: String? {
        get { storage.fields.contentType }
        set {
            own()
            storage.fields.contentType = newValue
        }
    }
    package var contentEncoding: String? {
        get { storage.fields.contentEncoding }
        set {
            own()
            storage.fields.contentEncoding = newValue
        }
    }
    package var headers: [HeaderField] {
        get { storage.fields.headers }
        set {
            own()
            storage.fields.headers = newValue
        }
    }
    /// 1 is transient, 2 is persistent; everything the station publishes is persistent.
    package var deliveryMode: UInt8? {
        get { storage.fields.deliveryMode }
        set {
            own()
            storage.fields.deliveryMode = newValue
        }
    }
    package var priority: UInt8? {
        get { storage.fields.priority }
        set {
            own()
            storage.fields.priority = newValue
        }
    }
    package var correlationID: String? {
        get { storage.fields.correlationID }
        set {
            own()
            storage.fields.correlationID = newValue
        }
    }
    package var replyTo: String? {
        get { storage.fields.replyTo }
        set {
            own()
            storage.fields.replyTo = newValue
        }
    }
    /// Time to live in milliseconds, as the text AMQP uses.
    package var expiration: String? {
        get { storage.fields.expiration }
        set {
            own()
            storage.fields.expiration = newValue
        }
    }
    package var messageID: String? {
        get { storage.fields.messageID }
        set {
            own()
            storage.fields.messageID = newValue
        }
    }
    /// Seconds since 1970-01-01T00:00:00Z.
    package var timestampSeconds: UInt64? {
        get { storage.fields.timestampSeconds }
        set {
            own()
            storage.fields.timestampSeconds = newValue
        }
    }
    package var type: String? {
        get { storage.fields.type }
        set {
            own()
            storage.fields.type = newValue
        }
    }
    package var userID: String? {
        get { storage.fields.userID }
        set {
            own()
            storage.fields.userID = newValue
        }
    }
    package var appID: String? {
        get { storage.fields.appID }
        set {
            own()
            storage.fields.appID = newValue
        }
    }
}

extension MessageProperties {
    /// The text of the first header with that name, when it is a text.
    package func header(_ name: String) -> String? {
        for field in headers where field.name == name {
            if case .text(let value) = field.value { return value }
        }
        return nil
    }
}
