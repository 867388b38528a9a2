import Fulfillment
import Orders
import TestSupport
import Testing

/// Watches an order event by event and knows by itself what must never happen.
struct IndependentObserver {
    /// The fold of the events as they were written and read back.
    private(set) var folded: OrderState?
    private let catalog: FulfillmentCatalog
    private var released: Set<ComponentID> = []
    /// When each wait was first seen to hold, by component and position.
    private var heldSince: [String: Timestamp] = [:]

    init(catalog: FulfillmentCatalog) { self.catalog = catalog }

    /// Takes the events of one hop through bytes, and compares where they lead to.
    mutating func watch(_ events: [OrderEvent], at now: Timestamp, state: OrderState?, _ label: String) throws
    {
        let read = try JournalCodec.decodeEvents(JournalCodec.encode(events))
        #expect(read == events, "\(label)")
        for event in read {
            check(event, at: now, label)
            if folded == nil {
                folded = OrderState(first: event, id: OrderID(role: "COM", key: "SO-1"), at: now)
            } else {
                folded?.apply(event, at: now)
            }
            noteWaits(at: now)
        }
        #expect(folded == state, "\(label): the fold of the journal is the state")
        checkNothingForgotten(at: now, label)
    }

    private mutating func check(_ event: OrderEvent, at now: Timestamp, _ label: String) {
        switch event {
        case .componentReleased(let id):
            #expect(released.insert(id).inserted, "\(label): \(id) is released once")
            guard let component = component(id) else {
                Issue.record("\(label): \(id) is no component")
                return
            }
            #expect(component.processing == .notStarted)
            #expect(component.plan.notBefore.map { $0 <= now } ?? true, "\(label): \(id) before its start")
            for position in component.plan.dependsOn.indices {
                #expect(isOver(component, position, at: now), "\(label): \(id) does not wait for \(position)")
            }
        case .lineProgressed(let id, let line, let state, _):
            guard let component = component(id), let at = component.plan.lines.firstIndex(of: line) else {
                Issue.record("\(label): \(line) is no line of \(id)")
                return
            }
            #expect(!Self.isBackwards(component.lineStates[at], state), "\(label): \(line) goes back")
        case .componentProgressed(let id, let state, let processing):
            let before = component(id)
            #expect(!Self.isBackwards(before?.state ?? "", state), "\(label): \(id) goes back to \(state)")
            #expect(
                before?.processing.isFinished != true || processing.isFinished,
                "\(label): \(id) is finished"
            )
        case .milestoneReached(let id, let milestone):
            let line = folded?.lines.first { $0.id == id }
            #expect(line?.reached.contains(milestone) == false, "\(label): \(milestone) of \(id) once")
        case .lifecycleChanged(let from, _): #expect(folded?.lifecycle == from && from != .completed)
        default: break
        }
    }

    private static let order: [StateName: Int] = [
        "OPEN": 0, "IN_PROGRESS": 1, "IN_PROGRESS-STARTED": 2, "IN_PROGRESS-DESIGNED": 3, "COMPLETE": 4,
    ]

    /// Only a failed thing may become an earlier one.
    private static func isBackwards(_ before: StateName, _ after: StateName) -> Bool {
        guard let old = order[before] else { return before == "CANCELLED" && after != before }
        guard let new = order[after] else { return before == "COMPLETE" }
        return new < old
    }

    private func component(_ id: ComponentID) -> OrderComponent? { folded?.components.first { $0.id == id } }

    private func holds(_ dependency: PlannedDependency) -> Bool {
        let awaited = awaited(dependency, folded?.groups)
        return !awaited.isEmpty && awaited.allSatisfy { holds(dependency, of: $0) }
    }

    private func holds(_ dependency: PlannedDependency, of id: ComponentID) -> Bool {
        guard let blocking = component(id) else { return false }
        let isFinished = blocking.processing == .completed || blocking.processing == .failedContinue
        switch dependency.wait {
        case .completed: return isFinished
        case .state(let wanted):
            return isFinished || (Self.order[blocking.state] ?? -1) >= (Self.order[wanted] ?? 99)
        case .milestone(let wanted):
            let milestones: [MilestoneName] = ["STARTED", "DESIGNED", "FINISHED"]
            let reached = blocking.milestone.flatMap { milestones.firstIndex(of: $0) } ?? -1
            return isFinished || reached >= (milestones.firstIndex(of: wanted) ?? 99)
        case .value(let name, _):
            if blocking.processing == .failedContinue { return true }
            return folded?.lines.contains { blocking.plan.lines.contains($0.id) && $0.values[name] != nil }
                ?? false
        }
    }

    private mutating func noteWaits(at now: Timestamp) {
        for component in folded?.components ?? [] where component.processing == .notStarted {
            for (position, dependency) in component.plan.dependsOn.enumerated()
            where dependency.delaySeconds > 0 {
                let key = "\(component.id) \(position)"
                if heldSince[key] == nil && holds(dependency) { heldSince[key] = now }
            }
        }
    }

    /// When the wait is over; `nil` while it does not hold.
    private func end(_ component: OrderComponent, _ position: Int) -> Timestamp? {
        let dependency = component.plan.dependsOn[position]
        if dependency.delaySeconds > 0 {
            return heldSince["\(component.id) \(position)"]?.advanced(bySeconds: dependency.delaySeconds)
        }
        return holds(dependency) ? Timestamp(milliseconds: .min) : nil
    }

    private func isOver(_ component: OrderComponent, _ position: Int, at now: Timestamp) -> Bool {
        end(component, position).map { $0 <= now } ?? false
    }

    /// Whoever waits for nothing but time has a timer, and whoever waits for nothing is released, unless the
    /// clock stepped back and forth: then the timer is still to come.
    private func checkNothingForgotten(at now: Timestamp, _ label: String) {
        for component in folded?.components ?? [] where component.processing == .notStarted {
            let ends = component.plan.dependsOn.indices.map { end(component, $0) }
            guard ends.allSatisfy({ $0 != nil }) else { continue }
            let ready = (ends.compactMap(\.self) + [component.plan.notBefore].compactMap(\.self)).max()
            guard let ready, ready > Timestamp(milliseconds: .min) else {
                Issue.record("\(label): \(component.id) waits for nothing and is not released")
                continue
            }
            #expect(component.scheduledFor == ready, "\(label): \(component.id) has no timer for \(ready)")
        }
    }
}
