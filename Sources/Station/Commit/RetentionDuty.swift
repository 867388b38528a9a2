internal import Catalog
internal import Orders
internal import Store

/// Removes what is old enough, a few rows at a time: step after step when there is nothing else to do, else now and then.
struct RetentionDuty {
    private let configuration: RetentionConfiguration
    private var nextStep: Timestamp?

    /// Rows of a kind in one step.
    private static let stepRows = 200
    /// Between looks at a store that has nothing to remove.
    private static let restSeconds: Int64 = 60
    /// Between steps while messages are coming in.
    private static let busyMilliseconds: Int64 = 500

    /// Whoever asked for a deletion learns in any case that it was done.
    private static let deletionSecondsMin: Int64 = 3_600

    init(configuration: RetentionConfiguration) { self.configuration = configuration }

    /// One step, when it is time for one.
    ///
    /// - Returns: What was removed; `nil` when its time has not come.
    mutating func step(store: any Store, now: Timestamp, isQuiet: Bool) throws(StoreError) -> RemovedCounts? {
        if let nextStep, now < nextStep, nextStep <= now.advanced(bySeconds: Self.restSeconds) { return nil }
        var removed = try store.removeExpired(expiry(now: now))
        removed.failed = try store.removeFailed(
            before: Self.moment(days: configuration.failedMessageDays, before: now),
            bytesMax: Int64(configuration.failedMessageMegabytes) << 20,
            limit: Self.stepRows
        )
        let isDone = removed.isEmpty && !removed.isMore
        let pause =
            isDone ? Self.restSeconds * 1_000 : isQuiet || removed.failed > 0 ? 0 : Self.busyMilliseconds
        nextStep = now.advanced(byMilliseconds: pause)
        return isDone ? nil : removed
    }

    private func expiry(now: Timestamp) -> RetentionStep {
        let audited = Self.moment(days: configuration.auditDays, before: now)
        return RetentionStep(
            now: now,
            inboxBefore: Self.moment(days: configuration.inboxDays, before: now),
            closedBefore: Self.moment(days: configuration.closedOrderDays, before: now),
            keepsRelatedTogether: configuration.relatedOrders == .together,
            notedDays: configuration.auditDays > 0 ? configuration.closedOrderDays : nil,
            deletionsBefore: min(audited, now.advanced(bySeconds: -Self.deletionSecondsMin)),
            parkedCounter: CounterName.parkedInOrders,
            limit: Self.stepRows
        )
    }

    private static func moment(days: Int, before now: Timestamp) -> Timestamp {
        now.advanced(bySeconds: -86_400 * Int64(days))
    }
}
