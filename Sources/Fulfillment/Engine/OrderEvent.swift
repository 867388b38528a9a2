package import Orders

/// Something that happened to an order: an outcome, so that replay needs no catalog.
///
/// The few large ones are indirect, so that the many others are small to pass on.
package enum OrderEvent: Sendable, Hashable, Codable {
    /// A valid order was taken in.
    indirect case accepted(Acceptance)
    /// A recognized order is invalid; it exists in state Failed.
    indirect case rejected(Rejection)
    case planned(FulfillmentPlan)
    /// These lines need nothing to be done.
    case linesWithoutWork([LineID])
    /// The request to its system is owed from now on; the component and its lines are in progress.
    case componentReleased(ComponentID)
    /// All it waits for holds but time.
    case componentScheduled(ComponentID, due: Timestamp)
    /// A dependency with a delay came to hold.
    case waitHeld(ComponentID, dependency: Int)
    case externalIDKnown(ComponentID, externalID: String)
    /// A line's state within a component.
    case lineProgressed(ComponentID, line: LineID, state: StateName, external: String)
    case componentProgressed(ComponentID, state: StateName, processing: ProcessingState)
    case componentMilestone(ComponentID, milestone: MilestoneName)
    /// It reported a value that others wait for; without a name all are settled: a person says that it is done.
    case valueSettled(ComponentID, name: String?)
    case milestoneReached(LineID, milestone: MilestoneName)
    case valueRecorded(LineID, attribute: LineAttribute)
    case lineStateChanged(LineID, state: StateName)
    case statusChanged(StateName)
    case lifecycleChanged(from: LifecycleState, to: LifecycleState)
    /// An update, or part of one, that must change nothing: late, repeated, unmapped.
    case updateIgnored(ComponentID?, reason: String)
    indirect case updateParked(ParkedUpdate)
    /// A parked update is being applied now.
    case parkedApplied(MessageID)
    /// A parked update is given up: a person decided so.
    case parkedDropped(MessageID)
    /// The same revision again, or an older one.
    case revisionIgnored(revision: Int, reason: String)
    indirect case failureRaised(Failure)

    // MARK: Changes

    /// A revision or cancellation takes effect.
    indirect case amended(Amendment)
    indirect case revisionQueued(QueuedRevision)
    /// A revision that waited is not applied any more: superseded, or given up.
    case revisionDropped(revision: Int, reason: String)
    indirect case revisionRefused(RefusedRevision)
    /// The request to redo or undo a component is owed from now on.
    case compensationReleased(ComponentID, mode: ExecutionMode)
    /// What was undone is to be done anew.
    case componentReset(ComponentID)
    /// What was still to be redone or undone is not: a person decided so.
    case compensationDropped(ComponentID)
    case transitionBegan(PendingTransition)
    case transitionEnded
    case permissibilityChanged(LineID, permissibility: RevisionPermissibility)
    /// What a person or another system asked for was done.
    indirect case operated(OrderOperation)
    /// Something of the order's is due then.
    case wakeUp(at: Timestamp)

    // MARK: Fallout

    indirect case incidentOpened(Incident)
    case incidentClosed(Int, resolution: IncidentResolution, by: String?)
    case incidentAssigned(Int, to: String)
    case ticketKnown(Int, ticket: String)
    /// The ticket system is to be told of this ticket.
    indirect case ticketChanged(Ticket)
    /// The request in hand is sent again at that time.
    case retryScheduled(ComponentID, attempt: Int, due: Timestamp)
    /// The request in hand is owed once more.
    case componentRetried(ComponentID)
    /// Its system reported something for the first time since it was asked.
    case componentHeard(ComponentID)
    case dataFixed(DataFix)
    /// Its system calls values of the order otherwise from now on; with the words that it was asked with, where these
    /// are not kept yet.
    indirect case componentReworded(ComponentID, Wording?, asked: Wording? = nil)
    case jeopardyRaised(Jeopardy)
    /// An order that could not be created is tried again then, as it was sent.
    case recreationScheduled(attempt: Int, due: Timestamp)

    // MARK: Follow-on orders

    /// The order waits for that, and its base order is to be asked.
    case baseAsked(BaseReference)
    case baseAnswered(BaseReference, outcome: BaseOutcome)
    /// Another order waits for this one.
    case followerKnown(Follower)
    /// The order that waits is to be told.
    case followerTold(Follower)

    /// What ``OrderEvent/accepted(_:)`` records.
    package struct Acceptance: Sendable, Hashable, Codable {
        package var order: Order
        package var origin: MessageContext
        package var catalogVersion: String

        package init(order: Order, origin: MessageContext, catalogVersion: String) {
            self.order = order
            self.origin = origin
            self.catalogVersion = catalogVersion
        }
    }

    /// What ``OrderEvent/rejected(_:)`` records.
    package struct Rejection: Sendable, Hashable, Codable {
        package var draft: OrderDraft
        package var revision: Int
        package var origin: MessageContext
        package var catalogVersion: String
        package var failures: [Failure]

        package init(
            draft: OrderDraft,
            revision: Int,
            origin: MessageContext,
            catalogVersion: String,
            failures: [Failure]
        ) {
            self.draft = draft
            self.revision = revision
            self.origin = origin
            self.catalogVersion = catalogVersion
            self.failures = failures
        }
    }
}
