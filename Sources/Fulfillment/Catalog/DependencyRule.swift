package import Orders

/// One edge of the plan: the blocked components wait for the blocking ones.
package struct DependencyRule: Sendable, Hashable {
    package var blocked: ComponentSelector
    package var blocking: ComponentSelector
    package var relation: LineRelation
    package var wait: WaitCondition
    /// Counted after the condition holds.
    package var delaySeconds: Int64
    /// A date property of the order or line before which the blocked component does not start, counted
    /// likewise.
    package var delayUntilProperty: String?

    package init(
        blocked: ComponentSelector,
        blocking: ComponentSelector,
        relation: LineRelation = .sameLine,
        wait: WaitCondition = .completed,
        delaySeconds: Int64 = 0,
        delayUntilProperty: String? = nil
    ) {
        self.blocked = blocked
        self.blocking = blocking
        self.relation = relation
        self.wait = wait
        self.delaySeconds = delaySeconds
        self.delayUntilProperty = delayUntilProperty
    }
}

/// Components of one function, and of one of these patterns when there are any.
package struct ComponentSelector: Sendable, Hashable {
    package var function: FunctionName
    package var patterns: Set<PatternName>

    package init(function: FunctionName, patterns: Set<PatternName> = []) {
        self.function = function
        self.patterns = patterns
    }
}

/// Which components of the blocking function a blocked one waits for.
package enum LineRelation: Sendable, Hashable {
    /// Those that share a line with it.
    case sameLine
    /// Those with a line under the same bundle.
    case sameBundle
    /// All of the order.
    case wholeOrder
    /// Those with a line whose property has the same value.
    case sameProperty(String)
}

/// What must be true of the blocking component.
package enum WaitCondition: Sendable, Hashable, Codable {
    case completed
    /// It reached that state or a later one.
    case state(StateName)
    /// One of its lines reached that milestone or a later one.
    case milestone(MilestoneName)
    /// One of its lines got a value for that attribute or property: any value, or this one. What it reported itself
    /// before it was asked anew counts again once it is done.
    case value(name: String, equals: String?)
}
