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
            try reader.deletedOrders(key: order.key, limit: Self.deletionsMax)
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
        let refusals = events.compactMap { event in
            if case .revisionRefused(let refused) = event { refused.failure } else { nil }
        }
        let failures =
            refusals
            + events.compactMap { event in
                if case .failureRaised(let failure) = event { failure } else { nil }
            }
        // A cancellation is noted before it is looked at; what `resume` takes up again is another matter.
        let isRefused = operation.action == .cancel && !refusals.isEmpty
        let isDone = !isRefused && events.contains { if case .operated = $0 { true } else { false } }
        if !isDone { return .refused(failures.first?.sentence ?? "it changes nothing") }
        let remarks = failures.map { "; " + $0.sentence }.joined()
        return .done("the order is \(stored.record.lifecycle.rawValue)\(remarks)")
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
