internal import Orders

extension OrderEvent {
    /// The kinds of events, by the names under which the journal has them; a name is never used for anything
    /// else.
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        case accepted, rejected, planned, linesWithoutWork
        case componentReleased, componentScheduled, waitHeld, externalIDKnown
        case lineProgressed, componentProgressed, componentMilestone, valueSettled
        case milestoneReached, valueRecorded, lineStateChanged, statusChanged, lifecycleChanged
        case updateIgnored, updateParked, parkedApplied, parkedDropped, revisionIgnored, failureRaised
        case amended, revisionQueued, revisionDropped, revisionRefused, compensationReleased, componentReset
        case compensationDropped
        case transitionBegan, transitionEnded, permissibilityChanged
        case operated, wakeUp
        case incidentOpened, incidentClosed, incidentAssigned, ticketKnown, ticketChanged
        case retryScheduled, componentRetried, componentHeard, dataFixed, jeopardyRaised, recreationScheduled
        case componentReworded
        case baseAsked, baseAnswered, followerKnown, followerTold

        static let names = VariantNames<Kind>(of: "event")
    }

    package var kind: Kind {
        switch self {
        case .accepted: .accepted
        case .rejected: .rejected
        case .planned: .planned
        case .linesWithoutWork: .linesWithoutWork
        case .componentReleased: .componentReleased
        case .componentScheduled: .componentScheduled
        case .waitHeld: .waitHeld
        case .externalIDKnown: .externalIDKnown
        case .lineProgressed: .lineProgressed
        case .componentProgressed: .componentProgressed
        case .componentMilestone: .componentMilestone
        case .valueSettled: .valueSettled
        case .milestoneReached: .milestoneReached
        case .valueRecorded: .valueRecorded
        case .lineStateChanged: .lineStateChanged
        case .statusChanged: .statusChanged
        case .lifecycleChanged: .lifecycleChanged
        case .updateIgnored: .updateIgnored
        case .updateParked: .updateParked
        case .parkedApplied: .parkedApplied
        case .parkedDropped: .parkedDropped
        case .revisionIgnored: .revisionIgnored
        case .failureRaised: .failureRaised
        case .amended: .amended
        case .revisionQueued: .revisionQueued
        case .revisionDropped: .revisionDropped
        case .revisionRefused: .revisionRefused
        case .compensationReleased: .compensationReleased
        case .componentReset: .componentReset
        case .compensationDropped: .compensationDropped
        case .transitionBegan: .transitionBegan
        case .transitionEnded: .transitionEnded
        case .permissibilityChanged: .permissibilityChanged
        case .operated: .operated
        case .wakeUp: .wakeUp
        case .incidentOpened: .incidentOpened
        case .incidentClosed: .incidentClosed
        case .incidentAssigned: .incidentAssigned
        case .ticketKnown: .ticketKnown
        case .ticketChanged: .ticketChanged
        case .retryScheduled: .retryScheduled
        case .componentRetried: .componentRetried
        case .componentHeard: .componentHeard
        case .dataFixed: .dataFixed
        case .componentReworded: .componentReworded
        case .jeopardyRaised: .jeopardyRaised
        case .recreationScheduled: .recreationScheduled
        case .baseAsked: .baseAsked
        case .baseAnswered: .baseAnswered
        case .followerKnown: .followerKnown
        case .followerTold: .followerTold
        }
    }
}

extension OrderEvent: JournalValue {
    func write(to json: inout JSONWriter) {
        json.openVariant(kind.rawValue)
        writeFields(to: &json)
        json.closeVariant()
    }

    init(reading json: inout JSONReader) throws(JSONDamage) {
        let kind = try json.openVariant(Kind.names)
        do {
            self = try Self.event(kind, fieldsOf: &json)
            try json.closeVariant()
        } catch {
            throw error.inside(".\(kind.rawValue)")
        }
    }

    private func writeFields(to json: inout JSONWriter) {
        switch self {
        case .accepted(let acceptance): json.field("_0", acceptance)
        case .rejected(let rejection): json.field("_0", rejection)
        case .planned(let plan): json.field("_0", plan)
        case .linesWithoutWork(let lines): json.field("_0", lines)
        case .componentReleased(let component): json.field("_0", component)
        case .componentScheduled(let component, let due):
            json.field("_0", component)
            json.field("due", due)
        case .waitHeld(let component, let dependency):
            json.field("_0", component)
            json.field("dependency", dependency)
        case .externalIDKnown(let component, let externalID):
            json.field("_0", component)
            json.field("externalID", externalID)
        case .lineProgressed(let component, let line, let state, let external):
            json.field("_0", component)
            json.field("line", line)
            json.field("state", state)
            json.field("external", external)
        case .componentProgressed(let component, let state, let processing):
            json.field("_0", component)
            json.field("state", state)
            json.field("processing", processing)
        case .componentMilestone(let component, let milestone):
            json.field("_0", component)
            json.field("milestone", milestone)
        case .valueSettled(let component, let name):
            json.field("_0", component)
            json.field("name", name)
        case .milestoneReached(let line, let milestone):
            json.field("_0", line)
            json.field("milestone", milestone)
        case .valueRecorded(let line, let attribute):
            json.field("_0", line)
            json.field("attribute", attribute)
        case .lineStateChanged(let line, let state):
            json.field("_0", line)
            json.field("state", state)
        case .statusChanged(let state): json.field("_0", state)
        case .lifecycleChanged(let from, let to):
            json.field("from", from)
            json.field("to", to)
        case .updateIgnored(let component, let reason):
            json.field("_0", component)
            json.field("reason", reason)
        case .updateParked(let update): json.field("_0", update)
        case .parkedApplied(let message), .parkedDropped(let message): json.field("_0", message)
        case .revisionIgnored(let revision, let reason):
            json.field("revision", revision)
            json.field("reason", reason)
        case .failureRaised(let failure): json.field("_0", failure)
        case .amended, .revisionQueued, .revisionDropped, .revisionRefused, .compensationReleased,
            .componentReset, .compensationDropped, .transitionBegan, .transitionEnded,
            .permissibilityChanged, .operated, .wakeUp:
            writeChange(to: &json)
        case .incidentOpened, .incidentClosed, .incidentAssigned, .ticketKnown, .ticketChanged,
            .retryScheduled,
            .componentRetried, .componentHeard, .dataFixed, .componentReworded, .jeopardyRaised,
            .recreationScheduled:
            writeFallout(to: &json)
        case .baseAsked, .baseAnswered, .followerKnown, .followerTold: writeFollowOn(to: &json)
        }
    }

    private static func event(_ kind: Kind, fieldsOf json: inout JSONReader) throws(JSONDamage) -> OrderEvent
    {
        switch kind {
        case .accepted: .accepted(try json.value("_0"))
        case .rejected: .rejected(try json.value("_0"))
        case .planned: .planned(try json.value("_0"))
        case .linesWithoutWork: .linesWithoutWork(try json.value("_0"))
        case .componentReleased: .componentReleased(try json.value("_0"))
        case .componentScheduled: .componentScheduled(try json.value("_0"), due: try json.value("due"))
        case .waitHeld: .waitHeld(try json.value("_0"), dependency: try json.value("dependency"))
        case .externalIDKnown:
            .externalIDKnown(try json.value("_0"), externalID: try json.value("externalID"))
        case .lineProgressed:
            .lineProgressed(
                try json.value("_0"),
                line: try json.value("line"),
                state: try json.value("state"),
                external: try json.value("external")
            )
        case .componentProgressed:
            .componentProgressed(
                try json.value("_0"),
                state: try json.value("state"),
                processing: try json.value("processing")
            )
        case .componentMilestone:
            .componentMilestone(try json.value("_0"), milestone: try json.value("milestone"))
        case .valueSettled: .valueSettled(try json.value("_0"), name: try json.optional("name"))
        case .milestoneReached:
            .milestoneReached(try json.value("_0"), milestone: try json.value("milestone"))
        case .valueRecorded: .valueRecorded(try json.value("_0"), attribute: try json.value("attribute"))
        case .lineStateChanged: .lineStateChanged(try json.value("_0"), state: try json.value("state"))
        case .statusChanged: .statusChanged(try json.value("_0"))
        case .lifecycleChanged: .lifecycleChanged(from: try json.value("from"), to: try json.value("to"))
        case .updateIgnored: .updateIgnored(try json.optional("_0"), reason: try json.value("reason"))
        case .updateParked: .updateParked(try json.value("_0"))
        case .parkedApplied: .parkedApplied(try json.value("_0"))
        case .parkedDropped: .parkedDropped(try json.value("_0"))
        case .revisionIgnored:
            .revisionIgnored(revision: try json.value("revision"), reason: try json.value("reason"))
        case .failureRaised: .failureRaised(try json.value("_0"))
        case .amended, .revisionQueued, .revisionDropped, .revisionRefused, .compensationReleased,
            .componentReset, .compensationDropped, .transitionBegan, .transitionEnded,
            .permissibilityChanged, .operated, .wakeUp:
            try change(kind, fieldsOf: &json)
        case .incidentOpened, .incidentClosed, .incidentAssigned, .ticketKnown, .ticketChanged,
            .retryScheduled,
            .componentRetried, .componentHeard, .dataFixed, .componentReworded, .jeopardyRaised,
            .recreationScheduled:
            try fallout(kind, fieldsOf: &json)
        case .baseAsked, .baseAnswered, .followerKnown, .followerTold:
            try followOn(kind, fieldsOf: &json)
        }
    }
}

extension OrderEvent.Acceptance: JournalObject {
    func writeFields(to json: inout JSONWriter) {
        json.field("order", order)
        json.field("origin", origin)
        json.field("catalogVersion", catalogVersion)
    }

    init(fieldsOf json: inout JSONReader) throws(JSONDamage) {
        self.init(
            order: try json.value("order"),
            origin: try json.value("origin"),
            catalogVersion: try json.value("catalogVersion")
        )
    }
}

extension OrderEvent.Rejection: JournalObject {
    func writeFields(to json: inout JSONWriter) {
        json.field("draft", draft)
        json.field("revision", revision)
        json.field("origin", origin)
        json.field("catalogVersion", catalogVersion)
        json.field("failures", failures)
    }

    init(fieldsOf json: inout JSONReader) throws(JSONDamage) {
        self.init(
            draft: try json.value("draft"),
            revision: try json.value("revision"),
            origin: try json.value("origin"),
            catalogVersion: try json.value("catalogVersion"),
            failures: try json.value("failures")
        )
    }
}
