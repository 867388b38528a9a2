import Broker
import Fulfillment
import Messages
import Orders
import Store

/// Something asked of one order.
struct AskedOfOrder: AskedOperation {
    var order: OrderID
    var operation: OrderOperation

    var role: RoleName { order.role }

    /// Orders of one key that were deleted last, among which it is looked for.
    private static let deletionsMax = 100

    var label: String {
        let target = [
            operation.incident.map { " incident \($0)" }, operation.component.map { " component \($0)" },
        ].compactMap(\.self).joined(separator: ",")
        return "\(order.key.rawValue): \(operation.action.rawValue)\(target)"
    }

    func message(_ context: EncodingContext) -> Message {
        Message(
            properties: .outgoing(
                name: MessageEncoder.operationName,
                context: context,
                correlationID: order.key.rawValue
            ),
            body: MessageEncoder().encode(operation, on: order.key, context: context)
        )
    }

    /// Its hop in the order's history.
    func outcome(of message: MessageID, in reader: any StoreReader) throws -> OperationResult? {
        if operation.action == .delete,
            try reader.deletedOrders(key: order.key, role: order.role, limit: Self.deletionsMax)
                .contains(where: { $0.id == order && $0.messageID == message })
        {
            return .done("the order is deleted")
        }
        guard let stored = try reader.history(order),
            let record = stored.journal.last(where: { $0.messageID == message })
        else { return nil }
        let events: [OrderEvent]
        do throws(JournalError) {
            events = try JournalCodec.decodeEvents(record.events)
        } catch {
            throw CommandFailure(.failed, "order \(order): \(error.message)")
        }
        let failures = events.compactMap { event in
            switch event {
            case .failureRaised(let failure): failure
            case .revisionRefused(let refused): refused.failure
            default: nil
            }
        }
        guard Self.isDone(events, failures) else {
            return .refused(failures.first?.sentence ?? "it changes nothing")
        }
        let remarks = failures.map { "; " + $0.sentence }.joined()
        return .done("the order is \(stored.record.lifecycle.rawValue)\(remarks)")
    }

    /// That it was asked for is noted before it is looked at, so that beside a failure it must have done something, too.
    private static func isDone(_ events: [OrderEvent], _ failures: [Failure]) -> Bool {
        guard events.contains(where: { if case .operated = $0 { true } else { false } }) else { return false }
        return failures.isEmpty
            || events.contains { event in
                switch event {
                case .operated, .failureRaised, .revisionRefused, .dataFixed, .componentReworded,
                    .ticketChanged, .wakeUp:
                    false
                default: true
                }
            }
    }

    func waiting(inQueue queue: String) -> String {
        "the message is in queue \(queue); no worker of role \(role) has done it yet"
    }

    func json(of message: MessageID) -> [String: JSONValue] {
        [
            "key": JSONValue(order.key), "action": JSONValue(operation.action),
            "incident": operation.incident.map { JSONValue($0) } ?? .null,
            "component": JSONValue(operation.component), "messageId": JSONValue(message),
        ]
    }
}
