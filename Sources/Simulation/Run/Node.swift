internal import Broker
internal import Catalog
internal import Logging
internal import Orders
internal import Station
internal import Store
internal import Synchronization

/// A machine's place for one station process: its disk, and the process while it lives.
final class Node {
    let number: Int
    let disk: SimulatedDisk
    let roles: [RoleRuntime]
    let firedTimers = FiredTimers()
    private let broker: SimulatedBroker
    private let clock: SimulatedClock
    private let ids: SimulatedIDs
    private let configuration: StationConfiguration
    private let setup: SimulationSetup
    private var parts: PlantedParts
    private var stages: StationStages?
    /// For each stage, how often it found nothing to do since anything happened here; coordinator, committer, deciders.
    private var vain: [Int] = []
    /// Until when a stage gets no turn.
    private var stalledUntil: [Int64] = []
    /// Set by the disk when a fault ends the process in the middle of its turn.
    private var hasCrashed = Flag()
    private(set) var restarts = 0
    /// When a process that ended starts again.
    var startsAt: Int64 = 0
    private var incarnation = 0
    /// It drains, and watches its own deadlines.
    private(set) var isStopping = false

    /// A stage that found nothing so often is left alone until something happens.
    private static let vainMax = 2
    /// The committer's place among the stages.
    private static let committer = 1

    init(
        number: Int,
        roles: [RoleRuntime],
        configuration: StationConfiguration,
        broker: SimulatedBroker,
        clock: SimulatedClock,
        ids: SimulatedIDs,
        setup: SimulationSetup,
        bug: PlantedBug?,
        backing: (any StoreBacking)?
    ) {
        self.number = number
        self.roles = roles
        self.configuration = configuration
        self.broker = broker
        self.clock = clock
        self.ids = ids
        self.setup = setup
        parts = PlantedParts(bug: bug, roles: roles)
        disk = SimulatedDisk(backing: backing)
        if bug == .unsyncedCommit { disk.breakSyncing() }
    }

    /// Marks the links of this process on the broker.
    var owner: Int { number * Self.incarnationsMax + incarnation }

    /// Whose links those of an owner are.
    static func number(ofOwner owner: Int) -> Int { owner / incarnationsMax }

    private static let incarnationsMax = 1_000_000

    var isRunning: Bool { stages != nil }

    /// A new process on the disk as it is.
    func start() throws {
        incarnation += 1
        let flag = Flag()
        hasCrashed = flag
        let broker = broker
        let owner = owner
        // The broker asks the disks: one that held it would keep both for ever.
        let store = try disk.open(crash: { [weak broker] in
            // Nothing the dying process still does reaches anybody.
            flag.raise()
            broker?.abandon(owner: owner)
        })
        parts.beginProcess()
        let stages = try StationStages(
            configuration: configuration,
            roles: roles,
            broker: parts.broker(ProcessBroker(broker: broker, owner: owner)),
            store: firedTimers.watching(parts.store(store)),
            awaited: Set(disk.openReader().parked(after: 0, limit: .max).map(\.order)),
            clock: clock,
            steadyClock: clock,
            ids: parts.ids(ids),
            logger: Logger(label: "station") { _ in SwiftLogNoOpLogHandler() },
            snapshotInterval: setup.snapshotInterval,
            snapshotHopsPerLine: setup.snapshotHopsPerLine
        )
        vain = Array(repeating: 0, count: 2 + stages.deciderCount)
        stalledUntil = Array(repeating: 0, count: vain.count)
        self.stages = stages
        isStopping = false
    }

    // MARK: Turns

    /// The stages that may have something to do.
    func appendAwakeStages(to awake: inout [Int], now: Int64) {
        guard stages != nil else { return }
        for stage in vain.indices where vain[stage] < Self.vainMax && stalledUntil[stage] <= now {
            awake.append(stage)
        }
    }

    var stageCount: Int { vain.count }

    /// A stage gets no turn until that moment.
    func stall(stage: Int, until moment: Int64) { stalledUntil[stage] = moment }

    /// The disk takes long from now on.
    func stallCommits(until moment: Int64) { stall(stage: Self.committer, until: moment) }

    func stall(until moment: Int64) { for stage in stalledUntil.indices { stalledUntil[stage] = moment } }

    /// When a stage that stalls and has something to do gets its turn again.
    func nextTurn(after now: Int64) -> Int64? {
        guard stages != nil else { return nil }
        return stalledUntil.indices.filter { stalledUntil[$0] > now && vain[$0] < Self.vainMax }
            .map { stalledUntil[$0] }.min()
    }

    func name(ofStage stage: Int) -> String {
        switch stage {
        case 0: "coordinator"
        case Self.committer: "committer"
        default: "decider \(stage - 2)"
        }
    }

    /// Something happened that a stage may have to do with, or its wait is over.
    func wake() { for stage in vain.indices { vain[stage] = 0 } }

    /// One turn of a stage; true when the process ended in it.
    func step(stage: Int) -> Bool {
        guard let stages else { return false }
        do {
            let didSomething =
                switch stage {
                case 0: try stages.stepCoordinator()
                case Self.committer: stages.stepCommitter()
                default: stages.stepDecider(stage - 2)
                }
            if didSomething { wake() }
            vain[stage] += 1
            if hasCrashed.isRaised || stages.hasEnded { end() }
        } catch {
            end()
        }
        return self.stages == nil
    }

    // MARK: Ends

    /// The process is told to drain and end.
    func stop() {
        stages?.stop()
        isStopping = true
        wake()
    }

    /// The process is gone, whatever it was doing.
    func end() {
        stages = nil
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
}
