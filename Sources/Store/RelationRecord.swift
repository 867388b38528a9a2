package import Orders

/// That an order follows another one, which may not be there, or not yet.
///
/// Retention asks for it; what the follower waits for stands in its journal.
package struct RelationRecord: Sendable, Hashable {
    /// The one that follows.
    package var orderRow: Int64
    package var base: OrderID

    package init(orderRow: Int64, base: OrderID) {
        self.orderRow = orderRow
        self.base = base
    }
}
