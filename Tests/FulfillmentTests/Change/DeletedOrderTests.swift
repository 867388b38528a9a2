import Fulfillment
import Orders
import TestSupport
import Testing

@Suite("An order that is deleted leaves nobody waiting (A47)")
struct DeletedOrderTests {
    private static let base = BaseReference(order: "SO-BASE", line: "7")

    /// An order that has not started and follows another in vain.
    private func run() -> OrderRun {
        var catalog = TestCatalogs.functions([TestCatalogs.function("A", granularity: .order)])
        catalog.tickets = TicketPolicy()
        var run = OrderRun(catalog)
        var draft = TestOrders.things(2)
        draft.lines[0].bases = [Self.base]
        run.submit(draft)
        return run
    }

    private let delete = OrderOperation(action: .delete, by: "Ann", reason: "sent twice")

    private func tickets(_ told: Told) -> [Ticket] {
        told.messages.compactMap { if case .ticket(let report) = $0 { report.ticket } else { nil } }
    }

    @Test("one that has not started closes its tickets, and is told upstream as failed")
    func notStarted() throws {
        var run = run()
        run.operate(.baseReport(Self.base, .unknown, role: "COM"))
        #expect(run.state?.lifecycle == .notStarted)
        #expect(run.state?.tickets.count == 1)
        let deleted = run.operate(delete)
        #expect(deleted.outcome == .deleted)
        let told = Told(deleted, run)
        #expect(tickets(told).map(\.status) == [.closed])
        #expect(tickets(told).map(\.remark) == ["deleted by Ann"])
        let report = try #require(told.reports.last)
        #expect(told.reports.count == 1)
        #expect(report.root == .failed)
        #expect(report.reason == StatusReport.deletedReason)
        #expect(report.lines.isEmpty)
        #expect(told.faults.isEmpty && told.requests.isEmpty)
    }

    @Test("a ticket whose incident is closed already is closed as well")
    func correcting() throws {
        var run = run()
        run.operate(.baseReport(Self.base, .unknown, role: "COM"))
        run.operate(.retry)
        #expect(run.state?.incidents.isEmpty == true)
        #expect(run.state?.tickets.map(\.status) == [.correcting])
        let deleted = run.operate(delete)
        #expect(tickets(Told(deleted, run)).map(\.status) == [.closed])
    }

    @Test(
        "one that is over has told how it ended, and one that is not deleted tells nothing",
        arguments: [true, false]
    )
    func over(isRefused: Bool) {
        var run = run()
        if isRefused {
            var delete = delete
            delete.reason = nil
            let refused = run.operate(delete)
            #expect(refused.outcome == .applied)
            #expect(Told(refused, run).reports.isEmpty)
        } else {
            run.operate(.abort)
            let deleted = run.operate(delete)
            #expect(deleted.outcome == .deleted)
            #expect(Told(deleted, run).messages.isEmpty)
        }
    }
}
