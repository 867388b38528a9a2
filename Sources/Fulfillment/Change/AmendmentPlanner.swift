internal import Orders

/// Works out what a revision or cancellation changes and what is made of each component: values in, a plan out.
struct AmendmentPlanner {
    /// Why there is no amendment.
    enum Refusal: Error {
        /// The revision cannot be decomposed.
        case undecomposable([Failure])
        /// It would change components beyond their hard point of no return.
        case beyondReturn([ComponentID])
    }

    private let state: OrderState
    private let old: Order
    private let wanted: Order
    private let isCancellation: Bool
    private let catalog: FulfillmentCatalog
    private let delta: OrderDelta
    private let oldLines: [LineID: OrderLine]
    private let wantedLines: [LineID: OrderLine]

    /// `wanted` is the revision; it has no lines when the order is cancelled.
    init(_ state: OrderState, old: Order, wanted: Order, isCancellation: Bool, catalog: FulfillmentCatalog) {
        self.state = state
        self.old = old
        self.wanted = wanted
        self.isCancellation = isCancellation
        self.catalog = catalog
        let withdrawn = Set(state.lines.filter(\.isWithdrawn).map(\.id))
        var delta = OrderDelta(from: old, withdrawn: withdrawn, to: wanted)
        if isCancellation { delta.orderFields = [] }
        self.delta = delta
        wantedLines = Dictionary(wanted.lines.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        oldLines = Dictionary(old.lines.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    }

    func amendment(origin: MessageContext, now: Timestamp) throws(Refusal) -> Amendment {
        let plan: FulfillmentPlan
        if isCancellation {
            plan = FulfillmentPlan(components: [])
        } else {
            switch Decomposer.plan(wanted, catalog: catalog, now: now) {
            case .success(let decomposed): plan = decomposed
            case .failure(let failure): throw .undecomposable(failure.failures)
            }
        }
        var steps = plan.components.map(step) + withdrawnSteps(plan)
        for index in steps.indices where steps[index].kind.changesSystem {
            steps[index].asked = known(steps[index].component).map(asked) ?? []
        }
        addFormerTerms(to: &steps, plan)
        let undoGroups = UndoOrder.add(to: &steps, of: state)
        steps.sort { NaturalOrder.precedes($0.component.rawValue, $1.component.rawValue) }
        let touched = steps.filter { $0.kind.changesSystem && known($0.component)?.processing != .undoing }
        let hard = touched.map(\.component).filter { permissibility(of: $0) == .hard }
        guard hard.isEmpty else { throw .beyondReturn(hard) }
        return Amendment(
            order: orderWithWithdrawnLines,
            withdrawnLines: withdrawnLines,
            isCancellation: isCancellation,
            origin: origin,
            catalogVersion: state.catalogVersion,
            delta: delta,
            plan: plan,
            steps: steps,
            undoGroups: undoGroups,
            penalties: touched.map(\.component).filter { permissibility(of: $0) == .soft }
        )
    }

    // MARK: Lines

    private var withdrawnLines: [LineID] {
        let kept = isCancellation ? [] : Set(wanted.lines.map(\.id))
        return old.lines.map(\.id).filter { !kept.contains($0) }
    }

    /// Lines that are no longer wanted stay known: their work is to be undone and their end is told.
    private var orderWithWithdrawnLines: Order {
        var order = wanted
        if isCancellation {
            order = old
            order.revision = wanted.revision
            order.correlation = wanted.correlation ?? old.correlation
            return order
        }
        let withdrawn = Set(withdrawnLines)
        order.lines += old.lines.filter { withdrawn.contains($0.id) }
        return order
    }

    /// The lines of a component as its system was asked for them last.
    private func asked(_ known: OrderComponent) -> [OrderLine] {
        if let asked = known.task?.asked ?? known.rework?.value.linesAsAsked { return asked }
        return known.plan.lines.compactMap { oldLines[$0] }
    }

    private func addFormerTerms(to steps: inout [CompensationStep], _ plan: FulfillmentPlan) {
        let planned = Dictionary(
            plan.components.map { ($0.id, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        for index in steps.indices {
            let id = steps[index].component
            guard steps[index].kind != .perform, steps[index].kind != .drop, let known = known(id),
                let told = known.terms(in: old)
            else { continue }
            let former = told.differing(from: wanted, (planned[id] ?? known.plan).wording)
            if !former.isEmpty { steps[index].former = Rare(former) }
        }
    }

    // MARK: Components

    private func known(_ id: ComponentID) -> OrderComponent? {
        state.index.componentAt[id].map { state.components[$0] }
    }

    private func permissibility(of id: ComponentID) -> RevisionPermissibility {
        state.index.componentAt[id].map { state.permissibility(ofComponent: $0, catalog: catalog) } ?? .notYet
    }

    /// What becomes of a component that the revision wants.
    private func step(_ planned: PlannedComponent) -> CompensationStep {
        func step(_ kind: CompensationKind, _ reason: String) -> CompensationStep {
            CompensationStep(component: planned.id, kind: kind, reason: reason)
        }
        guard let known = known(planned.id) else { return step(.perform, "it is new") }
        let changes = differences(known, planned)
        if changes.isEmpty, state.wasStoppedBeyondReturn(known, catalog) {
            return step(.none, "it is beyond its point of no return, and wanted as it was asked for")
        }
        switch known.processing {
        case .notStarted: return step(.perform, "it has not started")
        case .undoCompleted: return step(.perform, "it was undone before")
        case .undoing: return step(.undoThenDo, "it is being undone and is wanted again")
        case .undoFailed, .undoFailedContinue: return step(.redo, "its undo failed and it is wanted again")
        case .inProgress, .completed, .failed, .failedContinue, .downstreamCorrectionRequired: break
        }
        guard changes.isEmpty else {
            var step = self.step(\.onChange, planned, in: wanted, wantedLines, Listing.some(changes))
            // What need not be done differently was not done at all.
            if step.kind == .none, known.processing.hasFailed, !state.wasStoppedBeyondReturn(known, catalog) {
                step.kind = .redo
                step.reason = "it failed, and is wanted otherwise: \(step.reason)"
            }
            if step.kind == .none, known.task != nil, known.rework?.value.mode == .undo {
                step.kind = .redo
                step.reason = "its undo failed, and it is wanted otherwise: \(step.reason)"
            }
            // Left as it is, it goes on as its system was asked for it.
            if step.kind == .none { step.asked = asked(known) }
            return step
        }
        if known.task != nil, known.rework?.value.mode == .undo {
            return step(.redo, "its undo failed and it is wanted again")
        }
        // Who sends the same again wants what failed to be tried again.
        if known.processing.hasFailed, delta.isEmpty {
            return step(.redo, "it failed, and the same is asked again")
        }
        let isAwaited = state.incidents.contains { $0.failure.component == planned.id }
        if known.processing == .failed, !isAwaited { return step(.redo, "it had failed") }
        return step(.none, "it is as it was asked for")
    }

    private func withdrawnSteps(_ plan: FulfillmentPlan) -> [CompensationStep] {
        let planned = Set(plan.components.map(\.id))
        return state.components.filter { !planned.contains($0.id) }.map { component in
            func step(_ kind: CompensationKind, _ reason: String) -> CompensationStep {
                CompensationStep(component: component.id, kind: kind, reason: reason)
            }
            switch component.processing {
            case .notStarted: return step(.drop, "it has not started and is no longer wanted")
            case .undoing: return step(.undo, "it is being undone")
            case .undoCompleted: return step(.none, "it was undone before")
            case .undoFailedContinue: return step(.none, "its undo was given up")
            case .failed where isCancelled(component), .failedContinue where isCancelled(component):
                return step(.none, "its system had cancelled it")
            case .undoFailed: return step(.undo, "its undo failed and is tried again")
            case .inProgress, .completed, .failed, .failedContinue, .downstreamCorrectionRequired:
                return self.step(\.onRemoval, component.plan, in: old, oldLines, "it is no longer wanted")
            }
        }
    }

    private func isCancelled(_ component: OrderComponent) -> Bool {
        catalog.states.root(of: component.state) == .cancelled
    }

    /// A step by the function's strategy.
    private func step(
        _ strategy: KeyPath<FulfillmentFunction, CompensationStrategy>,
        _ plan: PlannedComponent,
        in order: Order,
        _ linesOfOrder: [LineID: OrderLine],
        _ reason: String
    ) -> CompensationStep {
        guard let strategy = catalog.functions[plan.function]?[keyPath: strategy] else {
            return CompensationStep(component: plan.id, kind: .undo, reason: reason)
        }
        // Most have one kind for all.
        guard !strategy.choices.isEmpty else {
            return CompensationStep(component: plan.id, kind: strategy.otherwise, reason: reason)
        }
        let lines = plan.lines.compactMap { linesOfOrder[$0] }
        let choice = strategy.choice(for: lines, of: order, catalog)
        let kind = choice?.kind ?? strategy.otherwise
        var step = CompensationStep(component: plan.id, kind: kind, reason: reason)
        if choice == nil, let name = strategy.nameWithoutNumber(for: lines, of: order, catalog) {
            let why = "a condition asks for a number and '\(name.prefix(60))' is none"
            step.fallback = why
            step.reason += "; \(why), so that the strategy without condition holds"
        }
        return step
    }

    /// What its system would have to do differently.
    private func differences(_ known: OrderComponent, _ planned: PlannedComponent) -> [String] {
        var differences: [String] = []
        let asked = asked(known)
        let before = Set(asked.map(\.id))
        let after = Set(planned.lines)
        let added = planned.lines.filter { !before.contains($0) }
        let removed = asked.map(\.id).filter { !after.contains($0) }
        if !added.isEmpty { differences.append("added: line \(Listing.some(added))") }
        if !removed.isEmpty { differences.append("removed: line \(Listing.some(removed))") }
        for line in asked {
            guard let now = wantedLines[line.id], after.contains(line.id) else { continue }
            let fields = LineContent.differences(line, now)
            if !fields.isEmpty { differences.append("line \(line.id): \(fields.joined(separator: ", "))") }
        }
        if !delta.orderFields.isEmpty {
            differences.append("order: \(delta.orderFields.joined(separator: ", "))")
        }
        return differences
    }
}

extension CompensationKind {
    /// Whether its system is asked for something it has done already.
    var changesSystem: Bool {
        switch self {
        case .redo, .undo, .undoThenDo: true
        case .none, .drop, .perform: false
        }
    }
}

extension OrderState {
    /// Whether a change of a component was stopped at its point of no return, so that its work stands as it was.
    func wasStoppedBeyondReturn(_ component: OrderComponent, _ catalog: FulfillmentCatalog) -> Bool {
        guard component.processing == .failed || component.processing == .undoFailed,
            catalog.states.root(of: component.state) != .failed
        else { return false }
        return incidents.contains {
            $0.failure.component == component.id && $0.failure.code == .pointOfNoReturn
        }
    }

    /// How far a component can still be changed, by the points of no return of its function.
    package func permissibility(
        ofComponent at: Int,
        catalog: FulfillmentCatalog
    ) -> RevisionPermissibility {
        // Asked of every component below a line that changed: what costs least goes first, and nothing is copied.
        switch components[at].processing {
        case .notStarted, .undoCompleted: return .notYet
        case .inProgress, .completed, .failed, .failedContinue, .downstreamCorrectionRequired, .undoing,
            .undoFailed, .undoFailedContinue:
            break
        }
        var worst = RevisionPermissibility.notYet
        for point in catalog.functions[components[at].plan.function]?.pointsOfNoReturn ?? []
        where point.permissibility > worst && hasReached(point, at, catalog) && fits(point, at, catalog) {
            worst = point.permissibility
        }
        return worst
    }

    private func hasReached(_ point: PointOfNoReturn, _ at: Int, _ catalog: FulfillmentCatalog) -> Bool {
        let state = components[at].state
        if catalog.states.state(state, hasReached: point.state) { return true }
        return components[at].lineStates.contains {
            $0 != state && catalog.states.state($0, hasReached: point.state)
        }
    }

    private func fits(_ point: PointOfNoReturn, _ at: Int, _ catalog: FulfillmentCatalog) -> Bool {
        guard !point.patterns.isEmpty, let order else { return true }
        let chains = { [lines = order.lines] (line: Int) -> Bool in
            guard lines.indices.contains(line), let pattern = lines[line].pattern else { return false }
            return !point.patterns.isDisjoint(with: catalog.patternChain(pattern))
        }
        return index.linesOfComponent[at].contains(where: chains)
    }
}
