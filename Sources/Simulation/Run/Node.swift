internal import Broker
internal import Catalog
internal import Orders
internal import Station
internal import Store
internal import Synchronization

/// A machine's place for one station process: its disk, and the process while it lives.
final class Node {
    let number: Int
    let disk: SimulatedDisk
    let roles: [RoleRuntime]
    private let broker: SimulatedBroker
    private let clock: SimulatedClock
    private let ids: SimulatedIDs
    private let configuration: StationConfiguration
    private let setup: SimulationSetup
    private let bug: PlantedBug?
    private(set) var process: (any SimulatedProcess)?
    /// Set by the disk when a fault ends the process in the middle of its turn.
    private let hasCrashed = Flag()
    private(set) var restarts = 0
    /// When a process that ended starts again.
    var startsAt: Int64 = 0
    private var incarnation = 0

    init(
        number: Int,
        roles: [RoleRuntime],
        configuration: StationConfiguration,
        broker: SimulatedBroker,
        clock: SimulatedClock,
        ids: SimulatedIDs,
        setup: SimulationSetup,
        bug: PlantedBug?
    ) {
        self.number = number
        self.roles = roles
        self.configuration = configuration
        self.broker = broker
        self.clock = clock
        self.ids = ids
        self.setup = setup
        self.bug = bug
        disk = SimulatedDisk()
        if bug == .unsyncedCommit { disk.breakSyncing() }
    }

    private var owner: Int { number * 100_000 + incarnation }

    /// A new process on the disk as it is.
    func start() throws {
        incarnation += 1
        hasCrashed.lower()
        let flag = hasCrashed
        let broker = broker
        let owner = owner
        let store = disk.open(crash: {
            // Nothing the dying process still does reaches anybody.
            flag.raise()
            broker.abandon(owner: owner)
        })
        let reader = disk.openReader()
        let awaited = Set(reader.parked(after: 0, limit: .max).map(\.order))
        let parts = PlantedParts(bug: bug, clock: clock)
        process = try LoopProcess(
            roles: roles,
            store: parts.store(store),
            broker: parts.broker(ProcessBroker(broker: broker, owner: owner)),
            clock: clock,
            ids: parts.ids(ids),
            configuration: configuration,
            awaited: awaited,
            snapshotInterval: setup.snapshotInterval
        )
    }

    /// One turn of a thread; true when the process ended in it.
    func step(stage: Int) -> Bool {
        do {
            try process?.step(stage: stage)
            if hasCrashed.isRaised { end() }
            return hasCrashed.isRaised
        } catch {
            end()
            return true
        }
    }

    /// The process is gone, whatever it was doing.
    func end() {
        guard process != nil else { return }
        process = nil
        restarts += 1
        broker.abandon(owner: owner)
        disk.abandon()
    }
}

/// Raised once, from wherever.
private final class Flag: Sendable {
    private let value = Mutex(false)
    var isRaised: Bool { value.withLock { $0 } }
    func raise() { value.withLock { $0 = true } }
    func lower() { value.withLock { $0 = false } }
}
