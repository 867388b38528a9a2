internal import Orders

extension OrderCourse {
    /// A component's own state: the least advanced of its lines, failed when any failed.
    mutating func composeComponent(_ at: Int) {
        let hasRework = state?.components[at].rework != nil
        guard let id = state?.components[at].id,
            let states = hasRework
                ? state?.components[at].statesOfAskedLines : state?.components[at].lineStates,
            let composed = catalog.states.leastAdvanced(states)
        else { return }
        let processing: ProcessingState =
            switch catalog.states.root(of: composed) {
            case .failed: isLeftDownstream(at) ? .downstreamCorrectionRequired : .failed
            case _ where isCancelledUnasked(at, states): .failed
            case .complete: .completed
            case .cancelled: .failedContinue
            case .open, .inProgress: .inProgress
            }
        guard composed != state?.components[at].state || processing != state?.components[at].processing else {
            return
        }
        emit(.componentProgressed(id, state: composed, processing: processing))
    }

    private func isCancelledUnasked(_ at: Int, _ lines: [StateName]) -> Bool {
        guard lines.contains(where: { catalog.states.root(of: $0) == .cancelled }),
            let component = state?.components[at]
        else { return false }
        return !mayBeCancelled(component)
    }

    /// Whether what failed about a component is mended by the system that works on it, and nobody here is asked.
    private func isLeftDownstream(_ at: Int) -> Bool {
        guard let component = state?.components[at] else { return false }
        return
            (component.processing == .downstreamCorrectionRequired || leftDownstream.contains(component.id))
            && !(state?.incidents.contains { $0.failure.component == component.id } ?? false)
    }

    /// Composes the lines that changed and those above them, each once, from the bottom up.
    mutating func composeChangedLines() {
        var levels: [Positions] = []
        let changed = takeChangedLines()
        updatePermissibility(of: changed)
        for line in changed {
            guard let depth = state?.index.depthOfLine[line] else { continue }
            while levels.count <= depth { levels.append(Positions()) }
            levels[depth].insert(line)
        }
        while let level = levels.popLast() {
            for line in level where composeLine(line) {
                if !levels.isEmpty, let parent = state?.index.parentOfLine[line] {
                    levels[levels.count - 1].insert(parent)
                }
            }
        }
    }

    /// - Returns: Whether the line's state changed.
    private mutating func composeLine(_ line: Int) -> Bool {
        guard let composed = state?.composedState(ofLine: line, catalog: catalog),
            let id = state?.lines[line].id,
            let current = state?.lines[line].state, current != composed,
            // What a line has passed on its way it keeps, whatever part of it is the next to move.
            !catalog.states.state(current, isBeyond: composed)
        else { return false }
        emit(.lineStateChanged(id, state: composed))
        return true
    }

    /// The order's status from its lines', and the life cycle that follows from it.
    mutating func composeOrder() {
        guard hasProgress, state?.order != nil else { return }
        if hasLineProgress, let composed = state?.composedStatus(catalog: catalog), composed != state?.status
        {
            emit(.statusChanged(composed))
        }
        guard let root = state.flatMap({ catalog.states.root(of: $0.status) }),
            // When all of it was left out, nothing of it is complete, and there is nothing more to do either.
            root == .complete || root == .cancelled, state?.components.allSatisfy(\.isOver) ?? false
        else { return }
        switch state?.lifecycle {
        case .notStarted, .inProgress: move(to: .completed)
        default: break
        }
    }
}
