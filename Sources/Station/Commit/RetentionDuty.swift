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

    init(configuration: RetentionConfiguration) { self.configuration = configuration }

    /// One step, when it is time for one.
    ///
    /// - Returns: What was removed; `nil` when nothing was done.
    mutating func step(store: any Store, now: Timestamp, isQuiet: Bool) throws(StoreError) -> RemovedCounts? {
        if let nextStep, now < nextStep, nextStep <= now.advanced(bySeconds: Self.restSeconds) { return nil }
        let daySeconds: Int64 = 86_400
        var removed = try store.removeExpired(
            inboxBefore: now.advanced(bySeconds: -daySeconds * Int64(configuration.inboxDays)),
            closedBefore: now.advanced(bySeconds: -daySeconds * Int64(configuration.closedOrderDays)),
            limit: Self.stepRows
        )
        removed.failed = try store.removeFailed(
            before: now.advanced(bySeconds: -daySeconds * Int64(configuration.failedMessageDays)),
            bytesMax: Int64(configuration.failedMessageMegabytes) << 20,
            limit: Self.stepRows
        )
        let isDone = removed.inbox == 0 && removed.orders == 0 && removed.failed == 0
        let pause =
            isDone ? Self.restSeconds * 1_000 : isQuiet || removed.failed > 0 ? 0 : Self.busyMilliseconds
        nextStep = now.advanced(byMilliseconds: pause)
        return isDone ? nil : removed
    }
}
