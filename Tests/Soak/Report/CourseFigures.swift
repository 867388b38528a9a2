/// What one kind of fault came to.
struct CourseFigures: Codable, Sendable {
    var fault: FaultClass
    var title: String
    var rounds: Int
    var seconds: Double
    var verdict: Verdict
    var workerStarts = 0
    /// From the end of each fault to the first commit after it.
    var recoverySeconds: [Double] = []
    /// From the beginning of a fault until the worker said that it has no broker.
    var detectionSeconds: [Double] = []
    /// How often a worker died at each point.
    var pointsHit: [String: Int] = [:]
    /// Of a worker that lived through all rounds.
    var resourcesAtStart: WorkerSeat.Resources?
    var resourcesAtEnd: WorkerSeat.Resources?
    var resourcesPeak = WorkerSeat.Resources()
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
    /// A worker may use this much, whatever it went through.
    private static let megabytesMax = 200.0
    /// Descriptors that come and go with connections.
    private static let descriptorsSpare = 2

    /// What a worker holds more of than it should after all rounds.
    var growth: [String] {
        var problems: [String] = []
        if resourcesPeak.megabytes > Self.megabytesMax {
            problems.append("\(Int(resourcesPeak.megabytes)) MB of memory; \(Int(Self.megabytesMax)) at most")
        }
        guard let start = resourcesAtStart, let end = resourcesAtEnd else { return problems }
        if end.descriptors > start.descriptors + Self.descriptorsSpare {
            problems.append("descriptors grew from \(start.descriptors) to \(end.descriptors)")
        }
        if end.threads > start.threads {
            problems.append("threads grew from \(start.threads) to \(end.threads)")
        }
        return problems
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
