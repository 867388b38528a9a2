import Broker
import CRabbitMQ

/// Compares and declares a topology on a connection of its own.
struct TopologyClerk {
    let connector: Connector

    func plan(_ topology: Topology) throws(BrokerError) -> [TopologyDifference] {
        let connection = try connector.open()
        let differences = try compare(topology, connection)
        connection.close()
        return differences
    }

    /// Declares all of it, unless something exists with other arguments: then nothing is changed.
    func apply(_ topology: Topology) throws(BrokerError) {
        let connection = try connector.open()
        for difference in try compare(topology, connection) {
            switch difference {
            case .differentQueue(let name, let detail): throw Self.different("queue \(name)", detail)
            case .differentExchange(let name, let detail): throw Self.different("exchange \(name)", detail)
            case .missingExchange, .missingQueue, .bindingToEnsure: break
            }
        }
        for exchange in topology.exchanges { try connection.declare(exchange, passive: false) }
        for queue in topology.queues { try connection.declare(queue, passive: false) }
        for binding in topology.bindings { try connection.bind(binding) }
        connection.close()
    }

    private func compare(
        _ topology: Topology,
        _ connection: borrowing Connection
    ) throws(BrokerError) -> [TopologyDifference] {
        var differences: [TopologyDifference] = []
        for exchange in topology.exchanges {
            switch try probe(
                connection,
                { (passive) throws(BrokerError) in
                    try connection.declare(exchange, passive: passive)
                }
            ) {
            case .same: break
            case .missing: differences.append(.missingExchange(exchange.name))
            case .different(let detail): differences.append(.differentExchange(exchange.name, detail: detail))
            }
        }
        for queue in topology.queues {
            switch try probe(
                connection,
                { (passive) throws(BrokerError) in
                    try connection.declare(queue, passive: passive)
                }
            ) {
            case .same: break
            case .missing: differences.append(.missingQueue(queue.name))
            case .different(let detail): differences.append(.differentQueue(queue.name, detail: detail))
            }
        }
        return differences + topology.bindings.map(TopologyDifference.bindingToEnsure)
    }

    private enum Finding {
        case same
        case missing
        case different(String)
    }

    /// Asks whether it exists, and when it does, declares it as wanted: that changes nothing, or says what differs.
    private func probe(
        _ connection: borrowing Connection,
        _ declare: (_ passive: Bool) throws(BrokerError) -> Void
    ) throws(BrokerError) -> Finding {
        do throws(BrokerError) {
            try declare(true)
            try declare(false)
            return .same
        } catch {
            // The broker has closed the channel with its answer.
            switch error.code {
            case .notFound:
                try connection.reopenChannel()
                return .missing
            case .preconditionFailed:
                try connection.reopenChannel()
                return .different(error.message)
            default:
                throw error
            }
        }
    }

    private static func different(_ what: String, _ detail: String) -> BrokerError {
        BrokerError(
            .preconditionFailed,
            "The \(what) exists with other arguments: \(detail)",
            remedy:
                "Empty and delete it, or write its present arguments into the topology; nothing was changed",
            isRetryable: false
        )
    }
}

extension Connection {
    fileprivate func reopenChannel() throws(BrokerError) {
        try unsafe guarded { (state) throws(BrokerError) in
            unsafe amqp_channel_open(state, Self.channel)
            try checkReply(during: .openingChannel)
        }
    }

    fileprivate func declare(_ exchange: Topology.Exchange, passive: Bool) throws(BrokerError) {
        try unsafe guarded { (state) throws(BrokerError) in
            unsafe exchange.name.withAMQPBytes { name in
                unsafe exchange.type.rawValue.withAMQPBytes { type in
                    _ = unsafe amqp_exchange_declare(
                        state,
                        Self.channel,
                        name,
                        type,
                        passive ? 1 : 0,
                        exchange.durable ? 1 : 0,
                        0,
                        0,
                        amqp_table_t()
                    )
                }
            }
            try checkReply(during: .declaring)
        }
    }

    fileprivate func declare(_ queue: Topology.Queue, passive: Bool) throws(BrokerError) {
        var pool = unsafe amqp_pool_t()
        unsafe init_amqp_pool(&pool, 4096)
        defer { unsafe empty_amqp_pool(&pool) }
        let fields = passive ? [] : queue.declaredArguments
        let table = unsafe withUnsafeMutablePointer(to: &pool) {
            unsafe FieldTableWriter(pool: $0).table(fields)
        }
        guard let table = unsafe table else {
            throw BrokerError(
                .connectionLost,
                "Memory for a queue ran out",
                remedy: "Give the process more memory"
            )
        }
        try unsafe guarded { (state) throws(BrokerError) in
            unsafe queue.name.withAMQPBytes { name in
                _ = unsafe amqp_queue_declare(
                    state,
                    Self.channel,
                    name,
                    passive ? 1 : 0,
                    queue.durable ? 1 : 0,
                    0,
                    0,
                    table
                )
            }
            try checkReply(during: .declaring)
        }
    }

    fileprivate func bind(_ binding: Topology.Binding) throws(BrokerError) {
        try unsafe guarded { (state) throws(BrokerError) in
            unsafe binding.queue.withAMQPBytes { queue in
                unsafe binding.exchange.withAMQPBytes { exchange in
                    unsafe binding.routingKey.withAMQPBytes { key in
                        _ = unsafe amqp_queue_bind(state, Self.channel, queue, exchange, key, amqp_table_t())
                    }
                }
            }
            try checkReply(during: .declaring)
        }
    }
}

extension Topology.Queue {
    /// The arguments as the broker names them.
    fileprivate var declaredArguments: [HeaderField] {
        var fields = [HeaderField("x-queue-type", .text(type.rawValue))]
        if let deadLetter {
            fields.append(HeaderField("x-dead-letter-exchange", .text(deadLetter.exchange)))
            fields.append(HeaderField("x-dead-letter-routing-key", .text(deadLetter.routingKey)))
        }
        return fields + arguments
    }
}
