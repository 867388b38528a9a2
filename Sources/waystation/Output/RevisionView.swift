import Fulfillment
import Orders

/// What a revision would make of an order, decided and not done: what `waystation plan --revise` shows.
struct RevisionView {
    var before: OrderState
    var events: [OrderEvent]
    var catalog: FulfillmentCatalog

    private enum Outcome: String {
        case applied
        case waits
        case refused
        case ignored
    }

    private var amendment: Amendment? {
        for case .amended(let amendment) in events { return amendment }
        return nil
    }

    /// An order that was invalid from the start is begun anew.
    private var isReplaced: Bool {
        events.contains { if case .accepted = $0 { true } else { false } }
    }

    private var outcome: Outcome {
        if amendment != nil || isReplaced { return .applied }
        for event in events {
            switch event {
            case .rejected(let rejection) where !rejection.failures.isEmpty: return .refused
            case .revisionQueued: return .waits
            case .revisionRefused, .failureRaised: return .refused
            default: break
            }
        }
        return .ignored
    }

    /// Whether it would take effect, now or later.
    var isAcceptable: Bool { outcome == .applied || outcome == .waits }

    private var failures: [Failure] {
        events.flatMap { event in
            switch event {
            case .revisionRefused(let refused): [refused.failure]
            case .failureRaised(let failure): [failure]
            case .rejected(let rejection): rejection.failures
            default: [] as [Failure]
            }
        }
    }

    /// What becomes of it, in a sentence.
    var verdict: String {
        let order = "order \(before.id.key) of role \(before.id.role)"
        switch outcome {
        case .applied where isReplaced:
            return "It takes the place of \(order), which was invalid from the start; "
                + "`waystation plan FILE` shows its plan."
        case .applied:
            let amended = amendment?.isCancellation ?? false
            return amended
                ? "It cancels \(order)."
                : "Revision \(amendment?.order.revision ?? 0) of \(order) would take effect at once."
        case .waits:
            for case .revisionQueued(let queued) in events {
                let why = failures.first.map { ": \($0.text)" } ?? ""
                return "Revision \(queued.revision) of \(order) would wait (\(queued.reason.rawValue)\(why))."
            }
            return "It would wait."
        case .refused:
            return failures.first.map(\.sentence) ?? "It would be refused."
        case .ignored:
            for case .revisionIgnored(_, let reason) in events {
                return "It would change nothing of \(order): \(reason)."
            }
            return "It would change nothing of \(order)."
        }
    }

    private func permissibility(_ id: ComponentID) -> RevisionPermissibility? {
        before.index.componentAt[id].map { before.permissibility(ofComponent: $0, catalog: catalog) }
    }

    // MARK: JSON

    var json: JSONValue {
        var fields: [String: JSONValue] = [
            "key": JSONValue(before.id.key), "role": JSONValue(before.id.role),
            "state": JSONValue(before.lifecycle), "currentRevision": JSONValue(before.revision),
            "outcome": .text(outcome.rawValue), "failures": .array(failures.map(\.json)),
        ]
        if let amendment {
            fields.merge(OrderEvent.amended(amendment).named.fields) { first, _ in first }
            fields["unchanged"] = JSONValue(amendment.delta.unchanged)
            let undone = UndoneNames(amendment)
            fields["steps"] = .array(amendment.steps.map { json($0, undone) })
        }
        return .object(fields)
    }

    private func json(_ step: CompensationStep, _ undone: UndoneNames) -> JSONValue {
        let fields: [String: JSONValue] = [
            "component": JSONValue(step.component), "kind": .text(step.kind.rawValue),
            "reason": .text(step.reason),
            "permissibility": .text((permissibility(step.component) ?? .notYet).rawValue),
        ]
        return .object(fields.merging(undone.fields(of: step)) { first, _ in first })
    }

    // MARK: For people

    var text: String {
        var lines = [
            "Order \(before.id.key) of role \(before.id.role) is \(before.lifecycle.rawValue) at revision "
                + "\(before.revision). " + (isAcceptable ? verdict : "The file would not take effect.")
        ]
        if let amendment { lines += [""] + delta(amendment) + ["", "Compensation plan"] + plan(amendment) }
        return lines.map(\.printable).joined(separator: "\n")
    }

    private func delta(_ amendment: Amendment) -> [String] {
        var table = TextTable(["LINES", "WHAT"])
        let delta = amendment.delta
        if !delta.added.isEmpty { table.add([NameList.text(delta.added), "added"]) }
        if !delta.removed.isEmpty { table.add([NameList.text(delta.removed), "removed"]) }
        for change in delta.changed {
            table.add([change.line.rawValue, "changed: \(change.fields.joined(separator: ", "))"])
        }
        if !delta.orderFields.isEmpty {
            table.add(["the order", "changed: \(delta.orderFields.joined(separator: ", "))"])
        }
        if !delta.unchanged.isEmpty { table.add([NameList.text(delta.unchanged), "as before"]) }
        return table.lines.map { "  " + $0 }
    }

    /// What is to be done stands before what stays.
    private func plan(_ amendment: Amendment) -> [String] {
        var table = TextTable(["WHAT", "COMPONENT", "WHY", "CHANGE", "AFTER THE UNDO OF"])
        let penalties = Set(amendment.penalties)
        let steps = Array(zip(amendment.steps, UndoneNames(amendment).texts))
        for (step, undone) in steps.filter({ $0.0.kind != .none }) + steps.filter({ $0.0.kind == .none }) {
            let permissibility = permissibility(step.component) ?? .notYet
            table.add([
                step.kind.rawValue, step.component.rawValue, step.reason,
                permissibility.rawValue + (penalties.contains(step.component) ? ", penalty" : ""),
                undone,
            ])
        }
        return table.lines.map { "  " + $0 }
    }
}
