package import Orders

/// What a class of products needs, mode by mode; inheritance is resolved.
package struct FulfillmentPattern: Sendable, Hashable {
    package var name: PatternName
    /// The patterns it inherits from, nearest first; conditions on a pattern hold for its heirs, too.
    package var ancestors: [PatternName]
    package var steps: [ModeName: [PatternStep]]

    package init(name: PatternName, ancestors: [PatternName] = [], steps: [ModeName: [PatternStep]]) {
        self.name = name
        self.ancestors = ancestors
        self.steps = steps
    }
}

/// One function that a pattern needs, for the lines that meet its condition.
package struct PatternStep: Sendable, Hashable {
    package var function: FunctionName
    package var condition: Condition

    package init(function: FunctionName, condition: Condition = .always) {
        self.function = function
        self.condition = condition
    }
}

/// A step of fulfillment: who performs it and which lines travel together.
package struct FulfillmentFunction: Sendable, Hashable {
    package var name: FunctionName
    /// The first whose condition holds performs it.
    package var systems: [SystemChoice]
    /// Whether the component id leaves the system out: the stage is skipped, as when one system does it all.
    package var skipsSystemStage: Bool
    package var granularity: Granularity
    /// How long it usually takes; the start date is calculated with it.
    package var durationSeconds: Int64
    /// When a component of it is late; `nil` when it may take as long as it likes.
    package var lateness: Lateness?
    /// From which states on a change is penalized or impossible.
    package var pointsOfNoReturn: [PointOfNoReturn]
    /// For what was asked for and has other values in a revision.
    package var onChange: CompensationStrategy
    /// For what was asked for and is no longer wanted.
    package var onRemoval: CompensationStrategy

    package init(
        name: FunctionName,
        systems: [SystemChoice],
        skipsSystemStage: Bool = false,
        granularity: Granularity = .line,
        durationSeconds: Int64 = 0,
        lateness: Lateness? = nil,
        pointsOfNoReturn: [PointOfNoReturn] = [],
        onChange: CompensationStrategy = .redo,
        onRemoval: CompensationStrategy = .undo
    ) {
        self.name = name
        self.systems = systems
        self.skipsSystemStage = skipsSystemStage
        self.granularity = granularity
        self.durationSeconds = durationSeconds
        self.lateness = lateness
        self.pointsOfNoReturn = pointsOfNoReturn
        self.onChange = onChange
        self.onRemoval = onRemoval
    }
}

/// A system that may perform a function, and when.
package struct SystemChoice: Sendable, Hashable {
    package var system: SystemName
    package var condition: Condition

    package init(system: SystemName, condition: Condition = .always) {
        self.system = system
        self.condition = condition
    }
}

/// Which lines travel together in one component.
package enum Granularity: Sendable, Hashable {
    /// All lines of the order: key `WholeOrder`.
    case order
    /// Lines under the nearest bundle: key `<bundle line>/BundleGranularity`, or
    /// `ALL_OFFERS_AND_NON_SERVICE_BILLING/BundleGranularity` for lines under none.
    case bundle
    /// Lines under the nearest offer: key `<offer line>/OfferGranularity`.
    case offer
    /// Each line by itself: key `<line>/LineGranularity`.
    case line
    /// Lines with the same value of a property: key `<value>/<property>`.
    case property(String)
}
