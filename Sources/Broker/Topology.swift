/// The exchanges, queues and bindings that a station needs.
package struct Topology: Sendable, Hashable {
    package var exchanges: [Exchange]
    package var queues: [Queue]
    package var bindings: [Binding]

    package init(exchanges: [Exchange] = [], queues: [Queue] = [], bindings: [Binding] = []) {
        self.exchanges = exchanges
        self.queues = queues
        self.bindings = bindings
    }

    package struct Exchange: Sendable, Hashable {
        package var name: String
        package var type: ExchangeType
        package var durable: Bool

        package init(name: String, type: ExchangeType, durable: Bool = true) {
            self.name = name
            self.type = type
            self.durable = durable
        }
    }

    package enum ExchangeType: String, Sendable, Hashable, CaseIterable {
        case direct
        case topic
        case fanout
        case headers
    }

    package struct Queue: Sendable, Hashable {
        package var name: String
        package var type: QueueType
        package var durable: Bool
        /// Where the broker puts what is rejected or expired.
        package var deadLetter: Destination?
        /// Further `x-…` arguments, as the broker names them.
        package var arguments: [HeaderField]

        package init(
            name: String,
            type: QueueType = .quorum,
            durable: Bool = true,
            deadLetter: Destination? = nil,
            arguments: [HeaderField] = []
        ) {
            self.name = name
            self.type = type
            self.durable = durable
            self.deadLetter = deadLetter
            self.arguments = arguments
        }
    }

    package enum QueueType: String, Sendable, Hashable, CaseIterable {
        case quorum
        case classic
    }

    package struct Binding: Sendable, Hashable {
        package var exchange: String
        package var queue: String
        package var routingKey: String

        package init(exchange: String, queue: String, routingKey: String) {
            self.exchange = exchange
            self.queue = queue
            self.routingKey = routingKey
        }
    }
}

/// One way in which a broker differs from the topology asked for.
package enum TopologyDifference: Sendable, Hashable {
    case missingExchange(String)
    case missingQueue(String)
    /// Exists with other arguments; `detail` is what the broker says of it.
    case differentExchange(String, detail: String)
    case differentQueue(String, detail: String)
    /// AMQP cannot ask for bindings: this one is declared at apply, where it may exist already.
    case bindingToEnsure(Topology.Binding)
}
