import Broker
import CRabbitMQ

extension Connection {
    /// Makes the broker answer every publication of the channel.
    func selectConfirms() throws(BrokerError) {
        try unsafe guarded { (state) throws(BrokerError) in
            unsafe amqp_confirm_select(state, Self.channel)
            try checkReply(during: .selectingConfirms)
        }
    }
}
