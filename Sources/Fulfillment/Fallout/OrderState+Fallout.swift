internal import Orders

// What incidents and corrections make of the state.
extension OrderState {
    package var incidents: [Incident] { fallout?.value.incidents ?? [] }
    /// Those that are not closed.
    package var tickets: [Ticket] { fallout?.value.tickets ?? [] }

    mutating func applyFallout(_ event: OrderEvent, at: Timestamp) {
        switch event {
        case .incidentOpened(let incident):
            changeFallout {
                if $0.incidents.count == FalloutState.incidentsMax { $0.incidents.removeFirst() }
                $0.incidents.append(incident)
                // A person decides about the order.
                if incident.failure.component == nil { $0.recreation = nil }
                $0.opened = max($0.opened, incident.id)
            }
        case .incidentClosed(let id, _, _): changeFallout { $0.incidents.removeAll { $0.id == id } }
        case .incidentAssigned(let id, let assignee): change(incident: id) { $0.assignee = assignee }
        case .ticketKnown(let id, let ticket): know(ticket, of: id)
        case .ticketChanged(let ticket):
            changeFallout {
                var tickets = ($0.tickets ?? []).filter { $0.number != ticket.number }
                if ticket.status != .closed { tickets.append(ticket) }
                $0.tickets = tickets.isEmpty ? nil : tickets
            }
        case .dataFixed(let fix): apply(fix)
        case .recreationScheduled(let attempt, let due):
            changeFallout { $0.recreation = Recreation(attempt: attempt, due: due) }
        case .jeopardyRaised(let jeopardy):
            if let component = jeopardy.component { change(component: component) { $0.jeopardyAt = at } }
        default: break
        }
    }

    mutating func endRecreation() {
        if fallout?.value.recreation != nil { changeFallout { $0.recreation = nil } }
    }

    private mutating func apply(_ fix: DataFix) {
        guard let id = fix.line else {
            order?.properties[fix.name] = fix.value
            return
        }
        guard let at = index.lineAt[id], order?.lines.indices.contains(at) ?? false else { return }
        for place in index.componentsOfLine[at] { keepLinesAsAsked(of: place.component) }
        if let attribute = order?.lines[at].attributes.firstIndex(where: { $0.name == fix.name }) {
            order?.lines[at].attributes[attribute].value = fix.value
        } else {
            order?.lines[at].properties[fix.name] = fix.value
        }
    }

    /// A system knows its lines as it was asked for them, whatever a person sets, until it is asked anew.
    private mutating func keepLinesAsAsked(of at: Int) {
        let component = components[at]
        guard component.processing != .notStarted, component.task == nil,
            component.rework?.value.linesAsAsked == nil
        else { return }
        let lines = index.linesOfComponent[at].compactMap { order?.lines[$0] }
        changeRework(of: component.id) { $0.linesAsAsked = lines }
    }

    private mutating func know(_ externalID: String, of number: Int) {
        changeFallout { fallout in
            guard let at = fallout.tickets?.firstIndex(where: { $0.number == number }) else { return }
            fallout.tickets?[at].externalID = externalID
            let (component, base) = (fallout.tickets?[at].component, fallout.tickets?[at].base)
            for incident in fallout.incidents.indices
            where fallout.incidents[incident].failure.component == component
                && fallout.incidents[incident].base == base
            {
                fallout.incidents[incident].ticket = externalID
            }
        }
        change(incident: number) { $0.ticket = externalID }
    }

    private mutating func change(incident id: Int, _ body: (inout Incident) -> Void) {
        changeFallout { fallout in
            guard let at = fallout.incidents.firstIndex(where: { $0.id == id }) else { return }
            body(&fallout.incidents[at])
        }
    }

    private mutating func changeFallout(_ body: (inout FalloutState) -> Void) {
        var state = fallout?.value ?? FalloutState()
        body(&state)
        fallout = Rare(state)
    }
}
