internal import Broker
internal import Messages
internal import Orders

/// The first stage: reads messages, on the thread of the link that brought them.
///
/// Reading needs neither the store nor the order, so it runs beside deciding and committing.
package struct Intake: Sendable {
    private let roles: [RoleRuntime]

    package init(roles: [RoleRuntime]) { self.roles = roles }

    package func prepare(_ inbound: InboundDelivery, arrivedAt: Int64? = nil) -> PreparedMessage {
        let delivery = inbound.delivery
        return PreparedMessage(
            inbound: inbound,
            digest: BodyDigest.of(delivery.message.body, announced: delivery.oversizedBytes),
            content: content(of: delivery, role: roles[inbound.role]),
            arrivedAt: arrivedAt
        )
    }

    private func content(of delivery: Delivery, role: RoleRuntime) -> PreparedMessage.Content {
        if let bytes = delivery.oversizedBytes { return .oversized(bytes: bytes) }
        let decoded: DecodedMessage
        do {
            decoded = try role.decoder.decode(delivery.message.body, transport: TransportContext(delivery))
        } catch {
            return .unreadable(error)
        }
        if let failure = role.refusal(of: decoded, from: delivery.queue) {
            return .unreadable(DecodingFailure(failure, context: decoded.context, orderKey: decoded.orderKey))
        }
        return .readable(decoded)
    }

    /// Whether a queue's messages go before those of others.
    func isUrgent(_ inbound: InboundDelivery) -> Bool {
        roles[inbound.role].isUrgentQueue(inbound.delivery.queue)
    }
}
