import Simulation
import Testing

@Suite("What many seeds must have met to prove anything")
struct SeedFiguresTests {
    /// As many runs as must have met everything, each with enough orders, and faults of all kinds but some.
    private func figures(
        without kind: FaultKind? = nil,
        withoutAny circumstance: Circumstance? = nil,
        withoutAnyOf change: ChangeKind? = nil,
        orders: Int = 20,
        faultsOfEachKind: Int = 1,
        letPass: [Exemption: ExemptionShare] = [:]
    ) -> SeedFigures {
        var figures = SeedFigures()
        for seed in 1...SeedFigures.seedsForEveryKind {
            var report = SimulationReport(seed: UInt64(seed))
            report.orders = orders
            for each in FaultKind.allCases where each != kind { report.faults[each] = faultsOfEachKind }
            for each in Circumstance.allCases where each != circumstance { report.circumstances[each] = 1 }
            for each in ChangeKind.allCases where each != change { report.changes[each] = 1 }
            for each in Exemption.allCases {
                report.exemptions[each] = letPass[each] ?? ExemptionShare(exempted: 0, of: 1_000)
            }
            figures.add(report)
        }
        return figures
    }

    @Test("Enough of everything is enough")
    func enough() { #expect(figures().shortcomings == []) }

    @Test("A kind of fault that never took effect is a shortcoming", arguments: FaultKind.allCases)
    func fault(kind: FaultKind) {
        #expect(figures(without: kind).shortcomings == ["fault \(kind) never took effect"])
    }

    @Test(
        "Something that must come of faults and never did is a shortcoming",
        arguments: Circumstance.allCases
    )
    func something(missing circumstance: Circumstance) {
        #expect(figures(withoutAny: circumstance).shortcomings == ["\(circumstance) never happened"])
    }

    @Test("A change that was never made, or never met, is a shortcoming", arguments: ChangeKind.allCases)
    func change(missing change: ChangeKind) {
        #expect(figures(withoutAnyOf: change).shortcomings == ["change \(change) never happened"])
    }

    @Test(
        "A check that lets too much pass is a shortcoming, as one that was never made",
        arguments: Exemption.allCases
    )
    func letPass(kind: Exemption) {
        let most = ExemptionShare(exempted: kind.perMilleMax, of: 1_000)
        #expect(figures(letPass: [kind: most]).shortcomings == [])
        let more = ExemptionShare(exempted: kind.perMilleMax + 1, of: 1_000)
        #expect(figures(letPass: [kind: more]).shortcomings.count == 1)
        #expect(
            figures(letPass: [kind: ExemptionShare()]).shortcomings == ["nothing was checked beside \(kind)"]
        )
    }

    @Test("A seed with too few orders or faults is a shortcoming")
    func extent() {
        #expect(figures(orders: 19).shortcomings == ["a seed had only 19 orders"])
        var few = SeedFigures()
        var report = SimulationReport(seed: 1)
        report.orders = 20
        report.faults[.cut] = 19
        few.add(report)
        #expect(few.shortcomings == ["a seed had only 19 faults"])
        #expect(SeedFigures().shortcomings == ["there were no seeds"])
    }

    @Test("Failing seeds are told in ascending order, with commit and command")
    func failures() {
        var figures = figures()
        for seed: UInt64 in [7, 3] {
            var report = SimulationReport(seed: seed)
            report.violations = ["something is lost"]
            figures.add(report)
        }
        let text = figures.text(commit: "abc") { "again \($0)" }
        #expect(figures.failures.map(\.seed) == [3, 7])
        #expect(text.contains("seed 3 FAILS at commit abc: something is lost\n  replay it alone: again 3"))
        #expect(figures.json(commit: "abc").contains("\"failedSeeds\": [3, 7]"))
    }
}
