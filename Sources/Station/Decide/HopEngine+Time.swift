internal import Broker
internal import Catalog
internal import Fulfillment
internal import Messages
internal import Orders
internal import Store

extension HopEngine {
    /// A timer of an order has come due.
    func fire(_ timer: TimerRecord, _ group: inout GroupInProgress) throws(StoreError) {
        guard let role = roles.first(where: { $0.role == timer.order.role }) else { return }
        group.changes.timersDropped.append(timer.id)
        group.count(CounterName.timersFired)
        try run(
            .timeReached,
            on: timer.order,
            cause: HopCause(text: "timer"),
            role: role,
            &group
        )
    }

    // MARK: Parked messages

    /// Keeps a message for an order that is not known yet, and says so.
    func park(
        _ delivery: Delivery,
        id: OrderID,
        context: MessageContext,
        role: RoleRuntime,
        _ group: inout GroupInProgress
    ) {
        highWater.parkedID += 1
        group.changes.parked.append(
            ParkedRecord(
                id: highWater.parkedID,
                order: id,
                queue: delivery.queue,
                message: delivery.message,
                messageID: context.messageID,
                reason: .orderUnknown,
                parkedAt: group.now,
                expiresAt: group.now.advanced(bySeconds: Int64(role.configuration.parkedSeconds))
            )
        )
        group.awaited.insert(id)
        group.count(CounterName.parkedTotal)
        let failure = Failure(
            .orderUnknown,
            "an update came for order \(id.key), which role \(role.role) does not know"
        )
        appendFault(
            DecodingFailure(failure, context: context, orderKey: id.key),
            delivery: delivery,
            role: role,
            &group
        )
    }

    /// The order has come: what waited for it takes effect, oldest first.
    func applyParked(for id: OrderID, role: RoleRuntime, _ group: inout GroupInProgress) throws(StoreError) {
        guard awaited.contains(id) || group.awaited.contains(id) else { return }
        let inGroup = group.changes.parked.filter { $0.order == id }
        group.changes.parked.removeAll { $0.order == id }
        let stored = awaited.contains(id) ? try store.parked(for: id, limit: 10_000) : []
        group.changes.parkedDropped += stored.map(\.id)
        for parked in stored + inGroup {
            let transport = TransportContext(
                Delivery(tag: DeliveryTag(epoch: 0, number: 0), queue: parked.queue, message: parked.message)
            )
            let decoded: DecodedMessage
            do {
                decoded = try role.decoder.decode(parked.message.body, transport: transport)
            } catch {
                appendErrorMessage(parked.message, queue: parked.queue, reason: error, role: role, &group)
                continue
            }
            guard case .update(let update) = decoded.content else { continue }
            try run(
                .update(update, decoded.context),
                on: id,
                cause: HopCause(
                    text: "\(decoded.name), parked",
                    context: decoded.context,
                    queue: parked.queue,
                    message: parked.message
                ),
                role: role,
                &group
            )
        }
        group.awaited.remove(id)
        group.noLongerAwaited.insert(id)
    }

    /// Nobody came for it: to the error queue, with a fault.
    func expire(_ parked: ParkedRecord, _ group: inout GroupInProgress) throws(StoreError) {
        guard let role = roles.first(where: { $0.role == parked.order.role }) else { return }
        group.changes.parkedDropped.append(parked.id)
        let failure = Failure(
            .parkedTooLong,
            "an update waited for order \(parked.order.key) since \(parked.parkedAt), which never came"
        )
        let hop = MessageHop(resource: parked.queue, messageID: parked.messageID.rawValue)
        let reason = DecodingFailure(
            failure,
            context: MessageContext(messageID: parked.messageID, hop: hop),
            orderKey: parked.order.key
        )
        appendErrorMessage(parked.message, queue: parked.queue, reason: reason, role: role, &group)
        let delivery = Delivery(
            tag: DeliveryTag(epoch: 0, number: 0),
            queue: parked.queue,
            message: parked.message
        )
        appendFault(reason, delivery: delivery, role: role, &group)
    }
}
