internal import Orders

// Carries a compensation plan out: undo against the dependencies, redo along them.
extension OrderCourse {
    /// Asks a component's system to redo or undo its work, once it is its turn.
    mutating func releaseCompensation(_ at: Int, _ task: PendingCompensation) {
        guard let component = state?.components[at] else { return }
        if task.isUndo {
            guard component.processing != .undoing, component.processing != .undoFailed,
                state?.isUndoOver(before: task, &findings) ?? true
            else { return }
        } else {
            guard let waiting = state?.waiting(of: at, catalog: catalog, now: now, &findings) else { return }
            for dependency in waiting.begun { emit(.waitHeld(component.id, dependency: dependency)) }
            guard let ready = waiting.ready else { return }
            if ready > now {
                if component.scheduledFor != ready { emit(.componentScheduled(component.id, due: ready)) }
                return
            }
        }
        guard state?.permissibility(ofComponent: at, catalog: catalog) != .hard else {
            return meetPointOfNoReturn(at, task)
        }
        emit(.compensationReleased(component.id, mode: task.isUndo ? .undo : .redo))
        if !task.isUndo {
            lookAtDependants(of: at)
            for line in state?.index.linesOfComponent[at] ?? [] { noteChange(ofLine: line) }
        }
    }

    /// It went on while its turn was awaited: nothing is sent beyond the point, a person decides.
    private mutating func meetPointOfNoReturn(_ at: Int, _ task: PendingCompensation) {
        guard let component = state?.components[at],
            !(state?.incidents.contains { $0.failure.component == component.id } ?? false)
        else { return }
        let failure = Failure(
            .pointOfNoReturn,
            "component \(component.id) passed its point of no return before it could be "
                + (task.isUndo ? "undone" : "changed"),
            component: component.id
        )
        emit(
            .componentProgressed(
                component.id,
                state: component.state,
                processing: task.isUndo ? .undoFailed : .failed
            )
        )
        fail(component.id, failure)
    }

    /// Applies what a system reports about work that it was asked to undo.
    mutating func applyUndoReply(_ update: FulfillmentUpdate, to at: Int, isSure: Bool) {
        guard let component = state?.components[at], let index = state?.index else { return }
        let places = Array(zip(component.plan.lines, index.linesOfComponent[at]).enumerated())
        let named = Dictionary(
            update.lines.map { ($0.lineID, $0) },
            uniquingKeysWith: { _, last in last }
        )
        var refusal: ReportedStatus?
        var states = component.lineStates
        let cancelled = StateTree.Root.cancelled.name
        // Where none of its lines was asked of the system, what that reports of its own lines is on the whole.
        let isStranger = !component.plan.lines.indices.contains(where: component.isAskedFor)
        for (position, place) in places where states.indices.contains(position) {
            let report = named[place.0] ?? (isStranger ? update.lines.first : nil)
            guard let status = report?.status ?? update.status else { continue }
            let reported = ReportedLine(component: at, position: position, line: place.1)
            switch undoResult(status, report?.milestone, reported, isSure: isSure) {
            case .done: states[position] = cancelled
            case .refused: refusal = status
            case .none: break
            }
        }
        if let refusal {
            let detail = refusal.description ?? refusal.reason ?? refusal.code
            emit(
                .componentProgressed(
                    component.id,
                    state: StateTree.Root.failed.name,
                    processing: .undoFailed
                )
            )
            let failure = Failure(
                .undoFailed,
                "system \(component.plan.system) could not undo component \(component.id): \(detail)",
                component: component.id,
                externalCode: refusal.reason
            )
            return fail(component.id, failure)
        }
        for (position, place) in places
        where states.indices.contains(position) && states[position] != component.lineStates[position] {
            let external = String((update.status?.code ?? "").prefix(100))
            emit(.lineProgressed(component.id, line: place.0, state: cancelled, external: external))
            noteChange(ofLine: place.1)
        }
        // A line that a revision added meanwhile was never asked of it, and is not taken back.
        let isUndone = places.allSatisfy { position, _ in
            !states.indices.contains(position) || catalog.states.root(of: states[position]) == .cancelled
                || !component.isAskedFor(position) && !isStranger
        }
        guard isUndone else {
            if states == component.lineStates {
                emit(.updateIgnored(component.id, reason: "it is no answer to the request to undo"))
            }
            return
        }
        endUndo(of: at)
    }

    /// Whether a system has taken back after all what it had refused to.
    func reportsUndone(_ update: FulfillmentUpdate, _ at: Int) -> Bool {
        guard state?.components[at].processing == .undoFailed, let component = state?.components[at],
            component.rework?.value.mode == .undo, let lines = state?.index.linesOfComponent[at]
        else { return false }
        let named = Dictionary(
            update.lines.map { ($0.lineID, $0) },
            uniquingKeysWith: { _, last in last }
        )
        return !lines.isEmpty
            && zip(component.plan.lines, lines).enumerated().allSatisfy { position, place in
                let report = named[place.0]
                guard let status = report?.status ?? update.status else { return false }
                let reported = ReportedLine(component: at, position: position, line: place.1)
                return undoResult(status, report?.milestone, reported, isSure: false) == .done
            }
    }

    private enum UndoResult { case done, refused, none }

    /// An answer that does not name the request to undo is not sure: a completion may be that of the work itself.
    private func undoResult(
        _ status: ReportedStatus,
        _ milestone: String?,
        _ reported: ReportedLine,
        isSure: Bool
    ) -> UndoResult {
        let words = ["CANCELLED", "CANCELED", "UNDONE", "UNDO_COMPLETED"]
        if words.contains(ExternalStatus.normalized(status.code)) { return .done }
        guard let mapping = mapping(of: status, milestone, reported) else { return .none }
        return switch catalog.states.root(of: mapping.state) {
        case .cancelled: .done
        case .complete: isSure ? .done : .none
        case .failed: isSure ? .refused : .none
        case .open, .inProgress: .none
        }
    }

    /// A component is undone: what waited for that goes on.
    mutating func endUndo(of at: Int) {
        guard let component = state?.components[at] else { return }
        let kind = component.task?.kind
        emit(
            .componentProgressed(
                component.id,
                state: StateTree.Root.cancelled.name,
                processing: .undoCompleted
            )
        )
        if kind == .undoThenDo {
            emit(.componentReset(component.id))
            look(at: at)
        }
        closeIncidents(of: component.id, .recovered)
        followUndo(at)
    }

    /// What waited for an undo looks again.
    mutating func followUndo(_ at: Int) {
        for line in state?.index.linesOfComponent[at] ?? [] { noteChange(ofLine: line) }
        // What is left to do of it has its turn, too.
        if state?.components[at].task != nil { look(at: at) }
        lookAtUndo(after: at)
        lookAtDependants(of: at)
    }

    /// Looks at those that are to be undone after a component, and through those that no longer are.
    private mutating func lookAtUndo(after at: Int) {
        guard let undo = state?.index.undo else { return }
        var seen: Set<Int> = [at]
        var ended = [at]
        while let component = ended.popLast() {
            let waiting = undo.waiting(forComponent: component)
            var next = waiting.components
            var groups = waiting.groups
            while let group = groups.popLast() {
                guard state?.isUndoOver(ofGroup: group, &findings) ?? false else { continue }
                next += undo.waiting(forGroup: group).components
                groups += undo.waiting(forGroup: group).groups
            }
            for other in next where seen.insert(other).inserted {
                look(at: other)
                if state?.components[other].task?.isUndo != true { ended.append(other) }
            }
        }
    }

    // MARK: Permissibility

    /// Tells upstream which of the changed lines, of those done together with them and of those above them can still be
    /// changed.
    mutating func updatePermissibility(of lines: Positions) {
        guard catalog.hasPointsOfNoReturn, !lines.isEmpty else { return }
        for change in state?.permissibilityChanges(of: lines, catalog: catalog) ?? [] {
            emit(.permissibilityChanged(change.line, permissibility: change.permissibility))
        }
    }
}
