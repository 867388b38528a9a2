/// Lists names for people, and not more of them than they read.
enum Listing {
    static let namesMax = 20

    /// `a -> b -> c`, cut short in the middle when there are many.
    static func path(_ names: [some CustomStringConvertible]) -> String {
        guard names.count > namesMax, let last = names.last else {
            return names.map(\.description).joined(separator: " -> ")
        }
        let first = names.prefix(namesMax - 1).map(\.description).joined(separator: " -> ")
        return "\(first) -> (\(names.count - namesMax) more) -> \(last)"
    }

    /// `a, b, c and 4 more`.
    static func some(_ names: [some CustomStringConvertible]) -> String {
        let listed = names.prefix(namesMax).map(\.description).joined(separator: ", ")
        return names.count > namesMax ? "\(listed) and \(names.count - namesMax) more" : listed
    }
}
