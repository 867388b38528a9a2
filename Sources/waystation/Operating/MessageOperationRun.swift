import Broker
import Catalog
import Dispatch
import Foundation
import Messages
import Orders
import Store

/// Sends operations on messages to the workers of their roles, and tells of each what came of it.
struct MessageOperationRun {
    let options: ConfigurationOption
    let asking: AskingOptions
    let action: MessageOperation.Action

    /// Operations under way at a time.
    private static let windowMax = 64
    private static let pollSeconds = 0.1

    private enum Result {
        case done(String)
        case refused(String)
        /// Nobody has taken it in time.
        case waiting(String)

        var parts: (name: String, text: String) {
            switch self {
            case .done(let text): ("done", text)
            case .refused(let text): ("refused", text)
            case .waiting(let text): ("waiting", text)
            }
        }
    }

    private struct Pending {
        var item: MessageItem
        var messageID: MessageID
        var queue: String
        var publication: Int64
    }

    /// - Throws: ``CommandFailure`` when one of them was not done.
    func perform(_ selection: MessageSelection, isConfirmed: Bool) throws {
        guard selection.isGiven else { throw MessageSelection.notGiven }
        let configuration = try options.load()
        let reader = try configuration.openReader()
        let items = try selection.items(
            in: reader,
            configuration: configuration,
            states: [.failed, .parked]
        )
        guard !items.isEmpty else {
            throw CommandFailure(
                .failed,
                "no message failed or waits that fits; see `waystation messages list --state all`"
            )
        }
        // One message that is named is no surprise; what fits a condition may be.
        if !isConfirmed, selection.messageID == nil || items.count > 1 {
            Console.write(items.table.text)
            Console.tell(
                "\(action.rawValue) \(NameList.count(items.count, "message")); nothing was sent, add --yes to do it"
            )
            return
        }
        try send(items, configuration: configuration, reader: reader)
    }

    private func send(
        _ items: [MessageItem],
        configuration: StationConfiguration,
        reader: any StoreReader
    ) throws {
        let workers = try items.map { item in
            guard let worker = configuration.workers.first(where: { $0.role == item.role }),
                let queue = worker.operations.first
            else {
                throw CommandFailure(
                    .badConfiguration,
                    "worker \(item.role) has no 'operations'; name the queue that it takes operations from"
                )
            }
            return (queue: queue, targetID: worker.senderID)
        }
        let sender = Sender(broker: try configuration.broker.open(), name: "waystation messages")
        defer { sender.close() }
        var results: [JSONValue] = []
        var counts: [String: Int] = [:]
        var begin = 0
        while begin < items.count {
            let end = min(begin + Self.windowMax, items.count)
            let pending = (begin..<end).map { send(items[$0], to: workers[$0], by: sender) }
            try sender.wait(untilUnanswered: 0, deadlineSeconds: asking.timeoutSeconds)
            for one in pending {
                let result = try outcome(of: one, sender, reader).parts
                counts[result.name, default: 0] += 1
                if asking.json {
                    results.append(json(one, result))
                } else {
                    Console.write(
                        "\(one.item.messageID): \(action.rawValue): \(result.name), \(result.text)".printable
                    )
                }
            }
            begin = end
            if items.count > Self.windowMax { Console.tell("\(end) of \(items.count)") }
        }
        if asking.json { Console.write(.array(results)) }
        let refused = counts["refused"] ?? 0
        let waiting = counts["waiting"] ?? 0
        guard refused + waiting > 0 else { return }
        let asked = NameList.count(items.count, "operation")
        throw CommandFailure(
            refused == 0 ? .unavailable : .failed,
            "\(counts["done"] ?? 0) of \(asked) done, \(refused) refused, \(waiting) waiting"
        )
    }

    private func send(
        _ item: MessageItem,
        to destination: (queue: String, targetID: String),
        by sender: Sender
    ) -> Pending {
        let context = EncodingContext(
            messageID: UniqueIDs().next(),
            now: SystemClock().now(),
            senderID: "waystation",
            targetID: destination.targetID,
            role: item.role,
            origin: nil,
            cause: nil
        )
        var operation = MessageOperation(
            action: action,
            by: asking.who,
            reason: asking.reason,
            queue: item.queue,
            messageID: item.messageID,
            record: item.record
        )
        switch item {
        case .failed(let record): operation.attempt = record.status.attempt
        case .parked(let record): operation.parkedFor = record.order.key
        }
        let message = Message(
            properties: .outgoing(
                name: MessageEncoder.messageOperationName,
                context: context,
                correlationID: item.messageID.rawValue
            ),
            body: MessageEncoder().encode(operation, context: context)
        )
        let ids = sender.send([(.queue(destination.queue), message)])
        return Pending(
            item: item,
            messageID: context.messageID,
            queue: destination.queue,
            publication: ids.first ?? 0
        )
    }

    // MARK: What came of it

    private func outcome(
        of pending: Pending,
        _ sender: Sender,
        _ reader: any StoreReader
    ) throws -> Result {
        switch sender.fate(of: pending.publication) {
        case .confirmed: break
        case .returned(let reason):
            return .refused(
                "the broker has no queue \(pending.queue) (\(reason)); declare it with `waystation topology apply`"
            )
        case .refused, nil:
            return .refused("queue \(pending.queue) refuses messages; look whether it is full")
        }
        let deadline = DispatchTime.now() + asking.timeoutSeconds
        while true {
            let told =
                switch pending.item {
                case .failed(let record): try told(of: record, pending, reader)
                case .parked(let record): try told(of: record, pending, reader)
                }
            if let told { return told }
            guard DispatchTime.now() < deadline else {
                return .waiting(
                    "the operation is in queue \(pending.queue), or the message in its own; no worker of role "
                        + "\(pending.item.role) has taken it yet"
                )
            }
            Thread.sleep(forTimeInterval: Self.pollSeconds)
        }
    }

    private func told(
        of before: FailedRecord,
        _ pending: Pending,
        _ reader: any StoreReader
    ) throws -> Result? {
        guard let status = try reader.failedRecords(after: before.id - 1, limit: 1).first?.status else {
            return .refused("it is no longer kept")
        }
        guard let decision = status.decision, decision.messageID == pending.messageID else {
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

    private func told(
        of before: ParkedRecord,
        _ pending: Pending,
        _ reader: any StoreReader
    ) throws -> Result? {
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

    private func json(_ pending: Pending, _ result: (name: String, text: String)) -> JSONValue {
        [
            "messageId": JSONValue(pending.item.messageID), "queue": .text(pending.item.queue),
            "role": JSONValue(pending.item.role), "key": JSONValue(pending.item.orderKey),
            "action": JSONValue(action), "operationId": JSONValue(pending.messageID),
            "result": .text(result.name), "text": .text(result.text),
        ]
    }
}
