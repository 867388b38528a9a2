internal import Broker
internal import Catalog
internal import Fulfillment
internal import Messages
internal import Orders
internal import Store

extension HopEngine {
    /// Turns the core's messages into outbox rows: bytes and identification are settled here, once.
    func appendMessages(
        _ messages: [OutboundMessage],
        state: OrderState,
        told: WrittenParts,
        cause: MessageContext?,
        role: RoleRuntime,
        _ group: inout GroupInProgress
    ) {
        let priority = state.order?.priority ?? .standard
        for message in messages {
            switch message {
            case .request(let request):
                guard let order = state.order else { continue }
                let context = context(
                    target: request.targetID,
                    details: request.target,
                    origin: state.origin,
                    cause: cause,
                    role: role,
                    group
                )
                append(
                    role.encoder.encode(request, of: order, context: context, told: told),
                    properties: .outgoing(
                        name: request.format.rawValue,
                        context: context,
                        correlationID: request.correlation,
                        priority: priority
                    ),
                    to: role.destination(of: request, priority: priority),
                    order: state.id,
                    &group
                )
            case .report(let report):
                guard let destination = role.configuration.upstream else { continue }
                let order =
                    state.order ?? state.rejectedDraft.map { Order(rejected: $0, revision: state.revision) }
                guard let order else { continue }
                let target = state.origin.sender?.id ?? role.configuration.upstreamTargetID
                let context = context(
                    target: target,
                    details: role.configuration.upstreamTarget,
                    origin: state.origin,
                    cause: cause,
                    role: role,
                    group
                )
                append(
                    role.encoder.encode(report, of: order, context: context, told: told),
                    properties: .outgoing(
                        name: report.format.rawValue,
                        context: context,
                        correlationID: report.correlation ?? order.correlation ?? order.key.rawValue,
                        priority: priority
                    ),
                    to: destination,
                    order: state.id,
                    &group
                )
            case .fault(let report):
                append(fault: report, origin: state.origin, cause: cause, order: state.id, role: role, &group)
            case .ticket(let report):
                guard let destination = role.destination(of: report) else { continue }
                let context = context(
                    target: role.configuration.ticketTargetID,
                    origin: state.origin,
                    cause: cause,
                    role: role,
                    group
                )
                append(
                    role.encoder.encode(report, context: context),
                    properties: .outgoing(
                        name: MessageEncoder.name(of: report),
                        context: context,
                        correlationID: TicketKey.text(order: report.orderKey, number: report.ticket.number)
                    ),
                    to: destination,
                    order: state.id,
                    &group
                )
            case .operation(let operation, on: let key):
                append(operation, on: key, of: state.id, cause: cause ?? state.origin, role: role, &group)
            }
        }
    }

    /// Orders of a role ask each other over the role's own queue of operations, like everybody else.
    func append(
        _ operation: OrderOperation,
        on key: OrderKey,
        of order: OrderID?,
        cause: MessageContext?,
        role: RoleRuntime,
        _ group: inout GroupInProgress
    ) {
        guard let queue = role.configuration.operations.first else {
            let failure = Failure(
                .baseOrderUnknown,
                "order \(key) cannot be asked or told anything: worker \(role.role) has no queue of operations",
                correctiveAction: "Name one as `operations` of the worker in queues.yaml, then retry."
            )
            let report = FaultReport(
                failure: failure,
                orderKey: order?.key,
                role: role.role,
                occurredAt: group.now
            )
            return append(fault: report, origin: cause, cause: cause, order: order, role: role, &group)
        }
        let context = context(
            target: role.configuration.senderID,
            origin: nil,
            cause: cause,
            role: role,
            group
        )
        append(
            role.encoder.encode(operation, on: key, context: context),
            properties: .outgoing(
                name: MessageEncoder.operationName,
                context: context,
                correlationID: key.rawValue
            ),
            to: .queue(queue),
            order: order,
            &group
        )
    }

    /// A fault about a message that belongs to no order that is known.
    func appendFault(
        _ reason: DecodingFailure,
        delivery: Delivery,
        role: RoleRuntime,
        _ group: inout GroupInProgress
    ) {
        let given = reason.context?.messageID.rawValue ?? delivery.message.properties.messageID ?? ""
        // What has no id goes by the name under which it is kept here.
        let id = given.isEmpty ? BodyDigest.name(of: delivery.message.body) : given
        var context = reason.context ?? MessageContext(messageID: MessageID(rawValue: given))
        context.hop = MessageHop(
            resource: delivery.queue,
            messageID: delivery.message.properties.messageID ?? id
        )
        group.notes.append(
            HopNote(
                .warning,
                reason.failure.text,
                role: role.role,
                order: reason.orderKey,
                messageID: MessageID(rawValue: id),
                transportID: delivery.message.properties.messageID,
                queue: delivery.queue,
                code: reason.failure.code
            )
        )
        append(
            fault: FaultReport(
                failure: reason.failure,
                orderKey: reason.orderKey,
                role: role.role,
                occurredAt: group.now
            ),
            origin: context,
            cause: context,
            order: reason.orderKey.map { OrderID(role: role.role, key: $0) },
            role: role,
            &group
        )
    }

    /// The original message for the error queue, with headers that say what is wrong with it; and kept here.
    ///
    /// `isInInbox` says whether the inbox remembers it although it has no effect.
    func appendErrorMessage(
        _ message: Message,
        queue: String,
        reason: DecodingFailure,
        isInInbox: Bool,
        role: RoleRuntime,
        _ group: inout GroupInProgress
    ) {
        keepFailed(message, queue: queue, reason: reason, isInInbox: isInInbox, role: role, &group)
        let id = message.properties.messageID ?? BodyDigest.name(of: message.body)
        let transport = TransportContext(queue: queue, messageID: id)
        let annotated = ErrorAnnotation(reason, transport: transport, role: role.role, now: group.now)
            .annotate(message)
        append(
            annotated,
            to: role.configuration.errors,
            order: reason.orderKey.map { OrderID(role: role.role, key: $0) },
            &group
        )
    }

    /// Stored data of an order cannot be read: the order is left alone, and the message is kept for later.
    func appendInternalFault(
        _ text: String,
        id: OrderID,
        cause: HopCause,
        role: RoleRuntime,
        _ group: inout GroupInProgress
    ) {
        let failure = Failure(.internalFault, "order \(id.key): \(text)")
        let report = FaultReport(failure: failure, orderKey: id.key, role: role.role, occurredAt: group.now)
        group.notes.append(
            HopNote(
                .error,
                failure.text,
                role: role.role,
                order: id.key,
                messageID: cause.context?.messageID,
                transportID: cause.message?.properties.messageID,
                queue: cause.queue,
                code: failure.code
            )
        )
        append(fault: report, origin: cause.context, cause: cause.context, order: id, role: role, &group)
        guard let message = cause.message else { return }
        appendErrorMessage(
            message,
            queue: cause.queue ?? "",
            reason: DecodingFailure(failure, context: cause.context, orderKey: id.key),
            isInInbox: true,
            role: role,
            &group
        )
    }

    func append(
        fault report: FaultReport,
        origin: MessageContext?,
        cause: MessageContext?,
        order: OrderID?,
        role: RoleRuntime,
        _ group: inout GroupInProgress
    ) {
        group.count(CounterName.errorPrefix + report.failure.code.rawValue)
        if group.failure == nil { group.failure = report.failure.code }
        let context = context(target: "", origin: origin, cause: cause, role: role, group)
        append(
            role.encoder.encode(report, context: context),
            properties: .outgoing(
                name: MessageEncoder.faultName,
                context: context,
                correlationID: report.correlation ?? report.orderKey?.rawValue
            ),
            to: role.destination(ofFault: report.failure),
            order: order,
            &group
        )
    }

    // MARK: Private

    private func context(
        target: String,
        details: Rare<TargetDetails>? = nil,
        origin: MessageContext?,
        cause: MessageContext?,
        role: RoleRuntime,
        _ group: GroupInProgress
    ) -> EncodingContext {
        EncodingContext(
            messageID: ids.next(),
            now: group.now,
            senderID: role.configuration.senderID,
            targetID: target,
            role: role.role,
            origin: origin,
            cause: cause ?? origin,
            senderDetails: role.configuration.sender,
            targetDetails: details
        )
    }

    private func append(
        _ body: [UInt8],
        properties: MessageProperties,
        to destination: Destination,
        order: OrderID?,
        _ group: inout GroupInProgress
    ) {
        append(Message(properties: properties, body: body), to: destination, order: order, &group)
    }

    func append(
        _ message: Message,
        to destination: Destination,
        order: OrderID?,
        _ group: inout GroupInProgress
    ) {
        group.changes.outbox.append(
            OutboxRecord(
                // Given at the commit: rows go out in the order of their commits.
                id: 0,
                order: order,
                destination: destination,
                message: message,
                createdAt: group.now
            )
        )
    }
}

extension Order {
    /// As much of an invalid order as a report about it needs.
    fileprivate init(rejected draft: OrderDraft, revision: Int) {
        self.init(
            key: draft.key,
            revision: revision,
            mode: ModeName(rawValue: draft.mode ?? ""),
            type: draft.type,
            source: draft.source,
            accountID: draft.accountID,
            accountName: draft.accountName,
            correlation: draft.correlation,
            salesOrderID: draft.salesOrderID
        )
    }
}
