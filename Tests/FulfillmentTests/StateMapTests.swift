import Fulfillment
import Orders
import TestSupport
import Testing

@Suite("State maps")
struct StateMapTests {
    /// The state that a first report leads to.
    private func state(
        _ map: [StateMapping],
        status: String?,
        milestone: String? = nil,
        mode: String = "Deliver"
    ) -> StateName? {
        var catalog = TestCatalogs.functions([TestCatalogs.function("A")])
        catalog.systems["A"]?.stateMap = map
        catalog.patterns["Thing"]?.ancestors = ["Base"]
        var run = OrderRun(catalog)
        run.submit(TestOrders.things(1, mode: mode))
        run.report("A/A/1/LineGranularity", status, milestone: milestone)
        return run.component("A/A/1/LineGranularity")?.state
    }

    private let done: StateName = "COMPLETE"
    private let asked: StateName = "IN_PROGRESS"

    @Test(
        "the first mapping that fits decides, by status, milestone, function, mode, pattern and class (A27)"
    )
    func keys() {
        #expect(state([StateMapping(external: "done", state: done)], status: "DONE") == done)
        #expect(state([StateMapping(external: "all done", state: done)], status: "ALL_DONE") == done)
        #expect(state([StateMapping(external: "done", state: done)], status: "gone") == asked)
        #expect(
            state([StateMapping(external: nil, state: done)], status: "whatever") == done,
            "a default (A33)"
        )
        #expect(state([StateMapping(external: "x", functions: ["A"], state: done)], status: "x") == done)
        #expect(state([StateMapping(external: "x", functions: ["B"], state: done)], status: "x") == asked)
        #expect(state([StateMapping(external: "x", patterns: ["Base"], state: done)], status: "x") == done)
        #expect(state([StateMapping(external: "x", patterns: ["Other"], state: done)], status: "x") == asked)
        #expect(
            state([StateMapping(external: "x", productClasses: ["Thing"], state: done)], status: "x") == done
        )
        #expect(
            state([StateMapping(external: "x", productClasses: ["Other"], state: done)], status: "x") == asked
        )
        let qualify = StateMapping(external: "x", modes: ["Qualify"], state: done)
        #expect(state([qualify], status: "x") == asked)
        #expect(state([qualify], status: "x", mode: "Qualify") == done)
        let both = [
            StateMapping(external: "x", externalMilestone: "m", state: "IN_PROGRESS-DESIGNED"),
            StateMapping(external: "x", state: done),
        ]
        #expect(state(both, status: "x", milestone: "M") == "IN_PROGRESS-DESIGNED")
        #expect(state(both, status: "x") == done)
    }

    @Test("a milestone without status is mapped where a mapping asks for it, and by no default")
    func milestoneOnly() {
        let map = [StateMapping(external: nil, externalMilestone: "ready", state: done)]
        #expect(state(map, status: nil, milestone: "READY") == done)
        #expect(state([StateMapping(external: nil, state: done)], status: nil, milestone: "READY") == asked)
    }

    @Test("a system without a map speaks the catalog's own states")
    func ownStates() {
        #expect(state([], status: "in progress-designed") == "IN_PROGRESS-DESIGNED")
        #expect(state([], status: "COMPLETE") == done)
        #expect(state([], status: "DONE") == asked)
    }

    @Test("no current state is left for an earlier one: every pair that a system can report (A29)")
    func everyPair() {
        let words: [(String, String?, StateName)] = [
            ("OPEN", nil, "OPEN"), ("IN PROGRESS", nil, "IN_PROGRESS"),
            ("IN PROGRESS", "STARTED", "IN_PROGRESS-STARTED"),
            ("IN PROGRESS", "DESIGNED", "IN_PROGRESS-DESIGNED"),
            ("COMPLETE", nil, "COMPLETE"), ("FAILED", nil, "FAILED"), ("CANCELLED", nil, "CANCELLED"),
        ]
        let place = Dictionary(uniqueKeysWithValues: words.enumerated().map { ($0.element.2, $0.offset) })
        for first in words {
            for second in words {
                var run = OrderRun(TestCatalogs.functions([TestCatalogs.function("A")]))
                run.submit(TestOrders.things(1))
                run.report("A/A/1/LineGranularity", first.0, milestone: first.1)
                let before = run.component("A/A/1/LineGranularity")?.state ?? ""
                run.report("A/A/1/LineGranularity", second.0, milestone: second.1)
                let after = run.component("A/A/1/LineGranularity")?.state ?? ""
                let isForward = (place[second.2] ?? 0) > (place[before] ?? 0)
                let expected: StateName =
                    switch before {
                    case "COMPLETE", "CANCELLED": before
                    case "FAILED": second.2 == "OPEN" ? before : second.2
                    default: isForward ? second.2 : before
                    }
                #expect(after == expected, "\(first) then \(second)")
            }
        }
    }
}
