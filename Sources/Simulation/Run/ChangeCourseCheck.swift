internal import Fulfillment
internal import Orders

/// What the journal of one order tells of its changes, held against what changes must keep to.
struct ChangeCourseCheck {
    private let id: OrderID
    private let catalog: FulfillmentCatalog
    private(set) var problems: [String] = []
    private(set) var counts: [ChangeKind: Int] = [:]
    /// The revision that took effect last; `nil` once the order is cancelled.
    private(set) var acceptedRevision: Int?
    /// All that took effect and wanted anything; an order that is resumed after its cancellation is wanted as before.
    private(set) var acceptedRevisions: [Int] = []
    /// How often each request was sent once more because nobody answered it.
    private(set) var sentAgain: [ComponentID: Int] = [:]
    private(set) var state: OrderState?
    private var isCancelled = false
    /// What depended on what, of everything that was asked for when a revision took effect.
    private var dependsOn: [ComponentID: Set<ComponentID>] = [:]
    private var toUndo: Set<ComponentID> = []

    init(_ journal: DecodedJournal, catalog: FulfillmentCatalog) {
        id = journal.id
        self.catalog = catalog
        for hop in journal.hops {
            let events = hop.events
            if state == nil {
                for event in events { noteRevision(event) }
                state = journal.begun
                for case .componentRetried(let component) in events { sentAgain[component, default: 0] += 1 }
                var attempts = AttemptCheck(id, catalog: catalog)
                for event in events { attempts.check(event, before: nil) }
                problems += attempts.problems
                for case .componentReleased(let started) in events
                where component(started)?.plan.bases != nil {
                    problems.append("\(id): \(started) began before anything was done that it follows")
                }
                continue
            }
            var attempts = AttemptCheck(id, catalog: catalog)
            defer { problems += attempts.problems }
            for event in events {
                attempts.check(event, before: state)
                check(event)
                checkBases(event)
                noteRevision(event)
                count(event)
                state?.apply(event, at: hop.at)
            }
        }
        checkEnd()
    }

    private func component(_ id: ComponentID) -> OrderComponent? {
        state?.components.first { $0.id == id }
    }

    /// Known here by itself, as it is what changes are held against.
    private func awaited(_ dependency: PlannedDependency) -> [ComponentID] {
        switch dependency.target {
        case .component(let id): return [id]
        case .group(let number):
            let groups = state?.groups ?? []
            return groups.indices.contains(number) ? groups[number].components : []
        }
    }

    /// Nothing begins before all is done that it follows.
    private mutating func checkBases(_ event: OrderEvent) {
        switch event {
        case .baseAnswered(_, outcome: .done): counts[.followed, default: 0] += 1
        case .componentReleased(let id), .compensationReleased(let id, .redo):
            guard let component = component(id), let awaited = state?.basesAwaited(by: component),
                !awaited.isEmpty
            else { return }
            problems.append("\(self.id): \(id) began before \(awaited) was done")
        default: break
        }
    }

    private mutating func noteRevision(_ event: OrderEvent) {
        switch event {
        case .accepted(let acceptance):
            acceptedRevision = acceptance.order.revision
            acceptedRevisions.append(acceptance.order.revision)
        case .amended(let amendment):
            if isCancelled, !amendment.isCancellation { counts[.orderResumedAfterCancel, default: 0] += 1 }
            isCancelled = amendment.isCancellation
            acceptedRevision = amendment.isCancellation ? nil : amendment.order.revision
            if let revision = acceptedRevision { acceptedRevisions.append(revision) }
        default: break
        }
    }

    private mutating func check(_ event: OrderEvent) {
        switch event {
        case .amended(let amendment):
            toUndo = Set(
                amendment.steps.filter { $0.kind == .undo || $0.kind == .undoThenDo }.map(\.component)
            )
            for component in state?.components ?? [] where component.requests > 0 {
                dependsOn[component.id] = Set(component.plan.dependsOn.flatMap(awaited))
            }
        case .compensationReleased(let id, let mode): check(id, mode)
        case .componentRetried(let id):
            sentAgain[id, default: 0] += 1
            if let mode = component(id)?.rework?.value.mode, mode != .perform { checkReturn(id, mode) }
        case .componentProgressed(let id, _, .undoCompleted),
            .componentProgressed(let id, _, .undoFailedContinue):
            toUndo.remove(id)
        default: break
        }
    }

    private mutating func check(_ id: ComponentID, _ mode: ExecutionMode) {
        if mode != .perform { checkReturn(id, mode) }
        guard mode == .undo else { return }
        if component(id)?.processing == .undoCompleted {
            problems.append("\(self.id): \(id) is undone a second time")
        }
        let waiting = toUndo.filter { $0 != id && depends($0, on: id) }
        if !waiting.isEmpty {
            problems.append("\(self.id): \(id) is undone before \(waiting.sorted()), which depend on it")
        }
    }

    /// Nothing is sent beyond a hard point of no return.
    private mutating func checkReturn(_ id: ComponentID, _ mode: ExecutionMode) {
        guard let component = component(id) else { return }
        switch component.processing {
        case .notStarted, .undoCompleted: return
        default: break
        }
        let points = catalog.functions[component.plan.function]?.pointsOfNoReturn ?? []
        for point in points where point.permissibility == .hard && point.patterns.isEmpty {
            let isBeyond = component.lineStates.contains { catalog.states.state($0, hasReached: point.state) }
            if isBeyond {
                problems.append("\(self.id): \(mode) of \(id) is sent beyond its point of no return")
            }
        }
    }

    private func depends(_ later: ComponentID, on earlier: ComponentID) -> Bool {
        var open = [later]
        var seen: Set<ComponentID> = []
        while let here = open.popLast() {
            for next in dependsOn[here] ?? [] where seen.insert(next).inserted {
                if next == earlier { return true }
                open.append(next)
            }
        }
        return false
    }

    private mutating func count(_ event: OrderEvent) {
        let kind: ChangeKind? =
            switch event {
            case .amended(let amendment): amendment.isCancellation ? .orderCancelled : .revisionApplied
            case .revisionQueued: .revisionQueued
            case .revisionDropped(_, let reason): reason.contains("supersedes") ? .revisionSuperseded : nil
            case .revisionRefused(let refused):
                refused.failure.code == .pointOfNoReturn ? .refusedBeyondReturn : .revisionRefused
            case .compensationReleased(_, .redo): .redo
            case .compensationReleased(_, .undo): .undo
            case .componentReset: .undoneAndDoneAgain
            case .incidentOpened: .incidentOpened
            case .componentRetried: .sentAgainAfterSilence
            default: nil
            }
        if let kind { counts[kind, default: 0] += 1 }
        if case .amended(let amendment) = event {
            let dropped = amendment.steps.count { $0.kind == .drop }
            if dropped > 0 { counts[.droppedBeforeStart, default: 0] += dropped }
        }
    }

    private mutating func checkEnd() {
        guard let state, state.order != nil else { return }
        for component in state.components {
            if component.task != nil { problems.append("\(id): a compensation of \(component.id) is left") }
            guard component.isWithdrawn, component.requests > 0,
                catalog.functions[component.plan.function]?.onRemoval.otherwise != CompensationKind.none
            else { continue }
            switch component.processing {
            case .undoCompleted, .undoFailedContinue, .failedContinue: break
            default: problems.append("\(id): \(component.id) is not wanted and is \(component.processing)")
            }
        }
        if ChangeDesk.isChanging(id.key), !state.incidents.isEmpty {
            problems.append("\(id) has \(state.incidents.count) open incidents")
        }
    }
}
