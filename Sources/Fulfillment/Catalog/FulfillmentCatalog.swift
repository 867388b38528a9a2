package import Orders

/// What a role knows about fulfilling orders: validated, immutable, pure values.
///
/// The file that says it is read elsewhere; an order runs to its end on the catalog version it was decomposed with.
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
    package var functions: [FunctionName: FulfillmentFunction]
    package var systems: [SystemName: FulfillmentSystem]
    package var dependencies: [DependencyRule]
    package var states: StateTree
    /// In the order in which they are reached.
    package var milestones: [MilestoneName]
    /// Line state from the states of a line's components (or of its child lines, when it has no component).
    package var lineComposition: [CompositionRule]
    /// Order state from its lines' states.
    package var orderComposition: [CompositionRule]
    package var policies: [Policy]
    package var upstream: UpstreamPolicy

    package init(
        name: String, version: String, zone: ZoneRule = .utc, modes: Set<ModeName>, defaultMode: ModeName? = nil,
        priorityPolicy: PriorityPolicy = .useStandardWhenOutOfRange, revisionPolicy: RevisionPolicy = .number,
        startPolicy: StartPolicy = .calculated, productClasses: [String: PatternName],
        lineTypes: [String: PatternName?] = [:], bundleTypes: Set<String> = ["BUNDLE"],
        offerTypes: Set<String> = ["OFFER"], patterns: [PatternName: FulfillmentPattern],
        functions: [FunctionName: FulfillmentFunction], systems: [SystemName: FulfillmentSystem],
        dependencies: [DependencyRule] = [], states: StateTree = .standard, milestones: [MilestoneName] = [],
        lineComposition: [CompositionRule] = CompositionRule.standardLineRules,
        orderComposition: [CompositionRule] = CompositionRule.standardOrderRules, policies: [Policy] = [],
        upstream: UpstreamPolicy
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
        self.systems = systems
        self.dependencies = dependencies
        self.states = states
        self.milestones = milestones
        self.lineComposition = lineComposition
        self.orderComposition = orderComposition
        self.policies = policies
        self.upstream = upstream
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

/// When the work on an order may begin.
package enum StartPolicy: String, Sendable, Hashable, CaseIterable {
    /// Each component at its requested delivery less the durations still ahead of it; at once when that is past.
    case calculated
    /// At once, whatever delivery date is requested.
    case immediate
}

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

    package init(
        name: FunctionName, systems: [SystemChoice], skipsSystemStage: Bool = false,
        granularity: Granularity = .line, durationSeconds: Int64 = 0
    ) {
        self.name = name
        self.systems = systems
        self.skipsSystemStage = skipsSystemStage
        self.granularity = granularity
        self.durationSeconds = durationSeconds
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

/// One external system: where it is asked, in which format, and how its words map to ours.
package struct FulfillmentSystem: Sendable, Hashable {
    package var name: SystemName
    /// EBMHeader Target/ID.
    package var targetID: String
    /// The queue on which it takes requests.
    package var requestQueue: String
    package var requestFormat: RequestFormat
    /// FulfillmentModeCode of the request, when it is not the order's own.
    package var requestMode: ModeName?
    /// Tried in order; the first that fits decides.
    package var stateMap: [StateMapping]
    package var unmappedStatus: UnmappedStatusPolicy
    /// How `waystation emulate` plays this system; `nil` when it does not.
    package var emulation: Emulation?

    package init(
        name: SystemName, targetID: String, requestQueue: String, requestFormat: RequestFormat,
        requestMode: ModeName? = nil, stateMap: [StateMapping] = [],
        unmappedStatus: UnmappedStatusPolicy = .ignore, emulation: Emulation? = nil
    ) {
        self.name = name
        self.targetID = targetID
        self.requestQueue = requestQueue
        self.requestFormat = requestFormat
        self.requestMode = requestMode
        self.stateMap = stateMap
        self.unmappedStatus = unmappedStatus
        self.emulation = emulation
    }
}

/// The message with which a system is asked.
package enum RequestFormat: String, Sendable, Hashable, CaseIterable {
    case provisioningOrder = "ProcessProvisioningOrderEBM"
    case fulfillmentOrder = "ProcessFulfillmentOrderEBM"
}

/// A status nobody mapped: told in the log and the journal only, or raised as a fault.
package enum UnmappedStatusPolicy: String, Sendable, Hashable, CaseIterable {
    case ignore
    case fallout
}

/// Normalizes one external state.
package struct StateMapping: Sendable, Hashable {
    /// The external status code; compared without regard to case and to space or underscore. `nil` fits any.
    package var external: String?
    /// The milestone in the update that it fits; `nil` fits any.
    package var externalMilestone: String?
    /// Empty sets fit any.
    package var functions: Set<FunctionName>
    package var patterns: Set<PatternName>
    package var modes: Set<ModeName>
    package var productClasses: Set<String>
    package var state: StateName
    /// The milestone reached with it.
    package var milestone: MilestoneName?

    package init(
        external: String?, externalMilestone: String? = nil, functions: Set<FunctionName> = [],
        patterns: Set<PatternName> = [], modes: Set<ModeName> = [], productClasses: Set<String> = [],
        state: StateName, milestone: MilestoneName? = nil
    ) {
        self.external = external
        self.externalMilestone = externalMilestone
        self.functions = functions
        self.patterns = patterns
        self.modes = modes
        self.productClasses = productClasses
        self.state = state
        self.milestone = milestone
    }
}

/// One edge of the plan: the blocked components wait for the blocking ones.
package struct DependencyRule: Sendable, Hashable {
    package var blocked: ComponentSelector
    package var blocking: ComponentSelector
    package var relation: LineRelation
    package var wait: WaitCondition
    /// Counted after the condition holds.
    package var delaySeconds: Int64
    /// A date property of the order or line before which the blocked component does not start, counted likewise.
    package var delayUntilProperty: String?

    package init(
        blocked: ComponentSelector, blocking: ComponentSelector, relation: LineRelation = .sameLine,
        wait: WaitCondition = .completed, delaySeconds: Int64 = 0, delayUntilProperty: String? = nil
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
    /// One of its lines got a value for that attribute or property: any value, or this one.
    case value(name: String, equals: String?)
}

/// What the role tells whoever sent it the order.
package struct UpstreamPolicy: Sendable, Hashable {
    package var format: UpstreamFormat
    /// One message for all lines that a hop changed, or one for each of them.
    package var grouping: UpstreamGrouping

    package init(format: UpstreamFormat, grouping: UpstreamGrouping = .together) {
        self.format = format
        self.grouping = grouping
    }
}

/// The message that carries status upstream.
package enum UpstreamFormat: String, Sendable, Hashable, CaseIterable {
    case salesOrderUpdate = "UpdateSalesOrderEBM"
    case fulfillmentOrderUpdate = "ProcessFulfillmentOrderUpdateEBM"
    case none
}

/// How changed lines are put into upstream messages.
package enum UpstreamGrouping: String, Sendable, Hashable, CaseIterable {
    case together
    case each
}

/// How an emulated system answers.
package struct Emulation: Sendable, Hashable {
    package var replies: [EmulatedReply]
    /// The first whose condition holds refuses instead.
    package var refusals: [EmulatedRefusal]

    package init(replies: [EmulatedReply], refusals: [EmulatedRefusal] = []) {
        self.replies = replies
        self.refusals = refusals
    }
}

/// One update that an emulated system sends.
package struct EmulatedReply: Sendable, Hashable {
    package var status: String
    package var description: String?
    package var milestone: String?
    /// After the reply before it.
    package var afterMilliseconds: Int
    /// Attribute values it reports for each line; `{line}` and `{order}` are filled in.
    package var attributes: [LineAttribute]

    package init(
        status: String, description: String? = nil, milestone: String? = nil, afterMilliseconds: Int = 0,
        attributes: [LineAttribute] = []
    ) {
        self.status = status
        self.description = description
        self.milestone = milestone
        self.afterMilliseconds = afterMilliseconds
        self.attributes = attributes
    }
}

/// When and how an emulated system refuses.
package struct EmulatedRefusal: Sendable, Hashable {
    package var condition: Condition
    package var status: String
    package var reason: String
    package var description: String

    package init(condition: Condition, status: String = "FAILED", reason: String, description: String) {
        self.condition = condition
        self.status = status
        self.reason = reason
        self.description = description
    }
}
