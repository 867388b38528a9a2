package import Orders

extension OrderCourse {
    /// Releases those of these components that wait for nothing any more.
    mutating func releaseReady(_ candidates: [Int]) {
        for candidate in candidates {
            guard let component = state?.components[candidate], component.processing == .notStarted else { continue }
            guard let ready = readyTime(of: component) else { continue }
            if ready > now {
                if component.scheduledFor != ready { emit(.componentScheduled(component.id, due: ready)) }
                continue
            }
            release(component)
        }
    }

    /// A timer fired: whatever waits for time alone is looked at again.
    mutating func timeReached() -> OrderOutcome {
        guard let state else { return .orderUnknown }
        let waiting = state.components.indices.filter {
            state.components[$0].processing == .notStarted && state.components[$0].scheduledFor != nil
        }
        let before = events.count
        for index in waiting {
            guard let component = self.state?.components[index], let ready = readyTime(of: component) else { continue }
            if ready > now {
                // The clock stepped back, or the timer came early: set it again.
                emit(.componentScheduled(component.id, due: ready))
            } else {
                release(component)
            }
        }
        composeAll()
        return events.count > before ? .applied : .nothingNew
    }

    private mutating func release(_ component: OrderComponent) {
        emit(.componentReleased(component.id))
        let inProgress = StateTree.Root.inProgress.name
        for line in component.plan.lines {
            emit(.lineProgressed(component.id, line: line, state: inProgress, external: "requested"))
        }
        emit(.componentProgressed(component.id, state: inProgress, processing: .inProgress))
        if state?.lifecycle == .notStarted { move(to: .inProgress) }
        touched(component.id)
        applyParked(for: component.id)
    }

    /// When a component may start, as far as its dependencies hold; `nil` while one of them does not.
    private mutating func readyTime(of component: OrderComponent) -> Timestamp? {
        guard let state else { return nil }
        var ready = component.plan.notBefore ?? Timestamp(milliseconds: .min)
        var held = true
        for (position, dependency) in component.plan.dependsOn.enumerated() {
            if dependency.hasDelay, let since = component.heldSince[position] {
                ready = max(ready, Self.delayed(since, dependency))
                continue
            }
            guard let at = state.index.componentAt[dependency.component],
                holds(dependency.wait, in: state.components[at], of: state)
            else {
                held = false
                continue
            }
            if dependency.hasDelay {
                emit(.waitHeld(component.id, dependency: position))
                ready = max(ready, Self.delayed(now, dependency))
            }
        }
        return held ? ready : nil
    }

    private static func delayed(_ since: Timestamp, _ dependency: PlannedDependency) -> Timestamp {
        max(since.advanced(bySeconds: dependency.delaySeconds), dependency.delayUntil ?? since)
    }

    private func holds(_ wait: WaitCondition, in component: OrderComponent, of state: OrderState) -> Bool {
        switch wait {
        case .completed: component.processing.isFinished
        case .state(let wanted):
            component.processing.isFinished || catalog.states.state(component.state, hasReached: wanted)
        case .milestone(let wanted):
            component.milestone.map { catalog.milestoneRank($0) >= catalog.milestoneRank(wanted) } ?? false
        case .value(let name, let expected):
            component.plan.lines.contains { line in
                guard let at = state.index.lineAt[line] else { return false }
                let value =
                    state.lines[at].values[name]
                    ?? state.order.flatMap { order in
                        order.lines.indices.contains(at) ? catalog.subject(order.lines[at], of: order).value(name) : nil
                    }
                return value.map { expected == nil || $0 == expected } ?? false
            }
        }
    }
}

extension StateTree {
    /// Whether work in a state has passed through another one: it is that state, below it, or later.
    package func state(_ state: StateName, hasReached other: StateName) -> Bool {
        if self.state(state, isWithin: other) { return true }
        return switch (root(of: state), root(of: other)) {
        case (.inProgress, .inProgress), (.complete, .complete), (.open, .open):
            rank(of: state) > rank(of: other)
        case (.complete, .inProgress), (.complete, .open), (.inProgress, .open): true
        default: false
        }
    }
}

extension FulfillmentCatalog {
    /// A milestone's place in the order in which they are reached; -1 for one the catalog does not list.
    package func milestoneRank(_ milestone: MilestoneName) -> Int { milestones.firstIndex(of: milestone) ?? -1 }
}
