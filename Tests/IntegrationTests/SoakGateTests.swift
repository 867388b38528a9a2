import Foundation
import TestSupport
import Testing

@testable import soak

/// The limits of the soak on figures made by hand: each can be exceeded, and then the run fails.
@Suite("The limits of the soak") struct SoakGateTests {
    static let options = CourseOptions(isQuick: true, seed: 1, load: Load(ordersPerSecond: 1, inFlightMax: 1))

    /// Figures of a course in which all is well.
    private static func good(_ fault: FaultClass = .brokerFrozen) -> CourseFigures {
        var figures = CourseFigures(fault: fault, rounds: 2, seconds: 60, verdict: Verdict())
        figures.recoverySeconds = [1, 2]
        figures.paceRecoverySeconds = [2, 3]
        figures.fileChecks = 1
        figures.detectionSeconds = [2, 3]
        figures.unnoticedSeconds = [3]
        let resources = WorkerSeat.Resources(megabytes: 50, descriptors: 20, threads: 10)
        (figures.resourcesAtStart, figures.resourcesAtEnd) = (resources, resources)
        figures.storeMegabytesAtEnd = 10
        figures.resourcesAtEnd?.megabytes = 81
        figures.resourcesPeak = resources
        figures.storeAtEnd = StoreAtEnd()
        figures.attemptsSpent = []
        return figures
    }

    /// What the report of a run with these courses says, with a heartbeat of one second.
    private static func problems(_ courses: [CourseFigures]) -> [String] {
        let judged = courses.map { course in
            var course = course
            course.judge(by: Gate(heartbeatSeconds: 1, patience: 1, judgesMemory: true), ledgers: "here")
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
        Excess(testDescription: "memory", told: "memory grew from 50 to 82 MB with a store of 10 MB") {
            $0.storeMegabytesAtEnd = 10
            $0.resourcesAtEnd?.megabytes = 82
        },
        Excess(testDescription: "memory beside a large store", told: "memory grew from 50 to 190 MB") {
            $0.storeMegabytesAtEnd = 1_000
            $0.resourcesAtEnd?.megabytes = 190
        },
        Excess(testDescription: "descriptors", told: "descriptors grew from 20 to 23") {
            $0.resourcesAtEnd?.descriptors += 3
        },
        Excess(testDescription: "threads", told: "threads grew from 10 to 11") {
            $0.resourcesAtEnd?.threads += 1
        },
    ]

    private static let slowPaces = [
        Excess(testDescription: "pace p99", told: "recovery of the pace p99 is 15.5 s") {
            $0.paceRecoverySeconds = Array(repeating: 1, count: 50) + [15.5]
        },
        Excess(testDescription: "pace max", told: "a recovery of the pace took 60.5 s") {
            $0.paceRecoverySeconds = Array(repeating: 1, count: 500) + [60.5]
        },
        Excess(testDescription: "no pace", told: "no recovery of the pace was timed") {
            $0.paceRecoverySeconds = []
        },
    ]

    @Test("Lives after deaths of which no one looked at the store's file are no proof")
    func unlooked() {
        #expect(Self.problems([Self.good(.workerKilled)]) == [])
        var figures = Self.good(.workerKilled)
        figures.fileChecks = 0
        #expect(Self.problems([figures]) == ["K1: the store's file was looked at after no restart"])
    }

    @Test("Where no orders come before the faults, no pace is awaited")
    func paceless() {
        var figures = Self.good(.deliveryCount)
        figures.paceRecoverySeconds = []
        #expect(Self.problems([figures]) == [])
    }

    private static let leftOvers = [
        Excess(testDescription: "a try", told: "1 tries were spent by interruptions: COM/1: TIMEOUT") {
            $0.attemptsSpent = ["COM/1: TIMEOUT"]
        },
        Excess(testDescription: "outbox", told: "left over in the store: 1 messages in the outbox") {
            $0.storeAtEnd?.outbox = 1
        },
        Excess(testDescription: "parked", told: "left over in the store: 2 parked messages") {
            $0.storeAtEnd?.parked = 2
        },
        Excess(testDescription: "timers", told: "left over in the store: 3 due timers") {
            $0.storeAtEnd?.dueTimers = 3
        },
    ]

    @Test("Figures within all limits pass")
    func good() { #expect(Self.problems([Self.good()]) == []) }

    @Test(
        "Each figure can exceed its limit, and then it alone is told",
        arguments: excesses + slowPaces + leftOvers
    )
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

    @Test("Kills are those that took place, whatever was planned")
    func kills() {
        var figures = Self.good(.workerKilled)
        figures.rounds = 300
        (figures.workerKills, figures.brokerKills) = (7, 3)
        figures.storeAtEnd?.hops = 11
        figures.storeAtEnd?.parked = 1
        figures.attemptsSpent = ["one", "two"]
        let report = SoakReport(
            options: Self.options,
            seconds: 1,
            courses: [figures, figures],
            simulator: nil
        )
        #expect((report.totals.workerKills, report.totals.brokerKills) == (14, 6))
        #expect(report.text.contains("14 kills of the worker, 6 of the broker, 600 rounds in all"))
        #expect(report.text.contains("22 messages committed"))
        #expect(report.text.contains("4 tries spent by interruptions, 2 left over"))
    }

    /// A course whose windows before and after have so many orders in ten seconds.
    private static func paced(_ before: Int, _ after: Int, latencyAfter: Double = 1) -> CourseFigures {
        var figures = good()
        let paces = [(before, 1), (1, 1), (after, latencyAfter)].map {
            Pace(seconds: 10, completed: $0.0, latencySeconds: [$0.1])
        }
        figures.paces = Paces(before: paces[0], during: paces[1], after: paces[2])
        figures.caughtUpSeconds = 1
        return figures
    }

    /// What the report of a full run with these courses says.
    private static func fullReport(_ courses: [CourseFigures]) -> SoakReport {
        let options = CourseOptions(seed: 1, load: Load(ordersPerSecond: 1, inFlightMax: 1))
        return SoakReport(options: options, seconds: 1, courses: courses, simulator: nil)
    }

    @Test("A pace that does not come back fails a full run, by all courses together and by one alone")
    func pace() {
        // One course is slower afterwards; one has no windows.
        #expect(Self.fullReport([Self.paced(400, 362), Self.paced(400, 400), Self.good()]).problems == [])
        // Another does not make up for it.
        let hidden = Self.fullReport([Self.paced(400, 350), Self.paced(400, 460)])
        #expect(
            hidden.problems.count == 1
                && hidden.problems.allSatisfy { $0.hasSuffix("0.94 of it; 0.95 at least") }
        )
        let stopped = Self.fullReport([Self.paced(60, 47), Self.paced(59, 10)])
        #expect(
            stopped.problems.count == 1
                && stopped.problems.allSatisfy {
                    $0.hasPrefix("B2: 4.70 orders a second after the faults, 6.00 before")
                }
        )
        #expect(
            stopped.text.contains("not judged by pace in all: 119 orders before the faults, 500 at least")
        )
        var behind = Self.paced(400, 400)
        behind.caughtUpSeconds = nil
        #expect(Self.fullReport([behind]).problems.count == 1)
        // Half of all orders took a second.
        #expect(Self.fullReport([Self.paced(500, 500, latencyAfter: 1.55)]).problems == [])
        let late = Self.fullReport([Self.paced(500, 500, latencyAfter: 1.56)])
        #expect(late.problems == ["half of all orders take up to 1.56 s after the faults, 1.00 s before"])
        let slower = Self.fullReport([Self.paced(400, 379), Self.paced(400, 380)])
        let told = "37.95 orders a second after the faults, 40.00 before"
        #expect(
            slower.problems.count == 1 && slower.problems.allSatisfy { $0.hasPrefix(told) },
            "\(slower.problems)"
        )
        #expect(slower.text.contains("PROBLEM: \(told)"))
        let quick = SoakReport(
            options: Self.options,
            seconds: 1,
            courses: slower.courses,
            simulator: nil
        )
        #expect(quick.problems == [])
        // Too few to tell.
        #expect(Self.fullReport([Self.paced(499, 450)]).problems == [])
        #expect(Self.fullReport([Self.paced(500, 450)]).problems.count == 1)
    }

    @Test("Three in so many crashes bounds the chance of a loss, unless there was one")
    func confidence() {
        var figures = Self.good(.workerKilled)
        figures.verdict.confirmed = 1
        (figures.workerKills, figures.brokerKills) = (280, 20)
        var uncompared = figures
        uncompared.verdict = Verdict()
        let report = Self.fullReport([figures, figures])
        #expect((report.totals.crashes, report.totals.lossChanceMax) == (600, 0.005))
        #expect(report.text.contains("no loss in 600 crashes") && report.text.contains("at most 0.50 %"))
        // The worst may be what nobody could compare.
        #expect(Self.fullReport([figures, uncompared]).totals.lossChanceMax == nil)
        var troubled = figures
        troubled.problems = ["the worker ended by itself"]
        #expect(Self.fullReport([figures, troubled]).totals.lossChanceMax == nil)
        figures.verdict.lost = ["order 1"]
        let lossy = Self.fullReport([figures])
        #expect(lossy.totals.lossChanceMax == nil && !lossy.text.contains("no loss"))
        #expect(Self.fullReport([Self.good()]).totals.lossChanceMax == nil)
    }

    @Test(
        "Connections given up for want of confirms are counted in a worker's log, links closed while draining are not"
    )
    func confirmTimeouts() {
        let log = """
            warning publisher has no broker: The broker confirmed nothing for 30 s error.code=BROKER_CONFIRM_TIMEOUT
            error publisher has ended: The link was closed while 2 publications had no answer error.code=BROKER_CONFIRM_TIMEOUT
            warning publisher has no broker: Connecting failed error.code=BROKER_CONNECTION_LOST
            warning publisher has no broker: The broker confirmed nothing for 30 s error.code=BROKER_CONFIRM_TIMEOUT
            """
        #expect(WorkerSeat.confirmTimeouts(in: log) == 2)
    }

    @Test(
        "A worker whose disk has failed ends as one without a store, and in no other way",
        arguments: [.code(0), .code(1), .code(70), .signal(6), .signal(9)] as [ChildProcess.Exit]
    )
    func diskFailure(exit: ChildProcess.Exit) {
        #expect(DiskFailure.problem(of: .code(69), after: "sync 1 failed") == nil)
        let told = DiskFailure.problem(of: exit, after: "sync 1 failed")
        #expect(told == "the worker ended with \(exit) after sync 1 failed, not with code(69)")
    }

    @Test("What a round says against a run fails it")
    func noted() {
        var figures = Self.good()
        figures.problems = ["the worker crashed"]
        #expect(Self.problems([figures]) == ["B2: the worker crashed"])
    }

    /// What a report says after a simulator with these failed seeds, this end and these words.
    private static func simulated(
        _ failed: String,
        _ exit: ChildProcess.Exit,
        _ output: String
    ) throws -> [String] {
        let json = Data("{\"seeds\": 600, \"seconds\": 1, \"failedSeeds\": [\(failed)], \"faults\": 40}".utf8)
        let seeds = try SimulatorRun.figures(of: "1..600", report: json, exit, output)
        return SoakReport(options: options, seconds: 1, courses: [], simulator: seeds).problems
    }

    @Test("Seeds that failed, seeds that were not enough, and a simulator that broke down fail a run")
    func simulator() throws {
        #expect(try Self.simulated("", .code(0), "600 seeds\n") == [])
        let failed = try Self.simulated("17", .code(1), "seed 17 FAILS\n")
        #expect(failed.count == 1 && failed.allSatisfy { $0.contains("failed: [17]") }, "\(failed)")
        let few = try Self.simulated("", .code(1), "600 seeds\nNOT ENOUGH: fault alarm never took effect\n")
        #expect(few == ["simulator: NOT ENOUGH: fault alarm never took effect"])
        let broken = try Self.simulated("", .signal(11), "600 seeds\n")
        #expect(broken.count == 1 && broken.allSatisfy { $0.contains("signal(11)") }, "\(broken)")
    }
}
