internal import Broker
internal import Catalog
internal import Messages
package import Orders
internal import Store

extension HopEngine {
    /// One message: whatever it is, it ends as an effect, as a duplicate, parked, or in the error queue.
    func handle(_ message: PreparedMessage, _ group: inout GroupInProgress) throws(StoreError) {
        let role = roles[message.inbound.role]
        var delivery = message.inbound.delivery
        let digest = message.digest
        group.hops += 1
        group.count(CounterName.hops)
        switch try resubmission(delivery, digest: digest, role: role, group) {
        case .none: break
        case .repeated:
            group.count(CounterName.duplicates)
            group.acknowledged.append(message.inbound.tag)
            return
        case .now(let failed):
            group.resubmitted = failed.record
            delivery.message = failed.message
        }
        let source = MessageSource(message.inbound)
        switch message.content {
        case .oversized(let bytes):
            if try refuseOversized(delivery, bytes: bytes, digest: digest, role: role, &group) {
                group.outcomes.append(MessageOutcome(source: source, code: .messageTooLarge))
            }
            group.rejected.append(message.inbound.tag)
            return
        case .unreadable(let failure):
            if try refuse(delivery, failure, digest: digest, role: role, &group) {
                group.outcomes.append(MessageOutcome(source: source, code: failure.failure.code))
            }
        case .readable(let decoded):
            if try isNew(decoded, digest: digest, delivery, role: role, &group) {
                group.rejection = nil
                try apply(decoded, digest: digest, delivery, role: role, &group)
                group.outcomes.append(MessageOutcome(source: source, code: group.rejection))
            }
        }
        noteTaken(&group)
        group.acknowledged.append(message.inbound.tag)
    }

    /// Whether a message has not been here before; a repeated one is counted, another one under its id is refused.
    private func isNew(
        _ decoded: DecodedMessage,
        digest: Int64,
        _ delivery: Delivery,
        role: RoleRuntime,
        _ group: inout GroupInProgress
    ) throws(StoreError) -> Bool {
        let key = InboxKey(role: role.role, messageID: decoded.context.messageID)
        guard let known = try knownDigest(key, group) else { return true }
        if known == digest {
            if group.resubmitted?.status.isInInbox ?? false { return true }
            group.count(CounterName.duplicates)
            group.notes.append(
                HopNote(
                    .debug,
                    "a repeated message changes nothing",
                    role: role.role,
                    messageID: key.messageID,
                    queue: delivery.queue
                )
            )
            return false
        }
        let failure = Failure(
            .messageIDReused,
            "message id \(key.messageID) was used before for a message with another body"
        )
        _ = try refuse(
            delivery,
            DecodingFailure(failure, context: decoded.context),
            digest: digest,
            role: role,
            &group
        )
        return false
    }

    func knownDigest(_ key: InboxKey, _ group: GroupInProgress) throws(StoreError) -> Int64? {
        if let digest = group.seen[key] ?? unsettled.digest(of: key) { return digest }
        return try store.inboxRecord(role: key.role, messageID: key.messageID)?.bodyDigest
    }

    /// Remembers a message whose order or operation is decided now.
    ///
    /// One that failed later than it was remembered, and is tried again, is in the inbox already.
    func rememberOnce(
        _ id: MessageID,
        digest: Int64,
        order: OrderKey?,
        role: RoleName,
        _ group: inout GroupInProgress
    ) throws(StoreError) {
        if group.resubmitted != nil, try knownDigest(InboxKey(role: role, messageID: id), group) != nil {
            return
        }
        remember(id, digest: digest, order: order, role: role, &group)
    }

    func remember(
        _ id: MessageID,
        digest: Int64,
        order: OrderKey?,
        role: RoleName,
        _ group: inout GroupInProgress
    ) {
        group.seen[InboxKey(role: role, messageID: id)] = digest
        group.changes.inbox.append(
            InboxRecord(role: role, messageID: id, bodyDigest: digest, orderKey: order, receivedAt: group.now)
        )
    }

    // MARK: What cannot be read

    /// To the error queue with its original bytes and headers, and a fault; once, however often it is redelivered.
    ///
    /// - Returns: Whether this was the first time.
    private func refuse(
        _ delivery: Delivery,
        _ reason: DecodingFailure,
        digest: Int64,
        role: RoleRuntime,
        _ group: inout GroupInProgress
    ) throws(StoreError) -> Bool {
        let id = Self.refusedID(delivery, reason.context, digest)
        let isKnown = try knownDigest(InboxKey(role: role.role, messageID: id), group) != nil
        if isKnown, group.resubmitted == nil {
            group.count(CounterName.duplicates)
            return false
        }
        if !isKnown { remember(id, digest: digest, order: reason.orderKey, role: role.role, &group) }
        appendErrorMessage(
            delivery.message,
            queue: delivery.queue,
            reason: reason,
            isInInbox: false,
            role: role,
            &group
        )
        appendFault(reason, delivery: delivery, role: role, &group)
        return true
    }

    /// Too large to be kept here: the broker dead-letters the original, and the fault says why.
    ///
    /// - Returns: Whether this was the first time.
    private func refuseOversized(
        _ delivery: Delivery,
        bytes: UInt64,
        digest: Int64,
        role: RoleRuntime,
        _ group: inout GroupInProgress
    ) throws(StoreError) -> Bool {
        let failure = Failure(
            .messageTooLarge,
            "a message of \(bytes) bytes on queue \(delivery.queue) is larger than the limit of \(limits.messageBytes)"
        )
        let reason = DecodingFailure(failure)
        let id = Self.refusedID(delivery, nil, digest)
        if try knownDigest(InboxKey(role: role.role, messageID: id), group) != nil {
            group.count(CounterName.duplicates)
            return false
        }
        remember(id, digest: digest, order: nil, role: role.role, &group)
        appendFault(reason, delivery: delivery, role: role, &group)
        return true
    }

    /// Refused messages have identities of their own: a corrected message may come under the same id.
    private static func refusedID(
        _ delivery: Delivery,
        _ context: MessageContext?,
        _ digest: Int64
    ) -> MessageID {
        let id = delivery.message.properties.messageID ?? context?.messageID.rawValue ?? ""
        return refusedID(messageID: id, digest: digest)
    }

    /// Under which name the inbox remembers a refused message.
    package static func refusedID(messageID: String, digest: Int64) -> MessageID {
        MessageID(rawValue: "refused:\(BodyDigest.text(digest)):\(messageID.prefix(200))")
    }
}
