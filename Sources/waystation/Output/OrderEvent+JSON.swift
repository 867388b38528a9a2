import Fulfillment
import Orders

extension OrderEvent {
    /// The event's published name and its own fields.
    var named: (name: String, fields: [String: JSONValue]) {
        switch self {
        case .accepted(let acceptance):
            (
                "accepted",
                [
                    "revision": JSONValue(acceptance.order.revision),
                    "lines": JSONValue(acceptance.order.lines.count),
                    "catalogVersion": JSONValue(acceptance.catalogVersion),
                ]
            )
        case .rejected(let rejection):
            (
                "rejected",
                [
                    "revision": JSONValue(rejection.revision),
                    "catalogVersion": JSONValue(rejection.catalogVersion),
                    "failures": .array(rejection.failures.map(\.json)),
                ]
            )
        case .planned(let plan): ("planned", ["components": JSONValue(plan.components.map(\.id))])
        case .linesWithoutWork(let lines): ("linesWithoutWork", ["lines": JSONValue(lines)])
        case .lineStateChanged(let line, let state):
            ("lineStateChanged", ["line": JSONValue(line), "state": JSONValue(state)])
        case .milestoneReached(let line, let milestone):
            ("milestoneReached", ["line": JSONValue(line), "milestone": JSONValue(milestone)])
        case .valueRecorded(let line, let attribute):
            (
                "valueRecorded",
                [
                    "line": JSONValue(line), "name": JSONValue(attribute.name),
                    "value": JSONValue(attribute.value),
                ]
            )
        case .statusChanged(let state): ("statusChanged", ["state": JSONValue(state)])
        case .lifecycleChanged(let from, let to):
            ("lifecycleChanged", ["from": JSONValue(from), "to": JSONValue(to)])
        case .updateIgnored(let component, let reason):
            ("updateIgnored", ["component": JSONValue(component), "reason": JSONValue(reason)])
        case .updateParked(let parked):
            (
                "updateParked",
                [
                    "component": JSONValue(parked.update.component), "reason": JSONValue(parked.reason),
                    "parkedMessageId": JSONValue(parked.context.messageID),
                ]
            )
        case .parkedApplied(let message): ("parkedApplied", ["parkedMessageId": JSONValue(message)])
        case .parkedDropped(let message): ("parkedDropped", ["parkedMessageId": JSONValue(message)])
        case .revisionIgnored(let revision, let reason):
            ("revisionIgnored", ["revision": JSONValue(revision), "reason": JSONValue(reason)])
        case .failureRaised(let failure): ("failureRaised", ["failure": failure.json])
        case .componentReleased, .componentScheduled, .waitHeld, .externalIDKnown, .lineProgressed,
            .componentProgressed, .componentMilestone, .valueSettled:
            namedOfComponent
        case .amended, .revisionQueued, .revisionDropped, .revisionRefused, .compensationReleased,
            .componentReset,
            .compensationDropped, .transitionBegan, .transitionEnded,
            .permissibilityChanged, .operated, .wakeUp, .incidentOpened, .incidentClosed, .incidentAssigned,
            .ticketKnown, .ticketChanged, .retryScheduled, .componentRetried, .componentHeard, .dataFixed,
            .componentReworded,
            .jeopardyRaised, .recreationScheduled:
            namedOfChange
        case .baseAsked, .baseAnswered, .followerKnown, .followerTold: namedOfFollowOn
        }
    }

    private var namedOfComponent: (name: String, fields: [String: JSONValue]) {
        switch self {
        case .componentReleased(let id): ("componentReleased", ["component": JSONValue(id)])
        case .componentScheduled(let id, let due):
            ("componentScheduled", ["component": JSONValue(id), "due": JSONValue(due)])
        case .waitHeld(let id, let dependency):
            ("waitHeld", ["component": JSONValue(id), "dependency": JSONValue(dependency)])
        case .externalIDKnown(let id, let externalID):
            ("externalIDKnown", ["component": JSONValue(id), "externalId": JSONValue(externalID)])
        case .lineProgressed(let id, let line, let state, let external):
            (
                "lineProgressed",
                [
                    "component": JSONValue(id), "line": JSONValue(line), "state": JSONValue(state),
                    "external": JSONValue(external),
                ]
            )
        case .componentProgressed(let id, let state, let processing):
            (
                "componentProgressed",
                ["component": JSONValue(id), "state": JSONValue(state), "processing": JSONValue(processing)]
            )
        case .componentMilestone(let id, let milestone):
            ("componentMilestone", ["component": JSONValue(id), "milestone": JSONValue(milestone)])
        case .valueSettled(let id, let name):
            ("valueSettled", ["component": JSONValue(id), "name": JSONValue(name)])
        case .accepted, .rejected, .planned, .linesWithoutWork, .lineStateChanged, .milestoneReached,
            .valueRecorded,
            .statusChanged, .lifecycleChanged, .updateIgnored, .updateParked, .parkedApplied,
            .parkedDropped, .revisionIgnored,
            .failureRaised, .amended, .revisionQueued, .revisionDropped, .revisionRefused,
            .compensationReleased, .componentReset, .compensationDropped, .transitionBegan, .transitionEnded,
            .permissibilityChanged, .operated, .wakeUp, .incidentOpened, .incidentClosed,
            .incidentAssigned, .ticketKnown, .ticketChanged, .retryScheduled, .componentRetried,
            .componentHeard, .dataFixed, .componentReworded,
            .jeopardyRaised, .baseAsked, .baseAnswered, .followerKnown, .followerTold, .recreationScheduled:
            ("", [:])
        }
    }
}
