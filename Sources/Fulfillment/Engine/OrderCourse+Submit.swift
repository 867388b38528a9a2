internal import Orders

extension OrderCourse {
    /// Takes an order in: a new one is decomposed, one that is known is repeated, stale or revised.
    mutating func submit(_ draft: OrderDraft, _ context: MessageContext) -> OrderOutcome {
        guard let known = state else { return takeIn(draft, context) }
        let next = known.highestRevision + 1
        guard let revision = newerRevision(of: draft, known: known, arrival: next) else {
            return hasNews ? .applied : .nothingNew
        }
        if known.order == nil { return replaceInvalid(draft, revision: revision, context) }
        return revise(draft, revision: revision, context)
    }

    /// What comes instead of an order that was invalid from the start: of that nothing was asked of anybody.
    private mutating func replaceInvalid(
        _ draft: OrderDraft,
        revision: Int,
        _ context: MessageContext
    ) -> OrderOutcome {
        guard let known = state else { return .orderUnknown }
        let queued = QueuedRevision(draft: draft, revision: revision, context: context, reason: .amending)
        if let refusal = refusal(of: queued, known) {
            refuse(queued, refusal)
            return .applied
        }
        guard isCancellation(draft) else { return takeIn(draft, context) }
        guard known.lifecycle == .failed else {
            emit(.revisionIgnored(revision: revision, reason: "the order is cancelled already"))
            return .applied
        }
        keep(draft, revision, context, [], id: known.id)
        endInvalid()
        return .applied
    }

    /// An order that was invalid from the start is cancelled: there is nothing to undo.
    mutating func endInvalid() {
        closeAllIncidents(.cancelled, by: nil)
        emit(.statusChanged(StateTree.Root.cancelled.name))
        move(to: .cancelled)
    }

    /// Decomposes a new order, or one that was invalid before.
    mutating func takeIn(
        _ draft: OrderDraft,
        _ context: MessageContext,
        because cause: IntakeCause = .message
    ) -> OrderOutcome {
        let id = OrderID(role: role, key: draft.key)
        let result = OrderValidation.validate(
            draft,
            catalog: catalog,
            linesMax: linesMax,
            arrivalRevision: state.map { $0.revision + 1 } ?? 1
        )
        if isCancellation(draft), !draft.lines.isEmpty {
            let failure = Failure(
                .orderUnknown,
                "it cancels an order that is not known",
                correctiveAction: "Send the order first, or cancel it under the key it was sent with."
            )
            reject(draft, id: id, result.revision, context, [failure], because: cause)
            return .applied
        }
        guard let order = result.order else {
            reject(draft, id: id, result.revision, context, result.failures, because: cause)
            return .applied
        }
        switch Decomposer.plan(order, catalog: catalog, now: now) {
        case .failure(let failure):
            reject(draft, id: id, order.revision, context, failure.failures, because: cause)
        case .success(let plan):
            begin(
                .accepted(
                    OrderEvent.Acceptance(order: order, origin: context, catalogVersion: catalog.version)
                ),
                id: id
            )
            move(to: .notStarted)
            closeAllIncidents(cause == .message ? .revised : .recovered, by: cause.person)
            for warning in result.warnings { emit(.failureRaised(warning)) }
            emit(.planned(plan))
            markLinesWithoutWork()
            askBases()
            for component in plan.components.indices { look(at: component) }
            _ = settle()
        }
        return .applied
    }

    /// An order under a known key is a repetition, stale, or a revision.
    ///
    /// - Returns: The number of the revision; `nil` when it is none, which was noted then.
    private mutating func newerRevision(of draft: OrderDraft, known: OrderState, arrival: Int) -> Int? {
        switch catalog.revisionPolicy {
        case .arrival:
            // Without numbers a repetition is told by its content.
            if known.order.map({ Self.sameContent($0, known, draft, catalog, linesMax) })
                ?? (known.rejectedDraft == draft)
            {
                emit(.revisionIgnored(revision: known.revision, reason: "the same order again"))
                return nil
            }
            return arrival
        case .number:
            guard let revision = draft.revision.map(OrderValidation.revisionNumber) ?? 1 else {
                emit(
                    .failureRaised(
                        Failure(
                            .revisionNotANumber,
                            "a further message of the order has the revision '\(draft.revision?.prefix(20) ?? "")'"
                        )
                    )
                )
                return nil
            }
            let highest = known.highestRevision
            if revision > highest { return revision }
            if revision == highest {
                emit(.revisionIgnored(revision: revision, reason: "revision \(revision) is known already"))
                return nil
            }
            let label = draft.revision.map { "revision \($0.prefix(20))" } ?? "a further message"
            emit(
                .failureRaised(
                    Failure(.revisionStale, "\(label) came after revision \(highest) and is not applied")
                )
            )
            return nil
        }
    }

    private static func sameContent(
        _ order: Order,
        _ known: OrderState,
        _ draft: OrderDraft,
        _ catalog: FulfillmentCatalog,
        _ linesMax: Int
    ) -> Bool {
        if draft.lines.isEmpty { return known.change?.value.isCancelled ?? false }
        if let queued = known.change?.value.queued { return queued.draft == draft }
        var current = order
        let withdrawn = Set(known.lines.filter(\.isWithdrawn).map(\.id))
        current.lines.removeAll { withdrawn.contains($0.id) }
        return OrderValidation.validate(
            draft,
            catalog: catalog,
            linesMax: linesMax,
            arrivalRevision: order.revision
        ).order == current
    }

    private mutating func reject(
        _ draft: OrderDraft,
        id: OrderID,
        _ revision: Int,
        _ context: MessageContext,
        _ failures: [Failure],
        because cause: IntakeCause
    ) {
        if case .timer(let attempt) = cause { return meetFailure(ofAttempt: attempt, failures) }
        // What was wrong with it before may be right now: the incident tells what is wrong this time.
        closeAllIncidents(.retried, by: cause.person)
        keep(draft, revision, context, failures, id: id)
        // Whoever has it tried again sees at once what came of it.
        if cause.person == nil, scheduleRecreation(after: failures, attempt: 1) { return }
        openIncident(Failure.summary(of: failures))
    }

    /// An order of which nothing can be begun is kept as it was sent.
    private mutating func keep(
        _ draft: OrderDraft,
        _ revision: Int,
        _ context: MessageContext,
        _ failures: [Failure],
        id: OrderID
    ) {
        begin(
            .rejected(
                OrderEvent.Rejection(
                    draft: draft,
                    revision: revision,
                    origin: context,
                    catalogVersion: catalog.version,
                    failures: failures
                )
            ),
            id: id
        )
    }

    /// Lines that neither have a component nor hold one that has are done from the start.
    mutating func markLinesWithoutWork() {
        guard let state else { return }
        var hasWork = state.index.componentsOfLine.enumerated().map { line, places in
            !state.lines[line].isWithdrawn
                && places.contains { !state.components[$0.component].isWithdrawn }
        }
        for line in hasWork.indices where hasWork[line] {
            var parent = state.index.parentOfLine[line]
            while let here = parent, !hasWork[here] {
                hasWork[here] = true
                parent = state.index.parentOfLine[here]
            }
        }
        let idle = hasWork.indices.filter { !hasWork[$0] && !state.lines[$0].isWithdrawn }.map {
            state.lines[$0].id
        }
        if !idle.isEmpty { emit(.linesWithoutWork(idle)) }
    }
}
