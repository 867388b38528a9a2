import Fulfillment
import Orders
import TestSupport
import Testing

@Suite("Suspended and aborted orders")
struct SuspendAbortTests {
    private let a: ComponentID = "A/A/WholeOrder"
    private let b: ComponentID = "B/B/WholeOrder"

    /// A, then B, then C, and a system of A that may not be silent.
    private func run() -> OrderRun {
        var catalog = TestCatalogs.chain(["A", "B", "C"], granularity: .order)
        for system in ["A", "B"] { catalog.systems[SystemName(system)]?.silenceSecondsMax = 60 }
        var run = OrderRun(catalog)
        run.submit(TestOrders.lines(["1", "1"]))
        return run
    }

    @Test("a reply while suspended is recorded, and what it sets off begins with the resumption (A46)")
    func suspended() throws {
        var run = run()
        let suspended = run.operate(.suspend)
        #expect(run.state?.lifecycle == .suspended && !suspended.events.asks)
        let value = LineUpdate(lineID: "2", attributes: [LineAttribute(name: "port", value: "7")])
        let reply = run.report(a, "COMPLETE", lines: [value])
        #expect(run.component(a)?.processing == .completed)
        #expect(run.line("2")?.values == ["port": "7"])
        #expect(run.component(b)?.processing == .notStarted)
        #expect(run.state?.lifecycle == .suspended)
        #expect(Told(reply, run).requests.isEmpty)
        #expect(!run.timeReached(afterSeconds: 3_600).events.asks)
        let resumed = run.operate(.resume)
        #expect(run.state?.lifecycle == .inProgress)
        #expect(Told(resumed, run).requests.map(\.component) == [b])
        #expect(run.events.released == [a, b])
        run.report(b, "COMPLETE")
        run.report("C/C/WholeOrder", "COMPLETE")
        #expect(run.state?.lifecycle == .completed)
    }

    @Test("suspended with what was to be undone next: the undo goes out with the resumption (A46)")
    func suspendedUndo() {
        var run = run()
        run.report(a, "COMPLETE")
        run.operate(.cancel)
        #expect(run.component(b)?.processing == .undoing)
        run.operate(.suspend)
        let reply = run.answer(b, "CANCELLED", request: 2)
        #expect(run.component(b)?.processing == .undoCompleted)
        #expect(Told(reply, run).requests.isEmpty)
        let resumed = run.operate(.resume)
        #expect(Told(resumed, run).requests.map(\.component) == [a])
        #expect(Told(resumed, run).requests.map(\.execution) == [.undo])
        run.answer(a, "CANCELLED", request: 2)
        #expect(run.state?.lifecycle == .cancelled)
    }

    @Test("what a person has tried again while suspended is asked for with the resumption, once (A46, A56)")
    func suspendedRetry() {
        var run = run()
        run.answer(a, "FAILED")
        run.operate(.suspend)
        let retried = run.operate(.retry, component: a)
        #expect(Told(retried, run).requests.isEmpty && !retried.events.asks)
        #expect(run.state?.incidents.isEmpty == true)
        #expect(!run.timeReached(afterSeconds: 3_600).events.asks)
        let resumed = run.operate(.resume)
        #expect(Told(resumed, run).requests.map(\.correlation) == ["SO-1_\(a)~2"])
        #expect(run.component(a)?.processing == .inProgress)
        #expect(!run.timeReached().events.asks)
        #expect(run.answer(a, "COMPLETE", request: 2).events.released == [b])
    }

    @Test("an undo that a person has tried again while suspended goes out with the resumption (A46, A56)")
    func suspendedUndoRetry() {
        var run = run()
        run.answer(a, "COMPLETE")
        run.operate(.cancel)
        run.answer(b, "FAILED", request: 2)
        run.operate(.suspend)
        #expect(!run.operate(.retry).events.asks)
        let resumed = run.operate(.resume)
        #expect(Told(resumed, run).requests.map(\.component) == [b])
        #expect(Told(resumed, run).requests.map(\.execution) == [.undo])
        run.answer(b, "CANCELLED", request: 3)
        run.answer(a, "CANCELLED", request: 2)
        #expect(run.state?.lifecycle == .cancelled)
    }

    @Test("abort ends the order without undoing anything; whatever comes later changes nothing (A47)")
    func aborted() throws {
        var run = run()
        run.answer(a, "COMPLETE")
        #expect(run.running == [b])
        let aborted = run.operate(.abort)
        #expect(run.state?.lifecycle == .aborted)
        #expect(run.state?.closedAt == run.now)
        #expect(Told(aborted, run).requests.isEmpty && !aborted.events.asks)
        let told = try #require(Told(aborted, run).reports.last)
        #expect(told.root == .failed && told.reason == "ORDER_ABORTED" && told.lines.isEmpty)
        #expect(run.component(a)?.processing == .completed && run.component(a)?.task == nil)
        let after = try #require(run.state)
        for status in ["IN PROGRESS", "COMPLETE", "FAILED", "CANCELLED"] {
            let late = run.answer(b, status, externalID: "X")
            #expect(late.outcome == .nothingNew)
            #expect(late.events == [.updateIgnored(nil, reason: "it comes after the order was aborted")])
            #expect(Told(late, run).messages.isEmpty)
        }
        #expect(run.timeReached(afterSeconds: 3_600).events.isEmpty)
        for action in [OrderOperation.Action.resume, .suspend, .cancel, .abort] {
            #expect(run.operate(action).events.failures.map(\.code) == [.transactionNotPermitted])
        }
        #expect(!run.operate(.retry, component: b).events.asks)
        let revised = run.submit(TestOrders.lines(["2"], revision: 2))
        #expect(revised.events.refused.map(\.failure.code) == [.transactionNotPermitted])
        #expect(!revised.events.asks)
        #expect(run.state?.components == after.components)
        #expect(run.state?.lines == after.lines)
        #expect(run.state?.order == after.order)
        #expect(run.state?.lifecycle == .aborted)
    }

    @Test("an order that a person sets to failed is told upstream as failed, and that it goes on (A48)")
    func failed() throws {
        var run = run()
        let failed = run.operate(.fail)
        #expect(run.state?.lifecycle == .failed)
        let told = Told(failed, run).reports
        #expect(told.map(\.root) == [.failed] && told.first?.reason == "ORDER_FAILED")
        let resolved = run.operate(.resolve)
        #expect(run.state?.lifecycle == .inProgress)
        #expect(Told(resolved, run).reports.map(\.root) == [.inProgress])
        run.operate(.fail)
        #expect(Told(run.operate(.abort), run).reports.map(\.reason) == ["ORDER_ABORTED"])
    }

    @Test("abort while work is taken back: what was to be undone next is not (A47)")
    func abortedUndo() {
        var run = run()
        run.report(a, "COMPLETE")
        run.operate(.cancel)
        #expect(run.component(b)?.processing == .undoing)
        run.operate(.abort)
        let late = run.answer(b, "CANCELLED", request: 2)
        #expect(late.events.ignored.count == 1 && late.events.count == 1)
        #expect(!run.timeReached(afterSeconds: 3_600).events.asks)
        #expect(run.component(a)?.processing == .completed)
    }
}
