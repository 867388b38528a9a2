/// What one kind of fault came to.
struct CourseFigures: Codable, Sendable {
    var fault: FaultClass
    var title: String
    var rounds: Int
    var seconds: Double
    var verdict: Verdict
    var workerStarts = 0
    /// Deaths of the worker that took place: by a signal from here, or at a named point.
    var workerKills = 0
    var brokerKills = 0
    /// How often the whole store was compared and found to hold.
    var verifications = 0
    /// How often the store's file alone was looked at beside a worker that had opened it after a death.
    var fileChecks = 0
    /// Messages that the broker handed to the worker, and those of them that it had handed out before.
    var deliveredToWorker = 0
    var redeliveredToWorker = 0
    /// Connections that the worker gave up because the broker confirmed nothing.
    var confirmTimeouts = 0
    /// From the end of a fault to the first commit after it, each time that nothing else came between.
    var recoverySeconds: [Double] = []
    /// From the end of a fault until orders were completed at 90 % of the pace before all faults.
    var paceRecoverySeconds: [Double] = []
    /// From the beginning of a fault until the worker said that it has no broker.
    var detectionSeconds: [Double] = []
    /// How long a broker was silent that the worker took for a living one all the time.
    var unnoticedSeconds: [Double] = []
    /// How orders went before, during and after the faults; nil where none come before the first, or it broke off.
    var paces: Paces?
    /// From the end of the last fault until no more orders were on their way than before the first; nil when that was
    /// not seen.
    var caughtUpSeconds: Double?
    /// What the worker does when many orders come at once; nil where the course has no paces.
    var bursts: Bursts?
    /// How often a worker died at each point.
    var pointsHit: [String: Int] = [:]
    /// Of a worker that lived through all rounds.
    var resourcesAtStart: WorkerSeat.Resources?
    var resourcesAtEnd: WorkerSeat.Resources?
    var resourcesPeak = WorkerSeat.Resources()
    /// What the store held in the end; nil where one worker did not warm up first and live through all rounds.
    var storeMegabytesAtEnd: Double?
    /// What the worker left in its store; nil where the course broke off before.
    var storeAtEnd: StoreAtEnd?
    /// Tries of components that an interruption spent: none; nil where the course broke off before they were counted.
    var attemptsSpent: [String]?
    /// Everything that must not be, in words.
    var problems: [String] = []

    init(fault: FaultClass, rounds: Int, seconds: Double, verdict: Verdict) {
        self.fault = fault
        title = fault.title
        self.rounds = rounds
        self.seconds = seconds
        self.verdict = verdict
    }
}

extension CourseFigures {
    private static let triesTold = 5

    /// Adds what the limits and the ledgers say against it; `ledgers` is where those are.
    mutating func judge(by gate: Gate, ledgers: String) {
        problems += gate.problems(of: self) + verdict.problems(ledgers: ledgers)
        problems += storeAtEnd?.problems ?? []
        if let spent = attemptsSpent, !spent.isEmpty {
            problems.append(
                "\(spent.count) tries were spent by interruptions: \(spent.prefix(Self.triesTold).joined(separator: ", "))"
            )
        }
    }
}

/// Times in seconds: the half, the slowest of a hundred, the slowest.
struct Times: Codable, Sendable {
    var count: Int
    var p50: Double
    var p99: Double
    var max: Double

    init(_ values: [Double]) {
        let sorted = values.sorted()
        count = sorted.count
        p50 = Self.quantile(0.5, of: sorted)
        p99 = Self.quantile(0.99, of: sorted)
        max = sorted.last ?? 0
    }

    private static func quantile(_ share: Double, of sorted: [Double]) -> Double {
        sorted.isEmpty ? 0 : sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))]
    }
}
