import Fulfillment
import Orders
import TestSupport
import Testing

@Suite("What a system refused and mends itself (A34)")
struct DownstreamTests {
    private let component: ComponentID = "A/A/WholeOrder"

    /// A, and B after it; what A's system refuses it mends.
    private func run(_ rules: [FalloutRule] = [Self.rule]) -> OrderRun {
        var catalog = TestCatalogs.chain(["A", "B"], granularity: .order)
        catalog.fallout = rules
        catalog.tickets = TicketPolicy()
        var run = OrderRun(catalog)
        run.submit(TestOrders.things(2))
        return run
    }

    private static let rule = FalloutRule(systems: ["A"], action: .downstream)

    private static func order(_ lines: Int, revision: Int) -> OrderDraft {
        var draft = TestOrders.things(lines)
        draft.revision = "\(revision)"
        return draft
    }

    private func processing(_ run: OrderRun) -> ProcessingState? { run.component(component)?.processing }

    private func operate(_ action: OrderOperation.Action, _ run: inout OrderRun) -> OrderDecision {
        run.operate(OrderOperation(action: action, by: "Ann", component: component))
    }

    @Test("it is told, its component waits without an incident, and goes on when the system says so")
    func mended() {
        var run = run()
        let refused = run.report(component, "FAILED")
        #expect(refused.events.failures.map(\.code) == [.systemRefused])
        #expect(processing(run) == .downstreamCorrectionRequired)
        #expect(run.state?.incidents.isEmpty == true && run.state?.tickets.isEmpty == true)
        #expect(run.state?.status == "FAILED" && run.state?.lifecycle == .inProgress)
        #expect(run.state?.componentsFailed == 1)
        #expect(run.running.isEmpty)
        // Refused once more meanwhile: told again, and nothing else.
        #expect(run.report(component, "FAILED").events.filter { !$0.isFailure }.isEmpty)
        #expect(processing(run) == .downstreamCorrectionRequired)
        run.report(component, "IN PROGRESS")
        #expect(processing(run) == .inProgress)
        run.report(component, "COMPLETE")
        #expect(processing(run) == .completed)
        #expect(run.running == ["B/B/WholeOrder"])
    }

    @Test("a person may decide all the same", arguments: [OrderOperation.Action.skip, .complete, .retry])
    func decided(action: OrderOperation.Action) {
        var run = run()
        run.report(component, "FAILED")
        let hop = operate(action, &run)
        #expect(hop.events.failures.isEmpty)
        switch action {
        case .skip: #expect(processing(run) == .failedContinue && run.running == ["B/B/WholeOrder"])
        case .complete: #expect(processing(run) == .completed && run.running == ["B/B/WholeOrder"])
        default:
            #expect(processing(run) == .inProgress)
            #expect(run.component(component)?.requests == 2)
        }
    }

    @Test("a retry while the order rests is sent when it goes on")
    func retriedLater() {
        var run = run()
        run.report(component, "FAILED")
        run.operate(OrderOperation(action: .suspend, by: "Ann"))
        _ = run.timeReached(afterSeconds: 10_000)
        _ = operate(.retry, &run)
        #expect(processing(run) == .downstreamCorrectionRequired)
        run.operate(OrderOperation(action: .resume, by: "Ann"))
        #expect(processing(run) == .inProgress && run.component(component)?.requests == 2)
    }

    @Test("a system that gives its order up is no longer left to itself, where the table says so")
    func givenUp() {
        var run = run([FalloutRule(codes: [StatusReport.abortedReason], action: .wait), Self.rule])
        run.report(component, "FAILED")
        #expect(processing(run) == .downstreamCorrectionRequired)
        let status = ReportedStatus(code: "FAILED", reason: StatusReport.abortedReason)
        run.receive(FulfillmentUpdate(orderKey: "SO-1", component: component, status: status))
        #expect(processing(run) == .failed)
        #expect(run.state?.incidents.map(\.failure.externalCode) == [StatusReport.abortedReason])
    }

    @Test("a revision that changes it asks its system anew")
    func revised() throws {
        var run = run()
        run.report(component, "FAILED")
        let more = run.submit(Self.order(3, revision: 3))
        #expect(more.events.amendments.first?.steps.first?.kind == .redo)
        #expect(processing(run) == .inProgress)
    }

    @Test("the same order again asks anew for what was refused", arguments: [true, false])
    func sameAgain(isLeftDownstream: Bool) throws {
        var run = run(isLeftDownstream ? [Self.rule] : [])
        run.report(component, "FAILED")
        #expect(run.state?.incidents.count == (isLeftDownstream ? 0 : 1))
        let same = run.submit(Self.order(2, revision: 2))
        #expect(same.events.amendments.first?.steps.first?.kind == .redo)
        #expect(processing(run) == .inProgress)
        #expect(run.state?.incidents.isEmpty == true)
        #expect(Told(same, run).requests.map(\.execution) == [.redo])
    }

    @Test("a cancellation undoes what the system was asked for")
    func cancelled() {
        var run = run()
        run.report(component, "FAILED")
        run.operate(OrderOperation(action: .cancel, by: "Ann"))
        #expect(processing(run) == .undoing)
        run.report(component, "CANCELLED")
        #expect(run.state?.lifecycle == .cancelled)
    }

    @Test("silence is nobody's refusal: it is retried, and waits for a person in the end")
    func silence() {
        var catalog = run().decider.catalog
        catalog.systems["A"]?.silenceSecondsMax = 60
        var run = OrderRun(catalog)
        run.submit(TestOrders.things(2))
        for _ in 0..<8 where run.state?.incidents.isEmpty == true { run.timeReached(afterSeconds: 100) }
        #expect(run.state?.incidents.map(\.failure.code) == [.systemSilent])
        #expect(processing(run) == .failed)
        // Refused after that: the incident is open, and stays the only one.
        run.report(component, "FAILED")
        #expect(processing(run) == .failed && run.state?.incidents.count == 1)
    }

    @Test(
        "the items of a component have the state of their own line; as a whole they are undone and given up"
    )
    func items() throws {
        var run = run()
        let states = run.decider.catalog.states
        func items() -> [ProcessingState]? { run.component(component)?.itemProcessing(states) }
        #expect(run.component("B/B/WholeOrder")?.itemProcessing(states) == [.notStarted, .notStarted])
        #expect(items() == [.inProgress, .inProgress])
        run.report(component, nil, lines: [LineUpdate(lineID: "1", status: ReportedStatus(code: "COMPLETE"))])
        #expect(items() == [.completed, .inProgress])
        run.report(component, nil, lines: [LineUpdate(lineID: "2", status: ReportedStatus(code: "FAILED"))])
        #expect(items() == [.completed, .downstreamCorrectionRequired])
        _ = operate(.skip, &run)
        #expect(items() == [.completed, .failedContinue])
        run.operate(OrderOperation(action: .cancel, by: "Ann"))
        run.report("B/B/WholeOrder", "CANCELLED")
        #expect(items() == [.undoing, .undoing])
        let undo = ComponentCorrelation.text(order: "SO-1", component: component, request: 2)
        run.receive(
            FulfillmentUpdate(
                orderKey: "SO-1",
                correlation: undo,
                status: ReportedStatus(code: "FAILED")
            )
        )
        #expect(items() == [.undoFailed, .undoFailed])
        _ = operate(.skip, &run)
        #expect(items() == [.undoFailedContinue, .undoFailedContinue])
    }

    @Test("a row for one code holds for that refusal only; the others wait for a person")
    func byCode() {
        var run = run([FalloutRule(codes: ["E-1"], action: .downstream)])
        run.report(component, "FAILED")
        #expect(processing(run) == .failed && run.state?.incidents.count == 1)
    }
}

extension OrderEvent {
    fileprivate var isFailure: Bool { if case .failureRaised = self { true } else { false } }
}
