import Broker
import CRabbitMQ

extension Connection {
    func reopenChannel() throws(BrokerError) {
        try unsafe guarded { (state) throws(BrokerError) in
            unsafe amqp_channel_open(state, Self.channel)
            try checkReply(during: .openingChannel)
        }
    }

    func declare(_ exchange: Topology.Exchange, passive: Bool) throws(BrokerError) {
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

    func declare(_ queue: Topology.Queue, passive: Bool) throws(BrokerError) {
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

    /// Asks without changing anything.
    func level(of queue: String) throws(BrokerError) -> QueueLevel {
        var level = QueueLevel(queue: queue)
        try unsafe guarded { (state) throws(BrokerError) in
            unsafe queue.withAMQPBytes { name in
                let answer = unsafe amqp_queue_declare(
                    state,
                    Self.channel,
                    name,
                    1,
                    0,
                    0,
                    0,
                    amqp_table_t()
                )
                if let answer = unsafe answer {
                    level.ready = unsafe Int(answer.pointee.message_count)
                    level.consumers = unsafe Int(answer.pointee.consumer_count)
                }
            }
            try checkReply(during: .declaring)
        }
        return level
    }

    func bind(_ binding: Topology.Binding) throws(BrokerError) {
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
    var declaredArguments: [HeaderField] {
        var fields = [HeaderField("x-queue-type", .text(type.rawValue))]
        if let deadLetter {
            fields.append(HeaderField("x-dead-letter-exchange", .text(deadLetter.exchange)))
            fields.append(HeaderField("x-dead-letter-routing-key", .text(deadLetter.routingKey)))
        }
        return fields + arguments
    }
}
