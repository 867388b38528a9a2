import Fulfillment
import Orders
import TestSupport
import Testing

@Suite("Grace periods: suspend, amend and cancel wait for accepted work (A45)")
struct GraceTests {
    private let a: ComponentID = "A/A/WholeOrder"

    enum Transition: CaseIterable { case suspend, amend, cancel, cancelByRevision }

    private func run(_ grace: GracePeriod) -> OrderRun {
        var catalog = TestCatalogs.functions([TestCatalogs.function("A", granularity: .order)])
        catalog.changes = ChangePolicy(suspendGrace: grace, amendGrace: grace, cancelGrace: grace)
        var run = OrderRun(catalog)
        run.submit(TestOrders.things(1))
        return run
    }

    @discardableResult
    private func begin(_ transition: Transition, _ run: inout OrderRun) -> OrderDecision {
        switch transition {
        case .suspend: return run.operate(OrderOperation(action: .suspend, by: "Ann"))
        case .cancel: return run.operate(OrderOperation(action: .cancel, by: "Ann"))
        case .amend:
            var draft = TestOrders.things(1)
            draft.revision = "2"
            draft.lines[0].quantity = "7"
            return run.submit(draft)
        case .cancelByRevision:
            return run.submit(OrderDraft(key: run.state?.id.key ?? "", revision: "2"))
        }
    }

    private func after(_ transition: Transition) -> LifecycleState {
        switch transition {
        case .suspend: .suspended
        // The request to do it again goes out in the same hop.
        case .amend: .inProgress
        case .cancel, .cancelByRevision: .cancelling
        }
    }

    private func jeopardies(_ events: [OrderEvent]) -> Int {
        events.count { if case .jeopardyRaised = $0 { true } else { false } }
    }

    @Test("it waits until accepted work is done, and asks nothing meanwhile", arguments: Transition.allCases)
    func workEnds(transition: Transition) {
        var run = run(GracePeriod(secondsMax: 3_600))
        let begun = begin(transition, &run)
        #expect(run.state?.lifecycle == .waiting)
        #expect(!begun.events.contains { if case .compensationReleased = $0 { true } else { false } })
        run.report(a, "IN_PROGRESS")
        #expect(run.state?.lifecycle == .waiting)
        run.report(a, "COMPLETE")
        #expect(run.state?.lifecycle == after(transition))
        #expect(run.state?.revision == (transition == .amend || transition == .cancelByRevision ? 2 : 1))
    }

    @Test("it is forced at its end, not before", arguments: Transition.allCases)
    func forced(transition: Transition) {
        var run = run(GracePeriod(secondsMax: 3_600, jeopardyEverySeconds: 10_000))
        begin(transition, &run)
        run.timeReached(afterSeconds: 3_599)
        #expect(run.state?.lifecycle == .waiting)
        run.timeReached(afterSeconds: 1)
        #expect(run.state?.lifecycle == after(transition))
    }

    @Test(
        "without a limit it waits for ever, and is told again once an interval",
        arguments: Transition.allCases
    )
    func unlimited(transition: Transition) {
        var run = run(GracePeriod(secondsMax: nil, jeopardyEverySeconds: 600))
        begin(transition, &run)
        for _ in 0..<3 {
            #expect(jeopardies(run.timeReached(afterSeconds: 599).events) == 0)
            #expect(jeopardies(run.timeReached(afterSeconds: 1).events) == 1)
        }
        #expect(run.state?.lifecycle == .waiting)
    }

    @Test("a cancellation that takes the place of a waiting revision has a grace period of its own")
    func cancelledMeanwhile() {
        var catalog = TestCatalogs.functions([TestCatalogs.function("A", granularity: .order)])
        catalog.changes = ChangePolicy(
            amendGrace: GracePeriod(secondsMax: nil),
            cancelGrace: GracePeriod(secondsMax: 600)
        )
        var run = OrderRun(catalog)
        run.submit(TestOrders.things(1))
        begin(.amend, &run)
        run.timeReached(afterSeconds: 3_600)
        #expect(run.state?.lifecycle == .waiting)
        begin(.cancel, &run)
        run.timeReached(afterSeconds: 599)
        #expect(run.state?.lifecycle == .waiting)
        run.timeReached(afterSeconds: 1)
        #expect(run.state?.lifecycle == .cancelling)
    }

    @Test("without accepted work nothing is waited for", arguments: Transition.allCases)
    func nothingAccepted(transition: Transition) {
        var run = run(GracePeriod(secondsMax: 3_600))
        run.report(a, "FAILED")
        begin(transition, &run)
        #expect(run.state?.lifecycle != .waiting)
    }

    @Test(
        "suspended while a revision waits for accepted work, it stays so; resumed, the revision has its turn"
    )
    func suspendedMeanwhile() {
        var run = run(GracePeriod(secondsMax: 3_600))
        begin(.amend, &run)
        run.operate(OrderOperation(action: .suspend, by: "Ann"))
        #expect(run.state?.lifecycle == .suspended)
        run.report(a, "COMPLETE")
        #expect(run.state?.lifecycle == .suspended)
        run.timeReached(afterSeconds: 7_200)
        #expect(run.state?.lifecycle == .suspended)
        #expect(run.state?.revision == 1)
        run.operate(OrderOperation(action: .resume, by: "Ann"))
        #expect(run.state?.revision == 2)
        #expect(run.component(a)?.rework?.value.mode == .redo)
    }

    @Test("suspended twice it is suspended at once, and once: resumed it goes on")
    func suspendedTwice() {
        var run = run(GracePeriod(secondsMax: 3_600))
        begin(.suspend, &run)
        begin(.suspend, &run)
        #expect(run.state?.lifecycle == .suspended)
        run.operate(OrderOperation(action: .resume, by: "Ann"))
        #expect(run.state?.lifecycle == .inProgress)
        run.timeReached(afterSeconds: 7_200)
        run.report(a, "IN_PROGRESS")
        #expect(run.state?.lifecycle == .inProgress)
    }

    @Test(
        "a cancellation that waited and is refused in the end is over: it does not come back when the order resumes"
    )
    func refusedInTheEnd() {
        var function = TestCatalogs.function("A", granularity: .order)
        function.pointsOfNoReturn = [PointOfNoReturn(.hard, from: StateTree.Root.complete.name)]
        var catalog = TestCatalogs.functions([
            function, TestCatalogs.function("B", granularity: .order),
        ])
        catalog.changes = ChangePolicy(cancelGrace: GracePeriod(secondsMax: nil))
        var run = OrderRun(catalog)
        run.submit(TestOrders.things(1))
        begin(.cancel, &run)
        #expect(run.state?.lifecycle == .waiting)
        run.report(a, "COMPLETE")
        #expect(run.report("B/B/WholeOrder", "FAILED").events.failures.map(\.code).contains(.pointOfNoReturn))
        #expect(run.state?.change?.value.queued == nil)
        #expect(run.state?.lifecycle == .inProgress)
        begin(.suspend, &run)
        let resumed = run.operate(OrderOperation(action: .resume, by: "Ann"))
        #expect(resumed.events.failures.isEmpty)
        #expect(run.state?.lifecycle == .inProgress)
    }

    @Test(
        "a system that is silent while a transition waits for it is asked again, and then given up",
        arguments: Transition.allCases
    )
    func silentMeanwhile(transition: Transition) {
        var catalog = run(GracePeriod(secondsMax: nil)).decider.catalog
        catalog.systems["A"]?.silenceSecondsMax = 60
        var run = OrderRun(catalog)
        run.submit(TestOrders.things(1))
        begin(transition, &run)
        var requests: [String] = []
        for _ in 0..<20 where run.state?.lifecycle == .waiting {
            guard let fired = run.fireNextTimer() else { break }
            guard run.state?.lifecycle == .waiting else { break }
            requests += Told(fired, run).requests.map(\.correlation)
        }
        #expect(requests == Array(repeating: "SO-1_\(a)", count: 3))
        let silent = run.events.failures.filter { $0.code == .systemSilent }
        #expect(silent.count == 4)
        #expect(run.state?.lifecycle == after(transition))
        // Whoever changes or cancels it asks anew; suspended, a person sees it.
        #expect(run.state?.incidents.count == (transition == .suspend ? 1 : 0))
    }

    @Test("what was refused is not asked again while a transition waits, but when the order goes on")
    func refusedMeanwhile() {
        var catalog = TestCatalogs.functions(
            ["A", "B"].map { TestCatalogs.function($0, granularity: .order) }
        )
        catalog.changes.suspendGrace = GracePeriod(secondsMax: nil)
        catalog.fallout = [FalloutRule(systems: ["A"], action: .retry(times: 3, firstMilliseconds: 1_000))]
        var run = OrderRun(catalog)
        run.submit(TestOrders.things(1))
        begin(.suspend, &run)
        run.report(a, "FAILED")
        #expect(!run.timeReached(afterSeconds: 600).events.asks)
        run.report("B/B/WholeOrder", "COMPLETE")
        #expect(run.state?.lifecycle == .suspended)
        #expect(Told(run.operate(.resume), run).requests.map(\.correlation) == ["SO-1_\(a)~2"])
    }

    @Test("a revision does not overtake a suspension that waits")
    func revisionMeanwhile() {
        var catalog = TestCatalogs.functions([TestCatalogs.function("A", granularity: .order)])
        catalog.changes = ChangePolicy(suspendGrace: GracePeriod(secondsMax: nil))
        var run = OrderRun(catalog)
        run.submit(TestOrders.things(1))
        begin(.suspend, &run)
        begin(.amend, &run)
        #expect(run.state?.revision == 1)
        #expect(run.state?.lifecycle == .waiting)
        run.report(a, "COMPLETE")
        #expect(run.state?.lifecycle == .suspended)
        #expect(run.state?.revision == 1)
        run.operate(OrderOperation(action: .resume, by: "Ann"))
        #expect(run.state?.revision == 2)
    }
}
