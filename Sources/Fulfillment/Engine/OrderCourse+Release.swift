internal import Orders

extension OrderCourse {
    /// A timer fired: whatever waits for time alone is looked at again.
    mutating func timeReached(_ timer: Timestamp?) -> OrderOutcome {
        guard state != nil else { return .orderUnknown }
        noteFired(timer)
        recreateIfDue(timer)
        watchTransition()
        // What a transition puts an end to now is not asked for once more before.
        if let forcedAt = state?.change?.value.pending?.forcedAt, forcedAt <= now { _ = advanceChange() }
        watchSystems()
        watchLateness()
        let waiting = (state?.components ?? []).enumerated()
            .filter {
                $0.element.scheduledFor != nil
                    && ($0.element.processing == .notStarted || $0.element.task != nil)
            }
            .map { (at: $0.offset, due: $0.element.scheduledFor ?? now) }
        let due = waiting.filter { $0.due <= now }
        for component in due { look(at: component.at) }
        // The clock stepped back, or the timer came early: set it again. The one that fired, as each has its own.
        let early =
            if let timer {
                waiting.first { $0.due == timer && timer > now }
            } else {
                due.isEmpty ? waiting.min { $0.due < $1.due } : nil
            }
        if let early, let id = state?.components[early.at].id {
            emit(.componentScheduled(id, due: early.due))
        }
        return settle()
    }

    /// Follows what changed to its end: releases what may start, then composes lines and order once; a change that
    /// waited for that sets off more.
    mutating func settle() -> OrderOutcome {
        repeat {
            carryOutDecision()
            goOnAfterLock()
            // What waited takes effect before anything new is asked for, which it might take back at once.
            while advanceChange() {}
            while let candidate = nextCandidate() { releaseIfReady(candidate) }
            // Only what the amendment did not have asked for otherwise.
            if wasAmended {
                watchSystems()
                // What fell due while the order did not go on has no timer any more.
                watchLateness()
            }
            wasAmended = false
            composeChangedLines()
            composeOrder()
            // What was asked for just now may have been answered before, with a failure.
        } while decided != nil || advanceChange() || isReleased
        tellFollowers()
        return hasNews ? .applied : .nothingNew
    }

    /// What was held back while it was locked is due, or has its turn.
    private mutating func goOnAfterLock() {
        guard isReleased else { return }
        isReleased = false
        mayWaitOtherwise = true
        watchSystems()
        followAll()
    }

    /// Asks the components that wait for this one to be looked at.
    mutating func lookAtDependants(of component: Int) {
        guard let waits = state?.index.waits else { return }
        for dependant in waits.dependants[component] { look(at: dependant) }
        for group in waits.groups(of: component) {
            for wait in waits.groups[group].waits
            where state?.mayRelease(group, wait, catalog: catalog, &findings) ?? false {
                for dependant in wait.dependants { look(at: dependant) }
            }
        }
    }

    /// Whether the order's state lets work begin.
    private var mayStart: Bool {
        // Asked in place: the state is large to copy.
        guard let lifecycle = state?.lifecycle, state?.change?.value.pending == nil, state?.isLocked == false
        else {
            return false
        }
        return switch lifecycle {
        case .notStarted, .inProgress, .amending, .cancelling: true
        case .waiting, .waitingForRevision, .suspended, .cancelled, .failed, .completed, .aborted: false
        }
    }

    private mutating func releaseIfReady(_ at: Int) {
        guard mayStart else { return noteDelays(of: at) }
        if let task = state?.components[at].task { return releaseCompensation(at, task) }
        guard state?.components[at].processing == .notStarted,
            !(state?.components[at].isWithdrawn ?? false), let id = state?.components[at].id,
            let waiting = state?.waiting(of: at, catalog: catalog, now: now, &findings)
        else { return }
        for dependency in waiting.begun { emit(.waitHeld(id, dependency: dependency)) }
        guard let ready = waiting.ready else { return }
        if ready > now {
            if state?.components[at].scheduledFor != ready { emit(.componentScheduled(id, due: ready)) }
            return
        }
        emit(.componentReleased(id))
        if state?.lifecycle == .notStarted { move(to: .inProgress) }
        lookAtDependants(of: at)
        for line in state?.index.linesOfComponent[at] ?? [] { noteChange(ofLine: line) }
        takeEarlyReplies(for: at)
    }

    /// A delay counts from when its dependency came to hold, also where the order did not go on then.
    private mutating func noteDelays(of at: Int) {
        guard state?.index.waits.hasDelays[at] ?? false, state?.lifecycle.isOver == false,
            let component = state?.components[at], component.waitsForItsTurn, !component.isWithdrawn,
            component.task?.isUndo != true,
            let waiting = state?.waiting(of: at, catalog: catalog, now: now, &findings)
        else { return }
        for dependency in waiting.begun { emit(.waitHeld(component.id, dependency: dependency)) }
    }
}
