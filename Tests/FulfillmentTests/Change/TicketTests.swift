import Fulfillment
import Orders
import TestSupport
import Testing

@Suite("Tickets: one for each incident, told of what is done, closed in the end (A53-A55)")
struct TicketTests {
    private let a: ComponentID = "A/A/WholeOrder"

    private func run() -> OrderRun {
        var catalog = TestCatalogs.functions([TestCatalogs.function("A", granularity: .order)])
        catalog.tickets = TicketPolicy()
        var run = OrderRun(catalog)
        run.submit(TestOrders.things(2))
        return run
    }

    private func tickets(_ decision: OrderDecision, _ run: OrderRun) throws -> [TicketReport] {
        OutboundMessages(catalog: run.decider.catalog, role: "COM", now: run.now)
            .messages(for: decision.events, state: try #require(decision.state))
            .compactMap { if case .ticket(let report) = $0 { report } else { nil } }
    }

    private func operation(_ action: OrderOperation.Action) -> OrderOperation {
        OrderOperation(action: action, by: "Ann")
    }

    @Test(
        "one is made, however often the component fails; its number comes back and goes along; it is closed at the end"
    )
    func course() throws {
        var run = run()
        let made = try tickets(run.report(a, "FAILED"), run)
        #expect(made.map(\.isNew) == [true])
        #expect(made.first?.ticket.status == .open)
        #expect(made.first?.lines == ["1", "2"])
        #expect(try tickets(run.report(a, "FAILED"), run).isEmpty)

        let answer = OrderOperation(action: .ticket, by: "CRM", incident: 1, value: "TT-77")
        #expect(try tickets(run.operate(answer), run).isEmpty)
        #expect(run.state?.incidents.first?.ticket == "TT-77")

        let retried = try tickets(run.operate(operation(.retry)), run)
        #expect(retried.map(\.isNew) == [false])
        #expect(retried.first?.ticket.status == .correcting)
        #expect(retried.first?.ticket.externalID == "TT-77")

        let again = try tickets(reply(&run, "FAILED"), run)
        #expect(again.map(\.isNew) == [false])
        #expect(again.first?.ticket.number == 1)
        #expect(again.first?.ticket.status == .open)
        #expect(run.state?.incidents.first?.ticket == "TT-77")

        run.operate(operation(.retry))
        let done = try tickets(reply(&run, "COMPLETE"), run)
        #expect(done.map(\.ticket.status) == [.closed])
        #expect(run.state?.tickets.isEmpty == true)
        #expect(run.state?.lifecycle == .completed)
    }

    /// To the request sent last.
    private func reply(_ run: inout OrderRun, _ status: String) -> OrderDecision {
        let requests = run.component(a)?.requests ?? 1
        return run.receive(
            FulfillmentUpdate(
                orderKey: run.state?.id.key ?? "",
                correlation: ComponentCorrelation.text(
                    order: run.state?.id.key ?? "",
                    component: a,
                    request: requests
                ),
                status: ReportedStatus(code: status)
            )
        )
    }

    @Test(
        "what a person or the order decides closes it",
        arguments: [OrderOperation.Action.skip, .complete, .abort]
    )
    func closed(by action: OrderOperation.Action) throws {
        var run = run()
        run.report(a, "FAILED")
        #expect(try tickets(run.operate(operation(action)), run).map(\.ticket.status) == [.closed])
    }

    @Test(
        "an incident that is no longer kept, as too many are open, has a ticket until its component is over"
    )
    func tooMany() throws {
        var catalog = TestCatalogs.functions([TestCatalogs.function("A", granularity: .line)])
        catalog.tickets = TicketPolicy()
        var run = OrderRun(catalog)
        let count = FalloutState.incidentsMax + 2
        run.submit(TestOrders.things(count))
        let ids = (1...count).map { ComponentID(rawValue: "A/A/\($0)/LineGranularity") }
        let made = try ids.flatMap { try tickets(run.report($0, "FAILED"), run) }
        #expect(made.map(\.isNew) == ids.map { _ in true })
        #expect(run.state?.incidents.count == FalloutState.incidentsMax)
        #expect(run.state?.incidents.first?.failure.component == ids[2])
        #expect(run.state?.tickets.count == count)

        let skip = OrderOperation(action: .skip, by: "Ann", component: ids[0])
        #expect(try tickets(run.operate(skip), run).map(\.ticket.status) == [.closed])
        #expect(try tickets(run.report(ids[1], "COMPLETE"), run).map(\.ticket.component) == [ids[1]])
        #expect(run.state?.tickets.count == FalloutState.incidentsMax)
        #expect(try tickets(run.report(ids[2], "COMPLETE"), run).map(\.ticket.status) == [.closed])
        let aborted = try tickets(run.operate(operation(.abort)), run)
        #expect(aborted.allSatisfy { $0.ticket.status == .closed })
        #expect(run.state?.tickets.isEmpty == true)
    }

    @Test("whom it is assigned to is told")
    func assigned() throws {
        var run = run()
        run.report(a, "FAILED")
        let report = try tickets(
            run.operate(OrderOperation(action: .assign, by: "Ann", value: "Bob")),
            run
        )
        #expect(report.map(\.ticket.remark) == ["assigned to Bob"])
        #expect(report.map(\.ticket.status) == [.open])
    }

    @Test("an answer that comes too late changes nothing, and a catalog without tickets makes none")
    func late() throws {
        var run = run()
        let answer = OrderOperation(action: .ticket, by: "CRM", incident: 1, value: "TT-77")
        #expect(run.operate(answer).events.ignored.count == 1)
        var catalog = run.decider.catalog
        catalog.tickets = nil
        var other = OrderRun(catalog)
        other.submit(TestOrders.things(1))
        #expect(try tickets(other.report("A/A/WholeOrder", "FAILED"), other).isEmpty)
        #expect(other.state?.incidents.count == 1)
    }

    @Test(
        "an order that was invalid from the start has an incident, a ticket and a fault of its own name (A53)"
    )
    func creation() throws {
        var run = OrderRun(self.run().decider.catalog)
        var draft = TestOrders.things(1)
        draft.mode = "Nonsense"
        draft.revision = nil
        draft.accountName = nil
        let decision = run.submit(draft)
        #expect(run.state?.incidents.map(\.failure.code) == [.modeUnknown])
        #expect(try tickets(decision, run).map(\.isNew) == [true])
        let faults = OutboundMessages(catalog: run.decider.catalog, role: "COM", now: run.now)
            .messages(for: decision.events, state: try #require(run.state))
            .compactMap { if case .fault(let report) = $0 { report } else { nil } }
        #expect(faults.map(\.correlation) == ["OSM-ORDER-CREATION-FAIL-ORDER-ID.\(draft.key)"])
        #expect(faults.first?.revision == "Unknown Revision")
        #expect(faults.first?.accountName == "Unknown AccountName")

        // Nothing can be skipped of it; tried again it fails again: another incident, the same ticket.
        #expect(run.operate(operation(.skip)).events.failures.map(\.code) == [.operationInvalid])
        let again = run.operate(operation(.retry))
        #expect(again.events.contains(.incidentClosed(1, resolution: .retried, by: "Ann")))
        #expect(run.state?.incidents.map(\.id) == [2])
        let told = try tickets(again, run)
        #expect(told.map(\.isNew) == [false])
        #expect(told.map(\.ticket.status) == [.open])
        #expect(told.map(\.ticket.remark) == ["it failed again"])

        draft.mode = "Deliver"
        draft.revision = "2"
        let corrected = run.submit(draft)
        #expect(run.state?.incidents.isEmpty == true)
        #expect(try tickets(corrected, run).map(\.ticket.status) == [.closed])
        #expect(run.state?.lifecycle == .inProgress)
    }

    @Test("an order that is invalid for another reason when it is tried again says so")
    func invalidOtherwise() throws {
        var poor = run().decider.catalog
        poor.productClasses = [:]
        var run = OrderRun(poor)
        var draft = TestOrders.things(1)
        draft.priority = "17"
        run.submit(draft)
        #expect(run.state?.incidents.map(\.failure.code) == [.productClassUnmapped])
        var strict = self.run().decider.catalog
        strict.priorityPolicy = .refuse
        let decision = OrderDecider(role: "COM", catalog: strict).decide(
            .operate(operation(.retry), TestOrders.context("retry")),
            state: run.state,
            now: run.now
        )
        #expect(decision.state?.incidents.map(\.failure.code) == [.priorityOutOfRange])
        #expect(try tickets(decision, run).map(\.ticket.failure.code) == [.priorityOutOfRange])
    }

    @Test("an order that was invalid for the catalog of then is retried with the catalog of now")
    func recreated() throws {
        var poor = run().decider.catalog
        poor.productClasses = [:]
        poor.lineTypes = [:]
        var run = OrderRun(poor)
        run.submit(TestOrders.things(1))
        #expect(run.state?.lifecycle == .failed)
        let decider = OrderDecider(role: "COM", catalog: self.run().decider.catalog)
        let decision = decider.decide(
            .operate(operation(.retry), TestOrders.context("retry")),
            state: run.state,
            now: run.now
        )
        #expect(decision.state?.lifecycle == .inProgress)
        #expect(decision.state?.incidents.isEmpty == true)
    }
}
