import Fulfillment
import Orders

/// Rows of the journal: events, snapshots, and the state that events make.
struct JournalTarget: FuzzTarget {
    private let id = OrderID(role: RoleName(rawValue: "COM"), key: OrderKey(rawValue: "SO-16"))
    private let moment = Timestamp(milliseconds: 1_768_478_400_000)

    func read(_ bytes: [UInt8]) throws {
        // Refused rows throw, which is what they should do; the two readings below are what is checked.
        if let events = try? JournalCodec.decodeEvents(bytes) {
            guard try JournalCodec.decodeEvents(JournalCodec.encode(events)) == events else {
                throw Finding("events were written and read again as others")
            }
            _ = try? JournalCodec.fold([(at: moment, events: bytes)], onto: nil, id: id)
        }
        if let state = try? JournalCodec.decodeState(bytes) {
            guard try JournalCodec.decodeState(JournalCodec.encode(state)) == state else {
                throw Finding("a state was written and read again as another")
            }
        }
    }
}
