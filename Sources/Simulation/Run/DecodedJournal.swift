internal import Fulfillment
internal import Orders
internal import Store

/// The whole journal of an order, read once for all checks, and folded beside the station's own way to do it.
struct DecodedJournal {
    let id: OrderID
    private(set) var hops: [(at: Timestamp, events: [OrderEvent])] = []
    /// After the first hop that tells anything.
    private(set) var begun: OrderState?
    /// After all of them.
    private(set) var state: OrderState?

    init(_ stored: StoredOrder) throws(JournalError) {
        id = stored.record.id
        for hop in stored.journal {
            let events = try JournalCodec.decodeEvents(hop.events)
            hops.append((hop.at, events))
            for event in events {
                if state == nil {
                    state = OrderState(first: event, id: id, at: hop.at)
                    guard state != nil else {
                        throw JournalError(message: "it does not begin with its intake")
                    }
                } else {
                    state?.apply(event, at: hop.at)
                }
            }
            if begun == nil { begun = state }
        }
    }
}
