package import Orders

/// An order as retention looks at it.
package struct SweptOrder: Sendable, Hashable {
    package var row: Int64
    package var id: OrderID
    package var lifecycle: LifecycleState
    package var closedAt: Timestamp?

    package init(row: Int64, id: OrderID, lifecycle: LifecycleState, closedAt: Timestamp?) {
        self.row = row
        self.id = id
        self.lifecycle = lifecycle
        self.closedAt = closedAt
    }

    /// Only orders whose state is a closed one, whatever the time says.
    package func isExpired(before time: Timestamp) -> Bool {
        lifecycle.isClosed && closedAt.map { $0 < time } ?? false
    }
}

/// What retention asks a store about its orders; all answers are of one moment.
package protocol RetentionSource {
    /// Whether any order follows another one.
    func hasRelations() throws -> Bool
    /// Closed orders by state, time of closing and row: those after `order`, closed before `time`.
    func closedOrders(after order: SweptOrder?, before time: Timestamp, limit: Int) throws -> [SweptOrder]
    func order(row: Int64) throws -> SweptOrder?
    /// The orders that it follows, of those that are there.
    func bases(of order: SweptOrder) throws -> [SweptOrder]
    /// The orders that follow it.
    func followers(of order: SweptOrder) throws -> [SweptOrder]
}
