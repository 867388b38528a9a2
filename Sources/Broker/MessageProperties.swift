internal import Values

/// The `basic` properties of a message; absent values are `nil`, never an empty string.
///
/// Kept behind one reference that is replaced when somebody else holds it and a field changes: a message goes through
/// many hands, and a copy should not have to count a dozen texts.
package struct MessageProperties: Sendable, Hashable, Codable {
    private var fields: CopyOnWrite<Fields>

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
        fields = CopyOnWrite(
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

    package init(from decoder: any Decoder) throws { fields = CopyOnWrite(try Fields(from: decoder)) }

    package func encode(to encoder: any Encoder) throws { try fields.value.encode(to: encoder) }

    // MARK: Fields

    package var contentType: String? {
        get { fields.value.contentType }
        set { fields.value.contentType = newValue }
    }
    package var contentEncoding: String? {
        get { fields.value.contentEncoding }
        set { fields.value.contentEncoding = newValue }
    }
    package var headers: [HeaderField] {
        get { fields.value.headers }
        set { fields.value.headers = newValue }
    }
    /// 1 is transient, 2 is persistent; everything the station publishes is persistent.
    package var deliveryMode: UInt8? {
        get { fields.value.deliveryMode }
        set { fields.value.deliveryMode = newValue }
    }
    package var priority: UInt8? {
        get { fields.value.priority }
        set { fields.value.priority = newValue }
    }
    package var correlationID: String? {
        get { fields.value.correlationID }
        set { fields.value.correlationID = newValue }
    }
    package var replyTo: String? {
        get { fields.value.replyTo }
        set { fields.value.replyTo = newValue }
    }
    /// Time to live in milliseconds, as the text AMQP uses.
    package var expiration: String? {
        get { fields.value.expiration }
        set { fields.value.expiration = newValue }
    }
    package var messageID: String? {
        get { fields.value.messageID }
        set { fields.value.messageID = newValue }
    }
    /// Seconds since 1970-01-01T00:00:00Z.
    package var timestampSeconds: UInt64? {
        get { fields.value.timestampSeconds }
        set { fields.value.timestampSeconds = newValue }
    }
    package var type: String? {
        get { fields.value.type }
        set { fields.value.type = newValue }
    }
    package var userID: String? {
        get { fields.value.userID }
        set { fields.value.userID = newValue }
    }
    package var appID: String? {
        get { fields.value.appID }
        set { fields.value.appID = newValue }
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
