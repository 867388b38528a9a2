internal import Orders

/// One decision being made: each event is applied at once, so that what follows sees its effect.
///
/// What an event may set off is noted and followed afterward, so that nothing is looked at twice and nothing
/// recurses.
struct OrderCourse {
    var state: OrderState?
    let catalog: FulfillmentCatalog
    let role: RoleName
    let linesMax: Int
    let now: Timestamp
    private(set) var events: [OrderEvent] = []
    /// Whether anything happened but the ignoring of what is known or late.
    private(set) var hasNews = false
    /// Whether anything happened that the order's status is composed from.
    private(set) var hasProgress = false
    /// Whether anything happened to lines themselves that the order's status is composed from.
    private(set) var hasLineProgress = false
    /// Components that may have become ready, in the order in which they are looked at.
    private var candidates: [Int] = []
    private var candidatesTaken = 0
    /// How often components were asked to be looked at.
    private(set) var looks = 0
    private var isCandidate = Positions()
    private var changedLines = Positions()
    var findings = GroupFindings()
    /// Whether something happened after which the order may wait for another moment than before.
    var mayWaitOtherwise = false
    /// Whether it was locked and goes on now.
    var isReleased = false
    /// Whether it was amended, and what was due while it did not go on may be due now.
    var wasAmended = false
    /// Whether the timer that the state knows of has fired.
    var isWakeUpGone = false
    /// Whether timers of requests that are to be sent again may have fired, nobody knows which.
    var areRetriesGone = false
    /// What the last report of a component was found to mean: its lines are nearly always reported alike.
    var meaning: ReportMeaning?
    /// What the fallout table has decided for the order as a whole, to be done once the message is taken.
    var decided: (action: FalloutAction, failure: Failure)?
    /// Components whose refusal is left to the system that works on them.
    var leftDownstream: Set<ComponentID> = []

    init(
        state: consuming OrderState?,
        catalog: FulfillmentCatalog,
        role: RoleName,
        linesMax: Int,
        now: Timestamp
    ) {
        self.state = state
        self.catalog = catalog
        self.role = role
        self.linesMax = linesMax
        self.now = now
    }

    mutating func emit(_ event: OrderEvent) {
        events.append(event)
        note(event)
        var closing: Incident?
        let wasLocked = catalog.containment == .order && isLocked
        if case .incidentClosed(let id, _, _) = event { closing = state?.incidents.first { $0.id == id } }
        state?.apply(event, at: now)
        findings.forget(after: event)
        switch event {
        case .componentReleased, .compensationReleased, .componentRetried, .transitionBegan, .transitionEnded:
            mayWaitOtherwise = true
        case .incidentOpened, .incidentClosed, .incidentAssigned:
            if wasLocked, !isLocked { isReleased = true }
            keepTickets(after: event, incidentBefore: closing)
        case .componentProgressed, .lifecycleChanged, .baseAnswered:
            if case .lifecycleChanged = event { mayWaitOtherwise = true }
            if state?.fallout != nil { keepTickets(after: event, incidentBefore: nil) }
        default: break
        }
    }

    /// The first event of an order makes its state.
    mutating func begin(_ event: OrderEvent, id: OrderID) {
        guard state == nil else { return emit(event) }
        events.append(event)
        note(event)
        state = OrderState(first: event, id: id, at: now)
    }

    private mutating func note(_ event: OrderEvent) {
        switch event {
        case .updateIgnored, .revisionIgnored: return
        case .planned, .linesWithoutWork, .lineStateChanged, .amended:
            hasProgress = true
            hasLineProgress = true
        case .componentProgressed, .componentReset, .compensationDropped, .compensationReleased,
            .componentRetried:
            hasProgress = true
        case .lifecycleChanged: hasProgress = true
        case .accepted, .rejected, .componentReleased, .componentScheduled, .waitHeld, .externalIDKnown,
            .lineProgressed, .componentMilestone, .milestoneReached, .valueRecorded, .valueSettled,
            .statusChanged,
            .updateParked, .parkedApplied, .parkedDropped, .failureRaised, .revisionQueued,
            .revisionDropped, .revisionRefused, .transitionBegan, .transitionEnded,
            .permissibilityChanged, .operated, .wakeUp, .incidentOpened, .incidentClosed, .incidentAssigned,
            .ticketKnown, .ticketChanged, .retryScheduled, .componentHeard, .dataFixed, .componentReworded,
            .jeopardyRaised,
            .baseAsked, .baseAnswered, .followerKnown, .followerTold, .recreationScheduled:
            break
        }
        hasNews = true
    }

    /// Nothing leads out of Aborted.
    mutating func move(to lifecycle: LifecycleState) {
        guard let from = state?.lifecycle, from != lifecycle, from != .aborted else { return }
        emit(.lifecycleChanged(from: from, to: lifecycle))
    }

    // MARK: What is to be followed

    /// A component is looked at once for all that happened before its turn.
    mutating func look(at component: Int) {
        looks += 1
        if isCandidate.insert(component) { candidates.append(component) }
    }

    mutating func nextCandidate() -> Int? {
        guard candidatesTaken < candidates.count else { return nil }
        let candidate = candidates[candidatesTaken]
        candidatesTaken += 1
        isCandidate.remove(candidate)
        return candidate
    }

    /// Positions no longer hold: lines and components are others from now on.
    mutating func forgetPositions() {
        candidates = []
        candidatesTaken = 0
        isCandidate = Positions()
        changedLines = Positions()
        meaning = nil
    }

    mutating func noteChange(ofLine line: Int) { changedLines.insert(line) }

    mutating func takeChangedLines() -> Positions {
        defer { changedLines = Positions() }
        return changedLines
    }
}
