package import Orders

/// What one step of retention is to remove.
package struct RetentionStep: Sendable {
    package var now: Timestamp
    package var inboxBefore: Timestamp
    package var closedBefore: Timestamp
    /// Whether orders that follow each other wait for each other before they go.
    package var keepsRelatedTogether: Bool
    /// For how many days closed orders were kept, to be noted of each that goes; `nil` when nothing is to be noted.
    package var notedDays: Int?
    /// What was noted of deleted orders before this is forgotten.
    package var deletionsBefore: Timestamp
    /// The counter of updates that wait within orders: those of an order that goes wait no longer.
    package var parkedCounter: String?
    /// Rows of a kind, those of the inbox aside.
    package var limit: Int
    /// Rows of the inbox, which are small and many beside orders with their journals.
    package var inboxLimit: Int

    package init(
        now: Timestamp,
        inboxBefore: Timestamp,
        closedBefore: Timestamp,
        keepsRelatedTogether: Bool,
        notedDays: Int?,
        deletionsBefore: Timestamp,
        parkedCounter: String? = nil,
        limit: Int,
        inboxLimit: Int? = nil
    ) {
        self.now = now
        self.inboxBefore = inboxBefore
        self.closedBefore = closedBefore
        self.keepsRelatedTogether = keepsRelatedTogether
        self.notedDays = notedDays
        self.deletionsBefore = deletionsBefore
        self.parkedCounter = parkedCounter
        self.limit = limit
        self.inboxLimit = inboxLimit ?? limit
    }
}

/// What a step of retention removed.
package struct RemovedCounts: Sendable, Hashable {
    package var inbox: Int
    package var orders: Int
    package var failed: Int
    /// Notes of deleted orders.
    package var deletions: Int
    /// Whether orders are still to be looked at, even if none of them was removed.
    package var isMore: Bool

    package init(inbox: Int, orders: Int, failed: Int = 0, deletions: Int = 0, isMore: Bool = false) {
        self.inbox = inbox
        self.orders = orders
        self.failed = failed
        self.deletions = deletions
        self.isMore = isMore
    }

    package var isEmpty: Bool { inbox == 0 && orders == 0 && failed == 0 && deletions == 0 }
}

extension DeletedOrder {
    /// Who removes an order when its time is over.
    package static let retention = "retention"

    /// Why it went, in few bytes: there are as many of these as orders.
    package static func reason(closedAt: Timestamp?, keptDays: Int) -> String {
        "closed \(closedAt?.text.prefix(10) ?? "long ago"), kept \(keptDays) days"
    }
}
