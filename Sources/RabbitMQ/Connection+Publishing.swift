import Broker
import CRabbitMQ
import Glibc

extension Connection {
    /// The slowest network that a large body may take.
    private static let slowBytesPerSecond = 256.0 * 1024

    /// Makes the broker answer every publication of the channel.
    func selectConfirms() throws(BrokerError) {
        try unsafe guarded { (state) throws(BrokerError) in
            unsafe amqp_confirm_select(state, Self.channel)
            try checkReply(during: .selectingConfirms)
        }
    }

    /// Sends one publication through the library, with time for its size.
    func publish(
        _ publication: Publication,
        _ properties: inout amqp_basic_properties_t,
        until deadline: inout UInt64
    ) throws(BrokerError) {
        let seconds = Double(publication.message.body.count) / Self.slowBytesPerSecond
        if seconds > 1 { extend(&deadline, bySeconds: seconds + silenceSecondsMax) }
        let status = unsafe publication.destination.exchange.withAMQPBytes { exchange in
            unsafe publication.destination.routingKey.withAMQPBytes { key in
                unsafe publication.message.body.withUnsafeBytes { body in
                    let start = unsafe UnsafeMutableRawPointer(mutating: body.baseAddress)
                    return unsafe publishRaw(
                        exchange,
                        key,
                        &properties,
                        amqp_bytes_t(len: body.count, bytes: start)
                    )
                }
            }
        }
        try ReplyMapping.check(status: status, during: .publishing)
    }

    /// Writes complete frames, or the next piece of one, to a socket without TLS.
    ///
    /// Between two calls of the library nothing of it waits to be sent, so that frames never mix. The caller goes on
    /// until a frame is complete before it calls the library again.
    func write(
        _ bytes: UnsafeRawBufferPointer,
        until deadline: inout UInt64,
        _ standstill: Standstill
    ) throws(BrokerError) {
        var sent = 0
        while sent < bytes.count {
            let count = unsafe Glibc.send(
                socket,
                bytes.baseAddress.map { unsafe $0 + sent },
                bytes.count - sent,
                Int32(MSG_NOSIGNAL)
            )
            if count >= 0 {
                sent += count
                // A slow peer is no dead peer.
                extend(&deadline, bySeconds: silenceSecondsMax)
                continue
            }
            switch errno {
            case EINTR:
                continue
            case EAGAIN:
                try waitUntilWritable(isBlocked: false, until: &deadline, standstill)
            default:
                throw BrokerError(
                    .connectionLost,
                    "Sending failed: \(SystemError.text(errno))",
                    remedy: "Look at network and broker; the connection is made anew by itself",
                    mayHaveHappened: true
                )
            }
        }
    }
}
