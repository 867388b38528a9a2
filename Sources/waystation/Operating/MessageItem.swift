import Broker
import Orders
import Store

/// A message that failed or waits for its order.
enum MessageItem {
    case failed(FailedRecord)
    case parked(ParkedRecord)

    var role: RoleName {
        switch self {
        case .failed(let record): record.role
        case .parked(let record): record.order.role
        }
    }

    var queue: String {
        switch self {
        case .failed(let record): record.queue
        case .parked(let record): record.queue
        }
    }

    var messageID: MessageID {
        switch self {
        case .failed(let record): record.messageID
        case .parked(let record): record.messageID
        }
    }

    var orderKey: OrderKey? {
        switch self {
        case .failed(let record): record.orderKey
        case .parked(let record): record.order.key
        }
    }

    var code: FailureCode {
        switch self {
        case .failed(let record): record.status.code
        case .parked(let record): record.reason
        }
    }

    var state: MessageState {
        switch self {
        case .failed(let record): MessageState(record.status.state)
        case .parked: .parked
        }
    }

    var record: Int64 {
        switch self {
        case .failed(let record): record.id
        case .parked(let record): record.id
        }
    }

    private var since: Timestamp {
        switch self {
        case .failed(let record): record.status.failedAt
        case .parked(let record): record.parkedAt
        }
    }

    private var bytes: Int {
        switch self {
        case .failed(let record): record.bodyBytes
        case .parked(let record): record.message.body.count
        }
    }

    /// How often it has failed.
    private var failures: Int {
        switch self {
        case .failed(let record): record.status.attempt + 1
        case .parked: 0
        }
    }

    private var decision: FailedDecision? {
        if case .failed(let record) = self { record.status.decision } else { nil }
    }

    /// The message itself.
    func message(in reader: any StoreReader) throws -> Message? {
        switch self {
        case .failed(let record): try reader.failedMessage(record.id)?.message
        case .parked(let record): record.message
        }
    }

    var json: JSONValue {
        [
            "state": JSONValue(state), "role": JSONValue(role), "queue": .text(queue),
            "messageId": JSONValue(messageID), "key": JSONValue(orderKey), "code": JSONValue(code),
            "since": JSONValue(since), "failures": JSONValue(failures), "bytes": JSONValue(bytes),
            "record": JSONValue(record), "decidedBy": JSONValue(decision?.by),
            "decidedAt": JSONValue(decision?.at), "reason": JSONValue(decision?.reason),
        ]
    }

    var cells: [String] {
        [
            state.rawValue, role.rawValue, queue, messageID.rawValue, orderKey?.rawValue ?? "-",
            code.rawValue, since.text, "\(failures)", "\(bytes)",
        ]
    }

    private static let headerBytesMax = 200

    func report(with message: Message?, body: Bool) -> String {
        var lines = ["Message \(messageID) of queue \(queue), role \(role): \(state.rawValue)"]
        func add(_ name: String, _ value: String?) {
            if let value { lines.append("  \(name.padded(to: 10)) \(value)") }
        }
        add("order", orderKey?.rawValue)
        add("code", "\(code.rawValue) (\(code.failureClass.rawValue))")
        switch self {
        case .failed(let record):
            add("failed", "\(since.text), \(NameList.count(failures, "time")) in all")
            add("happened", record.status.text)
            add("to do", code.correctiveAction)
        case .parked(let record):
            add("waits", "since \(since.text) until \(record.expiresAt.text)")
        }
        if let decision {
            add("decided", "by \(decision.by) at \(decision.at.text) with message \(decision.messageID)")
            add("reason", decision.reason)
        }
        add("bytes", "\(bytes)")
        guard let message else { return lines.map(\.printable).joined(separator: "\n") }
        add("type", message.properties.contentType)
        for field in message.properties.headers {
            let value = if case .text(let text) = field.value { text } else { "\(field.value)" }
            add("header", "\(field.name): \(value.prefix(Self.headerBytesMax))")
        }
        lines = lines.map(\.printable)
        if body {
            let text = String(decoding: message.body, as: UTF8.self)
            lines += text.split(separator: "\n", omittingEmptySubsequences: false).map {
                String($0).printable
            }
        }
        return lines.joined(separator: "\n")
    }
}

/// How a message stands.
enum MessageState: String, CaseIterable {
    case failed
    case parked
    case resubmitted
    case accepted
    case discarded

    init(_ state: FailedState) {
        switch state {
        case .failed: self = .failed
        case .resubmitted: self = .resubmitted
        case .accepted: self = .accepted
        case .discarded: self = .discarded
        }
    }
}

extension [MessageItem] {
    var table: TextTable {
        var table = TextTable(
            ["STATE", "ROLE", "QUEUE", "MESSAGE", "ORDER", "CODE", "SINCE", "FAILURES", "BYTES"],
            numeric: [7, 8]
        )
        for item in self { table.add(item.cells) }
        return table
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String {
        self + String(repeating: " ", count: Swift.max(0, width - count))
    }
}
