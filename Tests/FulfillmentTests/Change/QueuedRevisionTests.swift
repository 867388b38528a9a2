import Fulfillment
import Orders
import TestSupport
import Testing

@Suite("Revisions that wait, and what leads out of Suspended and Failed")
struct QueuedRevisionTests {
    private let a: ComponentID = "A/A/WholeOrder"

    private func run() -> OrderRun {
        var catalog = TestCatalogs.functions([TestCatalogs.function("A", granularity: .order)])
        catalog.functions["A"]?.onChange = CompensationStrategy(.undoThenDo)
        var run = OrderRun(catalog)
        run.submit(revision(1, things: 2))
        return run
    }

    private func revision(_ number: Int, things: Int) -> OrderDraft {
        var draft = TestOrders.things(things)
        draft.revision = String(number)
        return draft
    }

    @Test("an invalid newer revision is refused and leaves the one that waits where it is (A38)")
    func invalidNewer() {
        var run = run()
        run.operate(OrderOperation(action: .suspend, by: "Ann"))
        run.submit(revision(2, things: 3))
        #expect(run.state?.change?.value.queued?.revision == 2)
        var invalid = revision(3, things: 4)
        invalid.mode = "Nonsense"
        let refused = run.submit(invalid)
        #expect(refused.events.contains { if case .revisionRefused = $0 { true } else { false } })
        #expect(run.state?.change?.value.queued?.revision == 2)
        run.operate(OrderOperation(action: .resume, by: "Ann"))
        #expect(run.state?.revision == 2)
    }

    @Test("an invalid revision is refused at once, not when its turn comes")
    func invalidWaiting() {
        var run = run()
        run.operate(OrderOperation(action: .suspend, by: "Ann"))
        var invalid = revision(2, things: 3)
        invalid.mode = "Nonsense"
        run.submit(invalid)
        #expect(run.state?.change?.value.queued == nil)
    }

    @Test("a suspended order that was cancelled and is wanted again takes revisions again (A46)")
    func suspendedCancelledResumed() {
        var run = run()
        run.operate(OrderOperation(action: .suspend, by: "Ann"))
        run.operate(OrderOperation(action: .cancel, by: "Ann"))
        run.receive(
            FulfillmentUpdate(
                orderKey: run.state?.id.key ?? "",
                component: a,
                status: ReportedStatus(code: "CANCELLED")
            )
        )
        #expect(run.state?.lifecycle == .cancelled)
        run.operate(OrderOperation(action: .resume, by: "Ann"))
        run.submit(revision(2, things: 3))
        #expect(run.state?.revision == 2)
        #expect(run.state?.change?.value.queued == nil)
    }

    @Test(
        "a revision of an order that was suspended while it is cancelled is refused, as it would be without (A46)",
        arguments: [false, true]
    )
    func whileSuspendedFromCancelling(isUndone: Bool) {
        var run = run()
        run.operate(.cancel)
        #expect(run.component(a)?.processing == .undoing)
        run.operate(.suspend)
        if isUndone { run.answer(a, "CANCELLED", request: 2) }
        let refused = run.submit(revision(2, things: 3))
        #expect(refused.events.refused.map(\.failure.code) == [.transactionNotPermitted])
        #expect(run.state?.change?.value.queued == nil)
        #expect(run.operate(.resume).events.amendments.isEmpty)
        if !isUndone { run.answer(a, "CANCELLED", request: 2) }
        #expect(run.state?.lifecycle == .cancelled)
        #expect(run.state?.revision == 1)
    }

    @Test("a revision that waits for an undo takes effect when that ends, also of an order that was failed")
    func queuedWhileFailed() {
        var run = run()
        run.submit(revision(2, things: 3))
        #expect(run.component(a)?.processing == .undoing)
        run.operate(OrderOperation(action: .suspend, by: "Ann"))
        run.operate(OrderOperation(action: .fail, by: "Ann"))
        #expect(run.state?.lifecycle == .failed)
        run.submit(revision(3, things: 1))
        #expect(run.state?.change?.value.queued?.revision == 3)
        run.receive(
            FulfillmentUpdate(
                orderKey: run.state?.id.key ?? "",
                component: a,
                status: ReportedStatus(code: "CANCELLED")
            )
        )
        #expect(run.state?.revision == 3)
        #expect(run.state?.change?.value.queued == nil)
    }

    @Test("a revision leads out of Failed: what was due meanwhile is due then (A56)")
    func dueWhileFailed() {
        var catalog = TestCatalogs.functions([TestCatalogs.function("A")])
        catalog.systems["A"]?.silenceSecondsMax = 60
        var run = OrderRun(catalog)
        run.submit(TestOrders.lines(["1", "1"]))
        run.operate(.fail)
        #expect(run.timeReached(afterSeconds: 60).events.failures.isEmpty)
        let revised = run.submit(TestOrders.lines(["1", "2"], revision: 2))
        #expect(revised.events.amendments.count == 1)
        #expect(revised.events.failures.map(\.code) == [.systemSilent])
        #expect(revised.events.failures.map(\.component) == ["A/A/1/LineGranularity"])
    }

    @Test("an undo that is answered line by line ends with the lines that were asked of the system")
    func undoneByLine() {
        var run = run()
        run.submit(revision(2, things: 3))
        #expect(run.component(a)?.processing == .undoing)
        func answer(_ line: LineID) -> OrderDecision {
            run.receive(
                FulfillmentUpdate(
                    orderKey: run.state?.id.key ?? "",
                    correlation: ComponentCorrelation.text(order: "SO-1", component: a, request: 2),
                    lines: [LineUpdate(lineID: line, status: ReportedStatus(code: "CANCELLED"))]
                )
            )
        }
        #expect(answer("1").events.released.isEmpty)
        let undone = answer("2")
        #expect(undone.events.released == [a])
        #expect(Told(undone, run).requests.map(\.lines) == [["1", "2", "3"]])
    }

    @Test("resolve leads out of Failed (A56)")
    func resolveFailed() {
        var run = run()
        run.operate(OrderOperation(action: .fail, by: "Ann"))
        #expect(run.state?.lifecycle == .failed)
        run.operate(OrderOperation(action: .resolve, by: "Ann", reason: "mended"))
        #expect(run.state?.lifecycle == .inProgress)
        run.report(a, "COMPLETE")
        #expect(run.state?.lifecycle == .completed)
    }

    @Test(
        "of several revisions that wait the newest is applied, and each of the others is told it is stale (A38)"
    )
    func newestOfSeveral() throws {
        var run = run()
        run.submit(revision(2, things: 3))
        #expect(run.component(a)?.processing == .undoing)
        var stale: [String] = []
        for number in 3...5 {
            let decision = run.submit(revision(number, things: number + 1))
            #expect(decision.events.amendments.isEmpty)
            #expect(Told(decision, run).requests.isEmpty)
            let faults = Told(decision, run).faults
            #expect(faults.allSatisfy { $0.failure.code == .revisionStale })
            stale += faults.map(\.failure.text)
            #expect(run.state?.change?.value.queued?.revision == number)
        }
        #expect(
            stale == [
                "revision 3 waited and is superseded by revision 4",
                "revision 4 waited and is superseded by revision 5",
            ]
        )
        #expect(run.state?.revision == 2)
        let turn = run.answer(a, "CANCELLED", request: 2)
        #expect(turn.events.amendments.map(\.order.revision) == [5])
        #expect(run.state?.change?.value.queued == nil)
        let asked = Told(turn, run).requests
        #expect(asked.map(\.lines) == [["1", "2", "3", "4", "5", "6"]])
        #expect(asked.map(\.execution) == [.perform])
        // A superseded revision does not come back.
        #expect(run.submit(revision(4, things: 5)).events.failures.map(\.code) == [.revisionStale])
        #expect(run.events.amendments.map(\.order.revision) == [2, 5])
    }
}
