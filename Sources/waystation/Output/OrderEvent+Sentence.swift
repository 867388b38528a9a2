import Broker
import Fulfillment
import Orders

/// The events of one hop as sentences that can be read aloud; what happened alike to several lines is one sentence.
struct HopSentences {
    private(set) var texts: [String] = []
    private let state: OrderState
    let name: (ComponentID) -> String

    /// Tells the events of an order that stands at `state`; `name` says how components are called.
    init(_ events: [OrderEvent], of state: OrderState, name: @escaping (ComponentID) -> String = \.rawValue) {
        self.state = state
        self.name = name
        var told: Set<Alike> = []
        for event in events {
            guard let alike = Alike(event) else {
                texts.append(sentence(event))
                continue
            }
            if told.insert(alike).inserted {
                texts.append(
                    alike.sentence(of: events.compactMap { Alike.line(of: $0, in: alike) }, name: name)
                )
            }
        }
    }

    /// What several lines may have in common.
    private enum Alike: Hashable {
        case progress(ComponentID, StateName, external: String)
        case state(StateName)
        case milestone(MilestoneName)

        init?(_ event: OrderEvent) {
            switch event {
            case .lineProgressed(let id, _, let state, let external):
                self = .progress(id, state, external: external)
            case .lineStateChanged(_, let state): self = .state(state)
            case .milestoneReached(_, let milestone): self = .milestone(milestone)
            default: return nil
            }
        }

        static func line(of event: OrderEvent, in alike: Alike) -> LineID? {
            guard Alike(event) == alike else { return nil }
            switch event {
            case .lineProgressed(_, let line, _, _), .lineStateChanged(let line, _),
                .milestoneReached(let line, _):
                return line
            default: return nil
            }
        }

        func sentence(of lines: [LineID], name: (ComponentID) -> String) -> String {
            let lines = lines.sorted { NaturalOrder.precedes($0.rawValue, $1.rawValue) }
            let one = lines.count == 1
            let subject = "\(one ? "Line" : "Lines") \(NameList.text(lines))"
            switch self {
            case .progress(let component, let state, let external):
                return
                    "\(subject) of \(name(component)) \(one ? "is" : "are") now \(state), reported as '\(external)'."
            case .state(let state): return "\(subject) \(one ? "is" : "are") now \(state)."
            case .milestone(let milestone): return "\(subject) reached the milestone \(milestone)."
            }
        }
    }

    private func sentence(_ event: OrderEvent) -> String {
        switch event {
        case .accepted(let acceptance):
            let order = acceptance.order
            let translated = order.sentAs.map {
                " \(NameList.count($0.count, "value")) of it \($0.count == 1 ? "is" : "are") translated."
            }
            return
                "The order is accepted: revision \(order.revision), \(NameList.count(order.lines.count, "line")), "
                + "mode \(order.mode), priority \(order.priority.value).\(translated ?? "")"
        case .rejected(let rejection) where rejection.failures.isEmpty:
            return "Revision \(rejection.revision) cancels the order, of which nothing was asked of anybody."
        case .rejected(let rejection):
            let reasons = rejection.failures.map(\.code.rawValue)
            return "The order is invalid, for \(NameList.count(reasons.count, "reason")): "
                + NameList.text(reasons) + "."
        case .planned(let plan):
            return "It is decomposed into \(NameList.count(plan.components.count, "component"))."
        case .linesWithoutWork(let lines): return "Nothing is to be done for \(NameList.text(lines))."
        case .valueRecorded(let line, let attribute):
            return "Line \(line) got the value \(attribute.name) = '\(attribute.value)'."
        case .statusChanged(let state): return "The order's status is now \(state)."
        case .lifecycleChanged(let from, let to):
            return "The order goes from \(from.rawValue) to \(to.rawValue)."
        case .updateIgnored(_, let reason): return "An update changes nothing: \(reason)."
        case .updateParked(let parked):
            let component = parked.update.component.map { " for \(name($0))" } ?? ""
            return "An update\(component) is kept for later (\(parked.reason.rawValue))."
        case .parkedApplied(let message): return "The update \(message), kept until now, is taken up."
        case .parkedDropped(let message): return "The update \(message), kept until now, is given up."
        case .revisionIgnored(let revision, let reason):
            return "Revision \(revision) is not applied: \(reason)."
        case .failureRaised(let failure):
            return "Failure \(failure.codeTextAndAction)"
        case .componentReleased, .componentScheduled, .waitHeld, .externalIDKnown, .lineProgressed,
            .componentProgressed, .componentMilestone, .valueSettled, .lineStateChanged, .milestoneReached:
            return sentenceOfComponent(event)
        case .amended, .revisionQueued, .revisionDropped, .revisionRefused, .compensationReleased,
            .componentReset,
            .compensationDropped, .transitionBegan, .transitionEnded,
            .permissibilityChanged, .operated, .wakeUp, .incidentOpened, .incidentClosed, .incidentAssigned,
            .ticketKnown, .ticketChanged, .retryScheduled, .componentRetried, .componentHeard, .dataFixed,
            .componentReworded,
            .jeopardyRaised, .recreationScheduled:
            return sentenceOfChange(event)
        case .baseAsked, .baseAnswered, .followerKnown, .followerTold: return sentenceOfFollowOn(event)
        }
    }

    private func sentenceOfComponent(_ event: OrderEvent) -> String {
        switch event {
        case .componentReleased(let id):
            let system = component(id)?.plan.system
            return "\(name(id)) starts: its request is on its way to \(system?.rawValue ?? "its system")."
        case .componentScheduled(let id, let due):
            return "\(name(id)) is ready but for time, and starts at \(due)."
        case .waitHeld(let id, let dependency):
            let dependsOn = component(id)?.plan.dependsOn ?? []
            let other =
                dependsOn.indices.contains(dependency)
                ? NameList.text(state.components(of: dependsOn[dependency]).map(name)) : "another one"
            return "What \(name(id)) waits for in \(other) holds; its delay counts from now."
        case .externalIDKnown(let id, let externalID): return "Its system calls \(name(id)) '\(externalID)'."
        case .componentProgressed(let id, let state, let processing):
            return "\(name(id)) is now \(state) (\(processing.rawValue))."
        case .componentMilestone(let id, let milestone):
            return "\(name(id)) reached the milestone \(milestone)."
        case .valueSettled(let id, let value?): return "\(name(id)) gave \(value), which others wait for."
        case .valueSettled(let id, nil): return "Nobody waits for values of \(name(id)) any more."
        default: return ""
        }
    }

    func component(_ id: ComponentID) -> OrderComponent? { state.components.first { $0.id == id } }
}

extension Failure {
    /// The code, what happened and, told as such, what to do about it.
    var codeTextAndAction: String {
        Sentences.joined("\(code.rawValue): \(text)", "What to do: \(correctiveAction)")
    }
}
