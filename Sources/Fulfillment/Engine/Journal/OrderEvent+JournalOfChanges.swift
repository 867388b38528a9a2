internal import Orders

// Changes and fallout.
extension OrderEvent {
    func writeChange(to json: inout JSONWriter) {
        switch self {
        case .amended(let amendment): json.field("_0", amendment)
        case .revisionQueued(let queued): json.field("_0", queued)
        case .revisionDropped(let revision, let reason):
            json.field("revision", revision)
            json.field("reason", reason)
        case .revisionRefused(let refused): json.field("_0", refused)
        case .compensationReleased(let component, let mode):
            json.field("_0", component)
            json.field("mode", mode)
        case .componentReset(let component), .compensationDropped(let component): json.field("_0", component)
        case .transitionBegan(let transition): json.field("_0", transition)
        case .permissibilityChanged(let line, let permissibility):
            json.field("_0", line)
            json.field("permissibility", permissibility)
        case .operated(let operation): json.field("_0", operation)
        case .wakeUp(let at): json.field("at", at)
        default: break
        }
    }

    static func change(_ kind: Kind, fieldsOf json: inout JSONReader) throws(JSONDamage) -> OrderEvent {
        switch kind {
        case .amended: .amended(try json.value("_0"))
        case .revisionQueued: .revisionQueued(try json.value("_0"))
        case .revisionDropped:
            .revisionDropped(revision: try json.value("revision"), reason: try json.value("reason"))
        case .revisionRefused: .revisionRefused(try json.value("_0"))
        case .compensationReleased:
            .compensationReleased(try json.value("_0"), mode: try json.value("mode"))
        case .componentReset: .componentReset(try json.value("_0"))
        case .compensationDropped: .compensationDropped(try json.value("_0"))
        case .transitionBegan: .transitionBegan(try json.value("_0"))
        case .permissibilityChanged:
            .permissibilityChanged(
                try json.value("_0"),
                permissibility: try json.value("permissibility")
            )
        case .operated: .operated(try json.value("_0"))
        case .wakeUp: .wakeUp(at: try json.value("at"))
        default: .transitionEnded
        }
    }

    func writeFallout(to json: inout JSONWriter) {
        switch self {
        case .incidentOpened(let incident): json.field("_0", incident)
        case .incidentClosed(let incident, let resolution, let by):
            json.field("_0", incident)
            json.field("resolution", resolution)
            json.field("by", by)
        case .incidentAssigned(let incident, let to):
            json.field("_0", incident)
            json.field("to", to)
        case .ticketKnown(let incident, let ticket):
            json.field("_0", incident)
            json.field("ticket", ticket)
        case .ticketChanged(let ticket): json.field("_0", ticket)
        case .retryScheduled(let component, let attempt, let due):
            json.field("_0", component)
            json.field("attempt", attempt)
            json.field("due", due)
        case .componentRetried(let component), .componentHeard(let component): json.field("_0", component)
        case .dataFixed(let fix): json.field("_0", fix)
        case .componentReworded(let component, let words, let asked):
            json.field("_0", component)
            json.field("_1", words)
            json.field("asked", asked)
        case .jeopardyRaised(let jeopardy): json.field("_0", jeopardy)
        case .recreationScheduled(let attempt, let due):
            json.field("attempt", attempt)
            json.field("due", due)
        default: break
        }
    }

    static func fallout(_ kind: Kind, fieldsOf json: inout JSONReader) throws(JSONDamage) -> OrderEvent {
        switch kind {
        case .incidentOpened: .incidentOpened(try json.value("_0"))
        case .incidentClosed:
            .incidentClosed(
                try json.value("_0"),
                resolution: try json.value("resolution"),
                by: try json.optional("by")
            )
        case .incidentAssigned: .incidentAssigned(try json.value("_0"), to: try json.value("to"))
        case .ticketKnown: .ticketKnown(try json.value("_0"), ticket: try json.value("ticket"))
        case .ticketChanged: .ticketChanged(try json.value("_0"))
        case .retryScheduled:
            .retryScheduled(
                try json.value("_0"),
                attempt: try json.value("attempt"),
                due: try json.value("due")
            )
        case .componentRetried: .componentRetried(try json.value("_0"))
        case .componentHeard: .componentHeard(try json.value("_0"))
        case .dataFixed: .dataFixed(try json.value("_0"))
        case .componentReworded:
            .componentReworded(
                try json.value("_0"),
                try json.optional("_1"),
                asked: try json.optional("asked")
            )
        case .recreationScheduled:
            .recreationScheduled(attempt: try json.value("attempt"), due: try json.value("due"))
        default: .jeopardyRaised(try json.value("_0"))
        }
    }
}
