internal import Orders

/// Components relate when they have a token in common.
enum DependencyToken: Hashable {
    case line(LineID)
    case bundle(LineID?)
    case order
    case value(String)
}

/// The components that one rule is about, by their positions.
struct DependencyRelation {
    /// A component that waits for all with a token of its own.
    struct Blocked {
        var at: Int
        var tokens: Set<DependencyToken>
    }

    /// Ascending.
    var blocking: [DependencyToken: [Int]] = [:]
    var blocked: [Blocked] = []
}
