/// Where a ``ValueMap`` applies: to a value of orders, or of their lines.
///
/// Of several translations that name the same value the first decides.
package struct Translation: Sendable, Hashable {
    /// The part of an order that the value belongs to.
    package enum Scope: String, Sendable, Hashable, CaseIterable {
        case order
        case line

        /// The fields of that part that a map can change.
        package var fields: Set<String> {
            switch self {
            case .order: ["mode", "priority", "type", "source", "account"]
            case .line: ["action", "productClass", "type", "name"]
            }
        }
    }

    /// A field, else a property by its path or the end of it, else an attribute.
    package var field: String
    package var scope: Scope
    package var map: ValueMap

    package init(_ field: String, scope: Scope, map: ValueMap) {
        self.field = field
        self.scope = scope
        self.map = map
    }
}
