internal import Broker
internal import Fulfillment
internal import Messages
internal import Orders
internal import Store

// Updates that are parked within their order.
extension HopEngine {
    /// The order decides, and notes in its history what came of it.
    func operate(
        _ operation: MessageOperation,
        within order: OrderID,
        _ decoded: DecodedMessage,
        _ delivery: Delivery,
        role: RoleRuntime,
        _ group: inout GroupInProgress
    ) throws(StoreError) {
        let asked = OrderOperation(
            action: operation.action == .resubmit ? .resubmit : .discard,
            by: operation.by,
            reason: operation.reason,
            value: operation.messageID.rawValue
        )
        let cause = HopCause(
            text: decoded.name,
            context: decoded.context,
            queue: delivery.queue,
            message: delivery.message
        )
        try run(.operate(asked, decoded.context), on: order, cause: cause, role: role, &group)
    }

    /// Whether an update of that message is parked within an order, as far as that can be told.
    func isParked(
        _ message: MessageID,
        within id: OrderID,
        _ group: inout GroupInProgress
    ) throws(StoreError) -> Bool {
        let entry: OrderEntry
        do {
            entry = try entryOf(id, &group)
        } catch {
            switch error {
            case .store(let error): throw error
            // Whoever has it decide about the update is told.
            case .journal: return true
            }
        }
        group.entries[id] = entry
        return entry.isLost || entry.state?.parked.contains { $0.context.messageID == message } ?? false
    }
}
