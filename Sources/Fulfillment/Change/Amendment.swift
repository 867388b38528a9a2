package import Orders

/// A revision or cancellation that took effect: what changed and what is made of each component.
package struct Amendment: Sendable, Hashable, Codable {
    /// As wanted now, followed by the lines that are withdrawn.
    package var order: Order
    package var withdrawnLines: [LineID]
    package var isCancellation: Bool
    /// The message that asked for it.
    package var origin: MessageContext
    package var catalogVersion: String
    package var delta: OrderDelta
    /// What is wanted now.
    package var plan: FulfillmentPlan
    /// By component, in natural order of the ids.
    package var steps: [CompensationStep]
    /// What several steps are undone after, where these name it by its position; `nil` for most amendments.
    package var undoGroups: [UndoGroup]?
    /// Components that passed a soft point of no return: the change costs a penalty.
    package var penalties: [ComponentID]

    package init(
        order: Order,
        withdrawnLines: [LineID] = [],
        isCancellation: Bool = false,
        origin: MessageContext,
        catalogVersion: String,
        delta: OrderDelta,
        plan: FulfillmentPlan,
        steps: [CompensationStep],
        undoGroups: [UndoGroup]? = nil,
        penalties: [ComponentID] = []
    ) {
        self.order = order
        self.withdrawnLines = withdrawnLines
        self.isCancellation = isCancellation
        self.origin = origin
        self.catalogVersion = catalogVersion
        self.delta = delta
        self.plan = plan
        self.steps = steps
        self.undoGroups = undoGroups
        self.penalties = penalties
    }
}

/// A revision that waits for its turn.
package struct QueuedRevision: Sendable, Hashable, Codable {
    package var draft: OrderDraft
    package var revision: Int
    package var context: MessageContext
    package var reason: WaitReason

    /// Why it waits.
    package enum WaitReason: String, Sendable, Hashable, Codable, CaseIterable {
        /// An earlier amendment is still being carried out.
        case amending
        /// The order is suspended.
        case suspended
        /// Accepted work finishes first (grace period).
        case gracePeriod
        /// A component is beyond its hard point of no return; a further revision or an operator decides.
        case pointOfNoReturn
    }

    package init(draft: OrderDraft, revision: Int, context: MessageContext, reason: WaitReason) {
        self.draft = draft
        self.revision = revision
        self.context = context
        self.reason = reason
    }
}

/// A revision that is not applied, with what its sender is told.
package struct RefusedRevision: Sendable, Hashable, Codable {
    package var revision: Int
    /// The correlation that it carried, for the answer upstream.
    package var correlation: String?
    package var failure: Failure

    package init(revision: Int, correlation: String? = nil, failure: Failure) {
        self.revision = revision
        self.correlation = correlation
        self.failure = failure
    }
}

/// How an order stands to its changes; most orders have none.
package struct ChangeState: Sendable, Hashable, Codable {
    /// The newest revision that waits.
    package var queued: QueuedRevision?
    package var pending: PendingTransition?
    /// Whether the order was cancelled as a whole.
    package var isCancelled: Bool
    /// Lines that revisions had withdrawn before it was cancelled: they do not come back with it.
    package var withdrawnBefore: [LineID]
    /// What the newest amendment undoes before several others; `nil` for most.
    package var undoGroups: [UndoGroup]?
    /// The highest revision that was refused or superseded, so that it counts as known.
    package var highestSeen: Int?

    package init() {
        isCancelled = false
        withdrawnBefore = []
    }
}

/// A suspension, amendment or cancellation that lets accepted work finish first (OSM grace periods).
package struct PendingTransition: Sendable, Hashable, Codable {
    package var transaction: OrderTransaction
    package var since: Timestamp
    /// When it no longer waits; `nil` for never.
    package var forcedAt: Timestamp?
    /// When waiting is told next.
    package var jeopardyAt: Timestamp?
    /// Who asked for it; for a cancellation by an operation.
    package var by: String?

    package init(
        transaction: OrderTransaction,
        since: Timestamp,
        forcedAt: Timestamp? = nil,
        jeopardyAt: Timestamp? = nil,
        by: String? = nil
    ) {
        self.transaction = transaction
        self.since = since
        self.forcedAt = forcedAt
        self.jeopardyAt = jeopardyAt
        self.by = by
    }
}
