package import Broker
package import Orders

/// Turns a message nobody could read into one for the error queue: the same bytes, with headers that say what happened.
package struct ErrorAnnotation: Sendable, Hashable {
    package var code: FailureCode
    package var text: String
    package var correctiveAction: String
    package var queue: String
    package var messageID: String?
    package var orderKey: OrderKey?
    package var role: RoleName
    package var occurredAt: Timestamp
    /// Where in the document; 0 when unknown.
    package var line: Int
    package var column: Int

    /// All headers written here together, names included.
    package static let annotationBytesMax = 8 * 1024
    /// One of them.
    package static let valueBytesMax = 2 * 1024
    /// The whole header table, the original's headers included.
    package static let headerTableBytesMax = 32 * 1024
    /// Tables and arrays of the original nested deeper are left out.
    package static let headerDepthMax = 8
    package static let prefix = "x-waystation-"

    package init(
        code: FailureCode,
        text: String,
        correctiveAction: String,
        queue: String,
        messageID: String? = nil,
        orderKey: OrderKey? = nil,
        role: RoleName,
        occurredAt: Timestamp,
        line: Int = 0,
        column: Int = 0
    ) {
        self.code = code
        self.text = text
        self.correctiveAction = correctiveAction
        self.queue = queue
        self.messageID = messageID
        self.orderKey = orderKey
        self.role = role
        self.occurredAt = occurredAt
        self.line = line
        self.column = column
    }

    /// The annotation of a failed decoding.
    package init(_ failure: DecodingFailure, transport: TransportContext, role: RoleName, now: Timestamp) {
        self.init(
            code: failure.failure.code,
            text: failure.failure.text,
            correctiveAction: failure.failure.correctiveAction,
            queue: transport.queue,
            messageID: failure.context?.messageID.rawValue ?? transport.messageID,
            orderKey: failure.orderKey,
            role: role,
            occurredAt: now,
            line: failure.line,
            column: failure.column
        )
    }

    /// The message as it goes to the error queue.
    ///
    /// Headers that no longer fit, or that would change its way or its life (`CC`, `BCC`, `expiration`, `user_id`), are
    /// left out and named.
    package func annotate(_ message: Message) -> Message {
        var properties = message.properties
        var dropped: [String] = []
        if properties.userID != nil { dropped.append("user_id") }
        if properties.expiration != nil { dropped.append("expiration") }
        properties.userID = nil
        properties.expiration = nil
        properties.deliveryMode = 2
        var bytes = Self.annotationBytesMax
        var kept: [HeaderField] = []
        for field in properties.headers where !field.name.hasPrefix(Self.prefix) {
            let isRouting = field.name == "CC" || field.name == "BCC"
            if !isRouting, let size = field.encodedBytes(depthMax: Self.headerDepthMax),
                bytes + size <= Self.headerTableBytesMax
            {
                bytes += size
                kept.append(field)
            } else {
                dropped.append(field.name)
            }
        }
        properties.headers = kept + headers(dropped: dropped)
        return Message(properties: properties, body: message.body)
    }

    /// The most important first: what no longer fits into the limit is left out from the end.
    private func headers(dropped: [String]) -> [HeaderField] {
        var values: [(String, String?)] = [
            ("code", code.rawValue), ("time", occurredAt.text), ("role", role.rawValue), ("queue", queue),
            ("message-id", messageID), ("text", text), ("corrective-action", correctiveAction),
            ("order", orderKey?.rawValue),
        ]
        if line > 0 { values.append(("position", "\(line):\(column)")) }
        if !dropped.isEmpty { values.append(("dropped-headers", dropped.joined(separator: ", "))) }
        var left = Self.annotationBytesMax
        var fields: [HeaderField] = []
        for (name, value) in values {
            guard let value, !value.isEmpty else { continue }
            let fullName = Self.prefix + name
            let room = min(Self.valueBytesMax, left - fullName.utf8.count - HeaderField.overheadBytes)
            guard room > 0 else { break }
            let field = HeaderField(fullName, .text(value.cut(toUTF8Bytes: room)))
            left -= field.encodedBytes(depthMax: 1) ?? 0
            fields.append(field)
        }
        return fields
    }
}

extension HeaderField {
    /// The bytes beside name and text of a text field: length of the name, type, length of the text.
    fileprivate static let overheadBytes = 6

    /// The bytes of this field in a table.
    ///
    /// - Returns: `nil` when it is nested too deep, or its name is too long for AMQP.
    fileprivate func encodedBytes(depthMax: Int) -> Int? {
        guard name.utf8.count <= 255, let size = value.encodedBytes(depthMax: depthMax) else { return nil }
        return 2 + name.utf8.count + size
    }
}

extension HeaderValue {
    fileprivate func encodedBytes(depthMax: Int) -> Int? {
        switch self {
        case .text(let text): return 4 + text.utf8.count
        case .bytes(let bytes): return 4 + bytes.count
        case .integer, .double, .timestamp: return 8
        case .boolean: return 1
        case .void: return 0
        case .table(let fields):
            guard depthMax > 0 else { return nil }
            var total = 4
            for field in fields {
                guard let size = field.encodedBytes(depthMax: depthMax - 1) else { return nil }
                total += size
            }
            return total
        case .array(let values):
            guard depthMax > 0 else { return nil }
            var total = 4
            for value in values {
                guard let size = value.encodedBytes(depthMax: depthMax - 1) else { return nil }
                total += 1 + size
            }
            return total
        }
    }
}

extension String {
    /// The text, cut to so many bytes of UTF-8 without tearing a character's encoding.
    package func cut(toUTF8Bytes count: Int) -> String {
        guard utf8.count > count else { return self }
        var end = utf8.index(startIndex, offsetBy: max(count, 0))
        while end > startIndex, utf8[end] & 0xC0 == 0x80 { end = utf8.index(before: end) }
        return String(self[..<end])
    }
}
