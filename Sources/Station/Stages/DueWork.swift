package import Orders
package import Store

/// Finds what is due by time, timers of orders and parked messages whose waiting ends, and hands each out once.
package struct DueWork: Sendable {
    private let roles: [RoleName]
    /// Timers and parked messages that a decider has, by id.
    private var timersOut: Set<Int64> = []
    private var expiriesOut: Set<Int64> = []
    /// Whether the store has to be asked what comes next.
    private var isStale = true
    private var next: Timestamp?

    package init(roles: [RoleName]) { self.roles = roles }

    /// When there is next something to do; `nil` while nothing is foreseen, or what is due is being done.
    package var nextDue: Timestamp? { timersOut.isEmpty && expiriesOut.isEmpty ? next : nil }

    /// Whether ``refresh(from:)`` has something to find out.
    package var needsRefresh: Bool { isStale && timersOut.isEmpty && expiriesOut.isEmpty }

    /// Finds out when there is next something to do.
    package mutating func refresh(from store: any Store) throws(StoreError) {
        guard needsRefresh else { return }
        let end = Timestamp(milliseconds: .max)
        let expiry = try store.parked(expiredBy: end, of: roles, limit: 1).first?.expiresAt
        next = [try store.nextTimerDue(of: roles), expiry].compactMap(\.self).min()
        isStale = false
    }

    /// What is due now; other processes may run other roles on this store, and theirs are left alone.
    package mutating func take(
        from store: any Store,
        now: Timestamp,
        limit: Int = 256
    ) throws(StoreError) -> [WorkItem] {
        guard let nextDue, nextDue <= now else { return [] }
        let timers = try store.timers(dueBy: now, of: roles, limit: limit)
        let expired = try store.parked(expiredBy: now, of: roles, limit: limit)
        timersOut = Set(timers.map(\.id))
        expiriesOut = Set(expired.map(\.id))
        isStale = true
        return timers.map { .timer($0) } + expired.map { .expiry($0) }
    }

    /// A commit has returned.
    package mutating func committed(_ result: HopResult) {
        timersOut.subtract(result.timersDone)
        expiriesOut.subtract(result.expiriesDone)
        if let due = result.firstDue { next = min(next ?? due, due) }
    }

    /// A commit may have happened or not: what it set must be looked for.
    package mutating func commitIsUnknown() { isStale = true }
}
