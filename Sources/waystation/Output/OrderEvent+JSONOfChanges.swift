import Fulfillment
import Orders

// Changes and fallout.
extension OrderEvent {
    var namedOfChange: (name: String, fields: [String: JSONValue]) {
        switch self {
        case .amended(let amendment): ("amended", amendment.fields)
        case .revisionQueued(let queued):
            (
                "revisionQueued",
                ["revision": JSONValue(queued.revision), "reason": JSONValue(queued.reason.rawValue)]
            )
        case .revisionDropped(let revision, let reason):
            ("revisionDropped", ["revision": JSONValue(revision), "reason": JSONValue(reason)])
        case .revisionRefused(let refused):
            (
                "revisionRefused",
                ["revision": JSONValue(refused.revision), "failure": refused.failure.json]
            )
        case .compensationReleased(let id, let mode):
            ("compensationReleased", ["component": JSONValue(id), "mode": JSONValue(mode.rawValue)])
        case .componentReset(let id): ("componentReset", ["component": JSONValue(id)])
        case .compensationDropped(let id): ("compensationDropped", ["component": JSONValue(id)])
        case .transitionBegan(let transition):
            (
                "transitionBegan",
                [
                    "transaction": JSONValue(transition.transaction.rawValue),
                    "forcedAt": JSONValue(transition.forcedAt),
                ]
            )
        case .transitionEnded: ("transitionEnded", [:])
        case .permissibilityChanged(let line, let permissibility):
            (
                "permissibilityChanged",
                ["line": JSONValue(line), "permissibility": JSONValue(permissibility.rawValue)]
            )
        case .operated(let operation): ("operated", operation.fields)
        case .wakeUp(let at): ("wakeUp", ["at": JSONValue(at)])
        default: namedOfFallout
        }
    }

    private var namedOfFallout: (name: String, fields: [String: JSONValue]) {
        switch self {
        case .incidentOpened(let incident):
            ("incidentOpened", ["incident": JSONValue(incident.id), "failure": incident.failure.json])
        case .incidentClosed(let id, let resolution, let by):
            (
                "incidentClosed",
                [
                    "incident": JSONValue(id), "resolution": JSONValue(resolution.rawValue),
                    "by": JSONValue(by),
                ]
            )
        case .incidentAssigned(let id, let to):
            ("incidentAssigned", ["incident": JSONValue(id), "to": JSONValue(to)])
        case .ticketKnown(let id, let ticket):
            ("ticketKnown", ["incident": JSONValue(id), "ticket": JSONValue(ticket)])
        case .ticketChanged(let ticket):
            (
                "ticketChanged",
                [
                    "incident": JSONValue(ticket.number), "status": JSONValue(ticket.status.rawValue),
                    "ticket": JSONValue(ticket.externalID), "remark": JSONValue(ticket.remark),
                ]
            )
        case .retryScheduled(let id, let attempt, let due):
            (
                "retryScheduled",
                ["component": JSONValue(id), "attempt": JSONValue(attempt), "due": JSONValue(due)]
            )
        case .componentRetried(let id): ("componentRetried", ["component": JSONValue(id)])
        case .componentHeard(let id): ("componentHeard", ["component": JSONValue(id)])
        case .dataFixed(let fix): ("dataFixed", fix.fields)
        case .componentReworded(let id, _, _): ("componentReworded", ["component": JSONValue(id)])
        case .recreationScheduled(let attempt, let due):
            ("recreationScheduled", ["attempt": JSONValue(attempt), "due": JSONValue(due)])
        case .jeopardyRaised(let jeopardy):
            (
                "jeopardyRaised",
                ["component": JSONValue(jeopardy.component), "text": JSONValue(jeopardy.text)]
            )
        default: ("", [:])
        }
    }
}

extension Amendment {
    fileprivate var fields: [String: JSONValue] {
        let undone = UndoneNames(self)
        return [
            "revision": JSONValue(order.revision), "cancels": .boolean(isCancellation),
            "added": JSONValue(delta.added), "removed": JSONValue(delta.removed),
            "changed": .array(
                delta.changed.map {
                    .object([
                        "line": JSONValue($0.line), "fields": .array($0.fields.map { JSONValue($0) }),
                    ])
                }
            ),
            "orderFields": .array(delta.orderFields.map { JSONValue($0) }),
            "steps": .array(
                steps.map { step in
                    let fields: [String: JSONValue] = [
                        "component": JSONValue(step.component), "kind": JSONValue(step.kind.rawValue),
                        "reason": JSONValue(step.reason),
                    ]
                    return .object(fields.merging(undone.fields(of: step)) { first, _ in first })
                }
            ), "undoGroups": undone.json, "penalties": JSONValue(penalties),
        ]
    }
}

extension OrderOperation {
    fileprivate var fields: [String: JSONValue] {
        [
            "action": JSONValue(action.rawValue), "by": JSONValue(by), "reason": JSONValue(reason),
            "component": JSONValue(component), "value": JSONValue(value),
        ]
    }
}

extension DataFix {
    fileprivate var fields: [String: JSONValue] {
        [
            "line": JSONValue(line), "name": JSONValue(name), "before": JSONValue(before),
            "value": JSONValue(value),
        ]
    }
}
