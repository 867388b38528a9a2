import Fulfillment
import Orders

// Changes and fallout.
extension HopSentences {
    func sentenceOfChange(_ event: OrderEvent) -> String {
        switch event {
        case .amended(let amendment): return sentence(amendment)
        case .revisionQueued(let queued):
            return
                "\(queued.isByOperation ? "The cancellation" : "Revision \(queued.revision)") waits: \(queued.words)."
        case .revisionDropped(let revision, let reason):
            return "Revision \(revision) no longer waits: \(reason)."
        case .revisionRefused(let refused):
            return "Revision \(refused.revision) is refused, \(refused.failure.codeTextAndAction)"
        case .compensationReleased(let id, let mode):
            let system = component(id)?.plan.system.rawValue ?? "its system"
            return switch mode {
            case .undo: "\(name(id)) is to be undone: the request is on its way to \(system)."
            case .redo:
                "\(name(id)) is to be done again as it is now: the request is on its way to \(system)."
            case .perform: "\(name(id)) is tried again: the request is on its way to \(system)."
            }
        case .componentReset(let id): return "\(name(id)) is undone and is to be done anew."
        case .compensationDropped(let id): return "\(name(id)) is left as it is."
        case .transitionBegan(let transition):
            let until = transition.forcedAt.map { ", at most until \($0)" } ?? ""
            return "The order lets accepted work finish before \(transition.transaction.rawValue)\(until)."
        case .transitionEnded: return "It no longer waits for accepted work."
        case .permissibilityChanged(let line, let permissibility):
            return switch permissibility {
            case .notYet: "Line \(line) can be changed."
            case .soft: "Line \(line) can be changed at a penalty from now on."
            case .hard: "Line \(line) cannot be changed any more."
            }
        case .operated(let operation):
            let reason = operation.reason.map { ": \($0)" } ?? ""
            let target = operation.component.map { " of \(name($0))" } ?? ""
            return "\(operation.by) asked for \(operation.action.rawValue)\(target)\(reason)."
        case .wakeUp(let at): return "It is looked at again at \(at)."
        default: return sentenceOfFallout(event)
        }
    }

    private func sentence(_ amendment: Amendment) -> String {
        let work = amendment.steps.filter { $0.kind != .none }
        let plan =
            work.isEmpty
            ? "nothing is to be done differently"
            : work.map { "\($0.kind.rawValue) \(name($0.component))" }.joined(separator: ", ")
        let penalty =
            amendment.penalties.isEmpty
            ? "" : " It costs a penalty for \(amendment.penalties.map { name($0) }.joined(separator: ", "))."
        if amendment.isCancellation { return "The order is cancelled; the plan: \(plan).\(penalty)" }
        let delta = amendment.delta
        var changes: [String] = []
        if !delta.added.isEmpty { changes.append("added \(NameList.text(delta.added))") }
        if !delta.removed.isEmpty { changes.append("removed \(NameList.text(delta.removed))") }
        for change in delta.changed {
            changes.append("changed \(change.line) (\(change.fields.joined(separator: ", ")))")
        }
        if !delta.orderFields.isEmpty {
            changes.append("changed on the order: \(delta.orderFields.joined(separator: ", "))")
        }
        let told = changes.isEmpty ? "no line is changed" : "lines " + changes.joined(separator: "; ")
        return "Revision \(amendment.order.revision) takes effect: \(told); the plan: \(plan).\(penalty)"
    }

    private func sentenceOfFallout(_ event: OrderEvent) -> String {
        switch event {
        case .incidentOpened(let incident):
            return "Incident \(incident.id) is opened, \(incident.failure.code.rawValue)."
        case .incidentClosed(let id, let resolution, let by):
            return "Incident \(id) is closed: \(resolution.rawValue)\(by.map { " by \($0)" } ?? "")."
        case .incidentAssigned(let id, let to): return "Incident \(id) is assigned to \(to)."
        case .ticketKnown(let id, let ticket): return "Incident \(id) has the ticket \(ticket)."
        case .ticketChanged(let ticket):
            let name = ticket.externalID.map { "ticket \($0)" } ?? "the ticket"
            if ticket.isNew { return "A ticket is asked for about incident \(ticket.number)." }
            let asked = ticket.status == .closed ? "to close" : "of"
            let why = ticket.remark.map { ": \($0)" } ?? ""
            return "The ticket system is told \(asked) \(name) of incident \(ticket.number)\(why)."
        case .retryScheduled(let id, let attempt, let due):
            return "\(name(id)) is asked for again at \(due), attempt \(attempt)."
        case .componentRetried(let id): return "The request for \(name(id)) is sent again."
        case .componentHeard(let id):
            return "\(component(id)?.plan.system.rawValue ?? "Its system") answers for \(name(id))."
        case .componentReworded(let id, _, _):
            return "\(name(id)) is told the new value in its system's words."
        case .dataFixed(let fix):
            let of = fix.line.map { "line \($0)" } ?? "the order"
            return "\(fix.name) of \(of) is corrected from '\(fix.before ?? "")' to '\(fix.value)'."
        case .recreationScheduled(let attempt, let due):
            return "The order is tried again as it was sent at \(due), attempt \(attempt)."
        case .jeopardyRaised(let jeopardy): return "Jeopardy: \(jeopardy.text)."
        default: return ""
        }
    }
}

extension QueuedRevision {
    /// Whether it is a cancellation that a person asked for, which has no revision of its own.
    var isByOperation: Bool { draft.revision == nil && draft.lines.isEmpty }

    /// Why it waits.
    var words: String {
        switch reason {
        case .amending: "an earlier change is still being carried out"
        case .suspended: "the order is suspended"
        case .gracePeriod: "accepted work finishes first"
        case .pointOfNoReturn:
            "it would change what is beyond its point of no return; a further revision or `resume` decides"
        }
    }
}
