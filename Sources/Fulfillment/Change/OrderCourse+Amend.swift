internal import Orders

// Revisions and cancellations: whether they are applied, now or later, and what they set off.
extension OrderCourse {
    /// A newer revision of an order that is known.
    mutating func revise(_ draft: OrderDraft, revision: Int, _ context: MessageContext) -> OrderOutcome {
        guard let known = state else { return .orderUnknown }
        let queued = QueuedRevision(draft: draft, revision: revision, context: context, reason: .amending)
        if let refusal = refusal(of: queued, known) {
            refuse(queued, refusal)
            return .applied
        }
        // Who asked for the suspension is not to be overtaken by a revision.
        let isSuspended = known.isSuspended
        let mustWait = isSuspended || isUndoing
        if mustWait {
            // What waits for its turn is known to be applicable before.
            if let failure = invalidity(of: queued) {
                refuse(queued, failure)
                return .applied
            }
            supersede(by: queued)
            var later = queued
            if isSuspended { later.reason = .suspended }
            emit(.revisionQueued(later))
            return .applied
        }
        applyRevision(queued)
        return settle()
    }

    var isUndoing: Bool { state?.components.contains { $0.processing == .undoing } ?? false }

    /// What is wrong with a revision in itself, however the order stands when its turn comes.
    private func invalidity(of queued: QueuedRevision) -> Failure? {
        guard !isCancellation(queued.draft) else { return nil }
        let result = validated(queued)
        guard let order = result.order else { return Self.summary(result.failures, of: queued.revision) }
        guard case .failure(let failure) = Decomposer.plan(order, catalog: catalog, now: now) else {
            return nil
        }
        return Self.summary(failure.failures, of: queued.revision)
    }

    private func validated(_ queued: QueuedRevision) -> ValidationResult {
        OrderValidation.validate(
            queued.draft,
            catalog: catalog,
            linesMax: linesMax,
            arrivalRevision: queued.revision
        )
    }

    /// An older one that waits gives way, and is told so, once it is known that the newer one is not refused.
    private mutating func supersede(by queued: QueuedRevision) {
        guard let waiting = state?.change?.value.queued, waiting.revision < queued.revision else { return }
        let reason = "revision \(queued.revision) supersedes it"
        emit(.revisionDropped(revision: waiting.revision, reason: reason))
        emit(.failureRaised(Self.superseded(waiting.revision, by: queued.revision)))
    }

    private static func superseded(_ revision: Int, by newer: Int) -> Failure {
        Failure(
            .revisionStale,
            "revision \(revision) waited and is superseded by revision \(newer)",
            correctiveAction: "Nothing: the newer revision is the whole order."
        )
    }

    /// Whether the life cycle permits it at all.
    func refusal(of queued: QueuedRevision, _ known: OrderState) -> Failure? {
        let label = "revision \(queued.revision) of the order"
        let isCancellation = isCancellation(queued.draft)
        let asked: OrderTransaction = isCancellation ? .cancel : .submitAmendment
        if let refusal = known.refusal(of: asked, label: label, catalog: catalog) { return refusal }
        // Suspended or failed meanwhile, it is being cancelled all the same.
        if known.change?.value.isCancelled ?? false, !known.lifecycle.isOver {
            let text = "\(label): transaction \(asked.rawValue) refused: the order is being cancelled"
            let advice = "Let it end; then resume the cancelled order, or send a new one."
            return Failure(.transactionNotPermitted, text, correctiveAction: advice)
        }
        switch known.lifecycle {
        // Nothing was asked of anybody yet: the new order simply takes the place of the old one.
        case .notStarted: return nil
        case .amending: return nil
        case .inProgress, .waiting, .waitingForRevision, .suspended, .failed:
            let transaction: OrderTransaction = isCancellation ? .cancel : .submitAmendment
            do { try known.lifecycle.permit(transaction) } catch {
                return Failure(.transactionNotPermitted, "\(label): \(error)")
            }
            return nil
        case .cancelled where catalog.changes.afterEnd == .reopen,
            .completed where catalog.changes.afterEnd == .reopen:
            return nil
        case .cancelling, .cancelled, .completed, .aborted:
            let transaction: OrderTransaction = isCancellation ? .cancel : .submitAmendment
            return Failure(
                .transactionNotPermitted,
                "\(label): transaction \(transaction.rawValue) refused in state \(known.lifecycle.rawValue)",
                correctiveAction: known.lifecycle.wayOutOfEnd
            )
        }
    }

    /// An order without lines, or one of type or mode Cancel, in the sender's words for it, cancels (A43).
    func isCancellation(_ draft: OrderDraft) -> Bool {
        draft.lines.isEmpty
            || catalog.typeAndMode(of: draft).contains { ExternalStatus.normalized($0) == "CANCEL" }
    }

    mutating func refuse(_ queued: QueuedRevision, _ failure: Failure) {
        // An operation has no revision of its own: nobody upstream asked, so that nobody upstream is answered.
        guard queued.revision > state?.revision ?? 0 else {
            if state?.change?.value.queued?.revision == queued.revision {
                emit(.revisionDropped(revision: queued.revision, reason: "the cancellation is refused"))
            }
            return emit(.failureRaised(failure))
        }
        emit(
            .revisionRefused(
                RefusedRevision(
                    revision: queued.revision,
                    correlation: queued.draft.correlation,
                    failure: failure
                )
            )
        )
    }

    /// Applies a revision, or lets it wait for the grace period.
    mutating func applyRevision(_ queued: QueuedRevision, afterGrace: Bool = false) {
        let isCancellation = isCancellation(queued.draft)
        guard let amendment = amendment(for: queued, isCancellation) else { return }
        supersede(by: queued)
        dropNewer(than: queued)
        let grace = isCancellation ? catalog.changes.cancelGrace : catalog.changes.amendGrace
        if !afterGrace, !grace.isNone, hasAcceptedWork {
            var waiting = queued
            waiting.reason = .gracePeriod
            emit(.revisionQueued(waiting))
            let transaction: OrderTransaction = isCancellation ? .cancel : .processAmendment
            // A cancellation has a grace period of its own, whatever waited before it.
            if state?.change?.value.pending?.transaction != transaction { begin(transaction, grace) }
            return
        }
        applyAmendment(amendment)
    }

    /// A cancellation by an operation has no revision of its own: whatever waits goes with the order.
    private mutating func dropNewer(than queued: QueuedRevision) {
        guard let waiting = state?.change?.value.queued, waiting.revision > queued.revision else { return }
        drop(
            waiting,
            Failure(
                .revisionStale,
                "revision \(waiting.revision) waited, and the order was cancelled",
                correctiveAction: "Send a newer revision once the order is resumed, or a new order."
            )
        )
    }

    /// A revision that waited will not take effect: whoever sent it is told so.
    mutating func drop(_ queued: QueuedRevision, _ failure: Failure) {
        emit(.revisionDropped(revision: queued.revision, reason: failure.text))
        refuse(queued, failure)
    }

    /// - Returns: `nil` when it is refused, which was told then.
    private mutating func amendment(for queued: QueuedRevision, _ isCancellation: Bool) -> Amendment? {
        guard let state, let old = state.order else { return nil }
        let wanted: Order
        if isCancellation {
            var order = old
            order.revision = queued.revision
            order.correlation = queued.draft.correlation ?? old.correlation
            order.lines = []
            wanted = order
        } else {
            let result = validated(queued)
            guard let order = result.order else {
                refuse(queued, Self.summary(result.failures, of: queued.revision))
                return nil
            }
            wanted = order
        }
        let planner = AmendmentPlanner(
            state,
            old: old,
            wanted: wanted,
            isCancellation: isCancellation,
            catalog: catalog
        )
        do {
            return try planner.amendment(origin: queued.context, now: now)
        } catch {
            switch error {
            case .undecomposable(let failures):
                refuse(queued, Self.summary(failures, of: queued.revision))
            case .beyondReturn(let components): stop(queued, beyond: components)
            }
            return nil
        }
    }

    private static func summary(_ failures: [Failure], of revision: Int) -> Failure {
        var failure =
            failures.count == 1
            ? failures[0]
            : Failure(
                .orderInvalid,
                failures.prefix(20).map { "\($0.code.rawValue): \($0.text)" }.joined(separator: "; ")
            )
        failure.text = "revision \(revision) is not applied: \(failure.text)"
        return failure
    }

    /// A revision that would change what cannot be changed any more.
    private mutating func stop(_ queued: QueuedRevision, beyond components: [ComponentID]) {
        let what =
            isCancellation(queued.draft)
            ? "the cancellation would undo" : "revision \(queued.revision) would change"
        let failure = Failure(
            .pointOfNoReturn,
            "\(what) what is beyond its point of no return: " + Listing.some(components),
            correctiveAction: catalog.changes.beyondReturn == .park
                ? "It waits: send a revision that leaves the component as it is, or resume the order, which gives it up."
                : nil,
            component: components.first
        )
        switch catalog.changes.beyondReturn {
        case .refuse: refuse(queued, failure)
        case .park:
            // What an operation asks for does not push out a revision that waits.
            if state?.change?.value.queued.map({ $0.revision > queued.revision }) ?? false {
                return refuse(queued, failure)
            }
            supersede(by: queued)
            endTransition()
            var waiting = queued
            waiting.reason = .pointOfNoReturn
            emit(.revisionQueued(waiting))
            emit(.failureRaised(failure))
            move(to: .waitingForRevision)
        }
    }

    mutating func applyAmendment(_ amendment: Amendment) {
        if state?.change?.value.pending != nil { emit(.transitionEnded) }
        let touched = Set(
            amendment.steps.filter { $0.kind != .none && $0.kind != .perform }.map(\.component)
        )
        let untouched = amendment.steps.filter { $0.kind == .none }.map(\.component).filter { id in
            state?.index.componentAt[id].flatMap { state?.components[$0] }
                .flatMap { state?.wasStoppedBeyondReturn($0, catalog) } ?? false
        }
        emit(.amended(amendment))
        forgetPositions()
        for id in untouched { restore(id) }
        // What is left as it is though no line of it is wanted any more is nobody's concern either.
        let left = Set(state?.components.lazy.filter(\.isLeft).map(\.id) ?? [])
        for incident in state?.incidents ?? []
        where amendment.isCancellation
            || incident.failure.component.map({ touched.contains($0) || left.contains($0) }) ?? true
        {
            emit(
                .incidentClosed(
                    incident.id,
                    resolution: amendment.isCancellation ? .cancelled : .revised,
                    by: nil
                )
            )
        }
        markLinesWithoutWork()
        endWithdrawnLines()
        askBases()
        if amendment.isCancellation {
            move(to: .cancelling)
        } else if hasTasks {
            move(to: .amending)
        } else if state?.lifecycle != .notStarted {
            move(to: .inProgress)
        }
        followAll()
        wasAmended = true
    }

    /// A change of it was stopped, and is no longer wanted: its work stands as it was.
    private mutating func restore(_ id: ComponentID) {
        guard let component = state?.index.componentAt[id].flatMap({ state?.components[$0] }) else { return }
        let isComplete = catalog.states.root(of: component.state) == .complete
        emit(
            .componentProgressed(
                id,
                state: component.state,
                processing: isComplete ? .completed : .inProgress
            )
        )
        closeIncidents(of: id, .revised)
    }

    /// Looks at everything that may start or end now.
    mutating func followAll() {
        for component in state?.components.indices ?? 0..<0 { look(at: component) }
        for line in state?.lines.indices ?? 0..<0 { noteChange(ofLine: line) }
    }

    /// A withdrawn line that no component has to undo is cancelled at once.
    private mutating func endWithdrawnLines() {
        guard let state else { return }
        let cancelled = StateTree.Root.cancelled.name
        var isHeld = state.lines.indices.map { at in
            state.index.componentsOfLine[at].contains {
                state.components[$0.component].isWithdrawn && !state.isUndone($0.component)
            }
        }
        // A line that holds others is held by what is held of them.
        for line in isHeld.indices where isHeld[line] {
            var parent = state.index.parentOfLine[line]
            while let here = parent, !isHeld[here] {
                isHeld[here] = true
                parent = state.index.parentOfLine[here]
            }
        }
        for (at, line) in state.lines.enumerated()
        where line.isWithdrawn && line.state != cancelled && !isHeld[at] {
            emit(.lineStateChanged(line.id, state: cancelled))
        }
    }

    var hasTasks: Bool { state?.components.contains { $0.task != nil } ?? false }

    /// Whether a system works on something that it was asked for.
    var hasAcceptedWork: Bool {
        state?.components.contains {
            $0.processing == .inProgress || $0.processing == .downstreamCorrectionRequired
        } ?? false
    }

    // MARK: What follows

    /// Goes on with what waited, once what it waited for is over.
    ///
    /// - Returns: Whether anything came of it.
    mutating func advanceChange() -> Bool {
        guard let change = state?.change?.value, let lifecycle = state?.lifecycle, lifecycle != .aborted
        else { return false }
        if let pending = change.pending {
            let isForced = pending.forcedAt.map { $0 <= now } ?? false
            guard isForced || !hasAcceptedWork else { return false }
            return perform(pending, change)
        }
        if let queued = change.queued, queued.reason == .amending, !isUndoing, mayTakeUp(lifecycle) {
            emit(.revisionDropped(revision: queued.revision, reason: "its turn has come"))
            applyRevision(queued)
            return true
        }
        guard !hasTasks else { return false }
        switch lifecycle {
        case .amending:
            move(to: .inProgress)
            return true
        case .cancelling:
            move(to: .cancelled)
            return false
        default: return false
        }
    }

    /// Whether a revision that waited for an undo to end takes effect in that state.
    private func mayTakeUp(_ lifecycle: LifecycleState) -> Bool {
        switch lifecycle {
        case .amending, .inProgress, .waitingForRevision, .failed: true
        case .notStarted, .waiting, .suspended, .cancelling, .cancelled, .completed, .aborted: false
        }
    }
}

extension OrderComponent {
    /// Whether it is no longer wanted, and stays as it is all the same.
    var isLeft: Bool { isWithdrawn && task == nil && processing != .undoFailed }

    /// Whether nothing more comes of it.
    var isOver: Bool { isLeft || task == nil && processing.isFinished }
}

extension OrderState {
    /// Whether it is suspended, or will be once accepted work is finished.
    var isSuspended: Bool { lifecycle == .suspended || change?.value.pending?.transaction == .suspend }

    /// Whether nothing of a component is left at its system, or the undo was given up.
    func isUndone(_ at: Int) -> Bool {
        switch components[at].processing {
        case .undoCompleted, .undoFailedContinue, .notStarted: true
        case .failedContinue, .inProgress, .completed, .failed, .downstreamCorrectionRequired, .undoing,
            .undoFailed:
            components[at].isWithdrawn && components[at].task == nil
        }
    }
}
