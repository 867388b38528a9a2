import Fulfillment
import Orders
import TestSupport
import Testing

@Suite("Revisions beyond a hard point of no return")
struct BeyondReturnTests {
    private let a: ComponentID = "A/A/WholeOrder"
    private let b: ComponentID = "B/B/WholeOrder"

    /// A, then B, then C; A cannot be changed once it is complete, which it is.
    private func run(_ beyondReturn: ChangePolicy.BeyondReturn) -> OrderRun {
        var catalog = TestCatalogs.chain(["A", "B", "C"], granularity: .order)
        catalog.functions["A"]?.pointsOfNoReturn = [PointOfNoReturn(.hard, from: "COMPLETE")]
        catalog.changes.beyondReturn = beyondReturn
        var run = OrderRun(catalog)
        run.submit(TestOrders.lines(["1"]))
        run.report(a, "COMPLETE")
        return run
    }

    @Test("parked: the order waits for a revision, the reason is told, and nothing starts meanwhile (A44)")
    func parked() throws {
        var run = run(.park)
        let revised = run.submit(TestOrders.lines(["2"], revision: 2))
        #expect(run.state?.lifecycle == .waitingForRevision)
        let queued = try #require(run.state?.change?.value.queued)
        #expect(queued.revision == 2 && queued.reason == .pointOfNoReturn)
        #expect(run.state?.revision == 1)
        let fault = try #require(Told(revised, run).faults.first)
        #expect(Told(revised, run).faults.count == 1)
        #expect(fault.failure.code == .pointOfNoReturn)
        #expect(fault.failure.component == a)
        #expect(fault.failure.text == "revision 2 would change what is beyond its point of no return: \(a)")
        #expect(!revised.events.asks && revised.events.refused.isEmpty)
        let completed = run.report(b, "COMPLETE")
        #expect(run.component(b)?.processing == .completed)
        #expect(!completed.events.asks)
        #expect(run.state?.lifecycle == .waitingForRevision)
    }

    @Test(
        "a newer revision that can be applied leads out of the wait; the parked one is told to be stale (A44)"
    )
    func newerRevision() {
        var run = run(.park)
        run.submit(TestOrders.lines(["2"], revision: 2))
        run.report(b, "COMPLETE")
        let newer = run.submit(TestOrders.lines(["1"], revision: 3))
        #expect(newer.events.amendments.map(\.order.revision) == [3])
        #expect(newer.events.failures.map(\.code) == [.revisionStale])
        #expect(newer.events.failures.first?.text.contains("revision 2") == true)
        #expect(run.state?.lifecycle == .inProgress)
        #expect(run.state?.change?.value.queued == nil)
        #expect(run.running == ["C/C/WholeOrder"])
    }

    @Test("a newer revision that cannot be applied either waits in the place of the first (A44)")
    func newerBeyond() {
        var run = run(.park)
        run.submit(TestOrders.lines(["2"], revision: 2))
        run.submit(TestOrders.lines(["3"], revision: 3))
        #expect(run.state?.lifecycle == .waitingForRevision)
        #expect(run.state?.change?.value.queued?.revision == 3)
    }

    @Test("resume leads out of the wait: the order goes on as it was, without the revision (A44)")
    func resumed() {
        var run = run(.park)
        run.submit(TestOrders.lines(["2"], revision: 2))
        run.report(b, "COMPLETE")
        let resumed = run.operate(.resume)
        #expect(resumed.events.amendments.isEmpty)
        #expect(run.state?.lifecycle == .inProgress)
        #expect(run.state?.change?.value.queued == nil)
        #expect(run.state?.revision == 1)
        #expect(Told(resumed, run).requests.map(\.component) == ["C/C/WholeOrder"])
        run.report("C/C/WholeOrder", "COMPLETE")
        #expect(run.state?.lifecycle == .completed)
    }

    @Test(
        "a cancellation by an operation that cannot be applied does not push out the revision that waits (A44)",
        arguments: [false, true]
    )
    func operatorCancelOverParked(isSuspended: Bool) {
        var run = run(.park)
        if isSuspended { run.operate(.suspend) }
        run.submit(TestOrders.lines(["2"], revision: 2))
        let before = run.state
        #expect(before?.lifecycle == (isSuspended ? .suspended : .waitingForRevision))
        let cancelled = run.operate(.cancel)
        #expect(cancelled.events.failures.map(\.code) == [.pointOfNoReturn])
        #expect(run.state?.change?.value.queued == before?.change?.value.queued)
        #expect(run.state?.lifecycle == before?.lifecycle)
        let newer = run.submit(TestOrders.lines(["1"], revision: 3))
        #expect(newer.events.failures.map(\.code) == [.revisionStale])
    }

    @Test(
        "a newer revision that is refused leaves the one that waits for accepted work where it is (A38, A44)"
    )
    func refusedOverWaiting() {
        var catalog = TestCatalogs.functions([TestCatalogs.function("A")])
        catalog.functions["A"]?.pointsOfNoReturn = [PointOfNoReturn(.hard, from: "COMPLETE")]
        catalog.changes.amendGrace = GracePeriod(secondsMax: 600)
        var run = OrderRun(catalog)
        run.submit(TestOrders.lines(["1", "1"]))
        run.report("A/A/1/LineGranularity", "COMPLETE")
        run.submit(TestOrders.lines(["1", "2"], revision: 2))
        #expect(run.state?.lifecycle == .waiting)
        let refused = run.submit(TestOrders.lines(["9", "2"], revision: 3))
        #expect(refused.events.refused.map(\.revision) == [3])
        #expect(refused.events.failures.isEmpty)
        #expect(run.state?.change?.value.queued?.revision == 2)
        let forced = run.timeReached(afterSeconds: 600)
        #expect(forced.events.amendments.map(\.order.revision) == [2])
    }

    @Test("parked while a transition waited: that is over, and nothing is forced later (A44, A45)")
    func parkedInGrace() {
        var catalog = TestCatalogs.functions([TestCatalogs.function("A")])
        catalog.functions["A"]?.pointsOfNoReturn = [PointOfNoReturn(.hard, from: "COMPLETE")]
        catalog.changes = ChangePolicy(beyondReturn: .park, amendGrace: GracePeriod(secondsMax: 600))
        var run = OrderRun(catalog)
        run.submit(TestOrders.lines(["1", "1"]))
        run.report("A/A/1/LineGranularity", "COMPLETE")
        run.submit(TestOrders.lines(["1", "2"], revision: 2))
        let parked = run.submit(TestOrders.lines(["9", "2"], revision: 3))
        #expect(parked.events.failures.map(\.code) == [.revisionStale, .pointOfNoReturn])
        #expect(run.state?.change?.value.pending == nil)
        #expect(run.timeReached(afterSeconds: 600).events.isEmpty)
        #expect(run.state?.lifecycle == .waitingForRevision)
    }

    @Test(
        "a change that passed its point of no return while it waited is not tried again, whatever the table says"
    )
    func neverTriedAgain() {
        var catalog = TestCatalogs.chain(["A", "B"], granularity: .order)
        catalog.functions["B"]?.pointsOfNoReturn = [PointOfNoReturn(.hard, from: "COMPLETE")]
        catalog.fallout = [FalloutRule(systems: ["B"], action: .standardRetry)]
        var run = OrderRun(catalog)
        run.submit(TestOrders.lines(["1"]))
        run.answer(a, "COMPLETE")
        run.submit(TestOrders.lines(["2"], revision: 2))
        run.answer(b, "COMPLETE")
        run.answer(a, "COMPLETE", request: 2)
        #expect(run.component(b)?.processing == .failed)
        #expect(run.component(b)?.rework?.value.retryAt == nil)
        #expect(run.state?.incidents.map(\.failure.code) == [.pointOfNoReturn])
    }

    @Test("refused: the order goes on at once, and who asked is told (A44)")
    func refused() {
        var run = run(.refuse)
        let revised = run.submit(TestOrders.lines(["2"], revision: 2))
        #expect(revised.events.refused.map(\.failure.code) == [.pointOfNoReturn])
        #expect(run.state?.lifecycle == .inProgress)
        #expect(run.state?.change?.value.queued == nil)
        #expect(run.report(b, "COMPLETE").events.released == ["C/C/WholeOrder"])
    }

    @Test("a point of no return is that of the lines of its patterns and of their heirs alone (A44)")
    func patterns() {
        let steps: [ModeName: [PatternStep]] = ["Deliver": [PatternStep(function: "A")]]
        func revise(_ productClass: String) -> OrderDecision {
            var catalog = TestCatalogs.functions([TestCatalogs.function("A")])
            catalog.patterns["Fixed"] = FulfillmentPattern(name: "Fixed", steps: steps)
            catalog.patterns["Fiber"] = FulfillmentPattern(name: "Fiber", ancestors: ["Fixed"], steps: steps)
            catalog.productClasses["Fixed"] = "Fixed"
            catalog.productClasses["Fiber"] = "Fiber"
            catalog.functions["A"]?.pointsOfNoReturn = [
                PointOfNoReturn(.hard, from: "IN_PROGRESS", patterns: ["Fixed"])
            ]
            var run = OrderRun(catalog)
            var draft = TestOrders.lines(["1"])
            draft.lines[0].productClass = productClass
            run.submit(draft)
            draft.revision = "2"
            draft.lines[0].attributes[0].value = "2"
            return run.submit(draft)
        }
        #expect(revise("Thing").events.refused.isEmpty)
        #expect(revise("Thing").events.amendments.count == 1)
        #expect(revise("Fixed").events.refused.map(\.failure.code) == [.pointOfNoReturn])
        #expect(revise("Fiber").events.refused.map(\.failure.code) == [.pointOfNoReturn])
    }

    @Test("a soft point of no return lets the change pass and names its component for the penalty (A44)")
    func soft() throws {
        var catalog = TestCatalogs.functions([TestCatalogs.function("A")])
        catalog.functions["A"]?.pointsOfNoReturn = [PointOfNoReturn(.soft, from: "COMPLETE")]
        var run = OrderRun(catalog)
        run.submit(TestOrders.lines(["1", "1", "1"]))
        for line in 1...2 { run.report(ComponentID("A/A/\(line)/LineGranularity"), "COMPLETE") }
        let revised = run.submit(TestOrders.lines(["2", "1", "2"], revision: 2))
        let amendment = try #require(revised.events.amendments.first)
        #expect(amendment.penalties == ["A/A/1/LineGranularity"])
        #expect(Told(revised, run).requests.map(\.execution) == [.redo, .redo])
    }
}
