internal import Orders

// What incidents and corrections make of the state.
extension OrderState {
    package var incidents: [Incident] { fallout?.value.incidents ?? [] }

    mutating func applyFallout(_ event: OrderEvent) {
        switch event {
        case .incidentOpened(let incident):
            changeFallout {
                if $0.incidents.count == FalloutState.incidentsMax { $0.incidents.removeFirst() }
                $0.incidents.append(incident)
                $0.opened = max($0.opened, incident.id)
            }
        case .incidentClosed(let id, _, _): changeFallout { $0.incidents.removeAll { $0.id == id } }
        case .incidentAssigned(let id, let assignee): change(incident: id) { $0.assignee = assignee }
        case .ticketKnown(let id, let ticket): change(incident: id) { $0.ticket = ticket }
        case .dataFixed(let fix): apply(fix)
        default: break
        }
    }

    private mutating func apply(_ fix: DataFix) {
        guard let id = fix.line else {
            order?.properties[fix.name] = fix.value
            return
        }
        guard let at = index.lineAt[id], order?.lines.indices.contains(at) ?? false else { return }
        if let attribute = order?.lines[at].attributes.firstIndex(where: { $0.name == fix.name }) {
            order?.lines[at].attributes[attribute].value = fix.value
        } else {
            order?.lines[at].properties[fix.name] = fix.value
        }
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
