/// Names one delivery on one connection: an acknowledgement of another epoch is dropped, never sent.
package struct DeliveryTag: Sendable, Hashable, Comparable {
    /// Counts the connections of one consumer, from 1; a new connection is a new epoch.
    package var epoch: UInt64
    package var number: UInt64

    package init(epoch: UInt64, number: UInt64) {
        self.epoch = epoch
        self.number = number
    }

    package static func < (left: DeliveryTag, right: DeliveryTag) -> Bool {
        (left.epoch, left.number) < (right.epoch, right.number)
    }
}

/// A message handed over by the broker, not yet acknowledged.
package struct Delivery: Sendable {
    package var tag: DeliveryTag
    package var queue: String
    package var message: Message
    /// The broker's hint that it offered this message before; a hint only, never an attempt counter.
    package var redelivered: Bool
    /// Bytes the broker announced, when the body was larger than the consumer's limit and was cut to its first part.
    package var oversizedBytes: UInt64?

    package init(
        tag: DeliveryTag,
        queue: String,
        message: Message,
        redelivered: Bool = false,
        oversizedBytes: UInt64? = nil
    ) {
        self.tag = tag
        self.queue = queue
        self.message = message
        self.redelivered = redelivered
        self.oversizedBytes = oversizedBytes
    }
}

/// Where a message is published: an exchange and a routing key.
package struct Destination: Sendable, Hashable, Codable, CustomStringConvertible {
    /// The empty name is the default exchange, which routes to the queue named by the routing key.
    package var exchange: String
    package var routingKey: String

    package init(exchange: String = "", routingKey: String) {
        self.exchange = exchange
        self.routingKey = routingKey
    }

    /// The destination that reaches one queue directly.
    package static func queue(_ name: String) -> Destination { Destination(routingKey: name) }

    package var description: String {
        exchange.isEmpty ? "queue \(routingKey)" : "exchange \(exchange), key \(routingKey)"
    }
}

/// A message on its way out; `id` is the caller's (an outbox row) and comes back in every notice about it.
package struct Publication: Sendable {
    package var id: Int64
    package var destination: Destination
    package var message: Message

    package init(id: Int64, destination: Destination, message: Message) {
        self.id = id
        self.destination = destination
        self.message = message
    }
}
