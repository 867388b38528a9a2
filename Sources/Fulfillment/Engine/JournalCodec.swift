internal import Foundation
package import Orders

/// Writes events and states as bytes for the store, and reads them back.
package enum JournalCodec {
    package static func encode(_ events: [OrderEvent]) throws(JournalError) -> [UInt8] {
        try encoded(events)
    }

    package static func decodeEvents(_ bytes: [UInt8]) throws(JournalError) -> [OrderEvent] {
        try decoded([OrderEvent].self, bytes)
    }

    package static func encode(_ state: OrderState) throws(JournalError) -> [UInt8] {
        try encoded(state)
    }

    package static func decodeState(_ bytes: [UInt8]) throws(JournalError) -> OrderState {
        try decoded(OrderState.self, bytes)
    }

    /// The state of an order from a snapshot, if there is one, and the hops after it.
    package static func fold(
        _ hops: [(at: Timestamp, events: [UInt8])],
        onto snapshot: [UInt8]?,
        id: OrderID
    ) throws(JournalError) -> OrderState? {
        var state: OrderState?
        if let snapshot { state = try decodeState(snapshot) }
        for hop in hops {
            for event in try decodeEvents(hop.events) {
                if state == nil {
                    state = OrderState(first: event, id: id, at: hop.at)
                    guard state != nil else {
                        throw JournalError(
                            message: "the journal of order \(id) does not begin with its intake"
                        )
                    }
                } else {
                    state?.apply(event, at: hop.at)
                }
            }
        }
        return state
    }

    private static func encoded(_ value: some Encodable) throws(JournalError) -> [UInt8] {
        do {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            return [UInt8](try encoder.encode(value))
        } catch {
            throw JournalError(message: "an event cannot be written: \(error)")
        }
    }

    private static func decoded<Value: Decodable>(
        _ type: Value.Type,
        _ bytes: [UInt8]
    ) throws(JournalError) -> Value {
        do {
            return try JSONDecoder().decode(type, from: Data(bytes))
        } catch {
            throw JournalError(message: "stored \(type) cannot be read: \(Self.place(of: error))")
        }
    }

    /// Where decoding stopped, without the data itself.
    private static func place(of error: any Error) -> String {
        guard let error = error as? DecodingError else { return "unknown cause" }
        let context: DecodingError.Context
        switch error {
        case .typeMismatch(_, let found), .valueNotFound(_, let found), .keyNotFound(_, let found),
            .dataCorrupted(let found):
            context = found
        @unknown default: return "unknown cause"
        }
        return
            "at \(context.codingPath.map(\.stringValue).joined(separator: ".")): \(context.debugDescription)"
    }
}

/// Stored data that this version cannot read; the order is left alone and told about.
package struct JournalError: Error, Sendable, Hashable, CustomStringConvertible {
    package var message: String

    package init(message: String) { self.message = message }

    package var description: String { message }
}
