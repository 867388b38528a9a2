internal import Orders

// What revisions, cancellations and compensations make of the state.
extension OrderState {
    mutating func amend(_ amendment: Amendment) {
        let revisionBefore = revision
        let withdrawnBefore = lines.filter(\.isWithdrawn).map(\.id)
        order = amendment.order
        revision = amendment.order.revision
        origin = amendment.origin
        catalogVersion = amendment.catalogVersion
        amendLines(amendment)
        amendComponents(amendment, revisionBefore: revisionBefore)
        changeChange {
            if amendment.isCancellation, !$0.isCancelled { $0.withdrawnBefore = withdrawnBefore }
            $0.isCancelled = amendment.isCancellation
            // All that is still to be undone is by this amendment.
            $0.undoGroups = amendment.undoGroups
            if let queued = $0.queued, queued.revision <= amendment.order.revision { $0.queued = nil }
        }
        reindex()
    }

    private mutating func amendLines(_ amendment: Amendment) {
        let before = Dictionary(lines.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        let withdrawn = Set(amendment.withdrawnLines)
        let changed = Set(amendment.delta.changed.map(\.line))
        lines = amendment.order.lines.map { line in
            guard var progress = before[line.id] else { return LineProgress(id: line.id) }
            let isWithdrawn = withdrawn.contains(line.id)
            if !isWithdrawn, progress.isWithdrawn || !progress.hasWork {
                progress.state = StateTree.Root.open.name
                progress.reached = []
            } else if changed.contains(line.id) {
                // What is done again reaches its milestones again.
                progress.reached = []
            }
            progress.hasWork = true
            if isWithdrawn || progress.revised != nil {
                progress.revised = RevisedLine(
                    isWithdrawn: isWithdrawn,
                    permissibility: progress.permissibility
                )
            }
            return progress
        }
    }

    private mutating func amendComponents(_ amendment: Amendment, revisionBefore: Int) {
        let before = Dictionary(components.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        var next: [OrderComponent] = []
        var carried = CarriedWaits(from: groups, to: amendment.plan.groups)
        let planned = Dictionary(
            amendment.plan.components.map { ($0.id, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        for step in amendment.steps {
            let known = before[step.component]
            guard let plan = planned[step.component] else {
                if let known { next += withdrawn(known, step, revisionBefore, &carried) }
                continue
            }
            guard let known, step.kind != .perform else {
                var fresh = OrderComponent(plan: plan)
                if let known, known.processing == .notStarted {
                    fresh.heldSince = carried.heldSince(known, plan)
                }
                if let known, known.requests > 0 {
                    var rework = known.rework(revisionBefore)
                    rework.isWithdrawn = false
                    rework.task = nil
                    fresh.rework = Rare(rework)
                    fresh.settledValues = known.settledValues
                }
                next.append(fresh)
                continue
            }
            next.append(kept(known, plan, step, revisionBefore))
        }
        components = next.sorted { NaturalOrder.precedes($0.id.rawValue, $1.id.rawValue) }
        groups = carried.groups
    }

    /// A component that stays, is redone, or is undone and done anew.
    private func kept(
        _ known: OrderComponent,
        _ plan: PlannedComponent,
        _ step: CompensationStep,
        _ revisionBefore: Int
    ) -> OrderComponent {
        var component = known
        let states = Dictionary(
            zip(known.plan.lines, known.lineStates).map { ($0, $1) },
            uniquingKeysWith: { first, _ in first }
        )
        component.plan = plan
        // A line that comes back to work that stays as it is has come as far as that.
        let added = step.kind == .none ? known.state : StateTree.Root.open.name
        component.lineStates = plan.lines.map { states[$0] ?? added }
        component.heldSince = [:]
        component.scheduledFor = nil
        component.endFailedUndo(step)
        if step.kind != .none || known.rework != nil || !step.asked.isEmpty || step.former != nil {
            var rework = known.rework(revisionBefore)
            rework.isWithdrawn = false
            rework.termsAsAsked = step.former
            if step.kind == .none, !step.asked.isEmpty { rework.linesAsAsked = step.asked }
            rework.task =
                step.kind == .none ? nil : step.pending
            component.rework = Rare(rework)
        }
        return component
    }

    /// A component that the order no longer wants; one that was never asked for is gone.
    private func withdrawn(
        _ known: OrderComponent,
        _ step: CompensationStep,
        _ revisionBefore: Int,
        _ carried: inout CarriedWaits
    ) -> [OrderComponent] {
        if known.requests == 0 { return [] }
        var component = known
        carried.carry(&component.plan)
        var rework = known.rework(revisionBefore)
        rework.isWithdrawn = true
        rework.termsAsAsked = step.former
        rework.task =
            step.kind == .undo ? step.pending : nil
        rework.retryAt = nil
        component.rework = Rare(rework)
        component.endFailedUndo(step)
        if step.kind == .drop {
            // It was undone and waited to be done anew: nothing of it is left.
            let cancelled = StateTree.Root.cancelled.name
            component.processing = .undoCompleted
            component.state = cancelled
            component.lineStates = Array(repeating: cancelled, count: component.lineStates.count)
        }
        return [component]
    }

    mutating func applyChange(_ event: OrderEvent) {
        switch event {
        case .revisionQueued(let queued): changeChange { $0.queued = queued }
        case .revisionDropped(let revision, _):
            changeChange {
                if $0.queued?.revision == revision { $0.queued = nil }
                $0.highestSeen = max($0.highestSeen ?? revision, revision)
            }
        case .revisionRefused(let refused):
            changeChange {
                if $0.queued?.revision == refused.revision { $0.queued = nil }
                $0.highestSeen = max($0.highestSeen ?? refused.revision, refused.revision)
            }
        case .transitionBegan(let transition): changeChange { $0.pending = transition }
        case .transitionEnded: changeChange { $0.pending = nil }
        case .wakeUp(let at): wakeUpAt = at
        case .permissibilityChanged(let line, let permissibility):
            change(line: line) {
                $0.revised = RevisedLine(isWithdrawn: $0.isWithdrawn, permissibility: permissibility)
            }
        default: break
        }
    }

    mutating func release(_ id: ComponentID, _ mode: ExecutionMode, at: Timestamp) {
        let inProgress = StateTree.Root.inProgress.name
        change(component: id) {
            $0.finishedAt = nil
            $0.scheduledFor = nil
            $0.requestedAt = at
            $0.heardAt = nil
            $0.jeopardyAt = nil
            switch mode {
            case .undo: $0.processing = .undoing
            case .perform, .redo:
                $0.processing = .inProgress
                $0.state = inProgress
                $0.milestone = nil
                $0.lineStates = Array(repeating: inProgress, count: $0.lineStates.count)
            }
        }
        changeRework(of: id) { if mode == .redo { $0.task = nil } }
        countRequest(of: id, mode: mode)
    }

    /// A component that was asked for before is asked again, under a correlation and a revision of its own.
    mutating func countRequest(of id: ComponentID, mode: ExecutionMode) {
        guard let at = index.componentAt[id], components[at].rework != nil else { return }
        let revision = revision
        changeRework(of: id) {
            $0.requests += 1
            $0.requestRevision = max(revision, $0.requestRevision + 1)
            $0.mode = mode
            $0.retries = 0
            $0.retryAt = nil
            if mode != .undo { $0.forgetAsked() }
        }
    }

    mutating func endRetry(of id: ComponentID) {
        guard let at = index.componentAt[id], components[at].rework?.value.retryAt != nil else { return }
        changeRework(of: id) { $0.retryAt = nil }
    }

    mutating func reset(_ id: ComponentID) {
        let open = StateTree.Root.open.name
        change(component: id) {
            $0.processing = .notStarted
            $0.state = open
            $0.lineStates = Array(repeating: open, count: $0.lineStates.count)
            $0.heldSince = [:]
            $0.milestone = nil
            $0.externalID = nil
            $0.finishedAt = nil
        }
        changeRework(of: id) { $0.task = nil }
    }

    /// The same request again where nobody answered it; one that was refused gets an identification of its own, as
    /// its receiver has answered the former one for good.
    mutating func retry(_ id: ComponentID, at: Timestamp) {
        let inProgress = StateTree.Root.inProgress.name
        guard let place = index.componentAt[id] else { return }
        let revision = revision
        let wasRefused = components[place].processing.isRefused
        changeRework(of: id) {
            $0.retryAt = nil
            if wasRefused {
                if $0.mode != .undo { $0.forgetAsked() }
                $0.requests += 1
                $0.requestRevision = max(revision, $0.requestRevision + 1)
            }
        }
        let isUndo = components[place].rework?.value.mode == .undo
        change(component: id) {
            $0.requestedAt = at
            $0.heardAt = nil
            $0.jeopardyAt = nil
            if isUndo {
                $0.processing = .undoing
            } else {
                $0.processing = .inProgress
                $0.state = inProgress
                $0.lineStates = Array(repeating: inProgress, count: $0.lineStates.count)
            }
        }
    }

    mutating func keepWords(_ words: Wording, of id: ComponentID) {
        changeRework(of: id) {
            var terms = $0.termsAsAsked?.value ?? FormerTerms()
            terms.wording = words
            $0.termsAsAsked = Rare(terms)
        }
    }

    mutating func endUndo(of id: ComponentID) {
        changeRework(of: id) { if $0.task?.kind == .undo { $0.task = nil } }
    }

    mutating func changeRework(of id: ComponentID, _ body: (inout Rework) -> Void) {
        let revision = revision
        change(component: id) {
            var rework = $0.rework(revision)
            body(&rework)
            $0.rework = Rare(rework)
        }
    }

    private mutating func changeChange(_ body: (inout ChangeState) -> Void) {
        var state = change?.value ?? ChangeState()
        body(&state)
        change = Rare(state)
    }
}

extension Rework {
    /// It is asked for as it is wanted now.
    fileprivate mutating func forgetAsked() {
        linesAsAsked = nil
        termsAsAsked = nil
    }
}

extension CompensationStep {
    fileprivate var pending: PendingCompensation {
        PendingCompensation(kind: kind, undoAfter: undoAfter, undoAfterGroups: undoAfterGroups, asked: asked)
    }
}

extension OrderComponent {
    /// An undo that failed is no longer the last word where an amendment asks for something new.
    fileprivate mutating func endFailedUndo(_ step: CompensationStep) {
        if processing == .undoFailed, step.kind != .none { processing = .completed }
    }

    /// The lines that its system knows, where they may be others than the order has.
    private var linesAsAsked: [OrderLine]? { task?.asked ?? rework?.value.linesAsAsked }

    /// Whether its system knows of a line: one that a revision added it will be asked for, or is left to what it does.
    func isAskedFor(_ position: Int) -> Bool {
        guard let linesAsAsked else { return true }
        return plan.lines.indices.contains(position)
            && linesAsAsked.contains { $0.id == plan.lines[position] }
    }

    /// What its system can report on.
    var statesOfAskedLines: [StateName] {
        guard linesAsAsked != nil else { return lineStates }
        let asked = lineStates.enumerated().filter { isAskedFor($0.offset) }.map(\.element)
        return asked.isEmpty ? lineStates : asked
    }

    /// Its rework, begun now when there was none.
    func rework(_ revision: Int) -> Rework {
        rework?.value ?? Rework(requests: requests, requestRevision: revision)
    }
}
