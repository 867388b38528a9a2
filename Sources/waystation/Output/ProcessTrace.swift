import Broker
import Fulfillment
import Orders
import Store

/// Everything that a business process brought in and sent out, over all orders of all roles.
struct ProcessTrace {
    /// One message, as one order took or sent it.
    struct Message {
        enum Direction: String {
            case `in`
            case out
        }

        var at: Timestamp
        var order: OrderID
        var direction: Direction
        /// `nil` where only the memory of seen messages knows of it.
        var type: String?
        var id: MessageID
        var queue: String?
        /// What it had as a result; for one that was sent, what made the order send it.
        var text: String
    }

    let instanceID: String
    private(set) var orders: [OrderRecord]
    /// In order of time.
    private(set) var messages: [Message] = []

    /// Reads all of it; `known` are orders that belong to it although the store does not say so.
    init(_ instanceID: String, in reader: any StoreReader, known: [OrderRecord] = []) throws {
        self.instanceID = instanceID
        orders = try reader.orders(instanceID: instanceID)
        for order in known where !orders.contains(where: { $0.row == order.row }) { orders.append(order) }
        orders.sort { $0.row < $1.row }
        var seen: Set<Seen> = []
        for order in orders {
            // Removed since it was listed.
            guard let view = try OrderView.read(order.id, in: reader) else { continue }
            for hop in view.hops { add(hop, of: view, &seen) }
        }
        try addFailed(reader, &seen)
        try addUnchanging(reader, seen)
        // Of one order and moment, what came stands before what it made the order send.
        messages = messages.enumerated().sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }
            .map(\.element)
    }

    private struct Seen: Hashable {
        var role: RoleName
        var id: MessageID
    }

    private mutating func add(_ hop: OrderView.Hop, of view: OrderView, _ seen: inout Set<Seen>) {
        let record = hop.record
        let order = view.record.id
        if let id = record.messageID {
            seen.insert(Seen(role: order.role, id: id))
            messages.append(
                Message(
                    at: record.at,
                    order: order,
                    direction: .in,
                    type: record.cause,
                    id: id,
                    queue: record.queue,
                    text: HopSentences(hop.events, of: view.state).texts.joined(separator: " ")
                )
            )
        }
        for sent in record.sent.entries {
            messages.append(
                Message(
                    at: record.at,
                    order: order,
                    direction: .out,
                    type: sent.type,
                    id: sent.id,
                    queue: sent.destination.place,
                    text: record.messageID.map { "because of \($0)" } ?? "because of a \(record.cause)"
                )
            )
        }
    }

    /// Messages that name one of the orders and could not take effect on it.
    private mutating func addFailed(_ reader: any StoreReader, _ seen: inout Set<Seen>) throws {
        let wanted = Set(orders.map(\.id))
        var last: Int64 = 0
        while case let page = try reader.failedRecords(after: last, limit: 1_000), let end = page.last {
            last = end.id
            for record in page {
                guard let key = record.orderKey, case let order = OrderID(role: record.role, key: key),
                    wanted.contains(order),
                    seen.insert(Seen(role: record.role, id: record.messageID)).inserted
                else { continue }
                messages.append(
                    Message(
                        at: record.status.failedAt,
                        order: order,
                        direction: .in,
                        id: record.messageID,
                        queue: record.queue,
                        text: "\(record.status.code.rawValue): \(record.status.text)"
                    )
                )
            }
        }
    }

    /// Messages that were taken and changed nothing: of what type they were is known of those that an order here sent.
    private mutating func addUnchanging(_ reader: any StoreReader, _ seen: Set<Seen>) throws {
        let sent = Dictionary(messages.filter { $0.direction == .out }.map { ($0.id, $0) }) { first, _ in
            first
        }
        for record in try reader.inbox(instanceID: instanceID) {
            guard let key = record.orderKey, !seen.contains(Seen(role: record.role, id: record.messageID))
            else { continue }
            messages.append(
                Message(
                    at: record.receivedAt,
                    order: OrderID(role: record.role, key: key),
                    direction: .in,
                    type: sent[record.messageID]?.type,
                    id: record.messageID,
                    queue: sent[record.messageID]?.queue,
                    text: "It changes nothing."
                )
            )
        }
    }
}
