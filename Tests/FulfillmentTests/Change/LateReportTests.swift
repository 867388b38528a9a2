import Fulfillment
import Orders
import TestSupport
import Testing

@Suite("Reports that change met on their way")
struct LateReportTests {
    /// One component for the whole order, which stays as it is whatever changes.
    private func unchangedOrder() -> OrderRun {
        var function = TestCatalogs.function("A", granularity: .order)
        function.onChange = CompensationStrategy(.none)
        return OrderRun(TestCatalogs.functions([function], startPolicy: .immediate))
    }

    private func draft(_ lines: [String], revision: Int) -> OrderDraft {
        OrderDraft(key: "SO-1", revision: "\(revision)", lines: lines.map { TestOrders.thing($0) })
    }

    private func update(
        _ component: ComponentID,
        _ status: String,
        request: Int = 1,
        lines: [LineID] = []
    ) -> FulfillmentUpdate {
        FulfillmentUpdate(
            orderKey: "SO-1",
            correlation: ComponentCorrelation.text(order: "SO-1", component: component, request: request),
            status: ReportedStatus(code: status),
            lines: lines.map { LineUpdate(lineID: $0, status: ReportedStatus(code: status)) }
        )
    }

    @Test("A refusal that names only lines which others have replaced fails the component all the same (A46)")
    func refusalOfReplacedLines() throws {
        var run = unchangedOrder()
        run.submit(draft(["1"], revision: 1))
        let component = try #require(run.running.first)
        run.submit(draft(["2"], revision: 2))
        #expect(run.running == [component])
        run.receive(update(component, "FAILED", lines: ["1"]))
        #expect(run.component(component)?.processing == .failed)
        #expect(run.state?.incidents.count == 1)
    }

    /// An order whose only component is no longer wanted, and whose system has refused to take it back.
    private func refusedUndo() throws -> (run: OrderRun, component: ComponentID) {
        var run = OrderRun(
            TestCatalogs.functions(
                [TestCatalogs.function("A", granularity: .order)],
                startPolicy: .immediate
            )
        )
        run.submit(draft(["1"], revision: 1))
        let component = try #require(run.running.first)
        run.receive(update(component, "IN PROGRESS"))
        run.operate(OrderOperation(action: .cancel, by: "Ann"))
        #expect(run.component(component)?.processing == .undoing)
        run.receive(update(component, "FAILED", request: 2))
        #expect(run.component(component)?.processing == .undoFailed)
        return (run, component)
    }

    @Test(
        "A system that takes back after all what it had refused to ends the incident and the cancellation (A46)"
    )
    func undoneAfterAll() throws {
        var (run, component) = try refusedUndo()
        run.receive(update(component, "CANCELLED", request: 2))
        #expect(run.component(component)?.processing == .undoCompleted)
        #expect(run.state?.incidents.isEmpty == true)
        #expect(run.state?.lifecycle == .cancelled)
    }

    @Test(
        "Other reports on work whose undo was refused change nothing",
        arguments: ["IN PROGRESS", "FAILED"]
    )
    func otherReports(status: String) throws {
        var (run, component) = try refusedUndo()
        run.receive(update(component, status, request: 2))
        run.receive(update(component, "COMPLETE"))
        #expect(run.component(component)?.processing == .undoFailed)
        #expect(run.state?.incidents.count == 1)
    }

    @Test(
        "A refusal to undo that is repeated while the component is wanted again is no refusal of that (A46)"
    )
    func repeatedRefusalOfUndo() throws {
        var catalog = TestCatalogs.functions(
            [TestCatalogs.function("A"), TestCatalogs.function("B")],
            startPolicy: .immediate
        )
        catalog.containment = .order
        var run = OrderRun(catalog)
        run.submit(draft(["1", "2"], revision: 1))
        let component: ComponentID = "A/A/1/LineGranularity"
        run.receive(update(component, "IN PROGRESS"))
        run.submit(draft(["2"], revision: 2))
        run.receive(update("B/B/1/LineGranularity", "CANCELLED", request: 2))
        run.receive(update("B/B/2/LineGranularity", "FAILED"))
        run.receive(update(component, "FAILED", request: 2))
        #expect(run.component(component)?.processing == .undoFailed)
        // B's incident has what the next revision wants of A wait.
        run.submit(draft(["1", "2"], revision: 3))
        let waiting = try #require(run.component(component))
        #expect(waiting.task?.kind == .redo && waiting.requests == 2)
        let again = run.receive(update(component, "FAILED", request: 2))
        #expect(run.component(component) == waiting)
        #expect(again.events.failures.isEmpty)
        // Nor does a further revision take it for done.
        let further = run.submit(draft(["1", "2", "3"], revision: 4))
        let steps = further.events.amendments.first?.steps ?? []
        #expect(steps.first { $0.component == component }?.kind == .redo)
    }

    @Test("A report repeated while more is to be asked of a component says nothing of lines to come (A46)")
    func linesToCome() throws {
        var catalog = TestCatalogs.functions(
            [TestCatalogs.function("A"), TestCatalogs.function("B", granularity: .order)],
            dependencies: [
                DependencyRule(
                    blocked: ComponentSelector(function: "B"),
                    blocking: ComponentSelector(function: "A")
                )
            ],
            startPolicy: .immediate
        )
        catalog.changes.afterEnd = .reopen
        var run = OrderRun(catalog)
        let whole: ComponentID = "B/B/WholeOrder"
        run.submit(draft(["1"], revision: 1))
        run.receive(update("A/A/1/LineGranularity", "COMPLETE"))
        run.receive(update(whole, "IN PROGRESS"))
        run.receive(update(whole, "COMPLETE"))
        run.submit(draft(["1", "2"], revision: 2))
        #expect(run.component(whole)?.task?.kind == .redo)
        run.receive(update(whole, "IN PROGRESS"))
        #expect(run.component(whole)?.processing == .completed)
        run.submit(draft(["1"], revision: 3))
        run.receive(update("A/A/2/LineGranularity", "CANCELLED", request: 2))
        #expect(run.component(whole)?.processing == .completed)
        #expect(run.state?.lifecycle == .completed)
    }
}
