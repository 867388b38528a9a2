import Simulation
import Testing

@Suite("What tells of a planted bug")
struct PlantedBugTests {
    /// What was said of runs with each bug.
    private static let sentences: [(PlantedBug, String)] = [
        (.ackBeforeCommit, "message order-K1-1 of Q was acknowledged before any commit that knows it"),
        (.noInboxCheck, "message m-32 took effect twice on COM/K1-2"),
        (.outboxDroppedAtPublish, "message m-7 to BILLING_REQUEST_JMSQ never arrived"),
        (.returnIgnored, "message m-9 to AIA_ORDERFALLOUT_JMSQ never arrived"),
        (.ackOfOlderEpoch, "delivery tag 4 was settled, and is not outstanding"),
        (.ackOfOlderEpoch, "message m-15-R1 of Q was acknowledged before any commit that knows it"),
        (.idsCountedInMemory, "message m-3 arrived in AIA_UPDSO_OUT_JMSQ with two contents"),
        (.attemptsInMemory, "COM/V1-3: InitiateBilling/5/Bundle is at attempt 1, after 2 attempts"),
        (.staleUpdateApplied, "COM/K3-1: line 2 of A/B went back from COMPLETE to IN_PROGRESS"),
        (.snapshotWithoutTail, "the snapshot of COM/V2-1 with its tail is not the fold of its journal"),
        (.timerFiredTwice, "timer 12 fired twice"),
        (.unsyncedCommit, "message m-8 was published when no commit owed it"),
        (.undoInDependencyOrder, "SOM/V1-1: A is undone before [B, C], which depend on it"),
    ]

    @Test("The sentence of a bug tells of it, and nothing that goes wrong beside it does")
    func sentences() {
        #expect(Set(Self.sentences.map(\.0)) == Set(PlantedBug.allCases))
        let others = [
            "the run could not begin: no folder", "no quiet after 150000 steps without faults",
            "3 timers are left", "message m-1 to AIA_UPDFO_IN_JMSQ is lost",
            "order K1-2 (mobile) in COM is inProgress, not completed", "nobody sent order K9-9",
        ]
        for (bug, sentence) in Self.sentences {
            #expect(bug.told(by: others) == nil)
            #expect(bug.told(by: others + [sentence]) == sentence)
        }
    }

    @Test("A run that failed of something else has not found the bug")
    func finding() {
        var figures = SeedFigures()
        for (seed, violation) in [(1, "the run could not begin: why"), (2, "timer 3 fired twice")] {
            var report = SimulationReport(seed: UInt64(seed))
            report.violations = ["something else", violation]
            figures.add(report)
        }
        #expect(figures.finding(of: .timerFiredTwice)?.report.seed == 2)
        #expect(figures.finding(of: .noInboxCheck) == nil)
        let text = figures.text(of: .timerFiredTwice, commit: "abc") { "again \($0)" }
        #expect(text.contains("timerFiredTwice: found by seed 2 of 2: timer 3 fired twice\n"))
        let vain = figures.text(of: .noInboxCheck, commit: "abc") { "again \($0)" }
        #expect(vain.hasPrefix("noInboxCheck: NOT FOUND by 2 seeds\n"))
    }
}
