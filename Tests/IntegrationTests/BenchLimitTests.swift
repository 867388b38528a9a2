import Testing

@testable import bench

/// The limits of the benchmarks, on figures written by hand: each that is broken is told.
@Suite("The limits of the benchmarks") struct BenchLimitTests {
    private static let growth = GrowthReport(
        closedOrders: 1_000_000,
        openOrders: 100_000,
        storeMegabytes: 9_000,
        rates: [rate("empty"), rate("full")],
        fullOverEmpty: 0.9,
        secondsToFirstHop: 2,
        backlog: [rate("first fifth"), rate("second fifth", hopsPerSecond: 800)],
        lines: [lines(1, 900), lines(30, 100), lines(300, 90), lines(1_000, 112)]
    )

    private static func rate(_ what: String, hopsPerSecond: Double = 1_000) -> GrowthReport.Rate {
        GrowthReport.Rate(
            what: what,
            hopsPerSecond: hopsPerSecond,
            cpuMicrosecondsPerHop: 150,
            peakMegabytes: 200
        )
    }

    private static func lines(_ lines: Int, _ microseconds: Double) -> GrowthReport.Lines {
        GrowthReport.Lines(
            shape: "one bundle",
            lines: lines,
            orders: 10,
            hops: 100,
            cpuMicrosecondsPerLine: microseconds,
            cpuMicrosecondsPerHop: 1
        )
    }

    private static func growthProblems(_ change: (inout GrowthReport) -> Void) -> [String] {
        var report = growth
        change(&report)
        return report.problems
    }

    @Test("growth: what is at its limit passes, what is beyond it is told")
    func growthLimits() {
        #expect(Self.growth.problems.isEmpty)
        #expect(
            Self.growthProblems { $0.fullOverEmpty = 0.89 } == ["a full store costs 11 % of the rate"]
        )
        #expect(
            Self.growthProblems { $0.secondsToFirstHop = 2.01 } == ["2.01 s from the start to the first hop"]
        )
        #expect(Self.growthProblems { $0.rates[1].peakMegabytes = 201 } == ["full: 201 MB of memory"])
        #expect(
            Self.growthProblems { $0.backlog[0].peakMegabytes = 201 } == ["first fifth: 201 MB of memory"]
        )
        #expect(
            Self.growthProblems { $0.backlog[1].hopsPerSecond = 790 } == [
                "the backlog drains unevenly: 0.79"
            ]
        )
        #expect(
            Self.growthProblems { $0.lines[3].cpuMicrosecondsPerLine = 113 } == [
                "a line costs 1.26 times as much in long orders, one bundle"
            ]
        )
    }

    @Test("instructions: five percent passes, more is told, as is what was not counted or has no threshold")
    func thresholds() {
        let kept = StageThresholds(instructionsPerHop: ["decode": 1_000, "commit": 1_000])
        let names = ["decode", "commit"]
        #expect(kept.problems(counted: ["decode": 1_049, "commit": 1], names: names).isEmpty)
        #expect(
            kept.problems(counted: ["decode": 1_051, "commit": 900], names: names) == [
                "decode is 5.1 % worse"
            ]
        )
        #expect(kept.problems(counted: ["decode": 1_000], names: names) == ["commit was not counted"])
        #expect(
            kept.problems(counted: ["encode": 1], names: ["encode"]) == ["encode has no threshold"]
        )
    }

    @Test("comparison: latency of an order alone and memory have limits, unless the run was a short one")
    func comparison() {
        var report = BenchReport(
            commit: "abc",
            machine: .init(cores: 2, loadAtStart: 0, loadAtEnd: 0),
            isQuick: false,
            runs: [Self.run("pump", 8), Self.run("waystation", 200)],
            ratios: [:],
            ratiosInTurns: [:],
            leftOut: [],
            loneMessage: LoneFigures(
                toFirstProvisioningOrder: Quantiles([5.6]),
                sync: Quantiles([0.2]),
                limitMilliseconds: 5.6
            ),
            stageMicrosecondsPerHop: [:]
        )
        #expect(report.problems.isEmpty)
        report.runs[1].peakMegabytes = 201
        report.loneMessage?.toFirstProvisioningOrder = Quantiles([5.7])
        #expect(
            report.problems == [
                "an order alone takes longer than three syncs and 5 ms",
                "waystation took 201 MB of memory",
            ]
        )
        report.isQuick = true
        #expect(report.problems.isEmpty)
    }

    private static func run(_ name: String, _ megabytes: Double) -> RunFigures {
        RunFigures(
            name: name,
            hops: 1_000,
            hopsPerSecond: 1_000,
            cpuMicrosecondsPerHop: 100,
            brokerCPUMicrosecondsPerHop: 100,
            peakMegabytes: megabytes
        )
    }
}
