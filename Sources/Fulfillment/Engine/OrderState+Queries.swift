internal import Orders

// Questions about an order that the catalog answers; asked in place, so that no copy of the state is made.

extension OrderState {
    // MARK: Waiting

    /// What a component still waits for.
    struct Waiting {
        /// Dependencies with a delay that hold from now on.
        var begun: [Int] = []
        /// When the component may start; `nil` while a dependency does not hold.
        var ready: Timestamp?
    }

    func waiting(
        of at: Int,
        catalog: FulfillmentCatalog,
        now: Timestamp,
        _ findings: inout GroupFindings
    ) -> Waiting {
        var waiting = Waiting()
        var ready = components[at].plan.notBefore ?? Timestamp(milliseconds: .min)
        var held = components[at].plan.bases.map(basesAreDone) ?? true
        let dependsOn = components[at].plan.dependsOn
        let hasDelays = index.waits.hasDelays[at]
        // From the last one on: of many, those that come first are mostly done first.
        for position in dependsOn.indices.reversed() {
            if !held && !hasDelays { break }
            let dependency = dependsOn[position]
            if !held && !dependency.hasDelay { continue }
            if dependency.hasDelay, let since = components[at].heldSince[position] {
                ready = max(ready, dependency.end(since: since))
                continue
            }
            guard let blocking = index.waits.dependencies[at][position],
                holds(dependency.wait, at: blocking, catalog: catalog, &findings)
            else {
                held = false
                continue
            }
            if dependency.hasDelay {
                waiting.begun.append(position)
                ready = max(ready, dependency.end(since: now))
            }
        }
        if held { waiting.ready = ready }
        waiting.begun.reverse()
        return waiting
    }

    /// Whether those who wait for something of a group may go on now.
    func mayRelease(
        _ group: Int,
        _ wait: WaitIndex.Wait,
        catalog: FulfillmentCatalog,
        _ findings: inout GroupFindings
    ) -> Bool {
        wait.dependants.contains(where: isWaiting)
            && holds(wait.condition, at: .group(group), catalog: catalog, &findings)
    }

    private func isWaiting(_ at: Int) -> Bool {
        components[at].processing == .notStarted || components[at].task != nil
    }

    private func holds(
        _ wait: WaitCondition,
        at blocking: WaitIndex.Blocking,
        catalog: FulfillmentCatalog,
        _ findings: inout GroupFindings
    ) -> Bool {
        switch blocking {
        case .component(let component): return holds(wait, at: component, catalog: catalog)
        case .group(let number):
            if let known = findings[number, wait] { return known }
            let group = index.waits.groups[number]
            // From the last one on, as above.
            let isHeld =
                group.isWhole
                && group.members.reversed().allSatisfy { holds(wait, at: $0, catalog: catalog) }
            findings[number, wait] = isHeld
            return isHeld
        }
    }

    /// Whether what a wait condition asks of a component is true.
    private func holds(_ wait: WaitCondition, at blocking: Int, catalog: FulfillmentCatalog) -> Bool {
        // What is still to be redone, or undone and done anew, is as good as not done.
        if components[blocking].task != nil { return false }
        return switch wait {
        case .completed: components[blocking].processing.isFinished
        case .state(let wanted):
            components[blocking].processing.isFinished
                || catalog.states.state(components[blocking].state, hasReached: wanted)
        case .milestone(let wanted):
            // A system that finishes without naming its milestones has passed them.
            components[blocking].processing.isFinished
                || components[blocking].milestone.map {
                    catalog.milestoneRank($0) >= catalog.milestoneRank(wanted)
                }
                    ?? false
        // A person goes on without it, or says that it is done, whatever was still to be reported.
        case .value where isGoneOnWithout(blocking) || components[blocking].hasSettledAll: true
        // Until it is done, what it reported before it was asked again is not what is waited for.
        case .value(let name, _)
        where components[blocking].isFormer(valueOf: name) && !components[blocking].processing.isFinished:
            false
        case .value(let name, let expected):
            index.linesOfComponent[blocking].contains { line in
                value(name, ofLine: line, catalog: catalog).map { expected == nil || $0 == expected } ?? false
            }
        }
    }

    private func isGoneOnWithout(_ at: Int) -> Bool {
        switch components[at].processing {
        case .failedContinue, .undoFailedContinue: true
        case .notStarted, .inProgress, .completed, .failed, .downstreamCorrectionRequired, .undoing,
            .undoCompleted, .undoFailed:
            false
        }
    }

    private func value(_ name: String, ofLine line: Int, catalog: FulfillmentCatalog) -> String? {
        if let reported = lines[line].values[name] { return reported }
        guard let order, order.lines.indices.contains(line) else { return nil }
        return catalog.subject(order.lines[line], of: order).value(name)
    }

    // MARK: Composition

    /// A line's state from its components and the lines below it; `nil` when no rule fits.
    func composedState(ofLine line: Int, catalog: FulfillmentCatalog) -> StateName? {
        var parts = DistinctStates()
        let isWithdrawn = lines[line].isWithdrawn
        for place in index.componentsOfLine[line]
        where isWithdrawn || !components[place.component].isWithdrawn {
            // Work that a cancellation leaves as it is holds no line that is withdrawn.
            let isOver = isWithdrawn && isUndone(place.component)
            let state = components[place.component].lineStates[place.position]
            // What is still to be taken back is not done with, however complete it was.
            let isTakenBack =
                isWithdrawn && !isOver && catalog.states.root(of: state) == .complete
            parts.add(
                isOver
                    ? StateTree.Root.cancelled.name
                    : isTakenBack || isToBeMended(place.component, state, catalog)
                        ? StateTree.Root.inProgress.name : state
            )
        }
        for child in index.childrenOfLine[line]
        where lines[child].hasWork && (isWithdrawn || !lines[child].isWithdrawn) {
            parts.add(lines[child].state)
        }
        return catalog.composedLines.state(ofPartsIn: parts.states)
    }

    /// Whether a component has failed and is to be asked anew when its turn comes: then its lines have not failed.
    private func isToBeMended(_ component: Int, _ state: StateName, _ catalog: FulfillmentCatalog) -> Bool {
        components[component].processing.hasFailed && components[component].task != nil
            && !components[component].isWithdrawn && catalog.states.root(of: state) == .failed
    }

    /// The order's state from its lines'; complete when there is nothing to do, `nil` when no rule fits.
    func composedStatus(catalog: FulfillmentCatalog) -> StateName? {
        var parts = DistinctStates()
        let isCancelled = change?.value.isCancelled ?? false
        // In place: a line is large to copy, and there may be thousands.
        for at in lines.indices where lines[at].hasWork && (isCancelled || !lines[at].isWithdrawn) {
            parts.add(lines[at].state)
        }
        if parts.states.isEmpty { return StateTree.Root.complete.name }
        return catalog.composedOrders.state(ofPartsIn: parts.states)
    }
}

/// Any, all and none ask only which states occur, not how often: few, however many lines there are.
private struct DistinctStates {
    private(set) var states: [StateName] = []

    mutating func add(_ state: StateName) {
        if !states.contains(state) { states.append(state) }
    }
}

extension PlannedDependency {
    /// When the delay is over that began at that moment.
    fileprivate func end(since: Timestamp) -> Timestamp {
        max(since.advanced(bySeconds: delaySeconds), delayUntil ?? since)
    }
}
