import Fulfillment
import Orders
import TestSupport

// What a person decides about a component that was refused.
extension ChangeCourse {
    /// Skips, completes or fixes one of those in fallout, by chance.
    mutating func correct() {
        var refused = (run.state?.incidents ?? []).compactMap(\.failure.component)
        refused += (run.state?.components ?? []).filter { $0.processing == .downstreamCorrectionRequired }
            .map(\.id)
        guard !refused.isEmpty else { return }
        let id = refused[random.below(refused.count)]
        if run.component(id)?.processing == .downstreamCorrectionRequired { systems.forget(id) }
        switch random.below(5) {
        case 0: skip(id)
        case 1: complete(id)
        case 2: operate(.retry, component: id)
        default: fix(id)
        }
    }

    /// The order goes on without it: its system may hold what it likes until it is asked again.
    private mutating func skip(_ id: ComponentID) {
        givenUp.insert(id)
        operate(.skip, component: id)
    }

    /// A person does by hand what its system was asked for.
    private mutating func complete(_ id: ComponentID) {
        guard let component = run.component(id), let order = run.state?.order else { return }
        if component.processing == .undoFailed || component.processing == .undoing {
            systems.undoByHand(id)
        } else if component.isWithdrawn || component.task != nil {
            // It is no longer to be changed or taken back.
            givenUp.insert(id)
        } else {
            systems.doByHand(id, as: component.plan.lines, of: order)
        }
        operate(.complete, component: id)
    }

    /// A value is set that nobody has been told of yet, else one of the order as a whole.
    private mutating func fix(_ id: ComponentID) {
        guard let state = run.state, let at = state.index.componentAt[id] else { return }
        let line = state.index.linesOfComponent[at].first { line in
            state.index.componentsOfLine[line].allSatisfy {
                $0.component == at || state.components[$0.component].requests == 0
            }
        }
        guard let line, random.percent(70), state.components[at].processing == .failed,
            state.components[at].task == nil, !state.components[at].isWithdrawn
        else {
            return operate(
                .fix,
                component: id,
                fixes: [DataFix(name: "note", value: "\(random.below(9))")]
            )
        }
        let name = state.lines[line].id
        let value = "\(random.below(3))"
        let before = run.hops.count
        operate(.fix, component: id, fixes: [DataFix(line: name, name: "speed", value: value)])
        guard run.hops.dropFirst(before).contains(where: { !$0.events.operations.isEmpty }) else { return }
        systems.fix("speed", value, of: name, in: id)
        // What is wanted is wanted with that value from now on.
        accepted?.set("speed", value, of: name)
        lastWanted?.set("speed", value, of: name)
        sent[state.revision]?.set("speed", value, of: name)
    }
}

extension OrderDraft {
    fileprivate mutating func set(_ name: String, _ value: String, of line: LineID) {
        guard let at = lines.firstIndex(where: { $0.id == line.rawValue }),
            let attribute = lines[at].attributes.firstIndex(where: { $0.name == name })
        else { return }
        lines[at].attributes[attribute].value = value
    }
}
