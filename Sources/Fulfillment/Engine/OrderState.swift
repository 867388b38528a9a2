package import Orders

/// Where one order stands: the fold of its journal.
///
/// Changed by ``apply(_:at:)`` only.
package struct OrderState: Sendable, Hashable, Codable {
    package var id: OrderID
    package var revision: Int
    /// `nil` for an order that was invalid from the start.
    package var order: Order?
    /// The input of an order that was invalid from the start.
    package var rejectedDraft: OrderDraft?
    package var lifecycle: LifecycleState
    /// Composed from the lines.
    package var status: StateName
    package var catalogVersion: String
    /// The message that created it.
    package var origin: MessageContext
    /// In the order of the order's lines.
    package var lines: [LineProgress]
    /// In natural order of their ids.
    package var components: [OrderComponent]
    /// What several components wait for together, where dependencies name it by its position; `nil` for small orders.
    package var groups: [ComponentGroup]?
    package var parked: [ParkedUpdate]
    package var failures: [Failure]
    package var createdAt: Timestamp
    package var updatedAt: Timestamp
    package var closedAt: Timestamp?
    /// Changes that wait or are under way; `nil` for most orders.
    package var change: Rare<ChangeState>?
    /// What waits for a decision; `nil` for most orders.
    package var fallout: Rare<FalloutState>?
    /// For when the timer was set last that has the order looked at again; stays when it has fired.
    package var wakeUpAt: Timestamp?
    /// The orders that it follows and that follow it; `nil` for most.
    package var relations: Rare<OrderRelations>?
    /// Derived from order and components; rebuilt, never stored.
    package private(set) var index: OrderIndex

    private enum CodingKeys: String, CodingKey {
        case id, revision, order, rejectedDraft, lifecycle, status, catalogVersion, origin, lines, components,
            groups, parked,
            failures, createdAt, updatedAt, closedAt, change, fallout, wakeUpAt, relations
    }

    /// Failures kept with the state; the journal has them all.
    package static let failuresMax = 50
    /// Updates kept until their component is released.
    package static let parkedMax = 200

    package init(
        id: OrderID,
        revision: Int,
        catalogVersion: String,
        origin: MessageContext,
        createdAt: Timestamp
    ) {
        self.id = id
        self.revision = revision
        lifecycle = .notStarted
        status = StateTree.Root.open.name
        self.catalogVersion = catalogVersion
        self.origin = origin
        lines = []
        components = []
        parked = []
        failures = []
        self.createdAt = createdAt
        updatedAt = createdAt
        index = OrderIndex()
    }

    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        id = try values.decode(OrderID.self, forKey: .id)
        revision = try values.decode(Int.self, forKey: .revision)
        order = try values.decodeIfPresent(Order.self, forKey: .order)
        rejectedDraft = try values.decodeIfPresent(OrderDraft.self, forKey: .rejectedDraft)
        lifecycle = try values.decode(LifecycleState.self, forKey: .lifecycle)
        status = try values.decode(StateName.self, forKey: .status)
        catalogVersion = try values.decode(String.self, forKey: .catalogVersion)
        origin = try values.decode(MessageContext.self, forKey: .origin)
        lines = try values.decode([LineProgress].self, forKey: .lines)
        components = try values.decode([OrderComponent].self, forKey: .components)
        groups = try values.decodeIfPresent([ComponentGroup].self, forKey: .groups)
        parked = try values.decode([ParkedUpdate].self, forKey: .parked)
        failures = try values.decode([Failure].self, forKey: .failures)
        createdAt = try values.decode(Timestamp.self, forKey: .createdAt)
        updatedAt = try values.decode(Timestamp.self, forKey: .updatedAt)
        closedAt = try values.decodeIfPresent(Timestamp.self, forKey: .closedAt)
        change = try values.decodeIfPresent(Rare<ChangeState>.self, forKey: .change)
        fallout = try values.decodeIfPresent(Rare<FalloutState>.self, forKey: .fallout)
        wakeUpAt = try values.decodeIfPresent(Timestamp.self, forKey: .wakeUpAt)
        relations = try values.decodeIfPresent(Rare<OrderRelations>.self, forKey: .relations)
        index = OrderIndex()
        reindex()
    }

    /// Rebuilds ``index`` after order or components were replaced.
    mutating func reindex() {
        index = OrderIndex(
            lines: order?.lines ?? [],
            components: components,
            groups: groups,
            undoGroups: change?.value.undoGroups
        )
    }

    /// Rebuilds ``index`` after components were replaced, the lines being the same.
    mutating func reindexComponents() {
        index = OrderIndex(linesOf: index, components: components, groups: groups)
    }

    /// All that a dependency of its components waits for.
    package func components(of dependency: PlannedDependency) -> [ComponentID] {
        dependency.components(of: groups)
    }

    /// The highest revision that was seen of it, applied or not.
    package var highestRevision: Int {
        max(revision, change?.value.queued?.revision ?? revision, change?.value.highestSeen ?? revision)
    }
    package var componentsCompleted: Int { components.indices.count { components[$0].processing.isFinished } }
    /// Those that wait for a decision, or for their system to report otherwise.
    package var componentsFailed: Int {
        guard let fallout = fallout?.value, !fallout.incidents.isEmpty else {
            return components.indices.count { components[$0].processing.hasFailed }
        }
        let open = Set(fallout.incidents.compactMap(\.failure.component))
        // Who waits in vain for another order waits for a decision, too, though no component has failed.
        return components.count { $0.processing.hasFailed || open.contains($0.id) }
            + fallout.incidents.count { $0.base != nil }
    }
}

/// How far one line is.
package struct LineProgress: Sendable, Hashable, Codable {
    package var id: LineID
    package var state: StateName
    /// The milestones reached, in that order.
    package var reached: [MilestoneName]
    /// Values that fulfillment reported, by attribute name.
    package var values: [String: String]
    /// Whether the line or one below it has a component; one without counts for nothing in compositions.
    package var hasWork: Bool
    /// What revisions made of it; `nil` for most.
    package var revised: RevisedLine?

    /// Values kept of one line.
    package static let valuesMax = 500

    /// Whether a revision removed it, or the order is cancelled.
    package var isWithdrawn: Bool { revised?.isWithdrawn ?? false }
    /// How far it can still be changed, as upstream was told last.
    package var permissibility: RevisionPermissibility { revised?.permissibility ?? .notYet }

    /// The milestone reached last.
    package var milestone: MilestoneName? { reached.last }

    package init(id: LineID, state: StateName = StateTree.Root.open.name, hasWork: Bool = true) {
        self.id = id
        self.state = state
        reached = []
        values = [:]
        self.hasWork = hasWork
    }
}

/// What of a line has to do with revisions.
package struct RevisedLine: Sendable, Hashable, Codable {
    package var isWithdrawn: Bool
    package var permissibility: RevisionPermissibility

    package init(isWithdrawn: Bool = false, permissibility: RevisionPermissibility = .notYet) {
        self.isWithdrawn = isWithdrawn
        self.permissibility = permissibility
    }
}

/// One order component and how far it is.
package struct OrderComponent: Sendable, Hashable, Codable {
    package var plan: PlannedComponent
    package var processing: ProcessingState
    /// The common state of the component.
    package var state: StateName
    package var milestone: MilestoneName?
    /// The common state of each of the plan's lines within this component.
    package var lineStates: [StateName]
    /// When each of the plan's dependencies came to hold; only kept where a delay counts from it.
    package var heldSince: [Int: Timestamp]
    /// When it was found to wait for time alone, and until when.
    package var scheduledFor: Timestamp?
    package var requestedAt: Timestamp?
    /// When its system reported for the first time since; only kept where its silence would be a failure.
    package var heardAt: Timestamp?
    /// When it was told of as late, last since.
    package var jeopardyAt: Timestamp?
    package var finishedAt: Timestamp?
    /// The system's own identification of the work.
    package var externalID: String?
    /// What it went through beyond being asked for once; `nil` for most.
    package var rework: Rare<Rework>?
    /// What others wait for that it has reported; `nil` for most.
    package var settledValues: [SettledValue]?

    package init(plan: PlannedComponent) {
        self.plan = plan
        processing = .notStarted
        state = StateTree.Root.open.name
        lineStates = Array(repeating: StateTree.Root.open.name, count: plan.lines.count)
        heldSince = [:]
    }

    package var id: ComponentID { plan.id }
    /// Whether a revision no longer wants it.
    package var isWithdrawn: Bool { rework?.value.isWithdrawn ?? false }
    /// What an amendment has still to do about it.
    package var task: PendingCompensation? { rework?.value.task }
    /// How often its system was asked for something.
    package var requests: Int { rework?.value.requests ?? (processing == .notStarted ? 0 : 1) }
}

/// A value of a component that others wait for, once it is reported.
package struct SettledValue: Sendable, Hashable, Codable {
    /// `nil` for all there may be.
    package var name: String?
    /// Which of the requests for the component it was that brought it last.
    package var request: Int

    package init(name: String?, request: Int) {
        self.name = name
        self.request = request
    }
}

/// An update that came before its time, kept with the message that brought it.
package struct ParkedUpdate: Sendable, Hashable, Codable {
    package var update: FulfillmentUpdate
    package var context: MessageContext
    package var reason: FailureCode

    package init(update: FulfillmentUpdate, context: MessageContext, reason: FailureCode) {
        self.update = update
        self.context = context
        self.reason = reason
    }
}
