import Foundation

/// All figures of a run, as they are written to `soak.json`.
struct SoakReport: Codable, Sendable {
    /// All kinds of faults together.
    struct Totals: Codable, Sendable {
        var workerKills = 0
        var brokerKills = 0
        var verifications = 0
        var fileChecks = 0
        var faultRounds = 0
        var attempted = 0
        var confirmed = 0
        var completed = 0
        var outputs = 0
        var outputsUnique = 0
        var outputsExpected = 0
        /// Messages that the workers have committed.
        var hops = 0
        var attemptsSpent = 0
        /// Outbox rows, parked messages and due timers that workers have left.
        var leftOver = 0
        var outputsRepeated = 0
        var redeliveredToSink = 0
        var deliveredToWorker = 0
        var redeliveredToWorker = 0
        var confirmTimeouts = 0
        var lost = 0
        var unexpected = 0
        var duplicateEffects = 0
        var differentBytes = 0
        var orderViolations = 0
        var recoverySeconds = Times([])
        var paceRecoverySeconds = Times([])
        var detectionSeconds = Times([])
        /// Of the courses that have them.
        var paces: Paces?
        var caughtUpSeconds = Times([])
        /// With a confidence of 95 % the chance of a loss by one crash is not greater: three in so many crashes, when none
        /// of them lost anything; nil when one did, or when anything else is wrong.
        var lossChanceMax: Double?
        var pointsHit: [String: Int] = [:]
        var peakMegabytes = 0.0

        /// Deaths of worker and broker.
        var crashes: Int { workerKills + brokerKills }
    }

    /// What the simulator came to.
    struct Seeds: Codable, Sendable {
        var range: String
        var seeds: Int
        var failed: [UInt64]
        /// Why they prove less than they should.
        var shortcomings: [String]
        var faults: Int
        var seconds: Int
    }

    var commit: String
    var isQuick: Bool
    var seed: UInt64
    var heartbeatSeconds: Int
    var seconds: Double
    var totals: Totals
    var courses: [CourseFigures]
    var simulator: Seeds?
    /// Why the run fails; empty when all holds.
    var problems: [String]

    init(
        options: CourseOptions,
        seconds: Double,
        courses: [CourseFigures],
        simulator: Seeds?
    ) {
        commit = options.commit
        isQuick = options.isQuick
        seed = options.seed
        heartbeatSeconds = options.heartbeatSeconds
        self.seconds = seconds
        self.courses = courses
        self.simulator = simulator
        totals = Self.totals(courses)
        problems = courses.flatMap { course in course.problems.map { "\(course.fault.rawValue): \($0)" } }
        // A quick run has a few orders of each kind.
        if !isQuick { problems += Gate.paceProblems(of: courses) + Gate.burstProblems(of: courses) }
        if let failed = simulator?.failed, !failed.isEmpty {
            problems.append(
                "seeds of the simulator that failed: \(failed); replay one with simulate --seed N"
            )
        }
        problems += simulator?.shortcomings.map { "simulator: \($0)" } ?? []
    }

    private static func totals(_ courses: [CourseFigures]) -> Totals {
        var totals = Totals()
        for course in courses {
            let verdict = course.verdict
            totals.faultRounds += course.rounds
            totals.workerKills += course.workerKills
            totals.brokerKills += course.brokerKills
            totals.verifications += course.verifications
            totals.fileChecks += course.fileChecks
            totals.attempted += verdict.attempted
            totals.confirmed += verdict.confirmed
            totals.completed += verdict.completed
            totals.outputs += verdict.outputs
            totals.outputsUnique += verdict.outputsUnique
            totals.outputsExpected += verdict.outputsExpected
            totals.hops += course.storeAtEnd?.hops ?? 0
            totals.attemptsSpent += course.attemptsSpent?.count ?? 0
            totals.leftOver += course.storeAtEnd?.leftOver ?? 0
            totals.outputsRepeated += verdict.outputsRepeated
            totals.redeliveredToSink += verdict.redeliveredToSink
            totals.deliveredToWorker += course.deliveredToWorker
            totals.redeliveredToWorker += course.redeliveredToWorker
            totals.confirmTimeouts += course.confirmTimeouts
            totals.lost += verdict.lost.count
            totals.unexpected += verdict.unexpected.count
            totals.duplicateEffects += verdict.duplicateEffects.count
            totals.differentBytes += verdict.differentBytes.count
            totals.orderViolations += verdict.orderViolations.count
            totals.pointsHit.merge(course.pointsHit, uniquingKeysWith: +)
            totals.peakMegabytes = max(totals.peakMegabytes, course.resourcesPeak.megabytes)
        }
        totals.recoverySeconds = Times(courses.flatMap(\.recoverySeconds))
        totals.paceRecoverySeconds = Times(courses.flatMap(\.paceRecoverySeconds))
        totals.detectionSeconds = Times(courses.flatMap(\.detectionSeconds))
        totals.paces = Paces(sum: courses.compactMap(\.paces))
        totals.caughtUpSeconds = Times(courses.compactMap(\.caughtUpSeconds))
        // A course that broke off, or in which anything is wrong, may have lost what nobody compared.
        let isSound = courses.allSatisfy { $0.verdict.confirmed > 0 && $0.problems.isEmpty }
        if totals.lost == 0, totals.crashes > 0, isSound {
            totals.lossChanceMax = min(1, 3 / Double(totals.crashes))
        }
        return totals
    }

    func write(to file: URL) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try (try encoder.encode(self) + Data("\n".utf8)).write(to: file)
    }
}
