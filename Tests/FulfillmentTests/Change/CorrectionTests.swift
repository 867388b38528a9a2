import Fulfillment
import Orders
import TestSupport
import Testing

@Suite("What a person decides about components in fallout")
struct CorrectionTests {
    private let a: ComponentID = "A/A/WholeOrder"
    private let b: ComponentID = "B/B/WholeOrder"

    /// A, then B; A's system has refused.
    private func refused() -> OrderRun {
        var run = OrderRun(TestCatalogs.chain(["A", "B"], granularity: .order))
        run.submit(TestOrders.lines(["1"]))
        run.report(a, "FAILED")
        #expect(run.component(a)?.processing == .failed && run.running.isEmpty)
        #expect(run.state?.incidents.map(\.id) == [1])
        return run
    }

    private func closed(_ decision: OrderDecision) -> [OrderEvent] {
        decision.events.filter { if case .incidentClosed = $0 { true } else { false } }
    }

    @Test("skip: it counts as gone on without, its dependants start, and who did it is kept (A56)")
    func skip() {
        var run = refused()
        let operation = OrderOperation(action: .skip, by: "Ann", reason: "not needed", component: a)
        let decision = run.operate(operation)
        #expect(run.component(a)?.processing == .failedContinue)
        #expect(run.component(a)?.processing.rawValue == "FailedContinue")
        #expect(decision.events.operations == [operation])
        #expect(closed(decision) == [.incidentClosed(1, resolution: .skipped, by: "Ann")])
        #expect(decision.events.released == [b])
        #expect(run.state?.incidents.isEmpty == true)
        run.report(b, "COMPLETE")
        #expect(run.state?.components.allSatisfy(\.processing.isFinished) == true)
    }

    @Test("complete: it counts as done, its dependants start, the order can complete (A56)")
    func complete() {
        var run = refused()
        let operation = OrderOperation(action: .complete, by: "Bob", reason: "done by hand", component: a)
        let decision = run.operate(operation)
        #expect(run.component(a)?.processing == .completed)
        #expect(run.component(a)?.state == "COMPLETE")
        #expect(decision.events.operations == [operation])
        #expect(closed(decision) == [.incidentClosed(1, resolution: .completed, by: "Bob")])
        #expect(decision.events.released == [b])
        run.report(b, "COMPLETE")
        #expect(run.state?.lifecycle == .completed)
        #expect(run.line("1")?.state == "COMPLETE")
    }

    @Test(
        "resolve: the system's word is awaited again, nobody is asked, and its dependants start after it (A56)"
    )
    func resolve() {
        var run = refused()
        let operation = OrderOperation(action: .resolve, by: "Eve", reason: "mended there", component: a)
        let decision = run.operate(operation)
        #expect(run.component(a)?.processing == .inProgress)
        #expect(decision.events.operations == [operation])
        #expect(closed(decision) == [.incidentClosed(1, resolution: .resolved, by: "Eve")])
        #expect(Told(decision, run).requests.isEmpty && !decision.events.asks)
        #expect(run.line("1")?.state == "IN_PROGRESS")
        #expect(run.report(a, "COMPLETE").events.released == [b])
    }

    @Test(
        "retry: it is asked for under a correlation of its own, and the late answer to the first is ignored (A56)"
    )
    func retry() {
        var run = refused()
        let decision = run.operate(.retry, component: a)
        #expect(closed(decision) == [.incidentClosed(1, resolution: .retried, by: "Ann")])
        #expect(Told(decision, run).requests.map(\.correlation) == ["SO-1_\(a)~2"])
        #expect(run.answer(a, "COMPLETE").events.ignored.count == 1)
        #expect(run.component(a)?.processing == .inProgress)
        #expect(run.answer(a, "COMPLETE", request: 2).events.released == [b])
    }

    /// A done with a speed of 1; B's system refuses that, and a person makes it 2.
    private func fixed() -> OrderRun {
        var run = OrderRun(TestCatalogs.chain(["A", "B"], granularity: .order))
        run.submit(TestOrders.lines(["1"]))
        run.report(a, "COMPLETE")
        run.report(b, "FAILED")
        let fix = DataFix(line: "1", name: "speed", value: "2")
        run.operate(OrderOperation(action: .fix, by: "Ann", component: b, fixes: [fix]))
        run.answer(b, "IN PROGRESS", request: 2)
        return run
    }

    @Test("fix: a revision that wants the value that was set has it done where it was not (A39, A40, A56)")
    func fixThenRevise() {
        var run = fixed()
        let revised = run.submit(TestOrders.lines(["2"], revision: 2))
        #expect(revised.events.amendments.first?.steps.map(\.kind) == [.redo, CompensationKind.none])
        #expect(Told(revised, run).requests.map(\.component) == [a])
        // Once it was asked with the value, it has it.
        run.answer(a, "COMPLETE", request: 2)
        run.answer(b, "COMPLETE", request: 2)
        #expect(run.state?.lifecycle == .completed)
        #expect(run.component(a)?.rework?.value.linesAsAsked == nil)
    }

    @Test("fix: what was done before is taken back as it was asked for (A42, A56)")
    func fixThenCancel() throws {
        var run = fixed()
        let cancelled = Told(run.operate(.cancel), run).requests
        #expect(cancelled.map(\.component) == [b])
        #expect(cancelled.first?.formerLines.first?.attributes.map(\.value) == ["2"])
        let undone = Told(run.answer(b, "CANCELLED", request: 3), run).requests
        #expect(undone.map(\.component) == [a])
        #expect(undone.first?.formerLines.first?.attributes.map(\.value) == ["1"])
    }

    @Test(
        "fix: a request that nobody answered is sent again as it was, so that it is the same one (A39, A56)"
    )
    func fixThenRepeat() throws {
        var catalog = TestCatalogs.functions(
            ["A", "B"].map { TestCatalogs.function($0, granularity: .order) }
        )
        catalog.systems["A"]?.silenceSecondsMax = 60
        var run = OrderRun(catalog)
        run.submit(TestOrders.lines(["1"]))
        run.report(b, "FAILED")
        let fix = DataFix(line: "1", name: "speed", value: "2")
        run.operate(OrderOperation(action: .fix, by: "Ann", component: b, fixes: [fix]))
        run.timeReached(afterSeconds: 60)
        let repeated = try #require(Told(run.timeReached(afterSeconds: 10), run).requests.first)
        #expect(repeated.correlation == "SO-1_\(a)")
        #expect(repeated.formerLines.map(\.attributes.first?.value) == ["1"])
        // It was never asked for what was set: a revision that wants that has it done.
        let revised = run.submit(TestOrders.lines(["2"], revision: 2))
        #expect(revised.events.amendments.first?.steps.map(\.kind) == [.redo, CompensationKind.none])
    }

    @Test("a component that is not in fallout is neither skipped nor completed, and that is told (A56)")
    func notInFallout() {
        var run = refused()
        for action in [OrderOperation.Action.skip, .complete, .resolve, .retry] {
            let decision = run.operate(action, component: b)
            #expect(decision.events.failures.map(\.code) == [.operationInvalid])
            #expect(decision.events.operations.isEmpty)
        }
        #expect(run.component(b)?.processing == .notStarted)
        #expect(run.state?.incidents.map(\.id) == [1])
    }

    /// A cancelled order whose B could not be undone, so that A's undo waits.
    private func undoRefused() -> OrderRun {
        var run = OrderRun(TestCatalogs.chain(["A", "B"], granularity: .order))
        run.submit(TestOrders.lines(["1"]))
        run.report(a, "COMPLETE")
        run.operate(.cancel)
        run.answer(b, "FAILED", request: 2)
        #expect(run.component(b)?.processing == .undoFailed)
        #expect(run.state?.incidents.map(\.failure.code) == [.undoFailed])
        #expect(run.component(a)?.processing == .completed)
        return run
    }

    @Test("skip of an undo that failed: it is given up, and what waited for it is undone (A56)")
    func skipUndo() {
        var run = undoRefused()
        let decision = run.operate(.skip, component: b)
        #expect(run.component(b)?.processing == .undoFailedContinue)
        #expect(run.component(b)?.processing.rawValue == "UndoFailedContinue")
        #expect(decision.events.operations.map(\.by) == ["Ann"])
        #expect(closed(decision) == [.incidentClosed(1, resolution: .skipped, by: "Ann")])
        #expect(Told(decision, run).requests.map(\.component) == [a])
        #expect(Told(decision, run).requests.map(\.execution) == [.undo])
        run.answer(a, "CANCELLED", request: 2)
        #expect(run.state?.lifecycle == .cancelled)
    }

    @Test("complete of an undo that failed: it was undone by hand, and what waited for it is undone (A56)")
    func completeUndo() {
        var run = undoRefused()
        let decision = run.operate(.complete, component: b)
        #expect(run.component(b)?.processing == .undoCompleted)
        #expect(Told(decision, run).requests.map(\.component) == [a])
        run.answer(a, "CANCELLED", request: 2)
        #expect(run.state?.lifecycle == .cancelled)
    }

    @Test(
        "complete or skip of what was still to be undone: what waited for its undo is undone once nothing else is left",
        arguments: [OrderOperation.Action.complete, .skip]
    )
    func endBeforeUndo(action: OrderOperation.Action) {
        let c: ComponentID = "C/C/WholeOrder"
        var catalog = TestCatalogs.chain(["A", "B", "C"], granularity: .order)
        catalog.dependencies[1].wait = .milestone("DESIGNED")
        var run = OrderRun(catalog)
        run.submit(TestOrders.lines(["1"]))
        run.report(a, "COMPLETE")
        run.report(b, "IN PROGRESS", milestone: "DESIGNED")
        #expect(run.component(c)?.processing == .inProgress)
        let cancelled = run.operate(.cancel)
        #expect(Told(cancelled, run).requests.map(\.component) == [c], "undone from the end")
        let ended = run.operate(action, component: b)
        #expect(Told(ended, run).requests.isEmpty, "C is still being undone")
        let undone = run.answer(c, "CANCELLED", request: 2)
        let told = [ended, undone].flatMap { Told($0, run).requests }
        #expect(told.map(\.component) == [a])
        #expect(told.map(\.execution) == [.undo])
    }

    @Test(
        "skip of an undo that failed, of what is to be done anew: its system is asked for the undo once more"
    )
    func skipUndoThenDo() {
        var catalog = TestCatalogs.chain(["A", "B"], granularity: .order)
        catalog.functions["A"]?.onChange = CompensationStrategy(.undoThenDo)
        var run = OrderRun(catalog)
        run.submit(TestOrders.lines(["1"]))
        run.report(a, "COMPLETE")
        var draft = TestOrders.lines(["1", "2"])
        draft.revision = "2"
        run.submit(draft)
        if run.component(b)?.processing == .undoing { run.answer(b, "CANCELLED", request: 2) }
        run.answer(a, "FAILED", request: 2)
        #expect(run.component(a)?.processing == .undoFailed)
        let skipped = run.operate(.skip, component: a)
        #expect(Told(skipped, run).requests.map(\.component) == [a])
        #expect(Told(skipped, run).requests.map(\.execution) == [.undo])
        #expect(run.component(a)?.processing == .undoing)
    }

    @Test("resolve of an undo that failed: the system's word is awaited, and A's undo waits on (A56)")
    func resolveUndo() {
        var run = undoRefused()
        let decision = run.operate(.resolve, component: b)
        #expect(run.component(b)?.processing == .undoing)
        #expect(Told(decision, run).requests.isEmpty)
        let undone = run.answer(b, "CANCELLED", request: 2)
        #expect(Told(undone, run).requests.map(\.component) == [a])
    }
}
