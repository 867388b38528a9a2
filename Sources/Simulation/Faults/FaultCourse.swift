internal import Broker

/// Which faults happen when, which of them took effect, and which last.
struct FaultCourse {
    private let setup: SimulationSetup
    private let weightTotal: Int
    private var nextStep: Int
    private(set) var met: [FaultKind: Int] = [:]
    private(set) var isOver: Bool
    /// Faults since the last one that took effect.
    private var vainTries = 0
    /// Faults that last until a moment.
    private var spells: [Spell] = []

    /// A fault that lasts.
    struct Spell {
        enum What {
            /// A fault that is announced happens at the end of its spell.
            case cutConsumer(owner: Int)
            case crash(node: Int)
            case brokerDown
            case alarm
            case mood(queue: String)
        }

        var what: What
        var until: Int64
    }

    /// After so many faults without effect any kind may follow: what this run wants finds nothing to harm.
    private static let vainTriesMax = 100

    init(setup: SimulationSetup) {
        self.setup = setup
        weightTotal = setup.faultWeights.reduce(0) { $0 + $1.weight }
        nextStep = 10
        isOver = false
    }

    var count: Int { met.values.reduce(0, +) }

    mutating func note(_ kind: FaultKind) {
        met[kind, default: 0] += 1
        vainTries = 0
    }

    /// Faults are over once there were enough of them, and enough orders.
    mutating func note(hasEnoughOrders: Bool, nodes: [Node]) {
        guard !isOver else { return }
        let isEnough = setup.faultWeights.isEmpty || count >= setup.faults
        isOver = hasEnoughOrders && isEnough
    }

    mutating func isDue(step: Int, random: inout SeededGenerator) -> Bool {
        guard !setup.faultWeights.isEmpty, step >= nextStep else { return false }
        // Some come in quick succession: the second meets what the first has left.
        nextStep = step + random.between(1, random.percent(35) ? 12 : setup.faultGap)
        return true
    }

    mutating func choose(random: inout SeededGenerator) -> FaultKind? {
        guard weightTotal > 0 else { return nil }
        vainTries += 1
        if vainTries > Self.vainTriesMax { return random.pick(FaultKind.allCases) }
        var left = random.between(0, weightTotal - 1)
        for entry in setup.faultWeights {
            left -= entry.weight
            if left < 0 { return entry.kind }
        }
        return nil
    }

    // MARK: Spells

    mutating func begin(_ what: Spell.What, until: Int64) { spells.append(Spell(what: what, until: until)) }

    var nextMoment: Int64? { spells.map(\.until).min() }

    mutating func endSpells(in simulation: Simulation) {
        guard !spells.isEmpty else { return }
        let now = simulation.clock.elapsedMilliseconds
        let over = spells.filter { $0.until <= now }
        guard !over.isEmpty else { return }
        spells.removeAll { $0.until <= now }
        for spell in over { Self.end(spell, in: simulation) }
    }

    mutating func endAllSpells(in simulation: Simulation) {
        for spell in spells {
            switch spell.what {
            case .cutConsumer, .crash: continue
            case .brokerDown, .alarm, .mood: Self.end(spell, in: simulation)
            }
        }
        spells = []
    }

    private static func end(_ spell: Spell, in simulation: Simulation) {
        switch spell.what {
        case .cutConsumer(let owner): simulation.cutConsumer(ofOwner: owner)
        case .crash(let node): simulation.crash(node: node)
        case .brokerDown: simulation.broker.setDown(false)
        case .alarm: simulation.broker.setAlarm(false)
        case .mood(let queue): simulation.broker.setMood(.accepting, ofQueue: queue)
        }
    }
}
