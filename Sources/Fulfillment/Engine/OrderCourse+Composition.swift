internal import Orders

extension OrderCourse {
    /// A component's own state: the least advanced of its lines, failed when any failed.
    mutating func composeComponent(_ id: ComponentID) {
        guard let at = state?.index.componentAt[id], let component = state?.components[at] else { return }
        let states = component.lineStates
        guard let first = states.first else { return }
        let tree = catalog.states
        let composed: StateName
        if let failed = states.first(where: { tree.root(of: $0) == .failed }) {
            composed = failed
        } else {
            composed = states.dropFirst().reduce(first) { least, next in
                tree.state(least, hasReached: next) ? next : least
            }
        }
        let processing: ProcessingState =
            switch tree.root(of: composed) {
            case .complete: .completed
            case .failed: .failed
            case .cancelled: .failedContinue
            case .open, .inProgress: .inProgress
            }
        if composed != component.state || processing != component.processing {
            emit(.componentProgressed(id, state: composed, processing: processing))
        }
        touched(id)
    }

    /// Line states that follow from a component, then what may start because of it.
    mutating func touched(_ id: ComponentID) {
        guard let index = state?.index, let at = index.componentAt[id], let component = state?.components[at] else {
            return
        }
        composeLines(component.plan.lines.compactMap { index.lineAt[$0] })
        releaseReady(index.dependants[at])
    }

    /// Composes these lines, then level by level the lines above those that changed.
    private mutating func composeLines(_ positions: [Int]) {
        var level = positions
        var rounds = 0
        while !level.isEmpty, rounds <= (state?.lines.count ?? 0) {
            var above: [Int] = []
            var seen: Set<Int> = []
            for line in level where composeLine(line) {
                if let parent = state?.index.parentOfLine[line], seen.insert(parent).inserted { above.append(parent) }
            }
            level = above
            rounds += 1
        }
    }

    /// - Returns: Whether the line's state changed.
    private mutating func composeLine(_ line: Int) -> Bool {
        guard let composed = composedState(of: line), let id = state?.lines[line].id else { return false }
        emit(.lineStateChanged(id, state: composed))
        return true
    }

    /// A line's new state from its components and the lines below it; `nil` when it stays.
    private func composedState(of line: Int) -> StateName? {
        guard let state else { return nil }
        var parts = state.index.componentsOfLine[line].map { state.components[$0.component].lineStates[$0.position] }
        for child in state.index.childrenOfLine[line] where state.lines[child].hasWork {
            parts.append(state.lines[child].state)
        }
        let composed = compose(parts, catalog.lineComposition)
        return composed == state.lines[line].state ? nil : composed
    }

    /// The order's status from its lines', and the life cycle that follows from it.
    mutating func composeAll() {
        guard let state, state.order != nil else { return }
        let parts = state.lines.filter(\.hasWork).map(\.state)
        let composed = parts.isEmpty ? StateTree.Root.complete.name : compose(parts, catalog.orderComposition)
        if let composed, composed != state.status { emit(.statusChanged(composed)) }
        guard let status = self.state?.status else { return }
        if catalog.states.root(of: status) == .complete, self.state?.components.allSatisfy(\.processing.isFinished) ?? false {
            move(to: .completed)
        }
    }

    /// The state of the first rule whose conditions all hold; `nil` leaves the state as it is.
    private func compose(_ parts: [StateName], _ rules: [CompositionRule]) -> StateName? {
        guard !parts.isEmpty else { return nil }
        return rules.first { rule in
            rule.conditions.allSatisfy { condition in
                let within = { (part: StateName) in
                    condition.states.contains { catalog.states.state(part, isWithin: $0) }
                }
                return switch condition.quantifier {
                case .any: parts.contains(where: within)
                case .all: parts.allSatisfy(within)
                case .none: !parts.contains(where: within)
                }
            }
        }?.state
    }
}
