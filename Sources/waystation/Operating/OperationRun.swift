import Broker
import Catalog
import Dispatch
import Foundation
import Fulfillment
import Messages
import Orders
import Store

/// Something asked of one order.
struct AskedOperation {
    var order: OrderID
    var operation: OrderOperation
}

/// Sends operations to the workers of their orders, and tells of each what came of it.
struct OperationRun {
    private enum Result {
        case done(String)
        case refused(String)
        /// Nobody has taken it in time.
        case waiting(String)

        var name: String {
            switch self {
            case .done: "done"
            case .refused: "refused"
            case .waiting: "waiting"
            }
        }

        var text: String {
            switch self {
            case .done(let text), .refused(let text), .waiting(let text): text
            }
        }
    }

    private struct Pending {
        var asked: AskedOperation
        var messageID: MessageID
        var queue: String
        var publication: Int64
    }

    let configuration: StationConfiguration
    let reader: any StoreReader
    let asking: AskingOptions

    /// Operations under way at a time.
    private static let windowMax = 64
    private static let pollSeconds = 0.1

    /// - Throws: ``CommandFailure`` when one of them was not done.
    func perform(_ operations: [AskedOperation]) throws {
        let destinations = try operations.map { try queue(of: $0.order.role) }
        let sender = Sender(broker: try configuration.broker.open(), name: "waystation operation")
        defer { sender.close() }
        var results: [JSONValue] = []
        var counts: [String: Int] = [:]
        var begin = 0
        while begin < operations.count {
            let end = min(begin + Self.windowMax, operations.count)
            let pending = (begin..<end).map { send(operations[$0], to: destinations[$0], by: sender) }
            try sender.wait(untilUnanswered: 0, deadlineSeconds: asking.timeoutSeconds)
            for item in pending {
                let result = try outcome(of: item, sender)
                counts[result.name, default: 0] += 1
                if asking.json {
                    results.append(json(item, result))
                } else {
                    Console.write(line(item, result))
                }
            }
            begin = end
            if operations.count > Self.windowMax { Console.tell("\(end) of \(operations.count)") }
        }
        if asking.json { Console.write(.array(results)) }
        try tell(counts, of: operations.count)
    }

    private func queue(of role: RoleName) throws(CommandFailure) -> (queue: String, targetID: String) {
        guard let worker = configuration.workers.first(where: { $0.role == role }),
            let queue = worker.operations.first
        else {
            throw CommandFailure(
                .badConfiguration,
                "worker \(role) has no 'operations'; name the queue that it takes operations from"
            )
        }
        return (queue, worker.senderID)
    }

    private func send(
        _ asked: AskedOperation,
        to destination: (queue: String, targetID: String),
        by sender: Sender
    ) -> Pending {
        let context = EncodingContext(
            messageID: UniqueIDs().next(),
            now: SystemClock().now(),
            senderID: "waystation",
            targetID: destination.targetID,
            role: asked.order.role,
            origin: nil,
            cause: nil
        )
        let message = Message(
            properties: .outgoing(
                name: MessageEncoder.operationName,
                context: context,
                correlationID: asked.order.key.rawValue
            ),
            body: MessageEncoder().encode(asked.operation, on: asked.order.key, context: context)
        )
        let ids = sender.send([(.queue(destination.queue), message)])
        return Pending(
            asked: asked,
            messageID: context.messageID,
            queue: destination.queue,
            publication: ids.first ?? 0
        )
    }

    /// Looks for the operation's hop in the store until it is there.
    private func outcome(of item: Pending, _ sender: Sender) throws -> Result {
        switch sender.fate(of: item.publication) {
        case .confirmed: break
        case .returned(let reason):
            return .refused(
                "the broker has no queue \(item.queue) (\(reason)); declare it with `waystation topology apply`"
            )
        case .refused, nil: return .refused("queue \(item.queue) refuses messages; look whether it is full")
        }
        let deadline = DispatchTime.now() + asking.timeoutSeconds
        while true {
            if let result = try told(of: item) { return result }
            guard DispatchTime.now() < deadline else {
                return .waiting(
                    "the message is in queue \(item.queue); no worker of role \(item.asked.order.role) has done it yet"
                )
            }
            Thread.sleep(forTimeInterval: Self.pollSeconds)
        }
    }

    private func told(of item: Pending) throws -> Result? {
        guard let stored = try reader.history(item.asked.order),
            let record = stored.journal.last(where: { $0.messageID == item.messageID })
        else { return nil }
        let events: [OrderEvent]
        do throws(JournalError) {
            events = try JournalCodec.decodeEvents(record.events)
        } catch {
            throw CommandFailure(.failed, "order \(item.asked.order): \(error.message)")
        }
        let failures = events.compactMap { event in
            if case .failureRaised(let failure) = event { failure } else { nil }
        }
        let isDone = events.contains { if case .operated = $0 { true } else { false } }
        if !isDone { return .refused(failures.first?.sentence ?? "it changes nothing") }
        let remarks = failures.map { "; " + $0.sentence }.joined()
        return .done("the order is \(stored.record.lifecycle.rawValue)\(remarks)")
    }

    private func line(_ item: Pending, _ result: Result) -> String {
        let operation = item.asked.operation
        let target = [
            operation.incident.map { " incident \($0)" }, operation.component.map { " component \($0)" },
        ].compactMap(\.self).joined(separator: ",")
        return
            "\(item.asked.order.key.rawValue): \(operation.action.rawValue)\(target): \(result.name), \(result.text)"
            .printable
    }

    private func json(_ item: Pending, _ result: Result) -> JSONValue {
        [
            "key": JSONValue(item.asked.order.key), "role": JSONValue(item.asked.order.role),
            "action": JSONValue(item.asked.operation.action),
            "incident": item.asked.operation.incident.map { JSONValue($0) } ?? .null,
            "component": JSONValue(item.asked.operation.component), "messageId": JSONValue(item.messageID),
            "result": .text(result.name), "text": .text(result.text),
        ]
    }

    private func tell(_ counts: [String: Int], of total: Int) throws(CommandFailure) {
        let refused = counts["refused"] ?? 0
        let waiting = counts["waiting"] ?? 0
        if refused + waiting == 0 { return }
        throw CommandFailure(
            refused == 0 ? .unavailable : .failed,
            "\(counts["done"] ?? 0) of \(NameList.count(total, "operation")) done, \(refused) refused, \(waiting) waiting"
        )
    }
}
