internal import Orders

// What a person decides about components in fallout.
extension OrderCourse {
    /// Retries, resolves, skips, completes, fixes or assigns what an operation names, or all that is in fallout.
    mutating func operateOnFallout(_ operation: OrderOperation) {
        let incidents = (state?.incidents ?? []).filter { incident in
            (operation.incident.map { $0 == incident.id } ?? true)
                && (operation.component.map { $0 == incident.failure.component } ?? true)
        }
        guard !incidents.isEmpty || hasTarget(operation) else {
            let what = operation.incident.map { "incident \($0)" } ?? "an incident"
            emit(
                .failureRaised(
                    Failure(
                        .operationInvalid,
                        "operation \(operation.action.rawValue) by \(operation.by.prefix(60)): the order has no "
                            + "open \(what)" + (operation.component.map { " of component \($0)" } ?? "")
                    )
                )
            )
            return
        }
        if state?.order == nil, operation.action != .assign {
            let text =
                "operation \(operation.action.rawValue) by \(operation.by.prefix(60)): the order was invalid from "
                + "the start, and nothing of it was asked of anybody"
            let advice = "Send it corrected, or retry it once the catalog is."
            emit(.failureRaised(Failure(.operationInvalid, text, correctiveAction: advice)))
            return
        }
        if let refusal = refusal(ofFixes: operation) {
            emit(.failureRaised(refusal))
            return
        }
        emit(.operated(operation))
        if operation.action == .assign {
            for incident in incidents {
                emit(.incidentAssigned(incident.id, to: operation.value ?? operation.by))
            }
            return
        }
        for fix in operation.fixes { emit(.dataFixed(withValueBefore(fix))) }
        rewordComponents(after: operation.fixes)
        var components = incidents.compactMap(\.failure.component)
        if let named = operation.component, !components.contains(named) { components.append(named) }
        for id in components { correct(id, operation) }
        for incident in incidents where incident.failure.component == nil {
            emit(.incidentClosed(incident.id, resolution: operation.action.resolution, by: operation.by))
            if let base = incident.base { correct(base, operation.action) }
        }
    }

    /// A component may be named although nobody opened an incident about it.
    private func hasTarget(_ operation: OrderOperation) -> Bool {
        guard let id = operation.component, operation.incident == nil,
            let at = state?.index.componentAt[id], let processing = state?.components[at].processing
        else { return false }
        return switch processing {
        case .failed, .downstreamCorrectionRequired, .undoFailed, .inProgress, .undoing: true
        case .notStarted, .completed, .failedContinue, .undoCompleted, .undoFailedContinue: false
        }
    }

    private mutating func correct(_ id: ComponentID, _ operation: OrderOperation) {
        guard let at = state?.index.componentAt[id], let component = state?.components[at] else { return }
        let isUndo = component.processing == .undoFailed || component.processing == .undoing
        switch operation.action {
        case .retry, .fix: guard askAgain(at, isUndo: isUndo) else { return }
        case .resolve:
            // The system works on it again by what a person did there: its report is awaited, however long it takes.
            noteFirstWord(of: at)
            let inProgress = StateTree.Root.inProgress.name
            if isUndo {
                emit(.componentProgressed(id, state: component.state, processing: .undoing))
            } else {
                set(at, inProgress, .inProgress, because: "resolved")
            }
        case .skip:
            if isUndo {
                emit(.componentProgressed(id, state: component.state, processing: .undoFailedContinue))
                followUndo(at)
            } else {
                set(at, StateTree.Root.cancelled.name, .failedContinue, because: "skipped")
            }
        case .complete:
            if isUndo {
                for line in component.plan.lines {
                    let cancelled = StateTree.Root.cancelled.name
                    emit(.lineProgressed(id, line: line, state: cancelled, external: "completed by hand"))
                }
                endUndo(of: at)
            } else {
                set(at, StateTree.Root.complete.name, .completed, because: "completed by hand")
                // Nobody will report its values any more.
                if !catalog.awaitedValues.isEmpty { emit(.valueSettled(id, name: nil)) }
            }
        case .suspend, .resume, .cancel, .abort, .fail, .delete, .assign, .ticket, .follow, .baseReport,
            .resubmit, .discard:
            return
        }
        closeIncidents(of: id, operation.action.resolution, by: operation.by)
        lookAtDependants(of: at)
        // One that was to be undone now, and is not any more, keeps nobody waiting for that.
        if !isUndo, let task = component.task, task.isUndo,
            state?.isUndoOver(before: task, &findings) ?? false
        {
            followUndo(at)
        }
    }

    /// A request of its own, so that late answers to the refused one change nothing.
    ///
    /// - Returns: Whether it may be asked for again.
    private mutating func askAgain(_ at: Int, isUndo: Bool) -> Bool {
        guard let component = state?.components[at] else { return false }
        let asksForDone = isUndo || component.task != nil || component.rework?.value.mode == .redo
        if asksForDone, state?.permissibility(ofComponent: at, catalog: catalog) == .hard {
            let text = "component \(component.id) is beyond its point of no return and is not asked again"
            emit(.failureRaised(Failure(.pointOfNoReturn, text, component: component.id)))
            return false
        }
        if !isUnderWay, isUndo || component.task == nil { return askLater(component) }
        if !isUndo, component.task != nil {
            // It is asked for something else when its turn comes.
            look(at: at)
        } else if isUndo {
            emit(.compensationReleased(component.id, mode: .undo))
        } else {
            let wasRedo = component.rework?.value.mode == .redo
            emit(.compensationReleased(component.id, mode: wasRedo ? .redo : .perform))
            for line in state?.index.linesOfComponent[at] ?? [] { noteChange(ofLine: line) }
        }
        return true
    }

    /// While the order does not go on, nothing is sent: it is asked again as soon as it does.
    ///
    /// - Returns: Whether it may be asked for again.
    private mutating func askLater(_ component: OrderComponent) -> Bool {
        guard component.processing.isRefused else {
            let text =
                "component \(component.id) is \(component.processing.rawValue), and the order does not go on"
            emit(
                .failureRaised(
                    Failure(
                        .transactionNotPermitted,
                        text,
                        correctiveAction: "Resume the order first.",
                        component: component.id
                    )
                )
            )
            return false
        }
        let attempt = component.rework?.value.retries ?? 0
        emit(.retryScheduled(component.id, attempt: attempt, due: now))
        return true
    }

    private mutating func set(
        _ at: Int,
        _ lineState: StateName,
        _ processing: ProcessingState,
        because external: String
    ) {
        guard let component = state?.components[at] else { return }
        for (position, line) in component.plan.lines.enumerated()
        where component.lineStates.indices.contains(position)
            && catalog.states.root(of: component.lineStates[position]) != .complete
        {
            emit(.lineProgressed(component.id, line: line, state: lineState, external: external))
        }
        for line in state?.index.linesOfComponent[at] ?? [] { noteChange(ofLine: line) }
        // What of it was done stays so, and is undone should the order be cancelled.
        let composed =
            state.flatMap { catalog.states.leastAdvanced($0.components[at].lineStates) } ?? lineState
        emit(.componentProgressed(component.id, state: composed, processing: processing))
        if processing != .inProgress, component.task != nil { emit(.compensationDropped(component.id)) }
    }

    private func refusal(ofFixes operation: OrderOperation) -> Failure? {
        guard operation.action == .fix else { return nil }
        let label = "operation fix by \(operation.by.prefix(60))"
        if operation.fixes.isEmpty {
            return Failure(.operationInvalid, "\(label) names no value to set")
        }
        let unknown = operation.fixes.compactMap(\.line).filter { state?.index.lineAt[$0] == nil }
        guard unknown.isEmpty else {
            return Failure(
                .operationInvalid,
                "\(label) names lines that the order has not: \(Listing.some(unknown))"
            )
        }
        for fix in operation.fixes {
            let meant = paths(meantBy: fix)
            if meant.count > 1 {
                return Failure(
                    .operationInvalid,
                    "\(label): '\(fix.name.prefix(60))' ends more than one path: \(Listing.some(meant))",
                    correctiveAction: "Name one of them whole."
                )
            }
        }
        var fixed = state
        for fix in operation.fixes { fixed?.apply(.dataFixed(withValueBefore(fix)), at: now) }
        guard let order = fixed?.order else { return nil }
        var wording = RequestWording(order: order, catalog: catalog)
        for component in state?.components ?? [] { _ = wording.wording(of: component.plan) }
        return wording.failures.first.map { refusal in
            Failure(
                .operationInvalid,
                "\(label): \(refusal.text)",
                correctiveAction: refusal.correctiveAction
            )
        }
    }

    /// What systems call the values that were set is settled anew.
    private mutating func rewordComponents(after fixes: [DataFix]) {
        guard !fixes.isEmpty, let order = state?.order else { return }
        var wording = RequestWording(order: order, catalog: catalog)
        for component in state?.components ?? [] {
            let words = wording.wording(of: component.plan)
            guard words != component.plan.wording else { continue }
            emit(.componentReworded(component.id, words, asked: component.wordsToKeep))
        }
    }

    /// By its whole path, else by the end of it, as conditions name values.
    private func withValueBefore(_ fix: DataFix) -> DataFix {
        var fix = fix
        fix.name = paths(meantBy: fix).first ?? fix.name
        guard let id = fix.line else {
            fix.before = state?.order?.properties[fix.name]
            return fix
        }
        guard let at = state?.index.lineAt[id], let line = state?.order?.lines[at] else { return fix }
        fix.before = line.attributes.first { $0.name == fix.name }?.value ?? line.properties[fix.name]
        return fix
    }

    /// The paths that end in a name which no value has itself; none when there is such a value, or it is a new one.
    private func paths(meantBy fix: DataFix) -> [String] {
        var properties = state?.order?.properties ?? [:]
        if let id = fix.line {
            guard let at = state?.index.lineAt[id], let line = state?.order?.lines[at],
                !line.attributes.contains(where: { $0.name == fix.name })
            else { return [] }
            properties = line.properties
        }
        guard properties[fix.name] == nil else { return [] }
        return properties.keys.filter { $0.hasSuffix("/" + fix.name) }.sorted()
    }
}

extension OrderOperation.Action {
    /// How an incident ends by it.
    var resolution: IncidentResolution {
        switch self {
        case .retry: .retried
        case .resolve: .resolved
        case .skip: .skipped
        case .complete: .completed
        case .fix: .fixed
        case .abort: .aborted
        case .cancel: .cancelled
        case .suspend, .resume, .fail, .delete, .assign, .ticket, .follow, .baseReport, .resubmit, .discard:
            .resolved
        }
    }
}
