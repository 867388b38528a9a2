internal import Fulfillment
internal import Orders
internal import Store

extension HopEngine {
    /// An order goes with all that is kept of it; what it owes to others still goes out, and messages that it had taken
    /// stay known, so that they do not make it anew.
    func delete(
        _ entry: OrderEntry,
        _ operation: OrderOperation,
        _ context: MessageContext,
        _ group: inout GroupInProgress
    ) {
        guard let state = entry.state else { return }
        group.changes.delete(
            DeletedOrder(
                id: state.id,
                row: entry.row,
                revision: state.revision,
                lifecycle: state.lifecycle,
                status: state.status,
                createdAt: state.createdAt,
                deletedAt: group.now,
                by: operation.by,
                reason: operation.reason ?? "",
                messageID: context.messageID
            )
        )
        if !state.parked.isEmpty { group.count(CounterName.parkedInOrders, by: -Int64(state.parked.count)) }
        group.awaited.remove(state.id)
        group.noLongerAwaited.insert(state.id)
        group.notes.append(
            HopNote(
                .info,
                "order deleted",
                role: state.id.role,
                order: state.id.key,
                messageID: context.messageID
            )
        )
        entry.state = nil
        entry.row = 0
        entry.sequence = 0
        entry.sequenceOfSnapshot = 0
        entry.isChanged = false
    }
}
