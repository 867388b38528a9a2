internal import Broker
internal import Catalog
internal import Orders
internal import Station
internal import Store

/// What a station stands on, with a bug built in, or as it is: production code knows nothing of it.
struct PlantedParts {
    private let bug: PlantedBug?
    private let roles: [RoleRuntime]
    /// What a process has in memory, and loses with its end.
    private var memory = StaleReports()
    private var processes = 0

    init(bug: PlantedBug?, roles: [RoleRuntime]) {
        self.bug = bug
        self.roles = roles
    }

    /// A new process begins, with an empty memory.
    mutating func beginProcess() {
        memory = StaleReports()
        processes += 1
    }

    func store(_ store: any Store) -> any Store {
        switch bug {
        case .noInboxCheck: ForgetfulStore(store)
        case .staleUpdateApplied: RewindingStore(store, stale: memory)
        case .snapshotWithoutTail: TaillessStore(store)
        case .timerFiredTwice: TimerKeepingStore(store)
        case .undoInDependencyOrder: UndoTurningStore(store)
        case .attemptsInMemory: processes > 1 ? AttemptForgettingStore(store) : store
        case .ackBeforeCommit, .outboxDroppedAtPublish, .returnIgnored, .ackOfOlderEpoch, .idsCountedInMemory,
            .unsyncedCommit, nil:
            store
        }
    }

    func broker(_ broker: any Broker) -> any Broker {
        switch bug {
        case .ackBeforeCommit: PlantedBroker(broker, consumers: { HastyConsumer(handler: $0) })
        case .ackOfOlderEpoch: PlantedBroker(broker, consumers: { EpochBlindConsumer(handler: $0) })
        case .outboxDroppedAtPublish: PlantedBroker(broker, publishers: { HastyPublisher(handler: $0) })
        case .returnIgnored: PlantedBroker(broker, publishers: { ReturnBlindPublisher(handler: $0) })
        case .staleUpdateApplied: staleListening(broker)
        case .noInboxCheck, .snapshotWithoutTail, .timerFiredTwice, .idsCountedInMemory, .attemptsInMemory,
            .unsyncedCommit, .undoInDependencyOrder, nil:
            broker
        }
    }

    private func staleListening(_ broker: any Broker) -> any Broker {
        let roles = roles
        let memory = memory
        return PlantedBroker(
            broker,
            consumers: { StaleListeningConsumer(handler: $0, roles: roles, stale: memory) }
        )
    }

    func ids(_ ids: any IDSource) -> any IDSource {
        bug == .idsCountedInMemory ? SimulatedIDs(prefix: "m") : ids
    }
}
