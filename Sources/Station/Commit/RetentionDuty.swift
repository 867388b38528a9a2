internal import Catalog
internal import Orders
internal import Store

/// Removes what is old enough, a few rows at a time: step after step when there is nothing else to do, else as fast as
/// messages come in, so that no load outgrows it.
struct RetentionDuty {
    private let configuration: RetentionConfiguration
    private var nextStep: Timestamp?
    /// Whether the last step found something.
    private(set) var isUnderWay = false
    /// What was recorded since the last step.
    private var messagesArrived = 0
    private var ordersArrived = 0

    /// Rows of a kind in one step, or a quarter more than have arrived since the last one, as there may be arrears.
    private static let stepRows = 200
    /// After so many messages it is time for a step: none becomes so large that commits wait long for it.
    private static let messagesBetweenSteps = 1_000
    /// Arrivals between steps that count, one large commit included.
    private static let arrivalsMax = 3_000
    /// Between looks at a store that has nothing to remove.
    private static let restSeconds: Int64 = 60
    /// Between steps while few messages are coming in.
    private static let busyMilliseconds: Int64 = 500

    /// Whoever asked for a deletion learns in any case that it was done.
    private static let deletionSecondsMin: Int64 = 3_600

    init(configuration: RetentionConfiguration) { self.configuration = configuration }

    /// Messages were recorded, and orders: one day they are to be removed.
    mutating func noteArrived(messages: Int, orders: Int) {
        guard isUnderWay else { return }
        messagesArrived = min(messagesArrived + messages, Self.arrivalsMax)
        ordersArrived = min(ordersArrived + orders, Self.arrivalsMax)
    }

    /// One step, when it is time for one.
    ///
    /// - Returns: What was removed; `nil` when its time has not come.
    mutating func step(store: any Store, now: Timestamp, isQuiet: Bool) throws(StoreError) -> RemovedCounts? {
        guard isTime(now, isQuiet: isQuiet) else { return nil }
        var removed = try store.removeExpired(expiry(now: now))
        removed.failed = try store.removeFailed(
            before: Self.moment(days: configuration.failedMessageDays, before: now),
            bytesMax: Int64(configuration.failedMessageMegabytes) << 20,
            limit: Self.stepRows
        )
        messagesArrived = 0
        ordersArrived = 0
        isUnderWay = !removed.isEmpty || removed.isMore
        let pause =
            !isUnderWay ? Self.restSeconds * 1_000 : removed.failed > 0 ? 0 : Self.busyMilliseconds
        nextStep = now.advanced(byMilliseconds: pause)
        return isUnderWay ? removed : nil
    }

    private func isTime(_ now: Timestamp, isQuiet: Bool) -> Bool {
        if isUnderWay, isQuiet || messagesArrived >= Self.messagesBetweenSteps { return true }
        guard let nextStep else { return true }
        return now >= nextStep || nextStep > now.advanced(bySeconds: Self.restSeconds)
    }

    private static func rows(forArrived count: Int) -> Int { max(stepRows, count + count / 4) }

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
            limit: Self.rows(forArrived: ordersArrived),
            inboxLimit: Self.rows(forArrived: messagesArrived)
        )
    }

    private static func moment(days: Int, before now: Timestamp) -> Timestamp {
        now.advanced(bySeconds: -86_400 * Int64(days))
    }
}
