import Catalog
import Fulfillment
import Orders
import Store

/// An update that is parked within its order: what it says is kept there, the message itself is not.
struct UpdateWithin {
    var order: OrderID
    var parked: ParkedUpdate
    /// When the message was taken, and from which queue.
    var since: Timestamp
    var queue: String

    var messageID: MessageID { parked.context.messageID }

    /// All of one order.
    static func items(of stored: StoredOrder) throws(CommandFailure) -> [UpdateWithin] {
        let view = try OrderView.of(stored)
        return view.state.parked.map { parked in
            let hop = view.hops.first { $0.record.messageID == parked.context.messageID }?.record
            return UpdateWithin(
                order: stored.record.id,
                parked: parked,
                since: hop?.at ?? view.state.updatedAt,
                queue: hop?.queue ?? parked.context.hop?.resource ?? "-"
            )
        }
    }

    /// Whether an order may have any, as its summary tells: only then its history has to be read.
    static func mayBe(in order: OrderRecord) -> Bool {
        // Stores did not always keep it.
        order.updatesParked.map { $0 > 0 } ?? !order.lifecycle.isClosed
    }

    /// What it is about; what it says of values is data of customers.
    var about: [(name: String, value: String?)] {
        let update = parked.update
        let statuses = ([update.status] + update.lines.map(\.status)).compactMap { $0?.code }
        return [
            ("component", update.component?.rawValue), ("answers", update.correlation),
            ("lines", update.lines.isEmpty ? nil : NameList.text(update.lines.map(\.lineID))),
            ("status", statuses.isEmpty ? nil : NameList.text(Array(Set(statuses)).sorted())),
            ("milestone", update.milestone),
        ]
    }
}
