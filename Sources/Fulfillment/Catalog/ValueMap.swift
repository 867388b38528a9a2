/// A table of codes or identifications: what one side calls a value, and what the other calls it.
package struct ValueMap: Sendable, Hashable {
    /// What becomes of a value that the table lacks.
    package enum Unmapped: Sendable, Hashable {
        /// It stays as it is.
        case keep
        /// This value takes its place.
        case replace(with: String)
        /// The order is invalid.
        case refuse
    }

    package var name: String
    /// Values are compared as they are written.
    package var values: [String: String]
    package var unmapped: Unmapped

    package init(_ name: String, _ values: [String: String], unmapped: Unmapped = .keep) {
        self.name = name
        self.values = values
        self.unmapped = unmapped
    }

    /// - Returns: `nil` when the value is refused.
    package func translated(_ value: String) -> String? {
        if let known = values[value] { return known }
        return switch unmapped {
        case .keep: value
        case .replace(let standard): standard
        case .refuse: nil
        }
    }
}
