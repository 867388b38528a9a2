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
        switch random.below(fixesOften ? 12 : 5) {
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
            systems.doByHand(id, as: left[id] == nil ? component.plan.lines : nil, of: order)
        }
        operate(.complete, component: id)
    }

    /// Values of its lines are set, whoever was told of them before; else one of the order as a whole.
    private mutating func fix(_ id: ComponentID) {
        let lines = (run.component(id)?.plan.lines ?? []).filter { id in
            run.state?.order?.lines.first { $0.id == id }?.attributes.contains { $0.name == "speed" } ?? false
        }
        guard !lines.isEmpty, random.percent(80) else {
            let note = DataFix(name: "note", value: "\(random.below(9))")
            return operate(.fix, component: id, fixes: [note])
        }
        let fixes = (0...random.below(2)).map { _ in
            DataFix(line: lines[random.below(lines.count)], name: "speed", value: "\(random.below(3))")
        }
        operate(.fix, component: id, fixes: fixes)
    }

    mutating func stepAfterFix() {
        switch random.below(6) {
        case 0...1: cancel()
        case 2: revise()
        default:
            // Who has said nothing is asked the same again.
            wait(seconds: 320)
            wait(seconds: 60)
        }
    }

    /// What is wanted is wanted with that value from now on; whoever was told another is not asked for that.
    mutating func noteFix(_ fix: DataFix, _ before: OrderState?) {
        guard let line = fix.line, let before else { return }
        story.append("line \(line) is wanted with \(fix.name) \(fix.value)")
        accepted?.set(fix.name, fix.value, of: line)
        lastWanted?.set(fix.name, fix.value, of: line)
        sent[before.revision]?.set(fix.name, fix.value, of: line)
        for component in before.components where component.requests > 0 && component.plan.lines.contains(line)
        {
            left[component.id] = left[component.id] ?? systems.lastAsked[component.id]
            fixedSince.insert(component.id)
        }
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
