import Fulfillment
import Orders

/// What happened in sequences of changes, and how often.
struct ChangeTally {
    private(set) var counts: [String: Int] = [:]

    subscript(_ what: String) -> Int { counts[what, default: 0] }

    mutating func add(_ what: String, _ count: Int = 1) { counts[what, default: 0] += count }

    mutating func add(_ other: ChangeTally) {
        for (what, count) in other.counts { add(what, count) }
    }

    mutating func count(_ request: ComponentRequest) { add("request to \(request.execution.rawValue)") }

    mutating func count(_ events: [OrderEvent], _ before: LifecycleState?) {
        for event in events {
            switch event {
            case .revisionQueued(let queued): add("revision waits: \(queued.reason.rawValue)")
            case .revisionRefused(let refused): add("revision refused: \(refused.failure.code.rawValue)")
            case .failureRaised(let failure): add(failure.code.rawValue)
            case .operated(let operation) where operation.by == "the fallout table":
                add(operation.action == .abort ? "aborted by the table" : "rolled back by the table")
            case .operated(let operation): add(operation.action.rawValue)
            case .transitionBegan(let pending): add("grace: \(pending.transaction.rawValue)")
            case .componentRetried: add("retried")
            case .componentProgressed(_, _, let processing): add(processing.rawValue)
            case .amended(let amendment):
                add(amendment.isCancellation ? "cancellation" : "revision")
                for step in amendment.steps { add("step: \(step.kind.rawValue)") }
                if before == .completed { add("reopened") }
            case .lifecycleChanged(_, let to): add("to \(to.rawValue)")
            default: break
            }
        }
        if before == .suspended, events.contains(where: \.isReply) { add("reply while suspended") }
    }

    /// What of these never happened.
    func missing(_ wanted: [String]) -> [String] { wanted.filter { self[$0] == 0 } }
}

extension OrderEvent {
    fileprivate var isReply: Bool { if case .lineProgressed = self { true } else { false } }
}
