package import Orders

/// Something that a person, or a system on their behalf, asks of an order.
package struct OrderOperation: Sendable, Hashable, Codable {
    package var action: Action
    /// Who asks; told in the order's history.
    package var by: String
    package var reason: String?
    /// The component it is about; `nil` for all that are in fallout, or the order as a whole.
    package var component: ComponentID?
    /// The incident it is about.
    package var incident: Int?
    /// Values to set before trying again.
    package var fixes: [DataFix]
    /// To whom an incident is assigned, the ticket that was made for it, or the message that is meant.
    package var value: String?
    /// The line that is followed, for ``Action/follow`` and ``Action/baseReport``.
    package var line: LineID?
    /// The order that is followed, for ``Action/baseReport``.
    package var base: OrderKey?

    package enum Action: String, Sendable, Hashable, Codable, CaseIterable {
        case suspend
        case resume
        case cancel
        case abort
        case fail
        /// Forget it, with all that happened to it.
        case delete
        /// Ask the system again.
        case retry
        /// It was repaired outside: wait for the system's report again.
        case resolve
        /// Go on without it; those that wait for it start.
        case skip
        /// Count it as done.
        case complete
        /// Set values, then retry.
        case fix
        case assign
        /// The ticket system says under which identification (`value`) it keeps the incident.
        case ticket
        /// The order `value` waits for this one, or for its line, and is to be told how it ends.
        case follow
        /// How an order that is followed, or its line, ended: `value` is a ``BaseOutcome``.
        case baseReport = "basereport"
        /// Look again at the update of message `value`, which is parked within the order.
        case resubmit
        /// Give up the update of message `value`, which is parked within the order.
        case discard
    }

    package init(
        action: Action,
        by: String,
        reason: String? = nil,
        component: ComponentID? = nil,
        incident: Int? = nil,
        fixes: [DataFix] = [],
        value: String? = nil,
        line: LineID? = nil,
        base: OrderKey? = nil
    ) {
        self.action = action
        self.by = by
        self.reason = reason
        self.component = component
        self.incident = incident
        self.fixes = fixes
        self.value = value
        self.line = line
        self.base = base
    }
}

/// A value of an order that a person corrected.
package struct DataFix: Sendable, Hashable, Codable {
    /// `nil` for the order itself.
    package var line: LineID?
    /// An attribute of the line, else a property of line or order.
    package var name: String
    package var value: String
    /// What it was; `nil` when there was none, or before it is applied.
    package var before: String?

    package init(line: LineID? = nil, name: String, value: String, before: String? = nil) {
        self.line = line
        self.name = name
        self.value = value
        self.before = before
    }
}
