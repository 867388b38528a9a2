import Fulfillment
import Orders
import TestSupport

// What must hold of an order after every step, wherever it stands.
extension ChangeCourse {
    /// The states in which systems are asked for something.
    private static let asking: Set<LifecycleState> = [.notStarted, .inProgress, .amending, .cancelling]

    mutating func checkStanding(_ events: [OrderEvent], _ before: OrderState?) {
        checkAsking(events, before)
        checkLock(events, before)
        checkFailed()
        let pending = run.state?.change?.value.pending
        if (pending != nil) != (lifecycle == .waiting) {
            problems.append(
                "a transition is \(pending == nil ? "not " : "")pending in state \(lifecycle?.rawValue ?? "")"
            )
        }
    }

    /// Nothing leaves Aborted; and nobody is asked while the order does not go on, but once more for what a
    /// transition waits for.
    private mutating func checkAsking(_ events: [OrderEvent], _ before: OrderState?) {
        var lifecycle = before?.lifecycle ?? .notStarted
        var asked: ComponentID?
        for event in events {
            switch event {
            case .lifecycleChanged(let from, let to):
                if from == .aborted { problems.append("it leaves Aborted for \(to.rawValue)") }
                lifecycle = to
            case .componentReleased(let id), .compensationReleased(let id, _), .componentRetried(let id):
                var isOnceMore = false
                if case .componentRetried = event {
                    let processing = before?.components.first { $0.id == id }?.processing
                    isOnceMore = processing == .inProgress || processing == .undoing
                }
                if isOnceMore, lifecycle == .waiting {
                    tally.add("retried while a transition waits")
                    continue
                }
                if Self.asking.contains(lifecycle) {
                    if !isOnceMore { asked = id }
                    continue
                }
                problems.append("\(id) is asked for in state \(lifecycle.rawValue)")
            default: break
            }
        }
        if let asked, !Self.asking.contains(lifecycle) {
            problems.append("\(asked) is asked for while the order becomes \(lifecycle.rawValue)")
        }
    }

    /// Whatever failed has somebody, or a timer, that goes on with it, unless the order is over.
    private mutating func checkFailed() {
        guard let state = run.state, !state.lifecycle.isOver else { return }
        for component in state.components
        where component.processing == .failed || component.processing == .undoFailed {
            if component.isWithdrawn && component.task == nil {
                if component.processing == .failed,
                    state.incidents.contains(where: { $0.failure.component == component.id })
                {
                    problems.append("\(component.id) is left as it is, and an incident about it is open")
                }
                continue
            }
            if component.processing == .failed && component.task != nil { continue }
            if component.rework?.value.retryAt != nil { continue }
            if state.incidents.contains(where: { $0.failure.component == component.id }) { continue }
            problems.append("\(component.id) is \(component.processing.rawValue), and nobody sees it")
        }
    }

    /// While an incident locks the order, nothing is asked for but what a person has tried again.
    private mutating func checkLock(_ events: [OrderEvent], _ before: OrderState?) {
        guard catalog.containment == .order else { return }
        var open = Dictionary(
            (before?.incidents ?? []).map { ($0.id, $0.failure.component) },
            uniquingKeysWith: { first, _ in first }
        )
        for event in events {
            switch event {
            case .incidentOpened(let incident): open[incident.id] = incident.failure.component
            case .incidentClosed(let id, _, _): open[id] = nil
            case .componentReleased(let id), .compensationReleased(let id, _), .componentRetried(let id):
                guard !open.isEmpty, !open.values.contains(id) else { continue }
                problems.append("\(id) is asked for while the order is locked")
            default: break
            }
        }
    }
}
