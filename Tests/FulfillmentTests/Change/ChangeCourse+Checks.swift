import Fulfillment
import Orders
import TestSupport

// What must hold at every step, and in the end.
extension ChangeCourse {
    mutating func check(_ id: ComponentID, _ mode: ExecutionMode, _ before: OrderState?) {
        if id.rawValue.hasPrefix("D/"), catalog.functions["D"]?.pointsOfNoReturn.isEmpty == false,
            let known = before?.components.first(where: { $0.id == id }),
            known.lineStates.contains("COMPLETE")
        {
            problems.append("\(mode.rawValue) of \(id) is asked for beyond its point of no return")
        }
        guard mode == .undo else { return }
        let waiting = toUndo.filter { $0 != id && depends($0, on: id) }
        if !waiting.isEmpty {
            problems.append("\(id) is undone before \(waiting.sorted()), which depend on it")
        }
    }

    /// The planted bug: what is undone waits for nothing.
    mutating func forgetUndoOrder() {
        for at in run.state?.components.indices ?? 0..<0 {
            guard var rework = run.state?.components[at].rework?.value, rework.task != nil else { continue }
            rework.task?.undoAfter = []
            rework.task?.undoAfterGroups = nil
            run.state?.components[at].rework = Rare(rework)
        }
    }

    private func depends(_ later: ComponentID, on earlier: ComponentID) -> Bool {
        var open = [later]
        var seen: Set<ComponentID> = []
        while let here = open.popLast() {
            for next in dependsOn[here] ?? [] where seen.insert(next).inserted {
                if next == earlier { return true }
                open.append(next)
            }
        }
        return false
    }

    // MARK: The end

    /// What systems hold is what the last accepted revision wants, and nothing else.
    mutating func checkEnd() {
        switch lifecycle {
        // What was asked for stays as it is, whatever it is.
        case .aborted:
            checkRest()
            return checkJournal()
        case .completed:
            if accepted == nil { problems.append("it is completed, but what it was last wanted is nothing") }
        case .cancelled:
            if accepted != nil { problems.append("it is cancelled, but wanted") }
        default:
            let lines = (run.state?.lines ?? []).map {
                "\($0.id) \($0.state)\($0.isWithdrawn ? " withdrawn" : "")"
            }
            let components = (run.state?.components ?? []).map { "\($0.id) \($0.processing.rawValue)" }
            problems.append(
                "it ends in \(lifecycle?.rawValue ?? "nothing"), status \(run.state?.status.rawValue ?? ""): "
                    + (lines + components).joined(separator: ", ")
            )
        }
        guard let state = run.state else { return }
        if lastTold != catalog.states.root(of: state.status) {
            problems.append("it ends \(state.status), and was told as \(lastTold?.rawValue ?? "nothing")")
        }
        if state.components.contains(where: { $0.task != nil }) { problems.append("a compensation is left") }
        if !state.incidents.isEmpty { problems.append("an incident of an order that is over is left") }
        var wanted: [ComponentID: SystemsModel.Content] = [:]
        if let accepted, lifecycle != .cancelled {
            let result = OrderValidation.validate(accepted, catalog: catalog, linesMax: 100)
            guard let order = result.order,
                case .success(let plan) = Decomposer.plan(order, catalog: catalog, now: run.now)
            else { return problems.append("the accepted revision cannot be decomposed") }
            let lines = Dictionary(order.lines.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
            for component in plan.components {
                wanted[component.id] = Dictionary(
                    uniqueKeysWithValues: component.lines.compactMap { id in lines[id].map { (id, $0) } }
                )
            }
        }
        for (id, content) in left where wanted[id] != nil { wanted[id] = content }
        for id in Set(wanted.keys).union(systems.held.keys).sorted() where !givenUp.contains(id) {
            if wanted[id] == nil,
                isNone(FunctionName(rawValue: String(id.rawValue.prefix(1))), isWanted: false)
            {
                tally.add("ends left although removed")
            } else if wanted[id] == nil {
                problems.append("\(id) is no longer wanted and still there")
            } else if systems.held[id] == nil {
                problems.append("\(id) is wanted and missing")
            } else if wanted[id] != systems.held[id] {
                problems.append("\(id) is not as the last accepted revision wants it")
            }
        }
        checkRest()
        checkJournal()
    }

    /// Of an order that is over nothing waits.
    private mutating func checkRest() {
        if let queued = run.state?.change?.value.queued {
            problems.append("revision \(queued.revision) waits for ever (\(queued.reason.rawValue))")
        }
        if let pending = run.state?.change?.value.pending {
            problems.append("a transition is left: \(pending.transaction.rawValue)")
        }
    }

    private mutating func checkJournal() {
        guard let state = run.state else { return }
        let fold = try? JournalCodec.fold(
            run.hops.filter { !$0.events.isEmpty }.map { ($0.at, try JournalCodec.encode($0.events)) },
            onto: nil,
            id: state.id
        )
        if fold != state { problems.append("the fold of the journal is not the state") }
    }
}
