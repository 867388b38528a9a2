package import Broker
internal import Catalog
package import Fulfillment
package import Messages
package import Orders
package import Station

/// The way of an order through its roles and systems, run in this process without broker and store, and kept hop by hop.
///
/// It is the same code that a station calls in each of its stages, on the same bytes: what a stage costs can be measured
/// on it, and a store be filled with orders as a station would have left them.
package struct RecordedFlow: Sendable {
    package let roles: [FlowRole]
    private let systems: [EmulatedSystems]

    package init(roles: [RoleRuntime]) {
        self.roles = roles.map(FlowRole.init)
        systems = roles.map { EmulatedSystems(role: $0, options: EmulationOptions()) }
    }

    /// A message in a queue.
    private struct Queued {
        var queue: String
        var message: Message
    }

    /// Sends an order and follows it until nothing is owed, or until so many hops.
    package func run(_ order: Message, now: Timestamp, hopsMax: Int = .max) throws -> [RecordedHop] {
        var hops: [RecordedHop] = []
        var states: [OrderID: OrderState] = [:]
        var ids = CountedIDs(prefix: order.properties.messageID ?? "")
        var waiting = [Queued(queue: roles[0].entrance, message: order)]
        while !waiting.isEmpty, hops.count < hopsMax {
            let next = waiting.removeFirst()
            if let role = roles.firstIndex(where: { $0.queues.contains(next.queue) }) {
                let hop = try roles[role].hop(
                    next.message,
                    queue: next.queue,
                    role: role,
                    states: &states,
                    ids: &ids,
                    now: now
                )
                waiting += hop.outbox.map { Queued(queue: $0.destination.routingKey, message: $0.message) }
                hops.append(hop)
            } else if let system = systems.first(where: { $0.queues.contains(next.queue) }) {
                let delivery = Delivery(
                    tag: DeliveryTag(epoch: 1, number: 1),
                    queue: next.queue,
                    message: next.message
                )
                waiting += try system.answer(delivery, now: now).replies.map {
                    Queued(queue: $0.destination.routingKey, message: $0.message)
                }
            }
        }
        return hops
    }
}

/// One hop as it was recorded: what came in, what was decided, what goes out.
package struct RecordedHop: Sendable {
    package var role: Int
    package var queue: String
    package var message: Message
    package var decoded: DecodedMessage
    package var id: OrderID
    package var command: OrderCommand
    /// Before the hop; `nil` for a new order.
    package var before: OrderState?
    package var events: [OrderEvent]
    package var after: OrderState
    package var outbound: [OutboundMessage]
    package var contexts: [EncodingContext]
    package var outbox: [OutgoingMessage]
}

/// A message as it leaves a hop.
package struct OutgoingMessage: Sendable {
    package var destination: Destination
    package var message: Message
}

/// Message ids that count up, so that every run makes the same ones.
struct CountedIDs {
    let prefix: String
    private var count = 0

    init(prefix: String) { self.prefix = prefix }

    mutating func next() -> MessageID {
        count += 1
        return MessageID(rawValue: "\(prefix)-\(count)")
    }
}
