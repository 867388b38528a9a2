package import Broker
package import Catalog
package import Logging
package import Orders
package import Store

/// The stages of a station with the mailboxes between them: whoever has it, steps them.
///
/// ``Station`` steps each on a thread of its own; a simulator steps them on one thread, in an order of its choosing.
/// Messages flow so: a consumer link's thread reads them, a decider decides, the committer commits, the coordinator
/// acknowledges and publishes. No stage waits for a later one, up to bounds.
package final class StationStages {
    package let status: StationStatus
    let coordinator: Coordinator
    let deciders: [DeciderStage]
    let committer: CommitterStage
    private let links: [any ConsumerLink]
    private let publisher: any PublisherLink

    /// Opens the links at once; events wait in the mailboxes until the stages are stepped.
    ///
    /// From now on `store` is written through these stages alone; `awaited` are the orders for which it holds parked
    /// messages.
    ///
    /// - Throws: ``StoreError`` when the store cannot be read.
    package init(
        configuration: StationConfiguration,
        roles: [RoleRuntime],
        broker: any Broker,
        store: any Store,
        awaited: Set<OrderID>,
        clock: any WallClock,
        steadyClock: any SteadyClock,
        ids: any IDSource,
        status: StationStatus = StationStatus(),
        logger: Logger,
        snapshotInterval: Int = 64,
        snapshotHopsPerLine: Int = 4
    ) throws(StoreError) {
        try HopEngine.saveCatalogs(of: roles, in: store, at: clock.now())
        let batchLimit = max(1, roles.map(\.configuration.batchLimit).max() ?? 64)
        let count = max(1, roles.map(\.configuration.concurrency).max() ?? 1)
        let identifiers = RowIdentifiers(after: try store.highWater())
        let commits = try Committer(store: store)
        let inHand = InHand()
        let coordinatorInbox = Mailbox<CoordinatorEvent>()
        let committerInbox = Mailbox<CommitterEvent>()
        deciders = (0..<count).map { number in
            DeciderStage(
                engine: HopEngine(
                    number: number,
                    roles: roles,
                    store: store,
                    clock: clock,
                    ids: ids,
                    identifiers: identifiers,
                    limits: configuration.limits,
                    awaited: awaited,
                    cachedOrders: configuration.limits.cachedOrders / count,
                    cachedOrderBytes: (configuration.limits.cachedOrderMegabytes << 20) / count,
                    snapshotInterval: snapshotInterval,
                    snapshotHopsPerLine: snapshotHopsPerLine
                ),
                committer: committerInbox,
                coordinator: coordinatorInbox,
                inHand: inHand,
                steadyClock: steadyClock,
                number: number,
                killSwitch: KillSwitch(configuration.killSwitch),
                // Smaller than a commit, so that deciding and committing overlap.
                groupMax: (batchLimit + 3) / 4,
                itemsInFlightMax: batchLimit * 2
            )
        }
        committer = CommitterStage(
            inbox: committerInbox,
            committer: commits,
            store: store,
            deciders: deciders.map(\.inbox),
            coordinator: coordinatorInbox,
            clock: clock,
            steadyClock: steadyClock,
            retention: RetentionDuty(configuration: configuration.retention),
            flows: FlowRecorder(
                roles: roles.map(\.role),
                keptHours: configuration.retention.metricsHours,
                now: clock.now()
            ),
            hopsMax: batchLimit
        )
        let dispatcher = Dispatcher(
            intake: Intake(roles: roles),
            shares: Shares(count: count, roles: roles),
            deciders: deciders.map(\.inbox),
            inHand: inHand,
            steadyClock: steadyClock
        )
        let slots = Self.openConsumers(
            of: roles,
            on: broker,
            limits: configuration.limits,
            dispatcher: dispatcher,
            coordinator: coordinatorInbox
        )
        links = slots.map(\.link)
        publisher = broker.openPublisher(PublisherConfiguration(name: "waystation publisher")) {
            coordinatorInbox.post(.publisher($0))
        }
        status.update { $0.consumersTotal = slots.count }
        self.status = status
        coordinator = Coordinator(
            inbox: coordinatorInbox,
            store: store,
            newestOutboxID: commits.newestOutboxID,
            links: slots,
            publisher: publisher,
            dispatcher: dispatcher,
            committer: committerInbox,
            configuration: configuration,
            roles: roles,
            clock: clock,
            steadyClock: steadyClock,
            status: status,
            log: StationLog(logger: logger)
        )
    }

    private static func openConsumers(
        of roles: [RoleRuntime],
        on broker: any Broker,
        limits: StationLimits,
        dispatcher: Dispatcher,
        coordinator: Mailbox<CoordinatorEvent>
    ) -> [ConsumerSlot] {
        var slots: [ConsumerSlot] = []
        for (index, role) in roles.enumerated() {
            for number in 1...max(1, role.configuration.consumers) {
                let link = slots.count
                let consumer = broker.openConsumer(
                    ConsumerConfiguration(
                        name: "waystation \(role.role) consumer \(number)",
                        queues: role.queues,
                        prefetch: UInt16(clamping: role.configuration.prefetch),
                        messageBytesMax: limits.messageBytes,
                        inHandBytesMax: limits.inHandBytes
                    )
                ) { event in
                    switch event {
                    case .deliveries(let deliveries):
                        dispatcher.deliver(deliveries, role: index, link: link)
                        return
                    case .lost(let epoch, _, _): dispatcher.lost(link: link, epoch: epoch)
                    // The link may have left an earlier one by itself.
                    case .connected(let epoch): dispatcher.lost(link: link, epoch: epoch - 1)
                    case .paused, .closed: break
                    }
                    coordinator.post(.consumer(link: link, event))
                }
                slots.append(ConsumerSlot(role: index, link: consumer))
            }
        }
        return slots
    }

    // MARK: Stepping without waiting

    package var deciderCount: Int { deciders.count }

    /// Takes what has arrived at the coordinator.
    ///
    /// - Returns: Whether anything was done.
    /// - Throws: ``StoreError`` when the store cannot go on: nothing more can be committed.
    package func stepCoordinator() throws(StoreError) -> Bool { try coordinator.step(waitingMilliseconds: 0) }

    /// Takes what has arrived at a decider, and decides one group.
    package func stepDecider(_ number: Int) -> Bool { deciders[number].step(waitingMilliseconds: 0) }

    /// Commits what has been decided.
    package func stepCommitter() -> Bool { committer.step(waitingMilliseconds: 0) }

    /// Asks the station to drain and stop.
    package func stop() { coordinator.inbox.post(.stop) }

    /// Drained and stopped.
    package var hasEnded: Bool { coordinator.hasEnded }

    /// Nothing more can be committed: what is unacknowledged returns to its queues.
    func abandonLinks() {
        for link in links { link.close() }
        publisher.close(deadlineSeconds: 0)
    }
}
