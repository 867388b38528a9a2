package import Broker
internal import Messages
internal import Orders

/// A message as a decider gets it: read already, or known to be unreadable.
package final class PreparedMessage: Sendable {
    let inbound: InboundDelivery
    /// Tells a repeated body from another one under the same message id.
    let digest: Int64
    let content: Content
    /// When it arrived, in microseconds of the steady clock; `nil` where nobody looked.
    let arrivedAt: Int64?

    init(inbound: InboundDelivery, digest: Int64, content: Content, arrivedAt: Int64? = nil) {
        self.inbound = inbound
        self.arrivedAt = arrivedAt
        self.digest = digest
        self.content = content
    }

    enum Content: Sendable {
        case readable(DecodedMessage)
        /// Also what is readable and does not belong into its queue.
        case unreadable(DecodingFailure)
        /// Only its beginning is here; so many bytes were announced.
        case oversized(bytes: UInt64)
    }

    /// What all operations on one message have in common, so that one decider has them all.
    var operatedMessage: String? {
        guard case .readable(let message) = content,
            case .messageOperation(let operation) = message.content
        else { return nil }
        return operation.messageID.rawValue
    }

    /// The order it is about, as far as that could be read.
    var orderKey: OrderKey? {
        switch content {
        case .readable(let message): message.orderKey
        case .unreadable(let failure): failure.orderKey
        case .oversized: nil
        }
    }
}

/// A delivery and where it came from.
package struct InboundDelivery: Sendable {
    /// Position of the role among the station's.
    package var role: Int
    /// The consumer link that handed it over.
    package var link: Int
    package var delivery: Delivery

    package init(role: Int, link: Int, delivery: Delivery) {
        self.role = role
        self.link = link
        self.delivery = delivery
    }

    var tag: InboundTag { InboundTag(link: link, tag: delivery.tag) }
}

/// A delivery tag with its link.
package struct InboundTag: Sendable, Hashable {
    package var link: Int
    package var tag: DeliveryTag

    package init(link: Int, tag: DeliveryTag) {
        self.link = link
        self.tag = tag
    }
}
