/// A rule over orders and lines that runs before decomposition.
package struct Policy: Sendable, Hashable {
    package var name: String
    /// Whether it looks at every line or at the order once.
    package var scope: PolicyScope
    package var condition: Condition
    package var effect: PolicyEffect

    package init(name: String, scope: PolicyScope, condition: Condition, effect: PolicyEffect) {
        self.name = name
        self.scope = scope
        self.condition = condition
        self.effect = effect
    }
}

/// What a policy looks at.
package enum PolicyScope: String, Sendable, Hashable, CaseIterable {
    case order
    case line
}

/// What a policy does where its condition holds.
package enum PolicyEffect: Sendable, Hashable {
    /// Sets properties of the order or line; later policies and conditions see them.
    case assign([String: String])
    /// Makes the order invalid, for this reason.
    case refuse(reason: String)
}
