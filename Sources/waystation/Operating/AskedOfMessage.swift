import Broker
import Fulfillment
import Messages
import Orders
import Store

/// Something asked about one message that failed or waits.
struct AskedOfMessage: AskedOperation {
    var item: MessageItem
    var action: MessageOperation.Action
    var by: String
    var reason: String?

    var role: RoleName { item.role }
    var label: String { "\(item.messageID): \(action.rawValue)" }

    func message(_ context: EncodingContext) -> Message {
        var operation = MessageOperation(
            action: action,
            by: by,
            reason: reason,
            queue: item.queue,
            messageID: item.messageID,
            record: item.record
        )
        switch item {
        case .failed(let record): operation.attempt = record.status.attempt
        case .parked(let record): operation.parkedFor = record.order.key
        case .within(let update): operation.parkedFor = update.order.key
        }
        return Message(
            properties: .outgoing(
                name: MessageEncoder.messageOperationName,
                context: context,
                correlationID: item.messageID.rawValue
            ),
            body: MessageEncoder().encode(operation, context: context)
        )
    }

    func outcome(of message: MessageID, in reader: any StoreReader) throws -> OperationResult? {
        switch item {
        case .failed(let record): try outcome(of: message, about: record, in: reader)
        case .parked(let record): try outcome(about: record, in: reader)
        case .within(let update): try outcome(of: message, about: update, in: reader)
        }
    }

    private func outcome(
        of message: MessageID,
        about before: FailedRecord,
        in reader: any StoreReader
    ) throws -> OperationResult? {
        // The next one is another, when this one is gone.
        guard let now = try reader.failedRecords(after: before.id - 1, limit: 1).first, now.id == before.id
        else { return .refused("it is no longer kept") }
        let status = now.status
        guard let decision = status.decision, decision.messageID == message else {
            if status.state == .failed, status.attempt == before.status.attempt { return nil }
            let by = status.decision.map { " by \($0.by)" } ?? ""
            return .refused("it is \(status.state.rawValue)\(by) meanwhile")
        }
        switch status.state {
        case .discarded: return .done("it is discarded")
        case .accepted: return .done("it was taken")
        case .resubmitted: return nil
        case .failed: return .refused("it has failed again: \(status.code.rawValue), \(status.text)")
        }
    }

    private func outcome(
        about before: ParkedRecord,
        in reader: any StoreReader
    ) throws -> OperationResult? {
        let now = try reader.parked(after: before.id - 1, limit: 1).first
        if now?.id == before.id { return nil }
        if action == .discard { return .done("it is discarded") }
        var last = before.id
        while case let page = try reader.parked(after: last, limit: 500), let end = page.last {
            if let again = page.first(where: {
                $0.order == before.order && $0.messageID == before.messageID
            }) {
                return .refused(
                    "order \(before.order.key) is still not known; it waits until \(again.expiresAt)"
                )
            }
            last = end.id
        }
        return .done("order \(before.order.key) has taken it")
    }

    /// The order's history has the hop, when the update was still there.
    private func outcome(
        of message: MessageID,
        about before: UpdateWithin,
        in reader: any StoreReader
    ) throws -> OperationResult? {
        guard let stored = try reader.history(before.order) else {
            return .refused("its order is no longer kept")
        }
        guard let hop = stored.journal.last(where: { $0.messageID == message }) else {
            let isThere = try UpdateWithin.items(of: stored).contains { $0.messageID == before.messageID }
            return isThere ? nil : .refused("it is no longer parked within the order")
        }
        let events: [OrderEvent]
        do throws(JournalError) {
            events = try JournalCodec.decodeEvents(hop.events)
        } catch {
            throw CommandFailure(.failed, "order \(before.order): \(error.message)")
        }
        for event in events {
            switch event {
            case .updateParked(let parked) where parked.context.messageID == before.messageID:
                return .refused("it still does not fit, \(parked.reason.rawValue), and is parked again")
            case .parkedDropped: return .done("it is discarded")
            case .updateIgnored(_, let reason): return .done("it changes nothing: \(reason)")
            default: break
            }
        }
        let isTaken = events.contains(.parkedApplied(before.messageID))
        let failure = events.lazy.compactMap {
            if case .failureRaised(let failure) = $0 { failure } else { nil }
        }.first
        if !isTaken { return .refused(failure?.sentence ?? "it changes nothing") }
        return .done("order \(before.order.key) has taken it")
    }

    func waiting(inQueue queue: String) -> String {
        "the operation is in queue \(queue), or the message in its own; no worker of role \(role) has taken it yet"
    }

    func json(of message: MessageID) -> [String: JSONValue] {
        [
            "messageId": JSONValue(item.messageID), "queue": .text(item.queue),
            "key": JSONValue(item.orderKey),
            "action": JSONValue(action), "operationId": JSONValue(message),
        ]
    }
}
