internal import Broker
internal import Catalog
internal import Fulfillment
internal import Messages
internal import Orders
internal import Store

// Failed messages: kept when they fail, decided by operations, tried again as what they were.
extension HopEngine {
    /// Longer texts are cut.
    private static let textBytesMax = 2_000
    /// Failed messages of one id that one operation may be about.
    private static let recordsMax = 100

    /// What a message has to do with an earlier failure.
    enum FailedBefore {
        case none
        /// It is tried again, as it was decided.
        case now(FailedMessage)
        /// It was tried again already: the broker repeats itself.
        case repeated
    }

    /// A mark is believed when the store knows of it: that message, from that queue, on its way again.
    func resubmission(
        _ delivery: Delivery,
        digest: Int64,
        role: RoleRuntime,
        _ group: GroupInProgress
    ) throws(StoreError) -> FailedBefore {
        guard let mark = Resubmission(of: delivery.message.properties),
            let failed = try store.failedMessage(mark.record),
            failed.record.role == role.role, failed.record.queue == delivery.queue,
            failed.record.bodyDigest == digest
        else { return .none }
        var current = failed
        current.record.status = status(of: failed.record, group)
        let isExpected =
            current.record.status.state == .resubmitted && current.record.status.attempt == mark.attempt
        return isExpected ? .now(current) : .repeated
    }

    /// How a failed message stands, with what is decided and not in the store yet.
    private func status(of record: FailedRecord, _ group: GroupInProgress) -> FailedStatus {
        group.changes.failedChanges.last { $0.id == record.id }?.status
            ?? unsettled.failedStatus(record.id) ?? record.status
    }

    /// The message that was tried again has not failed: it is done with.
    func noteTaken(_ group: inout GroupInProgress) {
        guard let record = group.resubmitted else { return }
        group.resubmitted = nil
        var status = record.status
        status.state = .accepted
        group.changes.failedChanges.append(FailedChange(id: record.id, status: status))
    }

    /// Keeps a message that goes to the error queue; one that was tried again is failed once more.
    func keepFailed(
        _ message: Message,
        queue: String,
        reason: DecodingFailure,
        isInInbox: Bool,
        role: RoleRuntime,
        _ group: inout GroupInProgress
    ) {
        let digest = BodyDigest.of(message.body)
        var status = FailedStatus(
            state: .failed,
            attempt: 0,
            code: reason.failure.code,
            text: reason.failure.text.cut(toUTF8Bytes: Self.textBytesMax),
            failedAt: group.now,
            isInInbox: isInInbox
        )
        if let record = group.resubmitted, record.queue == queue, record.bodyDigest == digest {
            group.resubmitted = nil
            status.attempt = record.status.attempt + 1
            status.decision = record.status.decision
            group.changes.failedChanges.append(FailedChange(id: record.id, status: status))
            return
        }
        keep(
            message,
            queue: queue,
            fallbackID: reason.context?.messageID,
            orderKey: reason.orderKey,
            status: status,
            role: role,
            &group
        )
    }

    private func keep(
        _ message: Message,
        queue: String,
        fallbackID: MessageID?,
        orderKey: OrderKey?,
        status: FailedStatus,
        role: RoleRuntime,
        _ group: inout GroupInProgress
    ) {
        let digest = BodyDigest.of(message.body)
        let id = message.properties.messageID ?? fallbackID?.rawValue ?? BodyDigest.name(digest)
        let record = FailedRecord(
            id: identifiers.nextFailed(),
            role: role.role,
            queue: queue,
            messageID: MessageID(id.cut(toUTF8Bytes: MessageOperation.messageIDBytesMax)),
            bodyDigest: digest,
            bodyBytes: message.body.count,
            orderKey: orderKey,
            status: status
        )
        group.changes.failed.append(FailedMessage(record: record, message: message))
    }

    // MARK: Operations

    /// Resubmits or discards a message; what has no effect is told with a fault.
    func operate(
        _ operation: MessageOperation,
        _ decoded: DecodedMessage,
        digest: Int64,
        _ delivery: Delivery,
        role: RoleRuntime,
        _ group: inout GroupInProgress
    ) throws(StoreError) {
        let context = decoded.context
        try rememberOnce(
            context.messageID,
            digest: digest,
            order: operation.parkedFor,
            role: role.role,
            &group
        )
        let decision = FailedDecision(
            by: operation.by,
            at: group.now,
            reason: operation.reason,
            messageID: context.messageID
        )
        let refusal =
            if let order = operation.parkedFor {
                try operateOnParked(operation, decoded, delivery, order: order, decision, role: role, &group)
            } else {
                try operateOnFailed(operation, decision, role: role, &group)
            }
        guard let refusal else {
            let done = operation.action == .resubmit ? "resubmitted" : "discarded"
            group.notes.append(
                HopNote(
                    .info,
                    "a message is \(done)",
                    role: role.role,
                    order: operation.parkedFor,
                    messageID: operation.messageID,
                    queue: operation.queue
                )
            )
            return
        }
        let failure = Failure(
            .operationInvalid,
            "operation \(operation.action.rawValue) by \(operation.by.cut(toUTF8Bytes: 60)) on message "
                + "\(operation.messageID) of queue \(operation.queue) changes nothing: \(refusal)",
            correctiveAction: "See `waystation messages list --state all` for how the message stands."
        )
        appendFault(
            DecodingFailure(failure, context: context, orderKey: operation.parkedFor),
            delivery: delivery,
            role: role,
            &group
        )
    }

    /// - Returns: Why nothing changes; `nil` when something does.
    private func operateOnFailed(
        _ operation: MessageOperation,
        _ decision: FailedDecision,
        role: RoleRuntime,
        _ group: inout GroupInProgress
    ) throws(StoreError) -> String? {
        let known = try failedRecords(operation, role: role)
        var refusal = "it is not among the failed messages of role \(role.role)"
        var changes = 0
        for record in known {
            var status = status(of: record, group)
            guard status.state == .failed else {
                let by = status.decision.map { " by \($0.by.cut(toUTF8Bytes: 60)) at \($0.at)" } ?? ""
                refusal = "it was \(status.state == .discarded ? "discarded" : "resubmitted")\(by)"
                continue
            }
            if let attempt = operation.attempt, attempt != status.attempt {
                refusal = "it has failed again since, for the \(status.attempt + 1). time"
                continue
            }
            status.decision = decision
            switch operation.action {
            case .discard: status.state = .discarded
            case .resubmit:
                guard let failed = try store.failedMessage(record.id) else { continue }
                status.state = .resubmitted
                append(
                    Resubmission(record: record.id, attempt: status.attempt).mark(failed.message),
                    to: .queue(record.queue),
                    order: record.orderKey.map { OrderID(role: role.role, key: $0) },
                    &group
                )
            }
            group.changes.failedChanges.append(FailedChange(id: record.id, status: status))
            changes += 1
        }
        return changes > 0 ? nil : refusal
    }

    /// What it is about: the record that it names, however many others have the message's id, else the newest of them.
    private func failedRecords(
        _ operation: MessageOperation,
        role: RoleRuntime
    ) throws(StoreError) -> [FailedRecord] {
        guard let number = operation.record else {
            return try store.failedRecords(
                role: role.role,
                queue: operation.queue,
                messageID: operation.messageID,
                limit: Self.recordsMax
            )
        }
        guard let record = try store.failedMessage(number)?.record, record.role == role.role,
            record.queue == operation.queue, record.messageID == operation.messageID
        else { return [] }
        return [record]
    }

    /// A message that waits for its order is tried now, and waits anew when the order is still not known; what is parked
    /// within the order is the order's to decide about.
    ///
    /// - Returns: Why nothing changes; `nil` when something does.
    private func operateOnParked(
        _ operation: MessageOperation,
        _ decoded: DecodedMessage,
        _ delivery: Delivery,
        order: OrderKey,
        _ decision: FailedDecision,
        role: RoleRuntime,
        _ group: inout GroupInProgress
    ) throws(StoreError) -> String? {
        let id = OrderID(role: role.role, key: order)
        awaited.insert(id)
        let waiting = try parked(for: id, group)
        let meant = waiting.filter { parked in
            parked.queue == operation.queue && (operation.record == nil || parked.id == operation.record)
                && [parked.messageID.rawValue, parked.message.properties.messageID]
                    .contains(operation.messageID.rawValue)
        }
        if meant.count == waiting.count { group.noLongerAwaited.insert(id) }
        guard !meant.isEmpty else {
            guard operation.record == nil, try isParked(operation.messageID, within: id, &group) else {
                return "it does not wait for order \(order)"
            }
            try operate(operation, within: id, decoded, delivery, role: role, &group)
            return nil
        }
        group.changes.parkedDropped += meant.map(\.id)
        for parked in meant {
            switch operation.action {
            case .resubmit: try tryAgain(parked, role: role, &group)
            case .discard:
                let status = FailedStatus(
                    state: .discarded,
                    attempt: 0,
                    code: parked.reason,
                    text: "an update waited for order \(order) since \(parked.parkedAt)",
                    failedAt: group.now,
                    isInInbox: true,
                    decision: decision
                )
                keep(
                    parked.message,
                    queue: parked.queue,
                    fallbackID: parked.messageID,
                    orderKey: order,
                    status: status,
                    role: role,
                    &group
                )
            }
        }
        return nil
    }

    private func tryAgain(
        _ parked: ParkedRecord,
        role: RoleRuntime,
        _ group: inout GroupInProgress
    ) throws(StoreError) {
        guard try applyNow(parked, role: role, &group) == .orderUnknown else { return }
        var again = parked
        again.id = identifiers.nextParked()
        again.expiresAt = group.now.advanced(bySeconds: Int64(role.configuration.parkedSeconds))
        group.changes.parked.append(again)
        group.awaited.insert(parked.order)
        group.noLongerAwaited.remove(parked.order)
    }
}
