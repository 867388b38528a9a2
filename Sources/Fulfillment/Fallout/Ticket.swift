package import Orders

/// What the ticket system knows of an incident: one ticket however often the same part is tried again.
package struct Ticket: Sendable, Hashable, Codable {
    /// The number of the incident that it was made for.
    package var number: Int
    package var component: ComponentID?
    /// What the order follows in vain, for tickets about that.
    package var base: BaseReference?
    /// As it was when the ticket was last told of one.
    package var failure: Failure
    /// The first failure.
    package var openedAt: Timestamp
    package var status: Status
    /// The ticket system's own identification, once it is known.
    package var externalID: String?
    /// What was done last, such as `retried by Ann`.
    package var remark: String?
    /// Whether the ticket system is to make it, as it was not yet told of it.
    package var isNew: Bool

    package enum Status: String, Sendable, Hashable, Codable, CaseIterable {
        case open
        /// Somebody did something about it, and its outcome is awaited.
        case correcting
        case closed
    }

    package init(
        number: Int,
        component: ComponentID? = nil,
        base: BaseReference? = nil,
        failure: Failure,
        openedAt: Timestamp,
        status: Status = .open,
        externalID: String? = nil,
        remark: String? = nil,
        isNew: Bool
    ) {
        self.number = number
        self.component = component
        self.base = base
        self.failure = failure
        self.openedAt = openedAt
        self.status = status
        self.externalID = externalID
        self.remark = remark
        self.isNew = isNew
    }

    /// Tickets that are not closed, kept with an order: more than incidents, as what made them may last longer.
    package static let keptMax = 2 * FalloutState.incidentsMax
}

/// Under which name a ticket system knows an incident, so that its answers find the order.
package enum TicketKey {
    package static func text(order: OrderKey, number: Int) -> String { "\(order.rawValue)#\(number)" }

    /// The order and the number of the ticket; `nil` when the text is none of ours.
    package static func parts(of text: String) -> (order: OrderKey, number: Int)? {
        guard let at = text.lastIndex(of: "#"), at > text.startIndex,
            let number = Int(text[text.index(after: at)...]), number > 0
        else { return nil }
        return (OrderKey(String(text[..<at])), number)
    }
}

/// How a role's tickets are written; a catalog without it makes none.
///
/// The standard values are those of Oracle's order fallout.
package struct TicketPolicy: Sendable, Hashable {
    /// Which failures get a ticket.
    package var classes: Set<FailureClass>
    /// System or role -> what the ticket system calls the area it belongs to; others go by their own name.
    package var areas: [String: String]
    package var statusCodes: [Ticket.Status: String]
    package var type: String
    package var severity: String
    package var priority: String
    package var codeCharactersMax: Int
    package var systemCharactersMax: Int
    package var textCharactersMax: Int

    package init(
        classes: Set<FailureClass> = Set(FailureClass.allCases),
        areas: [String: String] = [:],
        statusCodes: [Ticket.Status: String] = [:],
        type: String = "Order Failure",
        severity: String = "2",
        priority: String = "2",
        codeCharactersMax: Int = 100,
        systemCharactersMax: Int = 200,
        textCharactersMax: Int = 2_000
    ) {
        self.classes = classes
        self.areas = areas
        self.statusCodes = statusCodes
        self.type = type
        self.severity = severity
        self.priority = priority
        self.codeCharactersMax = codeCharactersMax
        self.systemCharactersMax = systemCharactersMax
        self.textCharactersMax = textCharactersMax
    }

    package func code(of status: Ticket.Status) -> String {
        if let code = statusCodes[status] { return code }
        return switch status {
        case .open: "OPEN"
        case .correcting: "IN_PROGRESS"
        case .closed: "RESOLVED"
        }
    }
}
