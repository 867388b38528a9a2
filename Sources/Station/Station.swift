package import Broker
package import Catalog
package import Logging
package import Orders
package import Store
internal import Synchronization

/// The running station: its stages, each on a thread of its own, between consumer links and a publisher link.
///
/// `run` is the coordinator's thread: it blocks until the station was told to stop and has drained, or cannot go on.
package final class Station: Sendable {
    package let status = StationStatus()
    private let configuration: StationConfiguration
    private let roles: [RoleRuntime]
    private let broker: any Broker
    private let clock: any WallClock
    private let ids: any IDSource
    private let logger: Logger
    private let control = Mutex(Control())

    private struct Control {
        var shouldStop = false
        var inbox: Mailbox<CoordinatorEvent>?
    }

    package init(
        configuration: StationConfiguration,
        roles: [RoleRuntime],
        broker: any Broker,
        clock: any WallClock,
        ids: any IDSource,
        logger: Logger
    ) {
        self.configuration = configuration
        self.roles = roles
        self.broker = broker
        self.clock = clock
        self.ids = ids
        self.logger = logger
    }

    /// Asks the station to drain and stop; may come from any thread, more than once.
    package func stop() {
        control.withLock { control in
            control.shouldStop = true
            control.inbox?.post(.stop)
        }
    }

    /// Works until it was stopped.
    ///
    /// - Parameters:
    ///   - store: Written by this station alone from now on.
    ///   - awaited: Orders for which the store holds parked messages.
    /// - Throws: ``StationFailure`` when the store or a link to the broker cannot go on; what was not committed returns to its
    ///   queues, and what was not sent stays in the outbox.
    package func run(store: any Store, awaited: Set<OrderID>) throws(StationFailure) {
        let failure: BrokerError?
        do throws(StoreError) {
            failure = try work(store: store, awaited: awaited)
        } catch {
            throw .store(error)
        }
        if let failure { throw .broker(failure) }
    }

    /// - Returns: Why a link ended; `nil` when the station was told to stop.
    private func work(store: any Store, awaited: Set<OrderID>) throws(StoreError) -> BrokerError? {
        let stages = try StationStages(
            configuration: configuration,
            roles: roles,
            broker: broker,
            store: store,
            awaited: awaited,
            clock: clock,
            steadyClock: MonotonicClock(),
            ids: ids,
            status: status,
            logger: logger
        )
        logger.info(
            "station started",
            metadata: [
                "roles": "\(roles.map(\.role.rawValue).joined(separator: ","))",
                "broker": "\(broker.summary)",
            ]
        )
        control.withLock { control in
            control.inbox = stages.coordinator.inbox
            if control.shouldStop { stages.stop() }
        }
        defer { control.withLock { $0.inbox = nil } }
        let threads = Self.start(stages)
        let coordinator = stages.coordinator
        do throws(StoreError) {
            while !coordinator.hasEnded {
                _ = try coordinator.step(waitingMilliseconds: coordinator.waitMilliseconds)
            }
        } catch {
            stages.abandonLinks()
            for stage in stages.deciders { stage.inbox.post(.stop) }
            stages.committer.inbox.post(.finish)
            for thread in threads { thread.join() }
            throw error
        }
        for thread in threads { thread.join() }
        logger.info("station stopped", metadata: ["hops": "\(status.current.hops)"])
        return coordinator.linkFailure
    }

    /// The threads of the deciders and of the committer.
    private static func start(_ stages: StationStages) -> [StageThread] {
        let status = stages.status
        let deciders = stages.deciders.enumerated().map { number, stage in
            let name = "decider-\(number)"
            return StageThread(name) {
                while !stage.isStopped {
                    _ = stage.step(waitingMilliseconds: stage.waitMilliseconds)
                    status.update { $0.turns[name, default: 0] += 1 }
                }
            }
        }
        let committer = stages.committer
        let last = StageThread("committer") {
            while !committer.isFinished {
                _ = committer.step(waitingMilliseconds: committer.waitMilliseconds)
                status.update { $0.turns["committer", default: 0] += 1 }
            }
        }
        return deciders + [last]
    }
}
