import Broker
import Catalog
import Dispatch
import Foundation
import Messages
import Orders
import Store

/// Something that a worker is asked to do by a message, whose outcome stands in the store.
protocol AskedOperation {
    var role: RoleName { get }
    /// What is asked and of what, for people.
    var label: String { get }

    func message(_ context: EncodingContext) -> Message

    /// What came of the message; `nil` as long as that is not known.
    func outcome(of message: MessageID, in reader: any StoreReader) throws -> OperationResult?

    /// Told when nobody has taken the message in time.
    func waiting(inQueue queue: String) -> String

    func json(of message: MessageID) -> [String: JSONValue]
}

/// What came of something asked of a worker.
enum OperationResult {
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

/// Sends operations to the workers of their roles, and tells of each what came of it.
struct OperationRun {
    private struct Destination {
        var queue: String
        var targetID: String
    }

    private struct Pending<Operation: AskedOperation> {
        var asked: Operation
        var messageID: MessageID
        var queue: String
        var publication: Int64
    }

    private struct Tally {
        var total: Int
        var counts: [String: Int] = [:]

        /// - Throws: ``CommandFailure`` when one of them was not done.
        func requireAllDone() throws(CommandFailure) {
            let refused = counts["refused"] ?? 0
            let waiting = counts["waiting"] ?? 0
            if refused + waiting == 0 { return }
            let asked = NameList.count(total, "operation")
            throw CommandFailure(
                refused == 0 ? .unavailable : .failed,
                "\(counts["done"] ?? 0) of \(asked) done, \(refused) refused, \(waiting) waiting"
            )
        }
    }

    let configuration: StationConfiguration
    let reader: any StoreReader
    let asking: AskingOptions

    /// Operations under way at a time.
    private static let windowMax = 64
    private static let pollSeconds = 0.1

    /// - Throws: ``CommandFailure`` when one of them was not done.
    func perform<Operation: AskedOperation>(_ operations: [Operation]) throws {
        let destinations = try operations.map { try destination(of: $0.role) }
        let sender = Sender(broker: try configuration.broker.open(), name: "waystation operation")
        defer { sender.close() }
        var results: [JSONValue] = []
        var tally = Tally(total: operations.count)
        var begin = 0
        while begin < operations.count {
            let end = min(begin + Self.windowMax, operations.count)
            let pending = (begin..<end).map { send(operations[$0], to: destinations[$0], by: sender) }
            try sender.wait(untilUnanswered: 0, deadlineSeconds: asking.timeoutSeconds)
            for one in pending {
                let result = try outcome(of: one, sender)
                tally.counts[result.name, default: 0] += 1
                if asking.json {
                    results.append(json(one, result))
                } else {
                    Console.write("\(one.asked.label): \(result.name), \(result.text)".printable)
                }
            }
            begin = end
            if operations.count > Self.windowMax { Console.tell("\(end) of \(operations.count)") }
        }
        if asking.json { Console.write(.array(results)) }
        try tally.requireAllDone()
    }

    private func destination(of role: RoleName) throws(CommandFailure) -> Destination {
        guard let worker = configuration.workers.first(where: { $0.role == role }),
            let queue = worker.operations.first
        else {
            throw CommandFailure(
                .badConfiguration,
                "worker \(role) has no 'operations'; name the queue that it takes operations from"
            )
        }
        return Destination(queue: queue, targetID: worker.senderID)
    }

    private func send<Operation: AskedOperation>(
        _ asked: Operation,
        to destination: Destination,
        by sender: Sender
    ) -> Pending<Operation> {
        let context = EncodingContext(
            messageID: UniqueIDs().next(),
            now: SystemClock().now(),
            senderID: "waystation",
            targetID: destination.targetID,
            role: asked.role,
            origin: nil,
            cause: nil
        )
        let ids = sender.send([(.queue(destination.queue), asked.message(context))])
        return Pending(
            asked: asked,
            messageID: context.messageID,
            queue: destination.queue,
            publication: ids.first ?? 0
        )
    }

    /// Looks into the store until the outcome is there.
    private func outcome(of pending: Pending<some AskedOperation>, _ sender: Sender) throws -> OperationResult
    {
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
            if let result = try pending.asked.outcome(of: pending.messageID, in: reader) { return result }
            guard DispatchTime.now() < deadline else {
                return .waiting(pending.asked.waiting(inQueue: pending.queue))
            }
            Thread.sleep(forTimeInterval: Self.pollSeconds)
        }
    }

    private func json(_ pending: Pending<some AskedOperation>, _ result: OperationResult) -> JSONValue {
        var fields = pending.asked.json(of: pending.messageID)
        fields["role"] = JSONValue(pending.asked.role)
        fields["result"] = .text(result.name)
        fields["text"] = .text(result.text)
        return .object(fields)
    }
}
