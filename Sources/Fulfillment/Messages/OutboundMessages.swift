package import Orders

/// What the outside world must be told follows from the events, and from nothing else.
package struct OutboundMessages {
    private let catalog: FulfillmentCatalog
    private let role: RoleName
    private let now: Timestamp

    package init(catalog: FulfillmentCatalog, role: RoleName, now: Timestamp) {
        self.catalog = catalog
        self.role = role
        self.now = now
    }

    /// The messages owed because of these events, in the order in which they go out; `state` is the order
    /// after them.
    package func messages(for events: [OrderEvent], state: OrderState) -> [OutboundMessage] {
        var messages: [OutboundMessage] = []
        let last = Self.lastRequests(events)
        for (position, event) in events.enumerated() {
            switch event {
            case .componentReleased(let id), .compensationReleased(let id, _), .componentRetried(let id):
                // Of several in one hop the last says what is wanted.
                guard last[id, default: position] <= position else { continue }
                request(id, state).map { messages.append(.request($0)) }
            case .revisionRefused(let refused):
                // It is about the message that was refused, whatever the order is at.
                var report = fault(refused.failure, state)
                report.revision = String(refused.revision)
                messages.append(.fault(report))
            case .failureRaised(let failure): messages.append(.fault(fault(failure, state)))
            case .jeopardyRaised(let jeopardy): messages.append(.fault(fault(jeopardy.failure, state)))
            // Without failures it cancels what was invalid.
            case .rejected(let rejection) where rejection.failures.isEmpty: break
            case .rejected(let rejection):
                messages.append(.fault(creationFault(rejection, state)))
            case .baseAsked(let base): messages.append(follow(base, state))
            case .followerTold(let follower): messages.append(tell(follower, state))
            case .accepted, .planned, .linesWithoutWork, .componentScheduled, .waitHeld, .externalIDKnown,
                .lineProgressed, .componentProgressed, .componentMilestone, .milestoneReached, .valueRecorded,
                .valueSettled,
                .lineStateChanged, .statusChanged, .lifecycleChanged, .updateIgnored, .updateParked,
                .parkedApplied, .parkedDropped,
                .revisionIgnored, .amended, .revisionQueued, .revisionDropped, .componentReset,
                .compensationDropped,
                .transitionBegan, .transitionEnded, .permissibilityChanged, .operated,
                .wakeUp, .incidentOpened, .incidentClosed, .incidentAssigned, .ticketKnown, .ticketChanged,
                .retryScheduled,
                .componentHeard, .dataFixed, .componentReworded, .recreationScheduled, .baseAnswered,
                .followerKnown:
                break
            }
        }
        messages += tickets(in: events, state)
        return messages + reports(for: events, state: state).map { .report($0) }
    }

    private func follow(_ base: BaseReference, _ state: OrderState) -> OutboundMessage {
        .operation(
            OrderOperation(
                action: .follow,
                by: "\(role) order \(state.id.key)",
                value: state.id.key.rawValue,
                line: base.line
            ),
            on: base.order
        )
    }

    private func tell(_ follower: Follower, _ state: OrderState) -> OutboundMessage {
        .operation(
            .baseReport(
                BaseReference(order: state.id.key, line: follower.line),
                follower.told ?? .unknown,
                role: role
            ),
            on: follower.order
        )
    }

    /// Each ticket once, as it is after the hop; one that began and ended within it is nobody's concern.
    private func tickets(in events: [OrderEvent], _ state: OrderState) -> [OutboundMessage] {
        guard let policy = catalog.tickets else { return [] }
        var last: [Int: Ticket] = [:]
        var numbers: [Int] = []
        var isNew: Set<Int> = []
        for case .ticketChanged(let ticket) in events
        where last.updateValue(ticket, forKey: ticket.number) == nil {
            numbers.append(ticket.number)
            if ticket.isNew { isNew.insert(ticket.number) }
        }
        return numbers.compactMap { number in
            guard let ticket = last[number], !(isNew.contains(number) && ticket.status == .closed) else {
                return nil
            }
            let plan = ticket.component.flatMap { state.index.componentAt[$0] }.map {
                state.components[$0].plan
            }
            return .ticket(
                TicketReport(
                    ticket: ticket,
                    isNew: isNew.contains(number),
                    orderKey: state.id.key,
                    salesOrderID: state.order?.salesOrderID ?? state.rejectedDraft?.salesOrderID,
                    revision: String(state.revision),
                    accountID: state.order?.accountID ?? state.rejectedDraft?.accountID,
                    accountName: state.order?.accountName ?? state.rejectedDraft?.accountName,
                    system: plan.flatMap { catalog.systems[$0.system]?.targetID } ?? role.rawValue,
                    lines: ticket.failure.line.map { [$0] } ?? plan?.lines ?? [],
                    policy: policy
                )
            )
        }
    }

    /// Where components are asked again for something in one hop: the last place for each.
    private static func lastRequests(_ events: [OrderEvent]) -> [ComponentID: Int] {
        var last: [ComponentID: Int] = [:]
        for (position, event) in events.enumerated() {
            switch event {
            case .compensationReleased(let id, _), .componentRetried(let id): last[id] = position
            default: break
            }
        }
        return last
    }

    private func request(_ id: ComponentID, _ state: OrderState) -> ComponentRequest? {
        guard let at = state.index.componentAt[id], let order = state.order,
            let system = catalog.systems[state.components[at].plan.system]
        else { return nil }
        let component = state.components[at]
        let plan = component.plan
        // What is undone is undone as it was asked for, and what is asked again as nobody answered is the same again,
        // whatever is wanted now.
        let former =
            component.processing == .undoing ? component.task?.asked : component.rework?.value.linesAsAsked
        let terms = component.rework?.value.termsAsAsked?.value
        let wording = (terms?.wording ?? plan.wording).flatMap { $0.isEmpty ? nil : $0 }
        let mode = wording?.order["mode"].map(ModeName.init(rawValue:))
        return ComponentRequest(
            component: id,
            function: plan.function,
            system: system.name,
            targetID: system.targetID,
            target: system.target,
            queue: system.requestQueue,
            format: system.requestFormat,
            mode: mode ?? system.requestMode ?? terms?.mode ?? order.mode,
            correlation: ComponentCorrelation.text(
                order: state.id.key,
                component: id,
                request: component.requests
            ),
            execution: component.rework?.value.mode ?? .perform,
            revision: component.rework?.value.requestRevision,
            externalID: component.externalID,
            lines: former?.map(\.id) ?? plan.lines,
            formerLines: former ?? [],
            formerAccount: terms?.account,
            wording: wording
        )
    }

    /// An order that could not be created is told under a name of its own, with words for what it does not say.
    private func creationFault(_ rejection: OrderEvent.Rejection, _ state: OrderState) -> FaultReport {
        var report = fault(.summary(of: rejection.failures), state)
        report.correlation = "OSM-ORDER-CREATION-FAIL-ORDER-ID.\(state.id.key.rawValue)"
        if rejection.draft.revision == nil { report.revision = "Unknown Revision" }
        if report.accountName == nil { report.accountName = "Unknown AccountName" }
        return report
    }

    private func fault(_ failure: Failure, _ state: OrderState) -> FaultReport {
        var report = FaultReport(
            failure: failure,
            orderKey: state.id.key,
            salesOrderID: state.order?.salesOrderID ?? state.rejectedDraft?.salesOrderID,
            revision: String(state.revision),
            accountID: state.order?.accountID ?? state.rejectedDraft?.accountID,
            accountName: state.order?.accountName ?? state.rejectedDraft?.accountName,
            role: role,
            occurredAt: now
        )
        for name in FaultReport.processingFields {
            report.processing[name] = state.order?.properties[name] ?? state.rejectedDraft?.properties[name]
        }
        return report
    }

    // MARK: Upstream

    /// What one line has to tell: its last state, its milestones in order, its values.
    private struct LineNews {
        let line: LineID
        var milestones: [MilestoneName] = []
        var attributes: [LineAttribute] = []
        var permissibility: RevisionPermissibility?
    }

    private func reports(for events: [OrderEvent], state: OrderState) -> [StatusReport] {
        guard catalog.upstream.format != .none else { return [] }
        var news: [LineNews] = []
        var placeOf: [LineID: Int] = [:]
        var statusChanged = false
        var endsChange = false
        var answers: [StatusReport] = []
        var end: [StatusReport] = []
        func note(_ line: LineID, _ change: (inout LineNews) -> Void) {
            // What happened to one line nearly always stands together.
            if let last = news.last, last.line == line { return change(&news[news.count - 1]) }
            let place = placeOf[line] ?? news.count
            if place == news.count {
                placeOf[line] = place
                news.append(LineNews(line: line))
            }
            change(&news[place])
        }
        for event in events {
            switch event {
            case .lineStateChanged(let line, _): note(line) { _ in }
            case .milestoneReached(let line, let milestone): note(line) { $0.milestones.append(milestone) }
            case .valueRecorded(let line, let attribute): note(line) { $0.attributes.append(attribute) }
            case .permissibilityChanged(let line, let permissibility):
                note(line) { $0.permissibility = permissibility }
            case .statusChanged, .rejected, .amended, .lifecycleChanged(from: _, to: .cancelled):
                statusChanged = true
            case .revisionRefused(let refused): answers.append(answer(refused, state))
            // Whoever waits for an order that is cancelled has been told of that.
            case .lifecycleChanged(let from, to: .aborted) where from != .cancelled && state.order != nil:
                end = [endedByAbort]
            // One that is over has told how it ended.
            case .operated(let operation) where operation.action == .delete && !state.lifecycle.isOver:
                end = [endedByDeletion]
            case .operated(let operation) where operation.action == .fail: end = [heldAsFailed]
            // Whoever was told that it failed hears that it goes on.
            case .lifecycleChanged(from: .failed, to: let next)
            where next != .aborted && catalog.states.root(of: state.status) != .failed:
                statusChanged = true
            // What was complete but for a change is told as complete once the last of that is over.
            case .componentProgressed(_, _, .undoCompleted), .componentProgressed(_, _, .undoFailedContinue),
                .compensationDropped:
                endsChange = true
            default: break
            }
        }
        if endsChange, !isChanging(state), catalog.states.root(of: state.status) == .complete {
            statusChanged = true
        }
        guard statusChanged || !news.isEmpty else { return answers + end }
        let status = isChanging(state) ? asUnderWay(state.status) : state.status
        let root = catalog.states.root(of: status)
        let cause = root == .failed ? Self.cause(among: events) : nil
        return answers
            + waves(news, state).map { lines in
                StatusReport(
                    format: catalog.upstream.format,
                    status: status,
                    root: root,
                    code: catalog.upstream.statusCode(of: status, in: catalog.states),
                    reason: cause.map { $0.externalCode ?? $0.code.rawValue },
                    description: cause?.text,
                    lines: lines
                )
            } + end
    }

    /// Why the order failed, when it did just now: whoever waits for it hears the reason that a system gave.
    private static func cause(among events: [OrderEvent]) -> Failure? {
        for event in events.reversed() {
            switch event {
            case .failureRaised(let failure) where failure.severity != .warning: return failure
            case .rejected(let rejection):
                return rejection.failures.isEmpty ? nil : .summary(of: rejection.failures)
            default: continue
            }
        }
        return nil
    }

    /// Whether work is still to be taken back or changed: whoever asked for that waits for its end.
    private func isChanging(_ state: OrderState) -> Bool {
        // Asked with every message: components are large to copy, and without a change there is nothing to look for.
        guard state.change != nil else { return false }
        let components = state.components
        return components.indices.contains { components[$0].task != nil }
            && !components.indices.contains {
                components[$0].processing.hasFailed && components[$0].task == nil
                    && !components[$0].isWithdrawn
            }
    }

    /// What was done or failed before a change is no answer to the change.
    private func asUnderWay(_ status: StateName) -> StateName {
        switch catalog.states.root(of: status) {
        case .complete, .failed: StateTree.Root.inProgress.name
        case .open, .inProgress, .cancelled: status
        }
    }

    /// Who asked for a change that is refused is told so; the order itself goes on as it was.
    ///
    /// A component of ours that is an order there has failed to change; the order of order capture has not.
    private func answer(_ refused: RefusedRevision, _ state: OrderState) -> StatusReport {
        let isComponent = catalog.upstream.format == .fulfillmentOrderUpdate
        let root = isComponent ? StateTree.Root.failed : catalog.states.root(of: state.status)
        return StatusReport(
            format: catalog.upstream.format,
            status: isComponent ? root.name : state.status,
            root: root,
            code: catalog.upstream.statusCode(of: isComponent ? root.name : state.status, in: catalog.states),
            correlation: refused.correlation,
            revision: refused.revision,
            reason: refused.failure.externalCode ?? refused.failure.code.rawValue,
            description: refused.failure.text,
            lines: []
        )
    }

    /// Whoever waits for the order waits in vain: nothing more is done about it, and nothing undone.
    private var endedByAbort: StatusReport {
        ended(
            StatusReport.abortedReason,
            "the order was aborted: nothing more is done about it, and what was done is not undone"
        )
    }

    private var endedByDeletion: StatusReport {
        ended(StatusReport.deletedReason, "the order was deleted before anything was done about it")
    }

    private var heldAsFailed: StatusReport {
        ended(
            StatusReport.failedReason,
            "the order was set to failed by a person: nothing more is asked for until that is resolved"
        )
    }

    private func ended(_ reason: String, _ description: String) -> StatusReport {
        let failed = StateTree.Root.failed
        return StatusReport(
            format: catalog.upstream.format,
            status: failed.name,
            root: failed,
            code: catalog.upstream.statusCode(of: failed.name, in: catalog.states),
            reason: reason,
            description: description,
            lines: []
        )
    }

    /// A message carries one milestone a line, so a line with several has a message for each, in order.
    private func waves(_ news: [LineNews], _ state: OrderState) -> [[LineReport]] {
        let count = max(1, news.lazy.map { $0.milestones.count }.max() ?? 1)
        let waves = (0..<count).map { wave in
            news.compactMap { told -> LineReport? in
                guard let at = state.index.lineAt[told.line] else { return nil }
                guard wave == 0 || wave < told.milestones.count else { return nil }
                let isCancelling = state.lines[at].isWithdrawn && isChanging(state)
                let current = isCancelling ? asUnderWay(state.lines[at].state) : state.lines[at].state
                return LineReport(
                    line: told.line,
                    state: current,
                    root: catalog.states.root(of: current),
                    code: catalog.upstream.statusCode(of: current, in: catalog.states),
                    milestone: wave < told.milestones.count ? told.milestones[wave] : nil,
                    attributes: wave == 0 ? told.attributes : [],
                    permissibility: wave == 0 ? told.permissibility : nil
                )
            }
        }
        switch catalog.upstream.grouping {
        case .together: return waves
        case .each: return waves.flatMap { lines in lines.isEmpty ? [[]] : lines.map { [$0] } }
        }
    }
}
