internal import Orders

extension OrderCourse {
    /// Takes an order in: validates, decomposes, releases what may start.
    mutating func submit(_ draft: OrderDraft, _ context: MessageContext) -> OrderOutcome {
        let id = OrderID(role: role, key: draft.key)
        if let known = state, let refused = refuseRevision(of: draft, known: known) { return refused }
        let next = state.map { $0.revision + 1 } ?? 1
        let result = OrderValidation.validate(
            draft,
            catalog: catalog,
            linesMax: linesMax,
            arrivalRevision: next
        )
        guard let order = result.order else {
            reject(draft, id: id, revision: result.revision, context: context, failures: result.failures)
            return .applied
        }
        switch Decomposer.plan(order, catalog: catalog, now: now) {
        case .failure(let failure):
            reject(draft, id: id, revision: order.revision, context: context, failures: failure.failures)
        case .success(let plan):
            begin(
                .accepted(
                    OrderEvent.Acceptance(order: order, origin: context, catalogVersion: catalog.version)
                ),
                id: id
            )
            move(to: .notStarted)
            for warning in result.warnings { emit(.failureRaised(warning)) }
            emit(.planned(plan))
            markLinesWithoutWork()
            for component in plan.components.indices { look(at: component) }
            _ = settle()
        }
        return .applied
    }

    /// An order under a known key is a repetition, stale, or a revision.
    ///
    /// - Returns: `nil` when it may take the place of an order that was invalid from the start.
    private mutating func refuseRevision(of draft: OrderDraft, known: OrderState) -> OrderOutcome? {
        let newer: Bool
        switch catalog.revisionPolicy {
        case .arrival:
            // Without numbers a repetition is told by its content.
            if known.order.map({ Self.sameContent($0, draft, catalog, linesMax) })
                ?? (known.rejectedDraft == draft)
            {
                emit(.revisionIgnored(revision: known.revision, reason: "the same order again"))
                return .nothingNew
            }
            newer = true
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
                return .applied
            }
            if revision == known.revision {
                emit(.revisionIgnored(revision: revision, reason: "revision \(revision) is known already"))
                return .nothingNew
            }
            newer = revision > known.revision
        }
        let label = draft.revision.map { "revision \($0.prefix(20))" } ?? "a further message"
        guard newer else {
            emit(
                .failureRaised(
                    Failure(
                        .revisionStale,
                        "\(label) came after revision \(known.revision) and is not applied"
                    )
                )
            )
            return .applied
        }
        if known.order == nil && known.lifecycle == .failed { return nil }
        do {
            try known.lifecycle.permit(.submitAmendment)
            emit(
                .failureRaised(
                    Failure(
                        .transactionNotPermitted,
                        "\(label) of the order is not applied: an order that is being fulfilled is not amended",
                        correctiveAction: "Send the change as a new order once this one is complete."
                    )
                )
            )
        } catch {
            emit(.failureRaised(Failure(.transactionNotPermitted, "\(label): \(error)")))
        }
        return .applied
    }

    private static func sameContent(
        _ order: Order,
        _ draft: OrderDraft,
        _ catalog: FulfillmentCatalog,
        _ linesMax: Int
    ) -> Bool {
        OrderValidation.validate(draft, catalog: catalog, linesMax: linesMax, arrivalRevision: order.revision)
            .order
            == order
    }

    private mutating func reject(
        _ draft: OrderDraft,
        id: OrderID,
        revision: Int,
        context: MessageContext,
        failures: [Failure]
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
    private mutating func markLinesWithoutWork() {
        guard let state else { return }
        var hasWork = state.index.componentsOfLine.map { !$0.isEmpty }
        for line in hasWork.indices where hasWork[line] {
            var parent = state.index.parentOfLine[line]
            while let here = parent, !hasWork[here] {
                hasWork[here] = true
                parent = state.index.parentOfLine[here]
            }
        }
        let idle = hasWork.indices.filter { !hasWork[$0] }.map { state.lines[$0].id }
        if !idle.isEmpty { emit(.linesWithoutWork(idle)) }
    }
}
