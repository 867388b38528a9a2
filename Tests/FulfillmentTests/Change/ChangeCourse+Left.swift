import Fulfillment
import Orders
import TestSupport

// What stays with its system although it is wanted otherwise, or no longer.
extension ChangeCourse {
    /// Whether a person set values that somebody was told otherwise, and is not asked for.
    var hasFixed: Bool { left.keys.contains(where: fixedSince.contains) }

    /// Whatever was fixed before, a revision has done as it wants it, but what is not to be changed.
    mutating func expectAfter(_ amendment: Amendment, _ events: [OrderEvent], _ before: OrderState?) {
        if hasFixed { tally.add(amendment.isCancellation ? "cancelled after a fix" : "revised after a fix") }
        left = [:]
        let made = amendment.steps.map { "\($0.component): \($0.kind.rawValue), \($0.reason)" }
        story.append("revision \(amendment.order.revision) takes effect: \(made.joined(separator: "; "))")
        let steps = Dictionary(
            amendment.steps.map { ($0.component, $0.kind) },
            uniquingKeysWith: { first, _ in first }
        )
        let wanted = Set(amendment.plan.components.map(\.id))
        for component in before?.components ?? [] {
            let isWanted = wanted.contains(component.id)
            guard isNone(component.plan.function, isWanted: isWanted) else { continue }
            guard isStanding(component, events) else {
                if component.processing.hasFailed {
                    let isRedone = steps[component.id] == .redo
                    tally.add(
                        isWanted ? (isRedone ? "failed, and asked anew" : "failed") : "failed, and left"
                    )
                }
                continue
            }
            let id = component.id
            if steps[id] != CompensationKind.none {
                problems.append("\(id) stands and is not left as it is: \(steps[id]?.rawValue ?? "no step")")
            }
            if isWanted {
                left[id] = systems.lastAsked[id]
                if component.plan.lines != amendment.plan.components.first(where: { $0.id == id })?.lines {
                    tally.add("left with other lines")
                }
            } else {
                tally.add("left although removed")
            }
        }
    }

    /// Whether its system works on it, or has done it, and nothing else was to be done about it.
    private func isStanding(_ component: OrderComponent, _ events: [OrderEvent]) -> Bool {
        var processing = component.processing
        for event in events {
            if case .amended = event { break }
            if case .componentProgressed(component.id, _, let next) = event { processing = next }
        }
        return (processing == .inProgress || processing == .completed) && component.task == nil
    }

    func isNone(_ function: FunctionName, isWanted: Bool) -> Bool {
        let strategy = catalog.functions[function].map { isWanted ? $0.onChange : $0.onRemoval }
        return strategy?.otherwise == CompensationKind.none
    }

    /// Who is asked anew is asked for what is wanted now.
    mutating func noteRequest(_ request: ComponentRequest) {
        let isFixed = fixedSince.contains(request.component)
        if request.execution == .undo {
            if isFixed { tally.add("undone after a fix") }
            if left[request.component] != nil, !isFixed { tally.add("undone as it was left") }
        } else if !systems.isRepeated(request) {
            fixedSince.remove(request.component)
        }
        guard left[request.component] != nil else { return }
        if systems.isRepeated(request) {
            return tally.add(isFixed ? "repeated after a fix" : "repeated as it was left")
        }
        tally.add(isFixed ? "asked anew after a fix" : "asked anew after it was left")
        left[request.component] = nil
    }
}
