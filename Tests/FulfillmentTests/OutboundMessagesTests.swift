import Fulfillment
import Orders
import TestSupport
import Testing

@Suite("What the world is told")
struct OutboundMessagesTests {
    private func catalog(_ grouping: UpstreamGrouping = .together) -> FulfillmentCatalog {
        var catalog = TestCatalogs.functions(
            [TestCatalogs.function("A", granularity: .order), TestCatalogs.function("B")],
            dependencies: [
                DependencyRule(
                    blocked: ComponentSelector(function: "B"),
                    blocking: ComponentSelector(function: "A")
                )
            ]
        )
        catalog.upstream.grouping = grouping
        return catalog
    }

    private func messages(_ decision: OrderDecision, _ run: OrderRun) -> [OutboundMessage] {
        guard let state = decision.state else { return [] }
        return OutboundMessages(catalog: run.decider.catalog, role: "COM", now: run.now)
            .messages(for: decision.events, state: state)
    }

    private func reports(_ messages: [OutboundMessage]) -> [StatusReport] {
        messages.compactMap { if case .report(let report) = $0 { report } else { nil } }
    }

    private func faults(_ messages: [OutboundMessage]) -> [FaultReport] {
        messages.compactMap { if case .fault(let fault) = $0 { fault } else { nil } }
    }

    private func requests(_ messages: [OutboundMessage]) -> [ComponentRequest] {
        messages.compactMap { if case .request(let request) = $0 { request } else { nil } }
    }

    @Test(
        "whoever waits for the order hears the reason that a system gave; a line without one has that of the whole"
    )
    func reasons() throws {
        var run = OrderRun(catalog())
        run.submit(TestOrders.things(2))
        let refused = run.receive(
            FulfillmentUpdate(
                orderKey: "SO-1",
                component: "A/A/WholeOrder",
                status: ReportedStatus(code: "FAILED", reason: "E-17", description: "No port left"),
                lines: [
                    LineUpdate(lineID: "2", status: ReportedStatus(code: "FAILED", description: "FAILED"))
                ]
            )
        )
        #expect(run.state?.incidents.map(\.failure.externalCode) == ["E-17"])
        let report = try #require(reports(messages(refused, run)).first)
        #expect(report.root == .failed && report.reason == "E-17")
        #expect(report.description == "system A refused line 2: No port left")
        let mended = run.report("A/A/WholeOrder", "COMPLETE")
        #expect(reports(messages(mended, run)).allSatisfy { $0.reason == nil && $0.description == nil })
    }

    @Test("each component is asked for once, with its correlation, target, queue and lines (A24)")
    func request() throws {
        var run = OrderRun(catalog())
        var all = requests(messages(run.submit(TestOrders.things(2)), run))
        let first = try #require(all.first)
        #expect(
            first
                == ComponentRequest(
                    component: "A/A/WholeOrder",
                    function: "A",
                    system: "A",
                    targetID: "A_01",
                    queue: "A_Q",
                    format: .fulfillmentOrder,
                    mode: "Deliver",
                    correlation: "SO-1_A/A/WholeOrder",
                    lines: ["1", "2"]
                )
        )
        for _ in 0..<3 { all += requests(messages(run.report("A/A/WholeOrder", "COMPLETE"), run)) }
        #expect(all.map(\.component) == ["A/A/WholeOrder", "B/B/1/LineGranularity", "B/B/2/LineGranularity"])
    }

    @Test("a system may be asked in a mode of its own")
    func requestMode() {
        var catalog = catalog()
        catalog.systems["A"]?.requestMode = "SOM_Deliver"
        var run = OrderRun(catalog)
        #expect(requests(messages(run.submit(TestOrders.things(1)), run)).map(\.mode) == ["SOM_Deliver"])
    }

    @Test("each changed line is told exactly once a hop, with its last state (A25)")
    func lines() throws {
        var run = OrderRun(catalog())
        let intake = reports(messages(run.submit(TestOrders.things(3)), run))
        #expect(intake.count == 1)
        #expect(intake.first?.lines.map(\.line) == ["1", "2", "3"])
        #expect(intake.first?.lines.allSatisfy { $0.root == .inProgress } == true)
        run.report("A/A/WholeOrder", "COMPLETE")
        let one = reports(messages(run.report("B/B/2/LineGranularity", "COMPLETE"), run))
        #expect(one.map { $0.lines.map(\.line) } == [["2"]])
        #expect(one.first?.lines.first?.state == "COMPLETE" && one.first?.status == "IN_PROGRESS")
        #expect(
            messages(run.report("B/B/2/LineGranularity", "COMPLETE"), run).isEmpty,
            "nothing new, nothing told"
        )
    }

    @Test("in groups of one, each changed line has a message of its own")
    func each() {
        var run = OrderRun(catalog(.each))
        let reports = reports(messages(run.submit(TestOrders.things(3)), run))
        #expect(reports.map { $0.lines.map(\.line) } == [["1"], ["2"], ["3"]])
    }

    @Test(
        "several milestones of one line go out in waves, in order; values and the other lines only in the first (A26)",
        arguments: UpstreamGrouping.allCases
    )
    func waves(grouping: UpstreamGrouping) throws {
        var run = OrderRun(catalog(grouping))
        run.submit(TestOrders.things(2))
        for milestone in ["STARTED", "DESIGNED"] {
            run.report("B/B/1/LineGranularity", "IN PROGRESS", milestone: milestone)
        }
        let data = LineUpdate(lineID: "1", attributes: [LineAttribute(name: "IP", value: "x")])
        let told = reports(messages(run.report("A/A/WholeOrder", "COMPLETE", lines: [data]), run))
        let milestones = told.flatMap(\.lines).filter { $0.line == "1" }.map(\.milestone)
        #expect(milestones == ["FINISHED", "STARTED", "DESIGNED"])
        #expect(told.flatMap(\.lines).count { !$0.attributes.isEmpty } == 1)
        #expect(told.flatMap(\.lines).count { $0.line == "2" } == 1)
        #expect(told.count == (grouping == .each ? 4 : 3))
    }

    @Test("values are forwarded with the line that got them (A30)")
    func values() {
        var run = OrderRun(catalog())
        run.submit(TestOrders.things(2))
        let data = LineUpdate(
            lineID: "2",
            attributes: [LineAttribute(name: "IP", value: "x", dataType: "string")]
        )
        let told = reports(messages(run.report("A/A/WholeOrder", nil, lines: [data]), run))
        #expect(told.map { $0.lines.map(\.line) } == [["2"]])
        #expect(told.first?.lines.first?.attributes == data.attributes)
    }

    @Test("the end of the order is told with its status")
    func completion() {
        var run = OrderRun(TestCatalogs.functions([TestCatalogs.function("A")]))
        run.submit(TestOrders.things(1))
        let told = reports(messages(run.report("A/A/1/LineGranularity", "COMPLETE"), run))
        #expect(told.map(\.root) == [.complete])
        #expect(told.first?.format == .salesOrderUpdate)
        #expect(told.first?.lines.first?.milestone == "FINISHED")
    }

    @Test("an order with nothing to do is told to be complete, though no line changed")
    func nothingToDo() {
        var run = OrderRun(catalog())
        var draft = TestOrders.things(1)
        draft.lines[0].action = "NONE"
        let told = reports(messages(run.submit(draft), run))
        #expect(told.map(\.status) == ["COMPLETE"] && told.first?.lines.isEmpty == true)
    }

    @Test("a role without upstream tells nobody")
    func noUpstream() {
        var catalog = catalog()
        catalog.upstream.format = .none
        var run = OrderRun(catalog)
        #expect(reports(messages(run.submit(TestOrders.things(1)), run)).isEmpty)
    }

    @Test("each failure is a fault that finds the order (A48)")
    func fault() throws {
        var run = OrderRun(catalog())
        var draft = TestOrders.things(1)
        draft.accountID = "AC-1"
        draft.accountName = "Ada"
        draft.salesOrderID = "S-7"
        run.submit(draft)
        let told = faults(messages(run.report("A/A/WholeOrder", "FAILED"), run))
        let fault = try #require(told.first)
        #expect(told.count == 1)
        #expect(fault.failure.code == .systemRefused)
        #expect(fault.orderKey == "SO-1" && fault.revision == "1" && fault.salesOrderID == "S-7")
        #expect(fault.accountID == "AC-1" && fault.accountName == "Ada")
        #expect(fault.role == "COM" && fault.occurredAt == run.now)
    }

    @Test("a rejected order is one fault that sums all reasons up, and a status upstream (A14)")
    func rejection() throws {
        var run = OrderRun(catalog())
        var draft = TestOrders.things(2)
        draft.salesOrderID = "S-7"
        draft.lines[0].action = "JUMP"
        draft.lines[1].productClass = "Unheard Of"
        let told = messages(run.submit(draft), run)
        let fault = try #require(faults(told).first)
        #expect(faults(told).count == 1)
        #expect(fault.failure.code == .orderInvalid)
        #expect(fault.failure.text.contains("ACTION_UNKNOWN") && fault.failure.text.contains("Unheard Of"))
        #expect(fault.salesOrderID == "S-7")
        #expect(reports(told).map(\.root) == [.failed])
        #expect(requests(told).isEmpty)
    }

    @Test("reasons of one code keep it, and many are cut short")
    func manyReasons() throws {
        var run = OrderRun(catalog())
        var draft = TestOrders.things(30)
        for index in draft.lines.indices { draft.lines[index].action = "J\(index)" }
        let fault = try #require(faults(messages(run.submit(draft), run)).first)
        #expect(fault.failure.code == .actionUnknown)
        #expect(fault.failure.text.hasSuffix("and 10 more"))
    }
}
