import Testing

@testable import soak

/// The limits of the soak on figures made by hand: each can be exceeded, and then the run fails.
@Suite("The limits of the soak") struct SoakGateTests {
    static let options = CourseOptions(isQuick: true, seed: 1, load: Load(ordersPerSecond: 1, inFlightMax: 1))

    /// Figures of a course in which all is well.
    private static func good(_ fault: FaultClass = .brokerFrozen) -> CourseFigures {
        var figures = CourseFigures(fault: fault, rounds: 2, seconds: 60, verdict: Verdict())
        figures.recoverySeconds = [1, 2]
        figures.detectionSeconds = [2, 3]
        figures.unnoticedSeconds = [3]
        let resources = WorkerSeat.Resources(megabytes: 50, descriptors: 20, threads: 10)
        (figures.resourcesAtStart, figures.resourcesAtEnd) = (resources, resources)
        figures.resourcesPeak = resources
        return figures
    }

    /// What the report of a run with these courses says, with a heartbeat of one second.
    private static func problems(_ courses: [CourseFigures]) -> [String] {
        let judged = courses.map { course in
            var course = course
            course.judge(by: Gate(heartbeatSeconds: 1, patience: 1), ledgers: "here")
            return course
        }
        return SoakReport(options: options, seconds: 1, courses: judged, simulator: nil).problems
    }

    /// One change to good figures, and how the sentence about it begins.
    struct Excess: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var told: String
        var change: @Sendable (inout CourseFigures) -> Void
    }

    private static let excesses = [
        Excess(testDescription: "recovery p99", told: "recovery p99 is 15.5 s") {
            $0.recoverySeconds = Array(repeating: 1, count: 50) + [15.5]
        },
        Excess(testDescription: "recovery max", told: "a recovery took 60.5 s") {
            $0.recoverySeconds = Array(repeating: 1, count: 500) + [60.5]
        },
        Excess(testDescription: "no recovery", told: "no recovery was timed") { $0.recoverySeconds = [] },
        Excess(testDescription: "detection", told: "detection took 3.5 s") {
            $0.detectionSeconds = [1, 3.5]
        },
        Excess(testDescription: "silence unnoticed", told: "1 times the worker did not notice") {
            $0.unnoticedSeconds = [1, 3.5]
        },
        Excess(testDescription: "peak of memory", told: "201 MB of memory") {
            $0.resourcesPeak.megabytes = 201
        },
        Excess(testDescription: "descriptors", told: "descriptors grew from 20 to 23") {
            $0.resourcesAtEnd?.descriptors += 3
        },
        Excess(testDescription: "threads", told: "threads grew from 10 to 11") {
            $0.resourcesAtEnd?.threads += 1
        },
    ]

    @Test("Figures within all limits pass")
    func good() { #expect(Self.problems([Self.good()]) == []) }

    @Test("Each figure can exceed its limit, and then it alone is told", arguments: excesses)
    func exceeded(excess: Excess) {
        var figures = Self.good()
        excess.change(&figures)
        let problems = Self.problems([figures])
        #expect(
            problems.count == 1 && problems.allSatisfy { $0.hasPrefix("B2: \(excess.told)") },
            "\(problems)"
        )
    }

    @Test("Slow recoveries of one kind do not vanish among quick ones of another")
    func apart() {
        var many = Self.good(.workerKilled)
        many.recoverySeconds = Array(repeating: 0.5, count: 5_000)
        var few = Self.good()
        few.recoverySeconds = [16, 16]
        let problems = Self.problems([many, few])
        #expect(problems.count == 1 && problems.allSatisfy { $0.hasPrefix("B2: recovery p99 is 16.0 s") })
    }

    @Test("What a round or the simulator says against a run fails it")
    func others() {
        var figures = Self.good()
        figures.problems = ["the worker crashed"]
        #expect(Self.problems([figures]) == ["B2: the worker crashed"])
        let seeds = SoakReport.Seeds(range: "1..2", seeds: 2, failed: [2], faults: 40, seconds: 1)
        let report = SoakReport(options: Self.options, seconds: 1, courses: [], simulator: seeds)
        #expect(report.problems.count == 1 && report.problems.allSatisfy { $0.contains("[2]") })
    }
}
