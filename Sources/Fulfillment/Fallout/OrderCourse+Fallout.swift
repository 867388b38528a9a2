internal import Orders

// Failures of components: told, retried, or kept as incidents that wait for a decision.
extension OrderCourse {
    /// A component failed: it is told, and an incident waits for a decision.
    mutating func fail(_ id: ComponentID, _ failure: Failure) {
        emit(.failureRaised(failure))
        let known = state?.incidents.contains { $0.failure.component == id } ?? false
        guard !known else { return }
        let number = (state?.fallout?.value.opened ?? 0) + 1
        emit(.incidentOpened(Incident(id: number, failure: failure, openedAt: now)))
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
}
