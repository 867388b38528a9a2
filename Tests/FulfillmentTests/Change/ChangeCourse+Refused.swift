import Fulfillment
import Orders
import TestSupport

// What the catalog does not permit, and orders whose senders number nothing.
extension ChangeCourse {
    /// Whether the catalog forbids that just now, by the order as it stands.
    private func isForbidden(_ transaction: OrderTransaction, _ before: OrderState) -> Bool {
        catalog.changes.forbidden.contains { rule in
            guard rule.transactions.contains(transaction), rule.states.contains(before.lifecycle) else {
                return false
            }
            guard case .isOneOf(let name, let values) = rule.condition else { return true }
            return before.order?.properties[name].map(values.contains) ?? false
        }
    }

    /// What is forbidden changes nothing, and whoever asked is told why.
    mutating func checkForbidden(
        _ transaction: OrderTransaction,
        _ before: OrderState?,
        _ events: [OrderEvent]
    ) {
        guard let before, isForbidden(transaction, before) else { return }
        tally.add("forbidden: \(transaction.rawValue)")
        var isTold = false
        for event in events {
            switch event {
            case .revisionRefused(let refused): isTold = refused.failure.text.contains("not now")
            case .failureRaised(let failure): isTold = isTold || failure.code == .transactionNotPermitted
            case .amended, .operated, .revisionQueued, .transitionBegan, .lifecycleChanged,
                .componentReleased, .compensationReleased:
                problems.append("\(transaction.rawValue) is forbidden, and something comes of it")
            default: break
            }
        }
        if !isTold { problems.append("\(transaction.rawValue) is forbidden, and nobody is told") }
    }

    /// Whether that is the order as it is wanted already, so that it is none of its revisions.
    func isTheSameAgain(_ draft: OrderDraft, _ before: OrderState?) -> Bool {
        guard catalog.revisionPolicy == .arrival, let before, !draft.lines.isEmpty, let accepted,
            before.change?.value.queued == nil
        else { return false }
        return draft.lines == accepted.lines && before.order?.properties["note"] == nil
    }

    /// A message without number is the next revision, unless it says nothing new.
    ///
    /// - Returns: Whether it says nothing new, so that the number goes to the next one.
    mutating func checkArrival(_ isSame: Bool, _ events: [OrderEvent]) -> Bool {
        guard catalog.revisionPolicy == .arrival else { return false }
        let isIgnored = events.contains { if case .revisionIgnored = $0 { true } else { false } }
        tally.add(isIgnored ? "arrived again" : "numbered as it arrived")
        if isSame, !isIgnored { problems.append("the same order again is taken for a revision") }
        return isIgnored
    }
}
