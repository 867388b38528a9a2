package import Orders

/// Something about an order that waits for a decision: one for each failure of a component, however often it is tried.
package struct Incident: Sendable, Hashable, Codable {
    /// Counts from 1 within the order.
    package var id: Int
    package var failure: Failure
    package var openedAt: Timestamp
    /// How often the request was sent again before.
    package var retries: Int
    /// The identification that the ticket system gave it.
    package var ticket: String?
    package var assignee: String?
    /// What the order follows in vain, for incidents about that.
    package var base: BaseReference?
    /// Whether nothing of the order is asked for while it is open; `nil` for no.
    package var locksOrder: Bool?

    package init(
        id: Int,
        failure: Failure,
        openedAt: Timestamp,
        retries: Int = 0,
        base: BaseReference? = nil
    ) {
        self.id = id
        self.failure = failure
        self.openedAt = openedAt
        self.retries = retries
        self.base = base
    }
}

/// How an incident came to its end.
package enum IncidentResolution: String, Sendable, Hashable, Codable, CaseIterable {
    /// The system reported success after all.
    case recovered
    case retried
    case resolved
    case skipped
    case completed
    case fixed
    /// A revision changed or removed what had failed.
    case revised
    case cancelled
    case aborted
    /// The order was deleted.
    case deleted
}

/// The open incidents of an order; most orders have none.
package struct FalloutState: Sendable, Hashable, Codable {
    package var incidents: [Incident]
    /// How many there were ever.
    package var opened: Int
    /// Tickets that are not closed; `nil` when there are none.
    package var tickets: [Ticket]?
    /// When an order that could not be created is tried again; `nil` when it is not.
    package var recreation: Recreation?

    /// Open incidents kept with the state.
    package static let incidentsMax = 200

    package init() {
        incidents = []
        opened = 0
    }
}

/// That an order is tried to be created again.
package struct Recreation: Sendable, Hashable, Codable {
    package var attempt: Int
    package var due: Timestamp

    package init(attempt: Int, due: Timestamp) {
        self.attempt = attempt
        self.due = due
    }
}

/// What is done about a failure of a component.
package enum FalloutAction: Sendable, Hashable {
    /// The request is sent again, at most so often, first after that many milliseconds and then twice as long each time.
    case retry(times: Int, firstMilliseconds: Int64)
    /// Everything the order did is undone.
    case rollBack
    case abort
    /// A person decides.
    case wait
    /// The system that refused mends it: the component waits for its report (DownstreamCorrectionRequired).
    case downstream
    /// Nobody minds that a system cancelled it: what depends on it starts.
    case goOn

    package static let standardRetry = FalloutAction.retry(times: 3, firstMilliseconds: 2_000)
}

/// A row of the catalog's fallout table; the first that fits decides.
package struct FalloutRule: Sendable, Hashable {
    /// Empty sets fit any.
    package var functions: Set<FunctionName>
    package var systems: Set<SystemName>
    /// Our codes or the system's own.
    package var codes: Set<String>
    package var action: FalloutAction

    package init(
        functions: Set<FunctionName> = [],
        systems: Set<SystemName> = [],
        codes: Set<String> = [],
        action: FalloutAction
    ) {
        self.functions = functions
        self.systems = systems
        self.codes = codes
        self.action = action
    }

    func fits(_ failure: Failure, of plan: PlannedComponent?) -> Bool {
        (functions.isEmpty || plan.map { functions.contains($0.function) } ?? false)
            && (systems.isEmpty || plan.map { systems.contains($0.system) } ?? false)
            && (codes.isEmpty || codes.contains(failure.code.rawValue)
                || failure.externalCode.map { codes.contains($0) } ?? false)
            // Nobody mends or cancels there what is our own trouble.
            && (action != .downstream || failure.code == .systemRefused)
            && (action != .goOn || failure.code == .systemCancelled)
    }
}

/// A component is late, or a transition waits: told once an interval.
package struct Jeopardy: Sendable, Hashable, Codable {
    package var component: ComponentID?
    package var text: String

    package init(component: ComponentID? = nil, text: String) {
        self.component = component
        self.text = text
    }

    /// As fallout handlers are told of it.
    package var failure: Failure {
        Failure(component == nil ? .transitionWaiting : .componentLate, text, component: component)
    }
}
