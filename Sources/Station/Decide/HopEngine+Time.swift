internal import Broker
internal import Catalog
internal import Fulfillment
internal import Messages
internal import Orders
internal import Store

extension HopEngine {
    /// The timer of an order that could not be read when it was to be looked at.
    private static let unreadableKind = "unreadable"
    private static let unreadableAgainSeconds: Int64 = 600

    /// A timer of an order has come due.
    func fire(_ timer: TimerRecord, _ group: inout GroupInProgress) throws(StoreError) {
        group.timersDone.append(timer.id)
        guard let role = roles.first(where: { $0.role == timer.order.role }) else { return }
        group.changes.timersDropped.append(timer.id)
        group.count(CounterName.timersFired)
        // What it was for may be long ago when it comes again: the order then looks at all that is due.
        let isAgain = timer.kind == Self.unreadableKind
        let outcome = try run(
            .timeReached(isAgain ? nil : timer.due),
            on: timer.order,
            cause: HopCause(text: "timer"),
            role: role,
            &group
        )
        guard outcome == nil else { return }
        group.changes.timersSet.append(
            TimerRecord(
                id: identifiers.nextTimer(),
                order: timer.order,
                kind: Self.unreadableKind,
                component: nil,
                due: group.now.advanced(bySeconds: Self.unreadableAgainSeconds)
            )
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
        keepParked(delivery, id: id, context: context, role: role, &group)
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

    /// Keeps a message until its order comes.
    func keepParked(
        _ delivery: Delivery,
        id: OrderID,
        context: MessageContext,
        role: RoleRuntime,
        _ group: inout GroupInProgress
    ) {
        group.changes.parked.append(
            ParkedRecord(
                id: identifiers.nextParked(),
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
        group.noLongerAwaited.remove(id)
        group.count(CounterName.parkedTotal)
    }

    /// The order has come: what waited for it takes effect, oldest first.
    func applyParked(for id: OrderID, role: RoleRuntime, _ group: inout GroupInProgress) throws(StoreError) {
        guard awaited.contains(id) || group.awaited.contains(id) else { return }
        let waiting = try parked(for: id, group)
        group.changes.parkedDropped += waiting.map(\.id)
        for parked in waiting { _ = try applyNow(parked, role: role, &group) }
        group.awaited.remove(id)
        group.noLongerAwaited.insert(id)
    }

    /// A parked message takes effect, as far as its order is known.
    func applyNow(
        _ parked: ParkedRecord,
        role: RoleRuntime,
        _ group: inout GroupInProgress
    ) throws(StoreError) -> OrderOutcome? {
        let transport = TransportContext(
            Delivery(tag: DeliveryTag(epoch: 0, number: 0), queue: parked.queue, message: parked.message)
        )
        let decoded: DecodedMessage
        do {
            decoded = try role.decoder.decode(parked.message.body, transport: transport)
        } catch {
            appendErrorMessage(
                parked.message,
                queue: parked.queue,
                reason: error,
                isInInbox: true,
                role: role,
                &group
            )
            return .nothingNew
        }
        let command: OrderCommand
        switch decoded.content {
        case .update(let update): command = .update(update, decoded.context)
        case .operation(let operation, on: _): command = .operate(operation, decoded.context)
        case .order, .messageOperation, .fulfillmentRequest: return .nothingNew
        }
        return try run(
            command,
            on: parked.order,
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

    /// The messages that wait for an order: in the store, decided and on their way there, or of this group.
    func parked(for id: OrderID, _ group: GroupInProgress) throws(StoreError) -> [ParkedRecord] {
        let stored = awaited.contains(id) ? try store.parked(for: id, limit: Self.parkedMax) : []
        let inGroup = group.changes.parked.filter { $0.order == id }
        return (unsettled.parked(for: id, stored: stored) + inGroup)
            .filter { !group.changes.parkedDropped.contains($0.id) }
    }

    /// Messages that wait for one order, at most looked at in one hop.
    private static let parkedMax = 10_000

    /// What an order that follows this one asked; `nil` for every other message.
    private func followed(
        by parked: ParkedRecord,
        _ role: RoleRuntime
    ) -> (OrderOperation, MessageContext)? {
        let transport = TransportContext(queue: parked.queue, messageID: parked.messageID.rawValue)
        // It was readable when it was parked; should it no longer be, it goes the way of all others.
        guard let decoded = try? role.decoder.decode(parked.message.body, transport: transport),
            case .operation(let operation, on: _) = decoded.content, operation.action == .follow
        else { return nil }
        return (operation, decoded.context)
    }

    /// Nobody came for it: to the error queue, with a fault.
    func expire(_ parked: ParkedRecord, _ group: inout GroupInProgress) throws(StoreError) {
        group.expiriesDone.append(parked.id)
        guard let role = roles.first(where: { $0.role == parked.order.role }) else { return }
        // Its order may have come since it was looked for.
        awaited.insert(parked.order)
        let waiting = try self.parked(for: parked.order, group)
        if waiting.allSatisfy({ $0.id == parked.id }) { group.noLongerAwaited.insert(parked.order) }
        guard waiting.contains(where: { $0.id == parked.id }) else { return }
        group.changes.parkedDropped.append(parked.id)
        if let (operation, context) = followed(by: parked, role) {
            return tellUnknown(operation, base: parked.order, context: context, role: role, &group)
        }
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
        appendErrorMessage(
            parked.message,
            queue: parked.queue,
            reason: reason,
            isInInbox: true,
            role: role,
            &group
        )
        let delivery = Delivery(
            tag: DeliveryTag(epoch: 0, number: 0),
            queue: parked.queue,
            message: parked.message
        )
        appendFault(reason, delivery: delivery, role: role, &group)
    }
}
