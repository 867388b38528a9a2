import Fulfillment
import Orders
import TestSupport
import Testing

@Suite("Orders that were invalid from the start, and what comes instead of them (A14, A43)")
struct InvalidOrderTests {
    /// Nothing is known of its product class.
    private func run(_ afterEnd: ChangePolicy.AfterEnd = .refuse) -> OrderRun {
        var catalog = TestCatalogs.functions([TestCatalogs.function("A", granularity: .order)])
        catalog.tickets = TicketPolicy()
        catalog.changes.afterEnd = afterEnd
        var run = OrderRun(catalog)
        run.submit(Self.invalid)
        #expect(run.state?.lifecycle == .failed && run.state?.incidents.count == 1)
        return run
    }

    private static var invalid: OrderDraft {
        var draft = TestOrders.things(1)
        draft.lines[0].productClass = "Unheard of"
        draft.lines[0].type = nil
        return draft
    }

    private static func cancellation(byType: Bool, revision: Int = 2) -> OrderDraft {
        var draft = invalid
        draft.revision = "\(revision)"
        draft.correlation = "SO-1~\(revision)"
        if byType { draft.type = "CANCEL" } else { draft.lines = [] }
        return draft
    }

    @Test(
        "a cancellation cancels, closes incident and ticket and is answered as asked",
        arguments: [true, false]
    )
    func cancelled(byType: Bool) throws {
        var run = run()
        let decision = run.submit(Self.cancellation(byType: byType))
        #expect(run.state?.lifecycle == .cancelled && run.state?.status == "CANCELLED")
        #expect(run.state?.incidents.isEmpty == true && run.state?.tickets.isEmpty == true)
        let told = Told(decision, run)
        #expect(told.requests.isEmpty && told.faults.isEmpty)
        #expect(told.reports.map(\.root) == [.cancelled])
        #expect(run.state?.rejectedDraft?.correlation == "SO-1~2" && run.state?.revision == 2)
        // Once is enough.
        let again = run.submit(Self.cancellation(byType: byType, revision: 3))
        #expect(run.state?.lifecycle == .cancelled)
        #expect(again.events.refused.map(\.failure.code) == [.transactionNotPermitted])
    }

    @Test("a person's cancellation makes its status Cancelled, and there is nothing to resume")
    func cancelledByHand() {
        var run = run()
        run.operate(.cancel)
        #expect(run.state?.lifecycle == .cancelled && run.state?.status == "CANCELLED")
        let resumed = run.operate(.resume)
        #expect(resumed.events.failures.map(\.code) == [.transactionNotPermitted])
        #expect(resumed.events.operations.isEmpty)
    }

    @Test("sent corrected after it was cancelled it is begun or refused, and never lost")
    func correctedAfterwards() {
        var corrected = TestOrders.things(1)
        corrected.revision = "2"
        var reopened = run(.reopen)
        reopened.operate(.cancel)
        #expect(reopened.submit(corrected).events.released == ["A/A/WholeOrder"])
        #expect(reopened.state?.lifecycle == .inProgress)
        var refused = run(.refuse)
        refused.operate(.cancel)
        let events = refused.submit(corrected).events
        #expect(events.refused.map(\.failure.code) == [.transactionNotPermitted])
        #expect(refused.state?.lifecycle == .cancelled)
    }

    @Test("a revision that waits when its order is aborted is answered as aborted, under its own correlation")
    func abortedWithQueued() throws {
        var run = OrderRun(TestCatalogs.functions([TestCatalogs.function("A", granularity: .order)]))
        run.submit(TestOrders.things(1))
        run.operate(.suspend)
        var revision = TestOrders.things(2)
        revision.revision = "2"
        revision.correlation = "SO-1~2"
        run.submit(revision)
        #expect(run.state?.change?.value.queued?.revision == 2)
        let decision = run.operate(.abort)
        let reports = Told(decision, run).reports
        let answer = try #require(reports.first { $0.correlation == "SO-1~2" })
        #expect(answer.reason == StatusReport.abortedReason && answer.revision == 2)
        #expect(reports.last?.reason == StatusReport.abortedReason && reports.last?.correlation == nil)
        #expect(run.state?.change?.value.queued == nil)
    }

    @Test("a revision that was parked and is given up is answered")
    func givenUp() {
        var function = TestCatalogs.function("A", granularity: .order)
        function.pointsOfNoReturn = [PointOfNoReturn(.hard, from: StateTree.Root.inProgress.name)]
        var catalog = TestCatalogs.functions([function])
        catalog.changes.beyondReturn = .park
        var run = OrderRun(catalog)
        run.submit(TestOrders.things(1))
        var revision = TestOrders.things(2)
        revision.revision = "2"
        revision.correlation = "SO-1~2"
        run.submit(revision)
        #expect(run.state?.lifecycle == .waitingForRevision)
        let reports = Told(run.operate(.resume), run).reports
        #expect(reports.first?.correlation == "SO-1~2" && reports.first?.revision == 2)
        #expect(run.state?.lifecycle == .inProgress)
    }
}
