package import Orders

/// Yields its state when all of its conditions hold; the first rule that does decides.
package struct CompositionRule: Sendable, Hashable {
    package var state: StateName
    package var conditions: [CompositionCondition]

    package init(state: StateName, conditions: [CompositionCondition]) {
        self.state = state
        self.conditions = conditions
    }
}

/// Any, all or none of the parts are in one of these states or below them.
package struct CompositionCondition: Sendable, Hashable {
    package enum Quantifier: String, Sendable, Hashable, CaseIterable {
        case any
        case all
        case none
    }

    package var quantifier: Quantifier
    package var states: Set<StateName>

    package init(_ quantifier: Quantifier, _ states: Set<StateName>) {
        self.quantifier = quantifier
        self.states = states
    }
}

extension CompositionRule {
    /// For catalogs that write no rules: failed if any failed, complete if all are, cancelled if all are,
    /// else in progress once anything moved.
    package static let standardLineRules: [CompositionRule] = [
        CompositionRule(state: "FAILED", conditions: [CompositionCondition(.any, ["FAILED"])]),
        CompositionRule(state: "CANCELLED", conditions: [CompositionCondition(.all, ["CANCELLED"])]),
        CompositionRule(
            state: "COMPLETE",
            conditions: [CompositionCondition(.all, ["COMPLETE", "CANCELLED"])]
        ),
        CompositionRule(
            state: "IN_PROGRESS",
            conditions: [CompositionCondition(.any, ["IN_PROGRESS", "COMPLETE"])]
        ),
    ]
    package static let standardOrderRules = standardLineRules
}
