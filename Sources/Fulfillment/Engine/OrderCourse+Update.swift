package import Orders

extension OrderCourse {
    /// Applies what a system reports about a component.
    mutating func receive(_ update: FulfillmentUpdate, _ context: MessageContext) -> OrderOutcome {
        guard let state else { return .orderUnknown }
        let before = events.count
        do {
            try state.lifecycle.permit(.update)
        } catch {
            emit(.failureRaised(Failure(.transactionNotPermitted, "\(error)")))
            return .applied
        }
        guard let id = component(named: update), let at = state.index.componentAt[id] else {
            park(update, context, .componentUnknown, "an update names no component of this order")
            return .applied
        }
        let component = state.components[at]
        if let stranger = update.lines.first(where: { state.index.place(of: $0.lineID, in: id) == nil }) {
            park(
                update, context, .lineUnknown,
                "an update for component \(id) names the line \(stranger.lineID), which is not part of it",
                component: id)
            return .applied
        }
        if component.processing == .notStarted {
            emit(.updateParked(ParkedUpdate(update: update, context: context, reason: .componentUnknown)))
            return .applied
        }
        apply(update, to: component)
        composeAll()
        return events.count > before ? .applied : .nothingNew
    }

    /// By the component it names, else by the correlation the request carried.
    private func component(named update: FulfillmentUpdate) -> ComponentID? {
        guard let state else { return nil }
        if let id = update.component, state.index.componentAt[id] != nil { return id }
        guard let correlation = update.correlation else { return nil }
        return ComponentCorrelation.component(of: correlation, order: state.id.key)
    }

    private mutating func park(
        _ update: FulfillmentUpdate, _ context: MessageContext, _ code: FailureCode, _ text: String,
        component: ComponentID? = nil
    ) {
        emit(.updateParked(ParkedUpdate(update: update, context: context, reason: code)))
        emit(.failureRaised(Failure(code, text, component: component)))
    }

    /// Updates that arrived before their component was released.
    mutating func applyParked(for id: ComponentID) {
        let early = (state?.parked ?? []).filter { component(named: $0.update) == id && $0.reason == .componentUnknown }
        for parked in early {
            emit(.parkedApplied(parked.context.messageID))
            guard let at = state?.index.componentAt[id], let component = state?.components[at] else { continue }
            apply(parked.update, to: component)
        }
    }

    private mutating func apply(_ update: FulfillmentUpdate, to component: OrderComponent) {
        if let externalID = update.externalID, externalID != component.externalID {
            emit(.externalIDKnown(component.id, externalID: externalID))
        }
        var named: Set<LineID> = []
        for line in update.lines {
            named.insert(line.lineID)
            for attribute in line.attributes { record(attribute, line: line.lineID) }
            progress(
                line.lineID, of: component.id, status: line.status, milestone: line.milestone, whole: update.status)
        }
        if update.status != nil || update.milestone != nil {
            for line in component.plan.lines where update.lines.isEmpty || !named.contains(line) {
                // A report on the whole holds for lines it does not name only when it ends the work.
                guard update.lines.isEmpty || ends(update.status, component) else { continue }
                progress(line, of: component.id, status: update.status, milestone: update.milestone, whole: nil)
            }
        }
        composeComponent(component.id)
    }

    private func ends(_ status: ReportedStatus?, _ component: OrderComponent) -> Bool {
        guard let status, let line = component.plan.lines.first,
            let mapping = mapping(of: status, milestone: nil, component: component, line: line)
        else { return false }
        return catalog.states.root(of: mapping.state) == .complete
    }

    private mutating func record(_ attribute: LineAttribute, line: LineID) {
        guard !attribute.value.isEmpty, let at = state?.index.lineAt[line],
            state?.lines[at].values[attribute.name] != attribute.value
        else { return }
        emit(.valueRecorded(line, attribute: attribute))
    }

    private mutating func progress(
        _ line: LineID, of id: ComponentID, status: ReportedStatus?, milestone: String?, whole: ReportedStatus?
    ) {
        guard let place = state?.index.place(of: line, in: id), let component = state?.components[place.component]
        else { return }
        guard let reported = status ?? (milestone != nil ? whole : nil) else {
            if let milestone { reach(MilestoneName(rawValue: milestone), line: line, component: id) }
            return
        }
        guard let mapping = mapping(of: reported, milestone: milestone, component: component, line: line) else {
            unmapped(reported, component: component, line: line)
            return
        }
        let current = component.lineStates[place.position]
        if catalog.states.state(current, mayBecome: mapping.state) {
            emit(.lineProgressed(id, line: line, state: mapping.state, external: String(reported.code.prefix(100))))
            if catalog.states.root(of: mapping.state) == .failed { fail(reported, component: id, line: line) }
        } else if current != mapping.state {
            emit(
                .updateIgnored(
                    id, reason: "line \(line) is \(current) and does not go back to \(mapping.state)"))
            return
        }
        if let reached = mapping.milestone ?? milestone.map({ MilestoneName(rawValue: $0) }) {
            reach(reached, line: line, component: id)
        }
    }

    private mutating func fail(_ reported: ReportedStatus, component: ComponentID, line: LineID) {
        let detail = reported.description ?? reported.reason ?? reported.code
        let system = state?.index.componentAt[component].flatMap { state?.components[$0].plan.system }
        emit(
            .failureRaised(
                Failure(
                    .systemRefused, "system \(system?.rawValue ?? "") refused line \(line): \(detail.prefix(2_000))",
                    component: component, line: line, externalCode: reported.reason)))
    }

    private mutating func unmapped(_ reported: ReportedStatus, component: OrderComponent, line: LineID) {
        let text = "system \(component.plan.system) reports '\(reported.code.prefix(100))' for line \(line), "
            + "which no state map knows"
        emit(.updateIgnored(component.id, reason: text))
        if catalog.systems[component.plan.system]?.unmappedStatus == .fallout {
            emit(.failureRaised(Failure(.statusUnmapped, text, component: component.id, line: line)))
        }
    }

    /// Milestones are reached once each and in the catalog's order; a late one is told in the journal only.
    private mutating func reach(_ milestone: MilestoneName, line: LineID, component: ComponentID) {
        guard let at = state?.index.lineAt[line], let current = state?.lines[at], current.milestone != milestone
        else { return }
        let rank = catalog.milestoneRank(milestone)
        guard rank >= 0 else {
            emit(.updateIgnored(component, reason: "milestone '\(milestone.rawValue.prefix(60))' is not in the catalog"))
            return
        }
        let reached = current.milestone.map { catalog.milestoneRank($0) } ?? -1
        guard rank > reached else {
            emit(.updateIgnored(component, reason: "milestone \(milestone) of line \(line) comes late"))
            return
        }
        emit(.milestoneReached(line, milestone: milestone))
        guard let index = state?.index.componentAt[component] else { return }
        let before = state?.components[index].milestone.map { catalog.milestoneRank($0) } ?? -1
        if rank > before { emit(.componentMilestone(component, milestone: milestone)) }
    }

    private func mapping(
        of status: ReportedStatus, milestone: String?, component: OrderComponent, line: LineID
    ) -> StateMapping? {
        guard let system = catalog.systems[component.plan.system], let state,
            let order = state.order, let at = state.index.lineAt[line], order.lines.indices.contains(at)
        else { return nil }
        let orderLine = order.lines[at]
        let code = ExternalStatus.normalized(status.code)
        let patterns = orderLine.pattern.map { catalog.patternChain($0) } ?? []
        for mapping in system.stateMap
        where (mapping.external.map { ExternalStatus.normalized($0) == code } ?? true)
            && (mapping.externalMilestone.map { wanted in
                milestone.map { ExternalStatus.normalized($0) == ExternalStatus.normalized(wanted) } ?? false
            } ?? true)
            && (mapping.functions.isEmpty || mapping.functions.contains(component.plan.function))
            && (mapping.modes.isEmpty || mapping.modes.contains(order.mode))
            && (mapping.patterns.isEmpty || patterns.contains { mapping.patterns.contains($0) })
            && (mapping.productClasses.isEmpty
                || orderLine.productClass.map { mapping.productClasses.contains($0) } ?? false)
        {
            return mapping
        }
        // Systems that speak the catalog's own states need no map.
        guard system.stateMap.isEmpty, let own = catalog.states.named(status.code) else { return nil }
        return StateMapping(external: status.code, state: own)
    }
}

extension StateTree {
    /// Whether a late or repeated report may change a state: work goes forward only, and what is done stays done.
    package func state(_ current: StateName, mayBecome next: StateName) -> Bool {
        guard current != next else { return false }
        switch (root(of: current), root(of: next)) {
        case (.cancelled, _): return false
        case (.complete, .complete): return rank(of: next) > rank(of: current)
        case (.complete, _): return false
        case (.failed, .failed): return true
        // The other system repaired its fault.
        case (.failed, .inProgress), (.failed, .complete), (.failed, .cancelled): return true
        case (.failed, .open): return false
        case (.inProgress, .inProgress): return rank(of: next) > rank(of: current)
        case (.inProgress, .open): return false
        case (.inProgress, _): return true
        case (.open, .open): return rank(of: next) > rank(of: current)
        case (.open, _): return true
        }
    }
}

/// The correlation that requests carry (COMCorrelationID): the order's key and the component.
package enum ComponentCorrelation {
    package static func text(order: OrderKey, component: ComponentID) -> String { "\(order)_\(component)" }

    package static func component(of correlation: String, order: OrderKey) -> ComponentID? {
        let prefix = order.rawValue + "_"
        guard correlation.hasPrefix(prefix) else { return nil }
        return ComponentID(rawValue: String(correlation.dropFirst(prefix.count)))
    }
}
