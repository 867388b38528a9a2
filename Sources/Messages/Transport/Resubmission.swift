package import Broker

/// Marks a message that goes into its queue once more: which failed message it is, and which of its tries.
///
/// Its id stays the original one, so that it can be followed from its first way in to its last.
package struct Resubmission: Sendable, Hashable {
    package var record: Int64
    package var attempt: Int

    package static let headerName = "x-waystation-resubmission"

    package init(record: Int64, attempt: Int) {
        self.record = record
        self.attempt = attempt
    }

    /// The mark of a message that came; `nil` when it has none that can be read.
    package init?(of properties: MessageProperties) {
        guard let parts = properties.header(Self.headerName)?.split(separator: "/"), parts.count == 2,
            let record = Int64(parts[0]), let attempt = Int(parts[1])
        else { return nil }
        self.init(record: record, attempt: attempt)
    }

    /// The original as it is sent, with its bytes and headers.
    ///
    /// Only what the broker would refuse or follow is left out: the user it came from, its time to live, and copies
    /// to other queues.
    package func mark(_ original: Message) -> Message {
        var properties = original.properties
        properties.userID = nil
        properties.expiration = nil
        properties.deliveryMode = 2
        let left: Set = ["CC", "BCC", Self.headerName]
        properties.headers.removeAll { left.contains($0.name) }
        properties.headers.append(HeaderField(Self.headerName, .text("\(record)/\(attempt)")))
        return Message(properties: properties, body: original.body)
    }

    /// A message that came, as it was when it failed.
    package static func unmarked(_ message: Message) -> Message {
        var properties = message.properties
        properties.headers.removeAll { $0.name == headerName }
        return Message(properties: properties, body: message.body)
    }
}
