internal import Orders

// Tickets follow incidents: one is made, told of what is done, and closed when its part leaves fallout.
extension OrderCourse {
    /// Looks at an event that is about to take effect, or just has, for what it means to tickets.
    mutating func keepTickets(after event: OrderEvent, incidentBefore: Incident?) {
        guard let policy = catalog.tickets else { return }
        switch event {
        case .incidentOpened(let incident): openTicket(for: incident, policy)
        case .incidentClosed(_, let resolution, let by):
            guard let incidentBefore, let ticket = ticket(about: incidentBefore) else {
                return
            }
            change(ticket, resolution.isAwaited ? .correcting : .closed, Self.remark(resolution.rawValue, by))
        case .incidentAssigned(let id, let to):
            guard let incident = state?.incidents.first(where: { $0.id == id }),
                let ticket = ticket(about: incident)
            else { return }
            change(ticket, ticket.status, "assigned to \(to)")
        case .componentProgressed(let id, _, let processing):
            // While an incident is open its end is told; one that is no longer kept has no end of its own.
            guard processing.isOver, let ticket = ticket(of: id),
                ticket.status == .correcting || !hasIncident(id)
            else { return }
            change(ticket, .closed, "the component is \(processing.rawValue)")
        case .baseAnswered(let base, let outcome) where outcome.releases:
            for ticket in state?.tickets ?? [] where ticket.base == base {
                change(ticket, .closed, "\(base) is \(outcome.rawValue)")
            }
        case .lifecycleChanged(_, let to) where to.isClosed || to == .cancelled:
            closeAllTickets("the order is \(to.rawValue)")
        default: break
        }
    }

    /// Nobody is to work on what is over.
    mutating func closeAllTickets(_ remark: String) {
        for ticket in state?.tickets ?? [] { change(ticket, .closed, remark) }
    }

    private func hasIncident(_ component: ComponentID) -> Bool {
        state?.incidents.contains { $0.failure.component == component } ?? false
    }

    private func ticket(of component: ComponentID) -> Ticket? {
        state?.tickets.first { $0.component == component }
    }

    /// The ticket about the same part of the order, or about the same order that it follows.
    func ticket(about incident: Incident) -> Ticket? {
        state?.tickets.first { $0.component == incident.failure.component && $0.base == incident.base }
    }

    private mutating func openTicket(for incident: Incident, _ policy: TicketPolicy) {
        guard policy.classes.contains(incident.failure.code.failureClass) else { return }
        if var known = ticket(about: incident) {
            known.failure = incident.failure
            return change(known, .open, "it failed again")
        }
        guard state?.tickets.count ?? 0 < Ticket.keptMax else { return }
        emit(
            .ticketChanged(
                Ticket(
                    number: incident.id,
                    component: incident.failure.component,
                    base: incident.base,
                    failure: incident.failure,
                    openedAt: incident.openedAt,
                    isNew: true
                )
            )
        )
    }

    private mutating func change(_ ticket: Ticket, _ status: Ticket.Status, _ remark: String) {
        var ticket = ticket
        ticket.status = status
        ticket.remark = remark
        ticket.isNew = false
        emit(.ticketChanged(ticket))
    }

    private static func remark(_ word: String, _ by: String?) -> String {
        by.map { "\(word) by \($0)" } ?? word
    }

    /// The ticket system answered: its identification is kept and goes with what it is told from then on.
    mutating func noteTicket(_ operation: OrderOperation) {
        guard let number = operation.incident, let id = operation.value,
            state?.tickets.contains(where: { $0.number == number }) ?? false
                || state?.incidents.contains(where: { $0.id == number }) ?? false
        else {
            // It may have been closed while the answer was on its way.
            emit(
                .updateIgnored(operation.component, reason: "a ticket answer names no incident that is open")
            )
            return
        }
        emit(.ticketKnown(number, ticket: id))
    }
}

extension IncidentResolution {
    /// Whether its outcome is still to be seen.
    var isAwaited: Bool {
        switch self {
        case .retried, .resolved, .fixed: true
        case .recovered, .skipped, .completed, .revised, .cancelled, .aborted, .deleted: false
        }
    }
}

extension ProcessingState {
    /// Whether nothing more is expected of its system.
    fileprivate var isOver: Bool {
        switch self {
        case .completed, .failedContinue, .undoCompleted, .undoFailedContinue: true
        case .notStarted, .inProgress, .failed, .undoing, .undoFailed, .downstreamCorrectionRequired: false
        }
    }
}
