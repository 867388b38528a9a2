package import Orders

// Failures of components: told, retried, or kept as incidents that wait for a decision.
extension OrderCourse {
    /// A component failed: it is told, and the fallout table says what follows; else an incident waits for a decision.
    mutating func fail(_ id: ComponentID, _ failure: Failure) {
        emit(.failureRaised(failure))
        // Nobody has to decide anything about an order that is over, nor about what is left as it is; should it be
        // wanted again, what failed is asked anew.
        guard let at = state?.index.componentAt[id], let component = state?.components[at],
            state?.lifecycle.isOver == false, !component.isLeft
        else { return }
        let isKnown = state?.incidents.contains { $0.failure.component == id } ?? false
        guard !isKnown else { return }
        switch catalog.action(for: failure, of: component.plan) {
        case .retry(let times, let firstMilliseconds):
            let attempt = (component.rework?.value.retries ?? 0) + 1
            // Beyond its point of no return it is not asked, however often that is tried.
            guard attempt <= times, failure.code != .pointOfNoReturn else { break }
            let wait = RetryDelay.milliseconds(
                attempt: attempt,
                firstMilliseconds: firstMilliseconds,
                order: state?.id.key ?? "",
                component: id
            )
            emit(.retryScheduled(id, attempt: attempt, due: now.advanced(byMilliseconds: wait)))
            return
        case .rollBack: return decide(.rollBack, failure)
        case .abort: return decide(.abort, failure)
        case .downstream:
            leftDownstream.insert(id)
            return
        case .goOn: return
        case .wait: break
        }
        openIncident(failure)
    }

    /// Whether what a system cancels of a component, though nobody asked it to, is nobody's concern.
    func mayBeCancelled(_ component: OrderComponent) -> Bool {
        component.processing == .failedContinue || component.isWithdrawn || component.task?.isUndo ?? false
            || catalog.action(for: Failure(.systemCancelled, ""), of: component.plan) == .goOn
    }

    mutating func openIncident(_ failure: Failure, base: BaseReference? = nil) {
        let component = failure.component.flatMap { state?.index.componentAt[$0] }
            .flatMap { state?.components[$0] }
        var incident = Incident(
            id: (state?.fallout?.value.opened ?? 0) + 1,
            failure: failure,
            openedAt: now,
            retries: component?.rework?.value.retries ?? 0,
            base: base
        )
        if catalog.containment == .order, state?.order != nil { incident.locksOrder = true }
        incident.ticket = ticket(about: incident)?.externalID
        emit(.incidentOpened(incident))
    }

    mutating func closeIncidents(of id: ComponentID, _ resolution: IncidentResolution, by: String? = nil) {
        for incident in state?.incidents ?? [] where incident.failure.component == id {
            emit(.incidentClosed(incident.id, resolution: resolution, by: by))
        }
    }

    mutating func closeAllIncidents(_ resolution: IncidentResolution, by: String?) {
        for incident in state?.incidents ?? [] {
            emit(.incidentClosed(incident.id, resolution: resolution, by: by))
        }
    }

    /// A report that ends a failure ends its incident.
    mutating func closeIfRecovered(_ at: Int) {
        guard state?.components[at].processing != .failed, let id = state?.components[at].id else { return }
        closeIncidents(of: id, .recovered)
    }

    // MARK: Decisions about the order

    /// The first decision holds; it is carried out when the components are no longer being looked at.
    private mutating func decide(_ action: FalloutAction, _ failure: Failure) {
        if decided == nil { decided = (action, failure) } else { openIncident(failure) }
    }

    /// Rolls the order back, or aborts it, as the fallout table has decided.
    mutating func carryOutDecision() {
        guard let (action, failure) = decided, let origin = state?.origin, let lifecycle = state?.lifecycle
        else { return }
        decided = nil
        let operation = OrderOperation(
            action: action == .abort ? .abort : .cancel,
            by: "the fallout table",
            reason: failure.description,
            component: failure.component
        )
        // It is being undone already, or may not be: a person decides.
        guard refusal(of: operation, lifecycle) == nil else { return openIncident(failure) }
        // Nor is who suspended it to be overtaken.
        if action == .rollBack, state?.isSuspended == true { return openIncident(failure) }
        emit(.operated(operation))
        if action == .abort { return abort(by: operation.by) }
        cancel(origin)
        // It is refused, or waits and may be yet: a person sees what failed until it is undone.
        if state?.change?.value.isCancelled != true { openIncident(failure) }
    }
}

extension FulfillmentCatalog {
    /// What is done about a failure: by the first row that fits, else technical failures are retried and business
    /// failures wait for a decision.
    package func action(for failure: Failure, of plan: PlannedComponent?) -> FalloutAction {
        if let rule = fallout.first(where: { $0.fits(failure, of: plan) }) { return rule.action }
        return failure.code.failureClass == .technical ? .standardRetry : .wait
    }
}
