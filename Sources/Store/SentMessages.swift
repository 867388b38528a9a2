package import Broker
package import Orders

/// What one hop owed to others: which message, of what type, and where to, one line each.
package struct SentMessages: Sendable, Hashable {
    /// One of them.
    package struct Entry: Sendable, Hashable {
        package var id: MessageID
        /// The name of the message; empty when it has none.
        package var type: String
        package var destination: Destination

        package init(id: MessageID, type: String, destination: Destination) {
            self.id = id
            self.type = type
            self.destination = destination
        }
    }

    /// As it is kept: put together once and never looked into by those who write it.
    package private(set) var text: String

    private static let fieldEnd: Character = "\t"
    private static let lineEnd: Character = "\n"
    /// So that the text is seldom moved while it grows.
    private static let bytesUsual = 128

    package init() { text = "" }

    /// What ``text`` was of another one.
    package init(text: String) { self.text = text }

    package init(_ rows: ArraySlice<OutboxRecord>) {
        self.init()
        guard !rows.isEmpty else { return }
        text.reserveCapacity(rows.count * Self.bytesUsual)
        for row in rows {
            let properties = row.message.properties
            add(properties.messageID ?? "", properties.type ?? "", row.destination)
        }
    }

    package init(_ entries: [Entry]) {
        self.init()
        for entry in entries { add(entry.id.rawValue, entry.type, entry.destination) }
    }

    package var isEmpty: Bool { text.isEmpty }

    /// What can be read of it.
    package var entries: [Entry] {
        text.split(separator: Self.lineEnd).compactMap { line in
            let fields = line.split(separator: Self.fieldEnd, omittingEmptySubsequences: false).map(
                String.init
            )
            guard fields.count == 4 else { return nil }
            return Entry(
                id: MessageID(rawValue: fields[0]),
                type: fields[1],
                destination: Destination(exchange: fields[2], routingKey: fields[3])
            )
        }
    }

    private mutating func add(_ id: String, _ type: String, _ destination: Destination) {
        if !text.isEmpty { text.append(Self.lineEnd) }
        append(id)
        text.append(Self.fieldEnd)
        append(type)
        text.append(Self.fieldEnd)
        append(destination.exchange)
        text.append(Self.fieldEnd)
        append(destination.routingKey)
    }

    /// What would be taken for the end of a field becomes a space.
    private mutating func append(_ field: String) {
        if field.utf8.contains(where: { $0 < 0x20 }) {
            text += String(field.map { $0.utf8.contains { $0 < 0x20 } ? " " : $0 })
        } else {
            text += field
        }
    }
}
