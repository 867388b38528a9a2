package import Catalog
package import Orders
package import Station
package import Store

/// The station's stages one after the other on the caller's thread: read, decide, commit, settle.
///
/// For tests of what a group of hops does; how the stages overlap is not seen here.
package final class SequentialHops {
    private let intake: Intake
    private let engine: HopEngine
    private let committer: Committer
    private let store: any Store
    private let clock: any WallClock
    private var due: DueWork

    package init(
        roles: [RoleRuntime],
        store: any Store,
        clock: any WallClock,
        ids: any IDSource,
        limits: StationLimits,
        awaited: Set<OrderID> = [],
        snapshotInterval: Int = 64
    ) throws(StoreError) {
        self.store = store
        self.clock = clock
        intake = Intake(roles: roles)
        try HopEngine.saveCatalogs(of: roles, in: store, at: clock.now())
        engine = HopEngine(
            roles: roles,
            store: store,
            clock: clock,
            ids: ids,
            identifiers: RowIdentifiers(after: try store.highWater()),
            limits: limits,
            awaited: awaited,
            snapshotInterval: snapshotInterval
        )
        committer = try Committer(store: store)
        due = DueWork(roles: roles.map(\.role))
        try due.refresh(from: store)
    }

    /// The newest outbox id given out.
    package var newestOutboxID: Int64 { committer.newestOutboxID }

    /// When there is next something to do by time.
    package var nextTimerDue: Timestamp? { due.nextDue }

    /// Runs the hops of these deliveries and commits them as one group, together with the removal of confirmed rows.
    package func process(
        _ deliveries: [InboundDelivery],
        confirmedOutbox: [Int64] = []
    ) throws(StoreError) -> HopResult {
        try run(deliveries.map { .message(intake.prepare($0)) }, confirmedOutbox: confirmedOutbox)
    }

    /// Runs what is due by time.
    package func processDue() throws(StoreError) -> HopResult {
        let before = due
        let items = try due.take(from: store, now: clock.now())
        do throws(StoreError) {
            return try run(items, confirmedOutbox: [])
        } catch {
            due = before
            throw error
        }
    }

    private func run(_ items: [WorkItem], confirmedOutbox: [Int64]) throws(StoreError) -> HopResult {
        do throws(StoreError) {
            let group = try engine.decide(items)
            let result = try committer.commit([group], confirmedOutbox: confirmedOutbox)
            engine.settle(group.serial)
            due.committed(result)
            try due.refresh(from: store)
            return result
        } catch {
            engine.forget()
            if error.mayHaveHappened {
                due.commitIsUnknown()
                try due.refresh(from: store)
            }
            throw error
        }
    }
}
