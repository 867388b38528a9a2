package import Orders

/// Writes events and states as JSON text for the store, and reads them back.
///
/// Rows are read in the order in which ``JournalObject/writeFields(to:)`` writes them, in one pass. A row that
/// does not fit (written by another version, or changed by hand) is read once more with its fields looked up
/// by name. The types' derived `Codable` writes and reads the same, which tests hold the two to.
package enum JournalCodec {
    /// The longest row that is written or read, 256 MiB.
    package static let bytesMax = 256 << 20

    package static func encode(_ events: [OrderEvent]) throws(JournalError) -> [UInt8] {
        try encode(events, what: "events", bytesExpected: events.count * 96)
    }

    package static func decodeEvents(_ bytes: [UInt8]) throws(JournalError) -> [OrderEvent] {
        try decode(bytes, what: "events")
    }

    package static func encode(_ state: OrderState) throws(JournalError) -> [UInt8] {
        let parts = state.lines.count * 2 + state.components.count
        return try encode(state, what: "state of an order", bytesExpected: 1024 + parts * 256)
    }

    package static func decodeState(_ bytes: [UInt8]) throws(JournalError) -> OrderState {
        try decode(bytes, what: "state of an order", texts: TextPool())
    }

    /// The state of an order from a snapshot, if there is one, and the hops after it.
    package static func fold(
        _ hops: [(at: Timestamp, events: [UInt8])],
        onto snapshot: [UInt8]?,
        id: OrderID
    ) throws(JournalError) -> OrderState? {
        let texts = TextPool()
        var rest = hops[...]
        var state: OrderState
        if let snapshot {
            state = try decode(snapshot, what: "state of an order", texts: texts)
        } else {
            guard let begun = try beginning(of: &rest, id: id, texts: texts) else { return nil }
            state = begun
        }
        for hop in rest {
            for event in try events(of: hop, texts: texts) { state.apply(event, at: hop.at) }
        }
        return state
    }

    /// The state after the first hop with events; `nil` when there is none.
    private static func beginning(
        of hops: inout ArraySlice<(at: Timestamp, events: [UInt8])>,
        id: OrderID,
        texts: TextPool
    ) throws(JournalError) -> OrderState? {
        while let hop = hops.popFirst() {
            let events = try events(of: hop, texts: texts)
            guard let first = events.first else { continue }
            guard var state = OrderState(first: first, id: id, at: hop.at) else {
                throw JournalError(message: "the journal of order \(id) does not begin with its intake")
            }
            for event in events.dropFirst() { state.apply(event, at: hop.at) }
            return state
        }
        return nil
    }

    private static func events(
        of hop: (at: Timestamp, events: [UInt8]),
        texts: TextPool
    ) throws(JournalError) -> [OrderEvent] {
        try decode(hop.events, what: "events", at: hop.at, texts: texts)
    }

    private static func encode(
        _ value: some JournalValue,
        what: String,
        bytesExpected: Int
    ) throws(JournalError) -> [UInt8] {
        var json = JSONWriter(bytesExpected: bytesExpected)
        value.write(to: &json)
        let bytes = json.written
        guard bytes.count <= bytesMax else {
            throw JournalError(
                message: "\(what) cannot be written: \(bytes.count) bytes, the most are \(bytesMax)"
            )
        }
        return bytes
    }

    private static func decode<Value: JournalValue>(
        _ bytes: [UInt8],
        what: String,
        at: Timestamp? = nil,
        texts: TextPool? = nil
    ) throws(JournalError) -> Value {
        func unreadable(_ problem: String) -> JournalError {
            let time = at.map { " of \($0)" } ?? ""
            return JournalError(message: "stored \(what)\(time) cannot be read: \(problem)")
        }
        guard bytes.count <= bytesMax else {
            throw unreadable("\(bytes.count) bytes, the most are \(bytesMax)")
        }
        do {
            return try read(bytes, texts, fields: .inOrderOfWriting)
        } catch {
            do { return try read(bytes, texts, fields: .inAnyOrder) } catch { throw unreadable("\(error)") }
        }
    }

    private static func read<Value: JournalValue>(
        _ bytes: [UInt8],
        _ texts: TextPool?,
        fields: JSONReader.FieldOrder
    ) throws(JSONDamage) -> Value {
        try bytes.withUnsafeBufferPointer { bytes throws(JSONDamage) in
            var json = JSONReader(bytes, texts: texts, fields: fields)
            let value = try Value(reading: &json)
            try json.finish()
            return value
        }
    }
}

/// Stored data that this version cannot read; the order is left alone and told about.
package struct JournalError: Error, Sendable, Hashable, CustomStringConvertible {
    package var message: String

    package init(message: String) { self.message = message }

    package var description: String { message }
}
