import Broker
import CRabbitMQ

extension Connection {
    /// Limits the unacknowledged deliveries of each consumer.
    func setPrefetch(_ count: UInt16) throws(BrokerError) {
        try unsafe guarded { (state) throws(BrokerError) in
            unsafe amqp_basic_qos(state, Self.channel, 0, count, 0)
            try checkReply(during: .consuming)
        }
    }

    /// Asks the broker to start a consumer; the answer is a frame.
    ///
    /// Whoever waited for it inside the library would have it keep all deliveries that come before, however large.
    func consume(queue: String, consumerTag: String) throws(BrokerError) {
        try unsafe guarded { (_) throws(BrokerError) in
            let status = unsafe queue.withAMQPBytes { queue in
                unsafe consumerTag.withAMQPBytes { tag in
                    var arguments = unsafe amqp_basic_consume_t()
                    unsafe arguments.queue = queue
                    unsafe arguments.consumer_tag = tag
                    return unsafe sendRaw(.basicConsume, &arguments)
                }
            }
            try ReplyMapping.check(status: status, during: .consuming)
        }
    }

    /// Asks the broker to stop a consumer; the answer is a frame.
    func cancel(consumerTag: String) throws(BrokerError) {
        try unsafe guarded { (_) throws(BrokerError) in
            let status = unsafe consumerTag.withAMQPBytes { tag in
                var arguments = unsafe amqp_basic_cancel_t(consumer_tag: tag, nowait: 0)
                return unsafe sendRaw(.basicCancel, &arguments)
            }
            try ReplyMapping.check(status: status, during: .cancelling)
        }
    }

    func answerFlow(isActive: Bool) throws(BrokerError) {
        try send(.channelFlowOK, amqp_channel_flow_ok_t(active: isActive ? 1 : 0), during: .waiting)
    }
}

extension String {
    /// The text's bytes for the length of a call that copies or sends them.
    func withAMQPBytes<Value>(_ body: (amqp_bytes_t) -> Value) -> Value {
        var text = self
        return text.withUTF8 { buffer in
            unsafe body(
                amqp_bytes_t(
                    len: buffer.count,
                    bytes: UnsafeMutableRawPointer(mutating: UnsafeRawPointer(buffer.baseAddress))
                )
            )
        }
    }
}
