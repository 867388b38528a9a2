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
    /// The same revision again, or an older one.
    case revisionIgnored(revision: Int, reason: String)
    indirect case failureRaised(Failure)

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
