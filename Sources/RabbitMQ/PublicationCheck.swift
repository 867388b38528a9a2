import Broker

/// Finds publications that would break the channel for all the others, whatever the broker's state.
struct PublicationCheck {
    /// AMQP's content-too-large.
    static let refusalCode: UInt16 = 311
    /// The broker's own limit for a message (`max_message_size`).
    private static let bodyBytesMax = 128 << 20
    /// Frame header, class, weight, body size, flags, end octet, with room to spare.
    private static let headerFrameOverheadBytes = 64

    let frameBytesMax: Int
    /// The connection's user.
    let user: String

    /// Why this publication cannot be sent, whatever the broker's state; nil when it can.
    func refusal(of publication: Publication) -> String? {
        let properties = publication.message.properties
        let shortTexts: [(String, String?)] = [
            ("exchange", publication.destination.exchange),
            ("routing key", publication.destination.routingKey),
            ("content type", properties.contentType), ("content encoding", properties.contentEncoding),
            ("correlation id", properties.correlationID), ("reply-to", properties.replyTo),
            ("expiration", properties.expiration), ("message id", properties.messageID),
            ("type", properties.type), ("user id", properties.userID), ("app id", properties.appID),
        ]
        var bytes = Self.headerFrameOverheadBytes
        for (name, text) in shortTexts {
            let count = text?.utf8.count ?? 0
            if count > ShortText.bytesMax {
                return "the \(name) is longer than \(ShortText.bytesMax) bytes"
            }
            bytes += count + 1
        }
        guard let headerBytes = HeaderSize.bytes(properties.headers) else {
            return "a header has a name longer than \(ShortText.bytesMax) bytes or is nested too deeply"
        }
        guard bytes + headerBytes <= frameBytesMax else {
            return "the headers have \(headerBytes) bytes; with the properties \(frameBytesMax) are allowed"
        }
        guard publication.message.body.count <= Self.bodyBytesMax else {
            return "the body is larger than \(Self.bodyBytesMax) bytes"
        }
        if let expiration = properties.expiration, UInt32(expiration) == nil {
            return "the expiration is not a number of milliseconds"
        }
        if let userID = properties.userID, userID != user {
            return "the user id is not the connection's user"
        }
        return nil
    }
}

/// AMQP's short strings: names, addresses and most properties.
enum ShortText {
    static let bytesMax = 255
}

/// The bytes that header fields take on the wire.
enum HeaderSize {
    /// Nil when a name is too long for the protocol or the nesting too deep for other readers.
    static func bytes(_ fields: [HeaderField], depth: Int = 1) -> Int? {
        guard depth <= FieldTableReader.depthMax else { return nil }
        var total = 4
        for field in fields {
            let name = field.name.utf8.count
            guard name <= ShortText.bytesMax, let value = bytes(field.value, depth: depth) else { return nil }
            total += 1 + name + value
        }
        return total
    }

    private static func bytes(_ value: HeaderValue, depth: Int) -> Int? {
        switch value {
        case .text(let text): return 5 + text.utf8.count
        case .bytes(let bytes): return 5 + bytes.count
        case .integer, .double, .timestamp: return 9
        case .boolean: return 2
        case .void: return 1
        case .table(let fields): return bytes(fields, depth: depth + 1).map { $0 + 1 }
        case .array(let values):
            guard depth < FieldTableReader.depthMax else { return nil }
            var total = 5
            for value in values {
                guard let size = bytes(value, depth: depth + 1) else { return nil }
                total += size
            }
            return total
        }
    }
}
