package import Orders

/// That an order was deleted, by a person or because its time was over: all that is kept of it.
package struct DeletedOrder: Sendable, Hashable {
    package var id: OrderID
    /// Of the order that is gone; another order under the same key has another one.
    package var row: Int64
    package var revision: Int
    /// How it stood last.
    package var lifecycle: LifecycleState
    package var status: StateName
    package var createdAt: Timestamp
    package var deletedAt: Timestamp
    package var by: String
    package var reason: String
    /// The message that asked for it; empty when nobody did.
    package var messageID: MessageID

    package init(
        id: OrderID,
        row: Int64,
        revision: Int,
        lifecycle: LifecycleState,
        status: StateName,
        createdAt: Timestamp,
        deletedAt: Timestamp,
        by: String,
        reason: String,
        messageID: MessageID
    ) {
        self.id = id
        self.row = row
        self.revision = revision
        self.lifecycle = lifecycle
        self.status = status
        self.createdAt = createdAt
        self.deletedAt = deletedAt
        self.by = by
        self.reason = reason
        self.messageID = messageID
    }
}

extension HopGroup {
    /// Has an order removed with its journal, snapshot, timers and parked messages, and forgets what the group was to
    /// write of it.
    ///
    /// What is owed to others stays: it is theirs.
    package mutating func delete(_ order: DeletedOrder) {
        deletedOrders.append(order)
        orders.removeAll { $0.row == order.row }
        journal.removeAll { $0.orderRow == order.row }
        snapshots.removeAll { $0.orderRow == order.row }
        relations.removeAll { $0.orderRow == order.row }
        timersSet.removeAll { $0.order == order.id }
        parked.removeAll { $0.order == order.id }
    }
}
