internal import Orders

extension OrderCourse {
    /// Applies what a system reports about a component.
    mutating func receive(_ update: FulfillmentUpdate, _ context: MessageContext) -> OrderOutcome {
        guard let lifecycle = state?.lifecycle else { return .orderUnknown }
        if lifecycle == .aborted {
            emit(.updateIgnored(update.component, reason: "it comes after the order was aborted"))
            return .nothingNew
        }
        take(update, context)
        return settle()
    }

    /// Applies an update; what of it comes too early or names what is not there is parked.
    mutating func take(_ update: FulfillmentUpdate, _ context: MessageContext) {
        guard let at = component(named: update) else {
            park(update, context, .componentUnknown)
            emit(.failureRaised(Failure(.componentUnknown, "an update names no component of this order")))
            return
        }
        guard isOfLastRequest(update, at) else {
            let id = state?.components[at].id
            emit(.updateIgnored(id, reason: "it answers an earlier request for the component"))
            return
        }
        guard state?.components[at].processing != .notStarted else {
            park(update, context, .componentUnknown)
            return
        }
        noteFirstWord(of: at)
        if state?.components[at].processing == .undoing {
            noteExternalID(update, at)
            return applyUndoReply(update, to: at, isSure: requestNumber(of: update, at) != nil)
        }
        if reportsUndone(update, at) {
            noteExternalID(update, at)
            return applyUndoReply(update, to: at, isSure: true)
        }
        let processing = state?.components[at].processing
        if processing == .undoCompleted || processing == .undoFailed {
            let id = state?.components[at].id
            emit(.updateIgnored(id, reason: "it comes after the component was undone"))
            return
        }
        if answersUndo(update, at) {
            let id = state?.components[at].id
            return emit(.updateIgnored(id, reason: "it answers an undo, and the component is wanted again"))
        }
        var known = update
        known.lines = []
        var unknown = known
        for line in update.lines {
            let place = state?.index.lineAt[line.lineID]
            if place.flatMap({ position(ofLine: $0, in: at) }) != nil {
                known.lines.append(line)
            } else if !(place.flatMap { state?.lines[$0].isWithdrawn } ?? false) {
                // Whoever was told that a line is withdrawn reports its end, too.
                unknown.lines.append(line)
            }
        }
        guard let stranger = unknown.lines.first, let id = state?.components[at].id else {
            guard update.lines.isEmpty || !known.lines.isEmpty || advances(known, at) else {
                let id = state?.components[at].id
                return emit(.updateIgnored(id, reason: "it is about lines that are withdrawn"))
            }
            return apply(known, to: at)
        }
        park(unknown, context, .lineUnknown)
        let text =
            "an update for component \(id) names lines that are not part of it: "
            + Listing.some(unknown.lines.map(\.lineID))
        emit(.failureRaised(Failure(.lineUnknown, text, component: id, line: stranger.lineID)))
        // Without its lines a report on lines would become one on the whole component.
        if !known.lines.isEmpty { apply(known, to: at) }
    }

    /// By the component it names, else by the correlation the request carried.
    private func component(named update: FulfillmentUpdate) -> Int? {
        // The index alone: the state is large to copy.
        guard let index = state?.index else { return nil }
        if let id = update.component, let at = index.componentAt[id] { return at }
        guard let name = named(by: update) else { return nil }
        return index.componentAt[name]
            ?? ComponentCorrelation.request(in: name).flatMap { index.componentAt[$0.component] }
    }

    private func named(by update: FulfillmentUpdate) -> ComponentID? {
        guard let key = state?.id.key else { return nil }
        return update.correlation.flatMap { ComponentCorrelation.component(of: $0, order: key) }
    }

    /// Which of the requests for the component it answers; `nil` when it does not say.
    private func requestNumber(of update: FulfillmentUpdate, _ at: Int) -> Int? {
        guard let id = state?.components[at].id, let name = named(by: update) else { return nil }
        if name == id { return 1 }
        guard let request = ComponentCorrelation.request(in: name), request.component == id else {
            return nil
        }
        return request.request
    }

    private func isOfLastRequest(_ update: FulfillmentUpdate, _ at: Int) -> Bool {
        guard let rework = state?.components[at].rework?.value else { return true }
        if let request = requestNumber(of: update, at) { return request >= rework.requests }
        guard let revision = update.revision.flatMap({ Int($0) }), rework.requests > 1 else { return true }
        return revision >= rework.requestRevision
    }

    /// Whether it repeats what came of an undo that nobody waits for any more.
    private func answersUndo(_ update: FulfillmentUpdate, _ at: Int) -> Bool {
        guard let rework = state?.components[at].rework?.value, rework.mode == .undo else { return false }
        return requestNumber(of: update, at) == rework.requests
    }

    private mutating func noteExternalID(_ update: FulfillmentUpdate, _ at: Int) {
        guard let externalID = update.externalID, externalID != state?.components[at].externalID,
            let id = state?.components[at].id
        else { return }
        emit(.externalIDKnown(id, externalID: externalID))
    }

    /// Where a line stands among a component's lines.
    private func position(ofLine line: Int, in component: Int) -> Int? {
        state?.index.componentsOfLine[line].first { $0.component == component }?.position
    }

    private mutating func park(_ update: FulfillmentUpdate, _ context: MessageContext, _ reason: FailureCode)
    {
        guard state?.parked.count ?? 0 < OrderState.parkedMax else {
            emit(
                .failureRaised(
                    Failure(
                        reason,
                        "an update is not kept, as \(OrderState.parkedMax) wait for this order already",
                        correctiveAction: "Send the update again once its component was asked for."
                    )
                )
            )
            return
        }
        emit(.updateParked(ParkedUpdate(update: update, context: context, reason: reason)))
    }

    /// Updates that arrived before their component was released.
    mutating func takeEarlyReplies(for at: Int) {
        guard let parked = state?.parked, !parked.isEmpty else { return }
        for early in parked where early.reason == .componentUnknown && component(named: early.update) == at {
            emit(.parkedApplied(early.context.messageID))
            take(early.update, early.context)
        }
    }

    private mutating func apply(_ update: FulfillmentUpdate, to at: Int) {
        guard let plan = state?.components[at].plan, let index = state?.index else { return }
        let eventsBefore = events.count
        noteExternalID(update, at)
        var remarks = UpdateRemarks()
        var named = Positions()
        var linesWithNews = Positions()
        for report in update.lines {
            guard let line = index.lineAt[report.lineID], let position = position(ofLine: line, in: at) else {
                continue
            }
            named.insert(position)
            for attribute in report.attributes where record(attribute, line: line, component: at, &remarks) {
                linesWithNews.insert(line)
            }
            // A line without a status of its own takes that of the whole.
            let milestone = report.milestone ?? (report.status == nil ? update.milestone : nil)
            progress(
                ReportedLine(component: at, position: position, line: line),
                report.status.map { $0.explained(by: update.status) } ?? update.status,
                milestone,
                &remarks
            )
        }
        lookAtDependants(ofLines: linesWithNews)
        if named.count < plan.lines.count, update.status != nil || update.milestone != nil {
            for (position, line) in index.linesOfComponent[at].enumerated() where !named.contains(position) {
                let reported = ReportedLine(component: at, position: position, line: line)
                // Beside named lines a report on the whole holds for the others only when it ends the work.
                guard named.isEmpty || ends(update, reported) else { continue }
                guard saysSomething(update, of: reported) else { continue }
                progress(reported, update.status, update.milestone, &remarks)
            }
        }
        tell(remarks, of: plan)
        guard events.count > eventsBefore else { return }
        composeComponent(at)
        carryLinesLeft(to: at)
        closeIfRecovered(at)
        lookAtDependants(of: at)
    }

    /// Lines that a revision added to work that goes on as it was asked for come as far as that does.
    private mutating func carryLinesLeft(to at: Int) {
        guard let component = state?.components[at], component.task == nil, component.rework != nil,
            let lines = state?.index.linesOfComponent[at]
        else { return }
        for (position, line) in lines.enumerated()
        where !component.isAskedFor(position) && component.lineStates[position] != component.state {
            emit(
                .lineProgressed(
                    component.id,
                    line: component.plan.lines[position],
                    state: component.state,
                    external: "left to work as it was asked for"
                )
            )
            noteChange(ofLine: line)
        }
    }

    /// Whether a report that names none of a component's lines is all the same one of its progress as a whole.
    private func advances(_ update: FulfillmentUpdate, _ at: Int) -> Bool {
        guard let line = state?.index.linesOfComponent[at].first,
            let mapping = mapping(
                of: update.status,
                update.milestone,
                ReportedLine(component: at, position: 0, line: line)
            )
        else { return false }
        return switch catalog.states.root(of: mapping.state) {
        case .complete, .inProgress: true
        // Nobody asks it for anything else: what was refused is missing to the lines that took the others' place.
        case .failed: state?.components[at].task == nil
        case .open, .cancelled: false
        }
    }

    /// A line that a revision added is none of those that the system was asked for; where all are, what it reports is
    /// that of the component, which does not go back.
    private func saysSomething(_ update: FulfillmentUpdate, of reported: ReportedLine) -> Bool {
        guard let component = state?.components[reported.component] else { return false }
        if component.isAskedFor(reported.position) { return true }
        guard !component.plan.lines.indices.contains(where: component.isAskedFor) else { return false }
        return component.processing != .completed || ends(update, reported)
    }

    private func ends(_ update: FulfillmentUpdate, _ reported: ReportedLine) -> Bool {
        guard let mapping = mapping(of: update.status, update.milestone, reported) else { return false }
        return switch catalog.states.root(of: mapping.state) {
        case .complete, .cancelled: true
        case .open, .inProgress, .failed: false
        }
    }

    /// - Returns: Whether it is news.
    private mutating func record(
        _ attribute: LineAttribute,
        line: Int,
        component: Int,
        _ remarks: inout UpdateRemarks
    ) -> Bool {
        guard !attribute.value.isEmpty, let known = state?.lines[line] else { return false }
        let isNew = known.values[attribute.name] != attribute.value
        if isNew {
            guard known.values.count < LineProgress.valuesMax || known.values[attribute.name] != nil else {
                remarks.add(known.id, .tooManyValues)
                return false
            }
            emit(.valueRecorded(known.id, attribute: attribute))
        }
        return settle(attribute.name, line: line, component: component, isNew: isNew) || isNew
    }

    /// Whoever waits for a value of a line waits for it by any of the line's components: each of these once, however
    /// many values of however many lines became known.
    private mutating func lookAtDependants(ofLines lines: Positions) {
        guard !lines.isEmpty, let index = state?.index else { return }
        var components = Positions()
        for line in lines {
            for place in index.componentsOfLine[line] { components.insert(place.component) }
        }
        for component in components { lookAtDependants(of: component) }
    }

    /// Notes that a component has reported what others wait for, be it what it was before; and that what others of the
    /// line had reported is out of date, where it is not.
    ///
    /// - Returns: Whether anything was to be noted.
    private mutating func settle(_ name: String, line: Int, component: Int, isNew: Bool) -> Bool {
        guard catalog.awaitedValues.contains(name) else { return false }
        let reporters = state?.reporters(of: name, line: line, component: component, isNew: isNew) ?? []
        for id in reporters { emit(.valueSettled(id, name: name)) }
        return !reporters.isEmpty
    }

    private mutating func progress(
        _ reported: ReportedLine,
        _ status: ReportedStatus?,
        _ milestone: String?,
        _ remarks: inout UpdateRemarks
    ) {
        guard status != nil || milestone != nil, let id = state?.components[reported.component].id,
            let line = state?.lines[reported.line].id,
            let current = state?.components[reported.component].lineStates[reported.position]
        else { return }
        let mapping = meaning(of: status, milestone, reported)
        if let mapping {
            let next = mapping.state
            if catalog.states.state(current, mayBecome: next) {
                let external = (status?.code ?? milestone ?? "").prefixed(to: 100)
                emit(.lineProgressed(id, line: line, state: next, external: external))
                noteChange(ofLine: reported.line)
                switch catalog.states.root(of: next) {
                case .failed: remarks.add(line, .refused(status))
                case .cancelled
                where state.map({ !mayBeCancelled($0.components[reported.component]) }) ?? false:
                    remarks.add(line, .cancelled(status))
                case .open, .inProgress, .complete, .cancelled: break
                }
            } else if catalog.states.root(of: next) == .failed, isMendedDownstream(reported.component) {
                // Its reason may be another one by now, which is no longer left to the system.
                remarks.add(line, .refused(status))
            } else if !catalog.states.state(current, isWithin: next) {
                return remarks.add(line, .late(from: current, to: next))
            }
        } else if let status {
            return remarks.add(line, .unmapped(status.code))
        }
        if let reached = mapping?.milestone?.rawValue ?? milestone {
            reach(reached, reported, line, &remarks)
        }
    }

    private func isMendedDownstream(_ at: Int) -> Bool {
        state?.components[at].processing == .downstreamCorrectionRequired
    }

    /// A line reaches each milestone once; within the work of one component they come in the catalog's order.
    private mutating func reach(
        _ text: String,
        _ reported: ReportedLine,
        _ line: LineID,
        _ remarks: inout UpdateRemarks
    ) {
        guard let milestone = catalog.milestone(named: text) else {
            return remarks.add(line, .unknownMilestone(String(text.prefix(60))))
        }
        let rank = catalog.milestoneRank(milestone)
        let reached = state?.lines[reported.line].reached ?? []
        let ofComponent =
            state?.components[reported.component].milestone.map { catalog.milestoneRank($0) } ?? -1
        if !reached.contains(milestone) {
            // Another component's later milestone makes this one no less news.
            if ofComponent > rank, reached.contains(where: { catalog.milestoneRank($0) > rank }) {
                return remarks.add(line, .lateMilestone(milestone))
            }
            emit(.milestoneReached(line, milestone: milestone))
        }
        if rank > ofComponent, let id = state?.components[reported.component].id {
            emit(.componentMilestone(id, milestone: milestone))
        }
    }

    /// What a report means for a line, remembered for the next line.
    private mutating func meaning(
        of status: ReportedStatus?,
        _ milestone: String?,
        _ reported: ReportedLine
    ) -> StateMapping? {
        if let meaning, meaning.component == reported.component, meaning.status == status?.code,
            meaning.milestone == milestone
        {
            return meaning.mapping
        }
        let found = mapping(of: status, milestone, reported)
        if let mapping = found, let system = state?.components[reported.component].plan.system,
            catalog.systems[system]?.mapsLinesApart == false
        {
            meaning = ReportMeaning(
                component: reported.component,
                status: status?.code,
                milestone: milestone,
                mapping: mapping
            )
        }
        return found
    }

    /// The first mapping that fits; systems that have none speak the catalog's own states.
    func mapping(
        of status: ReportedStatus?,
        _ milestone: String?,
        _ reported: ReportedLine
    ) -> StateMapping? {
        guard let plan = state?.components[reported.component].plan,
            let system = catalog.systems[plan.system],
            let order = state?.order, order.lines.indices.contains(reported.line)
        else { return nil }
        if system.stateMap.isEmpty {
            return status.flatMap { catalog.states.named($0.code) }.map {
                StateMapping(external: nil, state: $0)
            }
        }
        let code = status.map { ExternalStatus.normalized($0.code) }
        let external = milestone.map(ExternalStatus.normalized)
        return system.stateMap.first {
            $0.fits(status: code, milestone: external)
                && $0.fits(order.lines[reported.line], of: order, function: plan.function, catalog: catalog)
        }
    }

    /// A system refused lines, or gave them up.
    private mutating func fail(
        _ plan: PlannedComponent,
        _ code: FailureCode,
        _ verb: String,
        _ lines: [LineID],
        _ status: ReportedStatus?
    ) {
        let listed = (lines.count == 1 ? "line " : "lines ") + Listing.some(lines)
        let detail = status?.description ?? status?.reason ?? status?.code ?? ""
        let text = "system \(plan.system) \(verb) \(listed)" + (detail.isEmpty ? "" : ": \(detail)")
        fail(
            plan.id,
            Failure(
                code,
                text,
                component: plan.id,
                line: lines.count == 1 ? lines.first : nil,
                externalCode: status?.reason
            )
        )
    }

    private mutating func tell(_ remarks: UpdateRemarks, of plan: PlannedComponent) {
        for (remark, lines) in remarks.groups {
            let listed = (lines.count == 1 ? "line " : "lines ") + Listing.some(lines)
            switch remark {
            case .refused(let status): fail(plan, .systemRefused, "refused", lines, status)
            case .cancelled(let status): fail(plan, .systemCancelled, "cancelled", lines, status)
            case .unmapped(let code):
                let text =
                    "system \(plan.system) reports '\(code.prefix(100))' for \(listed), which no state map knows"
                emit(.updateIgnored(plan.id, reason: text))
                guard catalog.systems[plan.system]?.unmappedStatus == .fallout else { continue }
                emit(
                    .failureRaised(
                        Failure(
                            .statusUnmapped,
                            text,
                            component: plan.id,
                            line: lines.count == 1 ? lines.first : nil
                        )
                    )
                )
            case .late(let from, let to):
                emit(.updateIgnored(plan.id, reason: "\(listed): \(from) does not go back to \(to)"))
            case .lateMilestone(let milestone):
                emit(.updateIgnored(plan.id, reason: "\(listed): milestone \(milestone) comes late"))
            case .unknownMilestone(let text):
                emit(.updateIgnored(plan.id, reason: "\(listed): milestone '\(text)' is not in the catalog"))
            case .tooManyValues:
                emit(.updateIgnored(plan.id, reason: "\(listed): more than \(LineProgress.valuesMax) values"))
            }
        }
    }
}

/// What a report was found to mean for the lines of a component.
struct ReportMeaning {
    var component: Int
    var status: String?
    var milestone: String?
    var mapping: StateMapping
}

extension ReportedStatus {
    /// The status of a line; why it is so may be said of the whole only.
    fileprivate func explained(by whole: ReportedStatus?) -> ReportedStatus {
        guard reason == nil, let whole, whole.reason != nil, whole.code == code else { return self }
        let words = description.flatMap { $0 == code ? nil : $0 }
        return ReportedStatus(code: code, reason: whole.reason, description: words ?? whole.description)
    }
}

extension String {
    /// The first so many characters; most texts are shorter, which their bytes tell without a count of characters.
    fileprivate func prefixed(to count: Int) -> String { utf8.count <= count ? self : String(prefix(count)) }
}
