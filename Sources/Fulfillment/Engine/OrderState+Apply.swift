package import Orders

extension OrderState {
    /// The state after the first event of an order, which is `accepted` or `rejected`.
    ///
    /// - Returns: `nil` for any other event: the journal of an order begins with its intake.
    package init?(first event: OrderEvent, id: OrderID, at: Timestamp) {
        switch event {
        case .accepted(let acceptance):
            self.init(
                id: id,
                revision: acceptance.order.revision,
                catalogVersion: acceptance.catalogVersion,
                origin: acceptance.origin,
                createdAt: at
            )
        case .rejected(let rejection):
            self.init(
                id: id,
                revision: rejection.revision,
                catalogVersion: rejection.catalogVersion,
                origin: rejection.origin,
                createdAt: at
            )
        default: return nil
        }
        apply(event, at: at)
    }

    /// Changes the state by what happened.
    ///
    /// No rule is asked here: events hold outcomes.
    package mutating func apply(_ event: OrderEvent, at: Timestamp) {
        updatedAt = max(updatedAt, at)
        switch event {
        case .accepted(let acceptance): accept(acceptance)
        case .rejected(let rejection): reject(rejection)
        case .planned(let plan):
            components = plan.components.map { OrderComponent(plan: $0) }
            groups = plan.groups
            reindexComponents()
        case .linesWithoutWork(let ids):
            for id in ids {
                change(line: id) {
                    $0.hasWork = false
                    $0.state = StateTree.Root.complete.name
                }
            }
        case .lineStateChanged(let id, let state): change(line: id) { $0.state = state }
        case .milestoneReached(let id, let milestone): change(line: id) { $0.reached.append(milestone) }
        case .valueRecorded(let id, let attribute):
            change(line: id) { $0.values[attribute.name] = attribute.value }
        case .statusChanged(let state): status = state
        case .lifecycleChanged(_, let to):
            lifecycle = to
            closedAt = to.isClosed ? at : nil
        case .updateParked(let update): parked.append(update)
        case .parkedApplied(let message), .parkedDropped(let message):
            parked.removeAll { $0.context.messageID == message }
        case .failureRaised(let failure): keep(failure)
        case .updateIgnored, .revisionIgnored: break
        case .componentReleased, .componentScheduled, .waitHeld, .externalIDKnown, .lineProgressed,
            .componentProgressed, .componentMilestone, .valueSettled, .componentReset, .compensationDropped,
            .compensationReleased,
            .retryScheduled, .componentRetried, .componentHeard, .componentReworded:
            applyToComponent(event, at: at)
        case .amended(let amendment): amend(amendment)
        case .revisionQueued, .revisionDropped, .revisionRefused, .transitionBegan, .transitionEnded,
            .permissibilityChanged, .operated, .wakeUp:
            applyChange(event)
        case .incidentOpened, .incidentClosed, .incidentAssigned, .ticketKnown, .ticketChanged, .dataFixed,
            .jeopardyRaised, .recreationScheduled:
            applyFallout(event, at: at)
        case .baseAsked, .baseAnswered, .followerKnown, .followerTold: applyRelation(event)
        }
    }

    private mutating func applyToComponent(_ event: OrderEvent, at: Timestamp) {
        switch event {
        case .componentReleased(let id):
            // Asked for is in progress, each of its lines as well; no further event says so.
            let inProgress = StateTree.Root.inProgress.name
            change(component: id) {
                $0.processing = .inProgress
                $0.state = inProgress
                $0.lineStates = Array(repeating: inProgress, count: $0.lineStates.count)
                $0.requestedAt = at
                $0.heardAt = nil
                $0.jeopardyAt = nil
                $0.scheduledFor = nil
            }
            countRequest(of: id, mode: .perform)
        case .componentScheduled(let id, let due): change(component: id) { $0.scheduledFor = due }
        case .waitHeld(let id, let dependency): change(component: id) { $0.heldSince[dependency] = at }
        case .externalIDKnown(let id, let externalID): change(component: id) { $0.externalID = externalID }
        case .lineProgressed(let id, let line, let state, _):
            if let place = index.place(of: line, in: id) {
                components[place.component].lineStates[place.position] = state
            }
        case .componentProgressed(let id, let state, let processing):
            change(component: id) {
                $0.state = state
                $0.processing = processing
                $0.finishedAt = processing.isFinished ? at : nil
            }
            // Whoever mends it is not asked again, unless a person wants that.
            if processing == .downstreamCorrectionRequired { endRetry(of: id) }
            if processing == .undoCompleted || processing == .undoFailedContinue { endUndo(of: id) }
        case .componentMilestone(let id, let milestone): change(component: id) { $0.milestone = milestone }
        case .valueSettled(let id, let name): change(component: id) { $0.settle(name) }
        case .componentReset(let id): reset(id)
        case .compensationDropped(let id): changeRework(of: id) { $0.task = nil }
        case .compensationReleased(let id, let mode): release(id, mode, at: at)
        case .retryScheduled(let id, let attempt, let due):
            changeRework(of: id) {
                $0.retries = attempt
                $0.retryAt = due
            }
        case .componentRetried(let id): retry(id, at: at)
        case .componentHeard(let id): change(component: id) { $0.heardAt = at }
        case .componentReworded(let id, let words, let asked):
            change(component: id) { $0.plan.wording = words }
            if let asked { keepWords(asked, of: id) }
        case .accepted, .rejected, .planned, .linesWithoutWork, .lineStateChanged, .milestoneReached,
            .valueRecorded, .statusChanged, .lifecycleChanged, .updateIgnored, .updateParked, .parkedApplied,
            .parkedDropped, .revisionIgnored, .failureRaised, .amended, .revisionQueued, .revisionDropped,
            .revisionRefused,
            .transitionBegan, .transitionEnded, .permissibilityChanged, .operated,
            .wakeUp, .incidentOpened, .incidentClosed, .incidentAssigned, .ticketKnown, .ticketChanged,
            .dataFixed,
            .jeopardyRaised, .baseAsked, .baseAnswered, .followerKnown, .followerTold, .recreationScheduled:
            break
        }
    }

    private mutating func accept(_ acceptance: OrderEvent.Acceptance) {
        endRecreation()
        order = acceptance.order
        rejectedDraft = nil
        revision = acceptance.order.revision
        origin = acceptance.origin
        catalogVersion = acceptance.catalogVersion
        lines = acceptance.order.lines.map { LineProgress(id: $0.id) }
        components = []
        groups = nil
        status = StateTree.Root.open.name
        failures = []
        reindex()
    }

    private mutating func reject(_ rejection: OrderEvent.Rejection) {
        endRecreation()
        rejectedDraft = rejection.draft
        revision = rejection.revision
        origin = rejection.origin
        catalogVersion = rejection.catalogVersion
        lifecycle = .failed
        status = StateTree.Root.failed.name
        failures = Array(rejection.failures.prefix(Self.failuresMax))
    }

    private mutating func keep(_ failure: Failure) {
        if failures.count == Self.failuresMax { failures.removeFirst() }
        failures.append(failure)
    }

    mutating func change(line id: LineID, _ body: (inout LineProgress) -> Void) {
        if let at = index.lineAt[id] { body(&lines[at]) }
    }

    mutating func change(component id: ComponentID, _ body: (inout OrderComponent) -> Void) {
        if let at = index.componentAt[id] { body(&components[at]) }
    }
}
