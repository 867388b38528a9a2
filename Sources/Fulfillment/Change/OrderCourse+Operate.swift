internal import Orders

// What a person, or a system on their behalf, asks of an order.
extension OrderCourse {
    mutating func operate(_ operation: OrderOperation, _ context: MessageContext) -> OrderOutcome {
        guard let lifecycle = state?.lifecycle else { return .orderUnknown }
        if let refusal = refusal(of: operation, lifecycle) {
            emit(.failureRaised(refusal))
            return .applied
        }
        let isFailed = lifecycle == .failed && state?.order != nil
        switch operation.action {
        case .suspend, .resume, .cancel, .abort, .fail:
            emit(.operated(operation))
            move(operation, context)
        case .delete: return delete(operation)
        case .resolve where isFailed, .retry where isFailed, .fix where isFailed: resolveFailure(operation)
        case .ticket: noteTicket(operation)
        case .follow: noteFollower(operation)
        case .baseReport: noteBase(operation)
        case .retry where state?.order == nil: recreate(operation, context)
        case .resubmit, .discard: operateOnParked(operation)
        case .retry, .resolve, .skip, .complete, .fix, .assign:
            operateOnFallout(operation)
        }
        return settle()
    }

    /// Why an operation is not permitted; `nil` when it is.
    func refusal(of operation: OrderOperation, _ lifecycle: LifecycleState) -> Failure? {
        guard let transaction = operation.action.transaction else { return nil }
        let label = "operation \(operation.action.rawValue) by \(operation.by.prefix(60))"
        // Where nothing was asked of anybody cancelling is dropping; and what waits can be put right meanwhile.
        let isHarmless =
            transaction == .cancel && lifecycle == .notStarted
            || transaction == .resolveFailure && !lifecycle.isOver
        if !isHarmless {
            do { try lifecycle.permit(transaction) } catch {
                return Failure(
                    .transactionNotPermitted,
                    "\(label): \(error)",
                    correctiveAction: lifecycle.wayOutOfEnd
                )
            }
        }
        if transaction == .resume, state?.order == nil {
            let text = "\(label): the order was invalid from the start, and there is nothing to be resumed"
            return Failure(.transactionNotPermitted, text, correctiveAction: "Send a new order.")
        }
        return state?.refusal(of: transaction, label: label, catalog: catalog)
    }

    /// Whoever keeps the order forgets it: nothing of it stays but who had it deleted, when and why.
    private mutating func delete(_ operation: OrderOperation) -> OrderOutcome {
        let label = "operation delete by \(operation.by.prefix(60))"
        if operation.reason?.isEmpty ?? true {
            emit(.failureRaised(Failure(.operationInvalid, "\(label) gives no reason")))
            return .applied
        }
        let followers = (state?.relations?.value.followers ?? []).filter { $0.told == nil }
        guard followers.isEmpty else {
            let text = "\(label): orders wait for this one: \(Listing.some(followers.map(\.order)))"
            let advice = "Cancel it, so that they are told; then delete it."
            emit(.failureRaised(Failure(.transactionNotPermitted, text, correctiveAction: advice)))
            return .applied
        }
        emit(.operated(operation))
        closeAllIncidents(.deleted, by: operation.by)
        closeAllTickets("the order is deleted")
        return .deleted
    }

    private mutating func move(_ operation: OrderOperation, _ context: MessageContext) {
        switch operation.action {
        case .suspend: suspend(by: operation.by)
        case .resume: resume(context)
        case .cancel: cancel(context)
        case .abort: abort(by: operation.by)
        default:
            endTransition()
            move(to: .failed)
        }
    }

    /// Whatever made the order fail is mended: it goes on (OSM ResolveFailure).
    private mutating func resolveFailure(_ operation: OrderOperation) {
        let isAboutComponents =
            operation.action == .fix || operation.component != nil || operation.incident != nil
            || !(state?.incidents ?? []).isEmpty
        if isAboutComponents { operateOnFallout(operation) } else { emit(.operated(operation)) }
        // About a part that is not in fallout, it was refused.
        guard case .operated = events.first else { return }
        goOn()
        takeUpQueued()
    }

    /// An order that was invalid from the start is tried again as it was sent, by the catalog of now.
    private mutating func recreate(_ operation: OrderOperation, _ context: MessageContext) {
        guard let draft = state?.rejectedDraft, let origin = state?.origin else { return }
        emit(.operated(operation))
        _ = takeIn(draft, origin, because: .person(operation.by))
    }

    mutating func endTransition() {
        if state?.change?.value.pending != nil { emit(.transitionEnded) }
    }

    /// It ends at once, and with it whatever waited: nothing is asked of anybody any more.
    mutating func abort(by: String) {
        closeAllIncidents(.aborted, by: by)
        endTransition()
        if let queued = state?.change?.value.queued {
            drop(
                queued,
                Failure(
                    .transactionNotPermitted,
                    "the order was aborted",
                    correctiveAction: "Send a new order.",
                    externalCode: StatusReport.abortedReason
                )
            )
        }
        move(to: .aborted)
    }

    /// No component starts while it is suspended; what systems report is recorded.
    private mutating func suspend(by: String) {
        let grace = catalog.changes.suspendGrace
        guard let pending = state?.change?.value.pending else {
            if !grace.isNone, hasAcceptedWork { return begin(.suspend, grace, by: by) }
            return move(to: .suspended)
        }
        // What waited for accepted work waits for the order to be resumed now; asked for twice, it is suspended at once.
        emit(.transitionEnded)
        if pending.transaction != .suspend, var queued = state?.change?.value.queued {
            queued.reason = .suspended
            emit(.revisionQueued(queued))
        }
        move(to: .suspended)
    }

    private mutating func resume(_ context: MessageContext) {
        switch state?.lifecycle {
        case .waitingForRevision:
            if let queued = state?.change?.value.queued {
                let text = "the order goes on without revision \(queued.revision)"
                let advice = "Send a further revision that leaves alone what cannot be changed."
                drop(queued, Failure(.transactionNotPermitted, text, correctiveAction: advice))
            }
            goOn()
        case .cancelled: reinstate(context)
        default:
            goOn()
            takeUpQueued()
        }
    }

    /// The order goes on: a revision that waited for that is applied, or waits for an undo that is under way.
    private mutating func takeUpQueued() {
        guard var queued = state?.change?.value.queued else { return }
        defer { watchSystems() }
        if isUndoing {
            queued.reason = .amending
            return emit(.revisionQueued(queued))
        }
        emit(.revisionDropped(revision: queued.revision, reason: "its turn has come"))
        applyRevision(queued)
    }

    /// Back to what it was doing.
    mutating func goOn() {
        let isCancelled = state?.change?.value.isCancelled ?? false
        let hasStarted = state?.components.contains { $0.requests > 0 } ?? false
        if isCancelled {
            move(to: .cancelling)
        } else {
            move(to: hasTasks ? .amending : hasStarted ? .inProgress : .notStarted)
        }
        // What waited takes effect before anything is asked again, which it might take back at once.
        if state?.change?.value.queued == nil { watchSystems() }
        watchLateness()
        followAll()
    }

    mutating func cancel(_ context: MessageContext) {
        guard let state, let order = state.order else {
            return endInvalid()
        }
        var draft = OrderDraft(key: order.key)
        draft.correlation = order.correlation
        applyRevision(
            QueuedRevision(draft: draft, revision: state.revision, context: context, reason: .amending)
        )
    }

    /// A cancelled order is wanted again, as it was last.
    private mutating func reinstate(_ context: MessageContext) {
        guard let state, var order = state.order else { return }
        let old = order
        let withdrawn = Set(state.change?.value.withdrawnBefore ?? [])
        order.lines.removeAll { withdrawn.contains($0.id) }
        let planner = AmendmentPlanner(
            state,
            old: old,
            wanted: order,
            isCancellation: false,
            catalog: catalog
        )
        do {
            applyAmendment(try planner.amendment(origin: state.origin, now: now))
        } catch {
            emit(
                .failureRaised(
                    Failure(
                        .transactionNotPermitted,
                        "the cancelled order cannot be resumed: it can no longer be decomposed"
                    )
                )
            )
        }
    }

    // MARK: Grace periods

    /// Lets accepted work finish before a transition.
    mutating func begin(_ transaction: OrderTransaction, _ grace: GracePeriod, by: String? = nil) {
        let pending = PendingTransition(
            transaction: transaction,
            since: now,
            forcedAt: grace.secondsMax.map { now.advanced(bySeconds: $0) },
            jeopardyAt: now.advanced(bySeconds: grace.jeopardyEverySeconds),
            by: by
        )
        emit(.transitionBegan(pending))
        move(to: .waiting)
    }

    /// Time has come for a transition that waits: it is told, and forced at its end.
    mutating func watchTransition() {
        guard var pending = state?.change?.value.pending, state?.lifecycle != .aborted else { return }
        if let jeopardyAt = pending.jeopardyAt, jeopardyAt <= now,
            !(pending.forcedAt.map { $0 <= now } ?? false)
        {
            emit(
                .jeopardyRaised(
                    Jeopardy(
                        text: "\(pending.transaction.rawValue) waits since \(pending.since) for accepted work"
                    )
                )
            )
            let grace =
                switch pending.transaction {
                case .suspend: catalog.changes.suspendGrace
                case .cancel: catalog.changes.cancelGrace
                default: catalog.changes.amendGrace
                }
            pending.jeopardyAt = now.advanced(bySeconds: max(1, grace.jeopardyEverySeconds))
            emit(.transitionBegan(pending))
        }
    }

    /// What waited for accepted work happens.
    ///
    /// - Returns: Whether anything came of it.
    mutating func perform(_ pending: PendingTransition, _ change: ChangeState) -> Bool {
        emit(.transitionEnded)
        if pending.transaction == .suspend {
            move(to: .suspended)
            return false
        }
        guard let queued = change.queued else {
            goOn()
            return true
        }
        applyRevision(queued, afterGrace: true)
        // It was refused: the order goes on as it was.
        if state?.lifecycle == .waiting { goOn() }
        return true
    }
}

extension OrderOperation.Action {
    /// What it asks of the life cycle; `nil` for what the life cycle has no say in.
    fileprivate var transaction: OrderTransaction? {
        switch self {
        case .suspend: .suspend
        case .resume: .resume
        case .cancel: .cancel
        case .abort: .abort
        case .fail: .fail
        case .delete: .delete
        case .retry, .resolve, .skip, .complete, .fix, .assign: .resolveFailure
        case .ticket, .follow, .baseReport, .resubmit, .discard: nil
        }
    }
}
