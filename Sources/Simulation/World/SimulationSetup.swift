internal import Broker

/// What a seed decides before its run begins: how the station is set up, how busy each part is, which faults there are.
package struct SimulationSetup: Sendable {
    package var seed: UInt64
    /// Orders at least.
    package var orders = 20
    /// Of a hundred orders so many are changed after they were sent.
    package var changingPercent = 0
    /// Of a hundred requests about orders that change so many are never answered by a system that is watched.
    package var silencePercent = 12
    /// Faults that take effect, at least.
    package var faults = 20
    package var prefetch = 256
    /// What bodies in hand of one consumer take before it reads no more.
    package var inHandBytes = 16 << 20
    package var batchLimit = 64
    /// Consumers of each queue: of two, the one with the later message may come first.
    package var consumers = 1
    package var cachedOrders = 10_000
    package var snapshotInterval = 64
    package var snapshotHopsPerLine = 4
    package var deciders = 2
    /// COM and SOM as processes of their own, with stores of their own.
    package var hasTwoProcesses = false
    /// Frames or messages moved at once, at most.
    package var burst = 16
    /// How often each part gets its turn, beside the others.
    package var weights = SimulationWeights()
    /// A link that lost its connection waits at least so long.
    package var firstRetrySeconds = 0.2
    /// Steps between faults, at most.
    package var faultGap = 40
    /// The faults that happen, by how often.
    package var faultWeights: [(kind: FaultKind, weight: Int)] = []

    /// A run without any fault, of the plainest setup.
    package init(plain seed: UInt64) { self.seed = seed }

    /// A run by chance.
    package init(seed: UInt64) {
        self.seed = seed
        var random = SeededGenerator(seed: seed ^ 0x5EED_0FAC_E0FF_1CE5)
        orders = random.between(20, 26)
        faults = random.between(20, 40)
        prefetch = random.pick([1, 2, 5, 20, 256])
        batchLimit = random.pick([1, 3, 8, 64])
        consumers = random.pick([1, 1, 1, 2, 3])
        cachedOrders = random.pick([2, 4, 20, 10_000])
        snapshotInterval = random.pick([1, 2, 5, 64])
        snapshotHopsPerLine = random.pick([0, 1, 4])
        deciders = random.pick([1, 2, 3])
        hasTwoProcesses = random.percent(40)
        burst = random.pick([1, 2, 8, 64])
        weights = SimulationWeights(&random)
        firstRetrySeconds = random.pick([0.005, 0.2])
        faultGap = random.pick([20, 60, 150])
        // A few kinds often rather than all of them now and then: more of them meet.
        let share = random.pick([15, 35, 70, 100])
        faultWeights = FaultKind.allCases.filter { _ in random.percent(share) }
            .map { ($0, random.pick([1, 3, 10])) }
        changingPercent = random.pick([8, 15, 30])
        inHandBytes = random.pick([1, 20_000, 100_000, 16 << 20])
        if faultWeights.isEmpty { faultWeights = FaultKind.allCases.map { ($0, 1) } }
    }
}

/// How often a part gets its turn.
package struct SimulationWeights: Sendable {
    package var station = 10
    package var links = 10
    package var broker = 10
    package var world = 10

    package init() {}

    init(_ random: inout SeededGenerator) {
        station = random.pick([2, 10, 40])
        links = random.pick([2, 10, 40])
        broker = random.pick([2, 10, 40])
        world = random.pick([2, 10, 40])
    }
}

extension SeededGenerator {
    /// A number from `low` to `high`.
    mutating func between(_ low: Int, _ high: Int) -> Int {
        Int.random(in: low...max(low, high), using: &self)
    }

    /// True that many times in a hundred.
    mutating func percent(_ chance: Int) -> Bool { Int.random(in: 0..<100, using: &self) < chance }

    /// One of several, of which there must be one.
    mutating func pick<Value>(_ values: [Value]) -> Value {
        values[Int.random(in: values.indices, using: &self)]
    }
}
