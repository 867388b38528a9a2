import Fulfillment
import Orders
import Store

extension OrderView {
    /// The order for people: how it stands, its lines, its components in order of dependency, and its history.
    var report: String {
        let tree = DependencyTree(state.components.map(\.plan), groups: state.groups)
        var parts = [header]
        if !state.failures.isEmpty {
            parts.append(titled("Failures so far", state.failures.map { "  " + $0.sentence }))
        }
        parts.append(titled("Lines", lineTable.lines.map { "  " + $0 }))
        let words = translated?.tableLines ?? []
        if !words.isEmpty { parts.append(titled("Translated values", words.map { "  " + $0 })) }
        if !state.components.isEmpty {
            parts.append(titled("Components", componentTable(tree).lines.map { "  " + $0 }))
        }
        parts.append(titled("History", history(tree)))
        return parts.joined(separator: "\n\n")
    }

    private func titled(_ title: String, _ lines: [String]) -> String {
        ([title] + lines).joined(separator: "\n")
    }

    private var header: String {
        let done =
            "\(state.componentsCompleted) of \(NameList.count(state.components.count, "component")) done"
        let failed = state.componentsFailed > 0 ? ", \(state.componentsFailed) failed" : ""
        var lines = [
            "Order \(state.id.key) of role \(state.id.role), revision \(state.revision): \(state.lifecycle.rawValue), "
                + "\(state.status), \(done)\(failed)"
        ]
        if let order = state.order {
            let delivery = order.requestedDelivery.map { ", requested for \($0)" } ?? ""
            lines.append("  mode \(order.mode), priority \(order.priority.value)\(delivery)")
        }
        lines.append("  created \(state.createdAt), last changed \(state.updatedAt)")
        lines.append(
            "  came with message \(state.origin.messageID), catalog version \(state.catalogVersion)"
        )
        lines.append("  belongs to business process \(state.origin.processID)")
        if state.isLocked {
            let incidents = state.incidents.filter { $0.locksOrder ?? false }.map { "\($0.id)" }
            lines.append(
                "  \(state.groupState.rawValue) by incident \(NameList.text(incidents)): nothing of it is asked for until a "
                    + "person decides"
            )
        }
        if let queued = state.change?.value.queued {
            let what = queued.isByOperation ? "a cancellation" : "revision \(queued.revision)"
            lines.append("  \(what) waits: \(queued.words)")
        }
        if !state.parked.isEmpty {
            lines.append("  \(NameList.count(state.parked.count, "update")) kept for later")
        }
        lines += relationLines.map { "  " + $0 }
        return lines.map(\.printable).joined(separator: "\n")
    }

    private var lineTable: TextTable {
        var table = TextTable(["LINE", "PARENT", "ACTION", "PRODUCT", "STATE", "MILESTONE", "VALUES"])
        guard let order = state.order else {
            for line in state.rejectedDraft?.lines ?? [] {
                table.add([
                    line.id ?? "", line.parents.joined(separator: " "), line.action ?? "", Self.product(line),
                    "", "", "",
                ])
            }
            return table
        }
        for (line, progress) in zip(order.lines, state.lines) {
            let values = progress.values.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
            table.add([
                line.id.rawValue, line.parents.map(\.rawValue).joined(separator: " "), line.action.rawValue,
                Self.product(line), progress.state.rawValue, progress.milestone?.rawValue ?? "",
                values.joined(separator: " "),
            ])
        }
        return table
    }

    private func componentTable(_ tree: DependencyTree) -> TextTable {
        var table = TextTable(
            ["#", "COMPONENT", "SYSTEM", "LINES", "STATE", "PROCESSING", "MILESTONE", "WAITS FOR"],
            numeric: [0]
        )
        let awaited = AwaitedNumbers(state.components.map(\.plan), groups: state.groups, in: tree)
        for place in tree.places {
            let component = state.components[place.component]
            var waits = awaited.texts(of: component.plan)
            waits += state.basesAwaited(by: component).map { "\($0)" }
            if component.processing == .notStarted,
                let due = component.scheduledFor ?? component.plan.notBefore
            {
                waits.append("time \(due)")
            }
            table.add([
                "\(place.number)", component.id.rawValue, component.plan.system.rawValue,
                NameList.text(component.plan.lines), component.state.rawValue, processing(of: component),
                component.milestone?.rawValue ?? "", waits.uniqued.joined(separator: ", "),
            ])
        }
        return table
    }

    /// The component's, and that of lines that are not as far or further.
    private func processing(of component: OrderComponent) -> String {
        let lines = Dictionary(grouping: apart(component), by: \.processing).sorted {
            $0.key.rawValue < $1.key.rawValue
        }
        let words = lines.map { "\(NameList.text($0.value.map(\.line))): \($0.key.rawValue)" }
        return component.processing.rawValue + (words.isEmpty ? "" : " (\(words.joined(separator: "; ")))")
    }

    /// Components are called as in the table: by function and number.
    private func history(_ tree: DependencyTree) -> [String] {
        let functions = Dictionary(state.components.map { ($0.id, $0.plan.function) }) { first, _ in first }
        let name: (ComponentID) -> String = { id in
            functions[id].map { "\($0) (#\(tree.number(of: id)))" } ?? id.rawValue
        }
        return hops.flatMap { hop -> [String] in
            let message = hop.record.messageID.map { " \($0)" } ?? ""
            let queue = hop.record.queue.map { " from \($0)" } ?? ""
            let head = "  \(hop.record.at)  \(hop.record.cause)\(message)\(queue)"
            return [head.printable]
                + HopSentences(hop.events, of: state, name: name).texts.map { "      " + $0.printable }
                + hop.record.sent.entries.map { "      " + $0.sentence.printable }
        }
    }
}
