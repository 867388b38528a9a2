package import Orders

/// Normalizes one external state.
package struct StateMapping: Sendable, Hashable {
    /// The external status code, compared without regard to case and to space or underscore.
    ///
    /// `nil` fits any.
    package var external: String? {
        didSet { normalizedExternal = external.map(ExternalStatus.normalized) }
    }
    /// The milestone in the update that it fits; `nil` fits any.
    package var externalMilestone: String? {
        didSet { normalizedMilestone = externalMilestone.map(ExternalStatus.normalized) }
    }
    /// Empty sets fit any.
    package var functions: Set<FunctionName>
    package var patterns: Set<PatternName>
    package var modes: Set<ModeName>
    package var productClasses: Set<String>
    package var state: StateName
    /// The milestone reached with it.
    package var milestone: MilestoneName?

    // Every update is compared with every mapping: normalized once, not each time.
    private(set) var normalizedExternal: String?
    private(set) var normalizedMilestone: String?

    package init(
        external: String?,
        externalMilestone: String? = nil,
        functions: Set<FunctionName> = [],
        patterns: Set<PatternName> = [],
        modes: Set<ModeName> = [],
        productClasses: Set<String> = [],
        state: StateName,
        milestone: MilestoneName? = nil
    ) {
        self.external = external
        self.externalMilestone = externalMilestone
        self.functions = functions
        self.patterns = patterns
        self.modes = modes
        self.productClasses = productClasses
        self.state = state
        self.milestone = milestone
        normalizedExternal = external.map(ExternalStatus.normalized)
        normalizedMilestone = externalMilestone.map(ExternalStatus.normalized)
    }

    /// Whether it may fit some lines of a component and not others.
    var asksForLines: Bool { !patterns.isEmpty || !productClasses.isEmpty }

    /// Whether it is about such a report.
    ///
    /// What it does not name fits any; a report without status is one of a milestone.
    func fits(status: String?, milestone: String?) -> Bool {
        if let wanted = normalizedExternal, wanted != status { return false }
        if let wanted = normalizedMilestone { return wanted == milestone }
        return status != nil
    }

    /// Whether it is about such a line.
    func fits(_ line: OrderLine, of order: Order, function: FunctionName, catalog: FulfillmentCatalog) -> Bool
    {
        (functions.isEmpty || functions.contains(function)) && (modes.isEmpty || modes.contains(order.mode))
            && (patterns.isEmpty || !patterns.isDisjoint(with: line.pattern.map(catalog.patternChain) ?? []))
            && (productClasses.isEmpty || line.productClass.map { productClasses.contains($0) } ?? false)
    }
}
