package import Orders

/// What a role knows about fulfilling orders: validated, immutable, pure values.
///
/// The file that says it is read elsewhere; an order runs to its end on the catalog version it was decomposed
/// with.
package struct FulfillmentCatalog: Sendable, Hashable {
    package var name: String
    /// Changes whenever the file's content changes.
    package var version: String
    /// In which zone texts without one are read.
    package var zone: ZoneRule
    package var modes: Set<ModeName>
    /// For orders that name no mode; `nil` makes the mode mandatory.
    package var defaultMode: ModeName?
    package var priorityPolicy: PriorityPolicy
    package var revisionPolicy: RevisionPolicy
    package var startPolicy: StartPolicy
    /// Product class -> pattern.
    package var productClasses: [String: PatternName]
    /// Line type -> pattern, for lines without product class; `nil` for lines that only hold others together.
    package var lineTypes: [String: PatternName?]
    /// Line types that a bundle granularity looks for above a line, such as `BUNDLE`.
    package var bundleTypes: Set<String>
    /// Line types that an offer granularity looks for above a line, such as `OFFER`.
    package var offerTypes: Set<String>
    package var patterns: [PatternName: FulfillmentPattern]
    package var functions: [FunctionName: FulfillmentFunction] {
        didSet {
            hasPointsOfNoReturn = Self.havePointsOfNoReturn(functions)
            tellsLateness = Self.tellsLateness(functions, systems)
        }
    }
    /// Whether any function has one; asked at every hop.
    private(set) var hasPointsOfNoReturn: Bool
    package var systems: [SystemName: FulfillmentSystem] {
        didSet {
            limitsSilence = Self.limitsSilence(systems)
            tellsLateness = Self.tellsLateness(functions, systems)
        }
    }
    /// Whether any system may be silent for so long only; asked at every hop.
    private(set) var limitsSilence: Bool
    /// Whether anything may be late; asked at every hop.
    private(set) var tellsLateness: Bool
    package var dependencies: [DependencyRule] {
        didSet { awaitedValues = Self.awaitedValues(dependencies) }
    }
    /// The values that components wait for; asked at every value that is reported.
    private(set) var awaitedValues: Set<String>
    package var states: StateTree {
        didSet {
            composedLines = ComposedStates(lineComposition, states)
            composedOrders = ComposedStates(orderComposition, states)
        }
    }
    /// In the order in which they are reached.
    package var milestones: [MilestoneName]
    /// Line state from the states of a line's components (or of its child lines, when it has no component).
    package var lineComposition: [CompositionRule] {
        didSet { composedLines = ComposedStates(lineComposition, states) }
    }
    private(set) var composedLines: ComposedStates
    /// Order state from its lines' states.
    package var orderComposition: [CompositionRule] {
        didSet { composedOrders = ComposedStates(orderComposition, states) }
    }
    private(set) var composedOrders: ComposedStates
    /// From the sender's words to ours, before anything else looks at an order.
    package var translations: [Translation]
    package var policies: [Policy]
    package var upstream: UpstreamPolicy
    package var changes: ChangePolicy
    /// What is done about failures of components; tried in order.
    package var fallout: [FalloutRule]
    package var containment: Containment
    /// `nil` when failures make no tickets.
    package var tickets: TicketPolicy?
    package var unknownBase: UnknownBasePolicy

    package init(
        name: String,
        version: String,
        zone: ZoneRule = .utc,
        modes: Set<ModeName>,
        defaultMode: ModeName? = nil,
        priorityPolicy: PriorityPolicy = .useStandardWhenOutOfRange,
        revisionPolicy: RevisionPolicy = .number,
        startPolicy: StartPolicy = .calculated,
        productClasses: [String: PatternName],
        lineTypes: [String: PatternName?] = [:],
        bundleTypes: Set<String> = ["BUNDLE"],
        offerTypes: Set<String> = ["OFFER"],
        patterns: [PatternName: FulfillmentPattern],
        functions: [FunctionName: FulfillmentFunction],
        systems: [SystemName: FulfillmentSystem],
        dependencies: [DependencyRule] = [],
        states: StateTree = .standard,
        milestones: [MilestoneName] = [],
        lineComposition: [CompositionRule] = CompositionRule.standardLineRules,
        orderComposition: [CompositionRule] = CompositionRule.standardOrderRules,
        translations: [Translation] = [],
        policies: [Policy] = [],
        upstream: UpstreamPolicy,
        changes: ChangePolicy = .standard,
        fallout: [FalloutRule] = [],
        containment: Containment = .component,
        tickets: TicketPolicy? = nil,
        unknownBase: UnknownBasePolicy = .wait
    ) {
        self.name = name
        self.version = version
        self.zone = zone
        self.modes = modes
        self.defaultMode = defaultMode
        self.priorityPolicy = priorityPolicy
        self.revisionPolicy = revisionPolicy
        self.startPolicy = startPolicy
        self.productClasses = productClasses
        self.lineTypes = lineTypes
        self.bundleTypes = bundleTypes
        self.offerTypes = offerTypes
        self.patterns = patterns
        self.functions = functions
        hasPointsOfNoReturn = Self.havePointsOfNoReturn(functions)
        self.systems = systems
        limitsSilence = Self.limitsSilence(systems)
        tellsLateness = Self.tellsLateness(functions, systems)
        self.dependencies = dependencies
        awaitedValues = Self.awaitedValues(dependencies)
        self.states = states
        self.milestones = milestones
        self.lineComposition = lineComposition
        composedLines = ComposedStates(lineComposition, states)
        self.orderComposition = orderComposition
        composedOrders = ComposedStates(orderComposition, states)
        self.translations = translations
        self.policies = policies
        self.upstream = upstream
        self.changes = changes
        self.fallout = fallout
        self.containment = containment
        self.tickets = tickets
        self.unknownBase = unknownBase
    }

    private static func limitsSilence(_ systems: [SystemName: FulfillmentSystem]) -> Bool {
        systems.values.contains { $0.silenceSecondsMax != nil }
    }

    private static func awaitedValues(_ dependencies: [DependencyRule]) -> Set<String> {
        Set(dependencies.compactMap { if case .value(let name, _) = $0.wait { name } else { nil } })
    }

    private static func tellsLateness(
        _ functions: [FunctionName: FulfillmentFunction],
        _ systems: [SystemName: FulfillmentSystem]
    ) -> Bool {
        functions.values.contains { $0.lateness != nil } || systems.values.contains { $0.lateness != nil }
    }

    private static func havePointsOfNoReturn(_ functions: [FunctionName: FulfillmentFunction]) -> Bool {
        functions.values.contains { !$0.pointsOfNoReturn.isEmpty }
    }
}

/// What happens to a priority outside 0 to 9.
package enum PriorityPolicy: String, Sendable, Hashable, CaseIterable {
    /// 5 is used and a warning is told.
    case useStandardWhenOutOfRange = "standard"
    /// The order is invalid.
    case refuse
}

/// How revisions of an order are told apart.
package enum RevisionPolicy: String, Sendable, Hashable, CaseIterable {
    /// By their number; the higher one is newer. A missing number is 1.
    case number
    /// The sender gives none: what arrives later is newer.
    case arrival
}

/// What becomes of an order that follows one that is not known (OSM inter-order dependency).
package enum UnknownBasePolicy: String, Sendable, Hashable, CaseIterable {
    /// It waits for the base order, as long as messages wait for unknown orders.
    case wait
    /// An incident at once.
    case fallout
}

/// When the work on an order may begin.
package enum StartPolicy: String, Sendable, Hashable, CaseIterable {
    /// Each component at its requested delivery less the durations still ahead of it; at once when that is
    /// past.
    case calculated
    /// At once, whatever delivery date is requested.
    case immediate
}

extension FulfillmentCatalog {
    /// A pattern and those it inherits from.
    package func patternChain(_ name: PatternName) -> [PatternName] {
        [name] + (patterns[name]?.ancestors ?? [])
    }

    /// What conditions ask about a line.
    package func subject(_ line: OrderLine, of order: Order) -> ConditionSubject {
        ConditionSubject(order: order, line: line, patterns: line.pattern.map(patternChain) ?? [])
    }

    /// A milestone's place in the order in which they are reached; -1 for one the catalog does not list.
    package func milestoneRank(_ milestone: MilestoneName) -> Int {
        milestones.firstIndex(of: milestone) ?? -1
    }

    /// The milestone with that name regardless of case and of space or underscore.
    package func milestone(named text: String) -> MilestoneName? {
        if let exact = milestones.first(where: { $0.rawValue == text }) { return exact }
        let wanted = ExternalStatus.normalized(text)
        return milestones.first { ExternalStatus.normalized($0.rawValue) == wanted }
    }
}
