package import Broker
internal import Catalog
package import Fulfillment
package import Messages
package import Orders
package import Station

/// A role's decoder, decider and encoder, as the station makes them.
package struct FlowRole: Sendable {
    package let runtime: RoleRuntime
    package let decoder: MessageDecoder
    package let decider: OrderDecider
    package let encoder = MessageEncoder()

    init(_ runtime: RoleRuntime) {
        self.runtime = runtime
        let catalog = runtime.catalog
        decoder = MessageDecoder(
            limits: DecodingLimits(
                documentBytesMax: runtime.limits.messageBytes,
                depthMax: runtime.limits.xmlDepth
            ),
            mappings: catalog.mappings,
            zone: catalog.fulfillment.zone
        )
        decider = OrderDecider(
            role: runtime.role,
            catalog: catalog.fulfillment,
            linesMax: runtime.limits.linesPerOrder
        )
    }

    var queues: [String] { runtime.queues }
    var entrance: String { runtime.configuration.orders.first ?? "" }

    /// Decodes, decides and encodes one message.
    func hop(
        _ message: Message,
        queue: String,
        role: Int,
        states: inout [OrderID: OrderState],
        ids: inout CountedIDs,
        now: Timestamp
    ) throws -> RecordedHop {
        let decoded = try decoder.decode(message.body, transport: transport(message, queue: queue))
        let (command, key) = try Self.command(decoded)
        let id = OrderID(role: runtime.role, key: key)
        let before = states[id]
        let decision = decider.decide(command, state: before, now: now)
        guard let after = decision.state else {
            throw WorkloadProblem("\(decoded.name) came for an order that is not known")
        }
        states[id] = after
        let outbound = messages(for: decision.events, state: after, now: now)
        let contexts = outbound.map { _ in
            EncodingContext(
                messageID: ids.next(),
                now: now,
                senderID: runtime.configuration.senderID,
                targetID: after.origin.sender?.id ?? runtime.configuration.upstreamTargetID,
                role: runtime.role,
                origin: after.origin,
                cause: decoded.context
            )
        }
        return RecordedHop(
            role: role,
            queue: queue,
            message: message,
            decoded: decoded,
            id: id,
            command: command,
            before: before,
            events: decision.events,
            after: after,
            outbound: outbound,
            contexts: contexts,
            outbox: zip(outbound, contexts).compactMap { outgoing($0, state: after, context: $1) }
        )
    }

    /// What a delivery from `queue` tells beside the body.
    package func transport(_ message: Message, queue: String) -> TransportContext {
        TransportContext(
            Delivery(tag: DeliveryTag(epoch: 1, number: 1), queue: queue, message: message)
        )
    }

    private static func command(_ decoded: DecodedMessage) throws -> (OrderCommand, OrderKey) {
        switch decoded.content {
        case .order(let draft): (.submit(draft, decoded.context), draft.key)
        case .update(let update): (.update(update, decoded.context), update.orderKey)
        case .operation, .messageOperation, .fulfillmentRequest:
            throw WorkloadProblem("\(decoded.name) is for no role")
        }
    }

    /// What must be told because of these events.
    package func messages(for events: [OrderEvent], state: OrderState, now: Timestamp) -> [OutboundMessage] {
        OutboundMessages(catalog: decider.catalog, role: runtime.role, now: now)
            .messages(for: events, state: state)
    }

    /// The message as it goes out; `nil` when it goes nowhere.
    package func outgoing(
        _ message: OutboundMessage,
        state: OrderState,
        context: EncodingContext,
        told: WrittenParts? = nil
    ) -> OutgoingMessage? {
        guard let order = state.order else { return nil }
        let configuration = runtime.configuration
        switch message {
        case .request(let request):
            var context = context
            context.targetID = request.targetID
            let properties = MessageProperties.outgoing(
                name: request.format.rawValue,
                context: context,
                correlationID: request.correlation,
                priority: order.priority
            )
            let body = encoder.encode(request, of: order, context: context, told: told)
            return OutgoingMessage(
                destination: .queue(request.queue),
                message: Message(properties: properties, body: body)
            )
        case .report(let report):
            guard let destination = configuration.upstream else { return nil }
            let properties = MessageProperties.outgoing(
                name: report.format.rawValue,
                context: context,
                correlationID: order.correlation ?? order.key.rawValue,
                priority: order.priority
            )
            let body = encoder.encode(report, of: order, context: context, told: told)
            return OutgoingMessage(
                destination: destination,
                message: Message(properties: properties, body: body)
            )
        // The example orders of the measurement make none.
        case .ticket, .operation: return nil
        case .fault(let report):
            let properties = MessageProperties.outgoing(name: MessageEncoder.faultName, context: context)
            return OutgoingMessage(
                destination: configuration.fallout,
                message: Message(properties: properties, body: encoder.encode(report, context: context))
            )
        }
    }
}
