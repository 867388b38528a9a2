import Fulfillment
import Orders
import TestSupport
import Testing

@Suite("Updates that are parked within an order are looked at again, or given up")
struct ParkedUpdateTests {
    private let a: ComponentID = "A/A/WholeOrder"

    private func run() -> OrderRun {
        var run = OrderRun(TestCatalogs.chain(["A", "B"], granularity: .order))
        run.submit(TestOrders.things(2))
        return run
    }

    private func resubmit(_ message: String?) -> OrderOperation {
        OrderOperation(action: .resubmit, by: "Ann", value: message)
    }

    /// An order whose system has told of a line that only a later revision has.
    private func withUnknownLine() -> OrderRun {
        var run = run()
        let line = LineUpdate(
            lineID: "3",
            status: ReportedStatus(code: "COMPLETE"),
            attributes: [LineAttribute(name: "serial", value: "S-3")]
        )
        run.report(a, nil, lines: [line])
        return run
    }

    @Test("one that fits by now takes effect, once, however often that is asked (A31)")
    func fitsNow() throws {
        var run = withUnknownLine()
        #expect(run.state?.parked.map(\.reason) == [.lineUnknown])
        var revision = TestOrders.things(3)
        revision.revision = "2"
        run.submit(revision)
        #expect(run.state?.parked.count == 1)
        let taken = run.operate(resubmit("message-2"))
        #expect(taken.events.operations.map(\.action) == [.resubmit])
        #expect(taken.events.contains(.parkedApplied("message-2")))
        #expect(taken.events.failures.isEmpty)
        #expect(run.state?.parked.isEmpty == true)
        #expect(run.line("3")?.values["serial"] == "S-3")
        let after = run.state?.lines
        for _ in 0..<9 {
            let again = run.operate(resubmit("message-2"))
            #expect(again.events.failures.map(\.code) == [.operationInvalid])
            #expect(again.events.operations.isEmpty)
        }
        #expect(run.state?.lines == after)
    }

    @Test("one that does not fit yet is parked again, and that is told")
    func inVain() {
        var run = withUnknownLine()
        let lines = run.state?.lines
        for _ in 0..<3 {
            let tried = run.operate(resubmit("message-2"))
            #expect(tried.events.failures.map(\.code) == [.lineUnknown])
            #expect(tried.events.parked == ["message-2"])
        }
        #expect(run.state?.parked.count == 1)
        #expect(run.state?.lines == lines)
        // Too early is no failure, and stays what it was.
        run.report("B/B/WholeOrder", "COMPLETE")
        let early = run.operate(resubmit(run.state?.parked.last?.context.messageID.rawValue))
        #expect(early.events.failures.isEmpty)
        #expect(run.state?.parked.map(\.reason) == [.lineUnknown, .componentUnknown])
        run.report(a, "COMPLETE")
        #expect(run.state?.lifecycle == .completed)
    }

    @Test("one that is discarded has no effect any more, and who did it is in the history")
    func discarded() {
        var run = run()
        run.report("B/B/WholeOrder", "COMPLETE")
        var discard = OrderOperation(action: .discard, by: "Ann", value: "message-2")
        #expect(run.operate(discard).events.failures.map(\.code) == [.operationInvalid])
        #expect(run.state?.parked.count == 1)
        discard.reason = "sent by mistake"
        let dropped = run.operate(discard)
        #expect(dropped.events.prefix(2) == [.operated(discard), .parkedDropped("message-2")])
        #expect(run.state?.parked.isEmpty == true)
        run.report(a, "COMPLETE")
        #expect(run.component("B/B/WholeOrder")?.processing == .inProgress)
        #expect(run.operate(discard).events.failures.map(\.code) == [.operationInvalid])
    }

    @Test(
        "what is not parked, or comes after an abort, is refused; what was parked can still be discarded then"
    )
    func refused() {
        var run = withUnknownLine()
        for message in ["message-9", nil] {
            #expect(run.operate(resubmit(message)).events.failures.map(\.code) == [.operationInvalid])
        }
        run.operate(.abort)
        #expect(run.operate(resubmit("message-2")).events.failures.map(\.code) == [.transactionNotPermitted])
        #expect(run.state?.parked.count == 1)
        run.operate(OrderOperation(action: .discard, by: "Ann", reason: "over", value: "message-2"))
        #expect(run.state?.parked.isEmpty == true)
        #expect(run.state?.lifecycle == .aborted)
    }
}

extension [OrderEvent] {
    fileprivate var parked: [MessageID] {
        compactMap { if case .updateParked(let parked) = $0 { parked.context.messageID } else { nil } }
    }
}
