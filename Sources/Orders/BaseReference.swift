/// What a follow-on order waits for: another order, or one of its lines (DependingSalesOrderReference,
/// DependingSalesOrderLineReference).
package struct BaseReference: Codable, Hashable, Sendable, CustomStringConvertible {
    /// The base order.
    package var order: OrderKey
    /// `nil` for the base order as a whole.
    package var line: LineID?

    package init(order: OrderKey, line: LineID? = nil) {
        self.order = order
        self.line = line
    }

    package var description: String { line.map { "line \($0) of order \(order)" } ?? "order \(order)" }
}
