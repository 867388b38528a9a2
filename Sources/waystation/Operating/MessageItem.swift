import Broker
import Fulfillment
import Orders
import Store

/// A message that failed or waits, for its order or within it.
enum MessageItem {
    case failed(FailedRecord)
    case parked(ParkedRecord)
    case within(UpdateWithin)

    var role: RoleName {
        switch self {
        case .failed(let record): record.role
        case .parked(let record): record.order.role
        case .within(let update): update.order.role
        }
    }

    var queue: String {
        switch self {
        case .failed(let record): record.queue
        case .parked(let record): record.queue
        case .within(let update): update.queue
        }
    }

    var messageID: MessageID {
        switch self {
        case .failed(let record): record.messageID
        case .parked(let record): record.messageID
        case .within(let update): update.messageID
        }
    }

    var orderKey: OrderKey? {
        switch self {
        case .failed(let record): record.orderKey
        case .parked(let record): record.order.key
        case .within(let update): update.order.key
        }
    }

    var code: FailureCode {
        switch self {
        case .failed(let record): record.status.code
        case .parked(let record): record.reason
        case .within(let update): update.parked.reason
        }
    }

    var state: MessageState {
        switch self {
        case .failed(let record): MessageState(record.status.state)
        case .parked, .within: .parked
        }
    }

    /// The store's number of it; `nil` for what is parked within an order.
    var record: Int64? {
        switch self {
        case .failed(let record): record.id
        case .parked(let record): record.id
        case .within: nil
        }
    }

    private var since: Timestamp {
        switch self {
        case .failed(let record): record.status.failedAt
        case .parked(let record): record.parkedAt
        case .within(let update): update.since
        }
    }

    /// `nil` where the message itself is not kept.
    private var bytes: Int? {
        switch self {
        case .failed(let record): record.bodyBytes
        case .parked(let record): record.message.body.count
        case .within: nil
        }
    }

    /// How often it has failed.
    private var failures: Int {
        switch self {
        case .failed(let record): record.status.attempt + 1
        case .parked, .within: 0
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
        case .within: nil
        }
    }

    var json: JSONValue {
        [
            "state": JSONValue(state), "role": JSONValue(role), "queue": .text(queue),
            "messageId": JSONValue(messageID), "key": JSONValue(orderKey), "code": JSONValue(code),
            "since": JSONValue(since), "failures": JSONValue(failures),
            "bytes": bytes.map { JSONValue($0) } ?? .null, "record": record.map { JSONValue($0) } ?? .null,
            "decidedBy": JSONValue(decision?.by),
            "decidedAt": JSONValue(decision?.at), "reason": JSONValue(decision?.reason),
        ]
    }

    var cells: [String] {
        [
            state.rawValue, role.rawValue, queue, messageID.rawValue, orderKey?.rawValue ?? "-",
            code.rawValue, since.text, "\(failures)", bytes.map { "\($0)" } ?? "-",
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
        case .within(let update):
            add("waits", "within the order since \(since.text)")
            for (name, value) in update.about { add(name, value) }
            add("to do", code.correctiveAction)
        }
        if let decision {
            add("decided", "by \(decision.by) at \(decision.at.text) with message \(decision.messageID)")
            add("reason", decision.reason)
        }
        add("bytes", bytes.map { "\($0)" })
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
