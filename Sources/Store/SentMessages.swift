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

    private static let fieldEnd = UInt8(ascii: "\t")
    private static let lineEnd = UInt8(ascii: "\n")

    package init() { text = "" }

    /// What ``text`` was of another one.
    package init(text: String) { self.text = text }

    package init(_ rows: ArraySlice<OutboxRecord>) {
        self.init(rows) { row in
            let properties = row.message.properties
            return (properties.messageID ?? "", properties.type ?? "", row.destination)
        }
    }

    package init(_ entries: [Entry]) { self.init(entries[...]) { ($0.id.rawValue, $0.type, $0.destination) } }

    /// Written in one go, as every hop does this; what would be taken for the end of a field becomes a space.
    private init<Row>(
        _ rows: ArraySlice<Row>,
        _ fields: (Row) -> (id: String, type: String, destination: Destination)
    ) {
        text = ""
        guard !rows.isEmpty else { return }
        var size = 0
        for row in rows {
            let (id, type, to) = fields(row)
            size += id.utf8.count + type.utf8.count + to.exchange.utf8.count + to.routingKey.utf8.count + 4
        }
        text = String(unsafeUninitializedCapacity: size) { buffer in
            var end = 0
            func put(_ field: String, _ separator: UInt8) {
                for byte in field.utf8 {
                    buffer[end] = byte < 0x20 ? UInt8(ascii: " ") : byte
                    end += 1
                }
                buffer[end] = separator
                end += 1
            }
            for row in rows {
                let (id, type, to) = fields(row)
                put(id, Self.fieldEnd)
                put(type, Self.fieldEnd)
                put(to.exchange, Self.fieldEnd)
                put(to.routingKey, Self.lineEnd)
            }
            // The last line has no end.
            return end - 1
        }
    }

    package var isEmpty: Bool { text.isEmpty }

    /// What can be read of it.
    package var entries: [Entry] {
        text.utf8.split(separator: Self.lineEnd).compactMap { line in
            let fields = line.split(separator: Self.fieldEnd, omittingEmptySubsequences: false).map {
                String(Substring($0))
            }
            guard fields.count == 4 else { return nil }
            return Entry(
                id: MessageID(rawValue: fields[0]),
                type: fields[1],
                destination: Destination(exchange: fields[2], routingKey: fields[3])
            )
        }
    }
}
