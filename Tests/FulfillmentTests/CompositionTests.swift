import Fulfillment
import Orders
import TestSupport
import Testing

@Suite("Composition")
struct CompositionTests {
    private func rule(_ state: StateName, _ conditions: CompositionCondition...) -> CompositionRule {
        CompositionRule(state: state, conditions: conditions)
    }

    /// The state of an order of one line and two components in these states.
    private func composed(
        _ first: (String, String?),
        _ second: (String, String?)?,
        _ rules: [CompositionRule]? = nil
    ) -> StateName? {
        var catalog = TestCatalogs.functions([TestCatalogs.function("A"), TestCatalogs.function("B")])
        if let rules { catalog.lineComposition = rules }
        var run = OrderRun(catalog)
        run.submit(TestOrders.things(1))
        run.report("A/A/1/LineGranularity", first.0, milestone: first.1)
        if let second { run.report("B/B/1/LineGranularity", second.0, milestone: second.1) }
        return run.line("1")?.state
    }

    @Test(
        "by the standard rules a line is failed if any part is, else complete or cancelled if all are (A28)",
        arguments: [
            ("COMPLETE", "COMPLETE", "COMPLETE"), ("COMPLETE", "IN PROGRESS", "IN_PROGRESS"),
            ("IN PROGRESS", "IN PROGRESS", "IN_PROGRESS"), ("COMPLETE", "FAILED", "FAILED"),
            ("FAILED", "IN PROGRESS", "FAILED"), ("CANCELLED", "CANCELLED", "CANCELLED"),
            ("CANCELLED", "COMPLETE", "COMPLETE"), ("COMPLETE", "CANCELLED", "COMPLETE"),
            ("CANCELLED", "IN PROGRESS", "IN_PROGRESS"), ("CANCELLED", "FAILED", "FAILED"),
        ]
    )
    func standard(first: String, second: String, expected: StateName) {
        #expect(composed((first, nil), (second, nil)) == expected)
    }

    @Test(
        "any, all and none look at states with what is below them; a rule needs all of its conditions (A28)"
    )
    func quantifiers() {
        let designed = ("IN PROGRESS", "DESIGNED" as String?)
        let started = ("IN PROGRESS", "STARTED" as String?)
        let rules = [
            rule("COMPLETE", CompositionCondition(.all, ["IN_PROGRESS-DESIGNED"])),
            rule(
                "IN_PROGRESS-DESIGNED",
                CompositionCondition(.any, ["IN_PROGRESS-DESIGNED"]),
                CompositionCondition(.none, ["IN_PROGRESS-STARTED", "FAILED"])
            ),
            rule("IN_PROGRESS", CompositionCondition(.all, ["IN_PROGRESS"])),
            rule("CANCELLED", CompositionCondition(.none, ["COMPLETE"])),
        ]
        #expect(composed(designed, designed, rules) == "COMPLETE")
        #expect(composed(designed, nil, rules) == "IN_PROGRESS-DESIGNED")
        #expect(composed(started, designed, rules) == "IN_PROGRESS", "none must be STARTED")
        #expect(composed(designed, started, rules) == "IN_PROGRESS-DESIGNED", "what is passed is kept")
        #expect(composed(started, started, rules) == "IN_PROGRESS", "a parent includes what is below it")
        #expect(composed(designed, ("FAILED", nil), rules) == "CANCELLED")
    }

    @Test("the first rule that holds decides, and none leaves the state as it is")
    func firstRule() {
        let always = CompositionCondition(.none, [])
        #expect(
            composed(("COMPLETE", nil), nil, [rule("FAILED", always), rule("COMPLETE", always)]) == "FAILED"
        )
        #expect(composed(("COMPLETE", nil), nil, []) == "OPEN")
        #expect(composed(("COMPLETE", nil), nil, [rule("FAILED", CompositionCondition(.any, []))]) == "OPEN")
    }

    @Test("the order's status follows its own rules (A28)")
    func orderRules() {
        var catalog = TestCatalogs.functions([TestCatalogs.function("A")])
        catalog.orderComposition = [
            rule("COMPLETE", CompositionCondition(.all, ["COMPLETE"])),
            rule("IN_PROGRESS-DESIGNED", CompositionCondition(.any, ["COMPLETE"])),
        ]
        var run = OrderRun(catalog)
        run.submit(TestOrders.things(2))
        #expect(run.state?.status == "OPEN")
        run.report("A/A/1/LineGranularity", "COMPLETE")
        #expect(run.state?.status == "IN_PROGRESS-DESIGNED")
        run.report("A/A/2/LineGranularity", "COMPLETE")
        #expect(run.state?.status == "COMPLETE")
        #expect(run.state?.lifecycle == .completed)
    }

    @Test("an order that its rules call complete is closed once every component is finished")
    func completeEarly() {
        var catalog = TestCatalogs.functions([TestCatalogs.function("A")])
        catalog.orderComposition = [rule("COMPLETE", CompositionCondition(.any, ["COMPLETE"]))]
        var run = OrderRun(catalog)
        run.submit(TestOrders.things(2))
        run.report("A/A/1/LineGranularity", "COMPLETE")
        #expect(run.state?.status == "COMPLETE" && run.state?.lifecycle == .inProgress)
        run.report("A/A/2/LineGranularity", "COMPLETE")
        #expect(run.state?.lifecycle == .completed)
    }

    @Test("a bundle is composed from what is below it, level by level, each line once a hop")
    func bundles() {
        var run = OrderRun(TestCatalogs.chain(["A"]))
        let draft = OrderDraft(
            key: "SO-1",
            lines: [
                TestOrders.thing("1", under: "b"), TestOrders.bundle("o"), TestOrders.bundle("b", under: "o"),
                TestOrders.thing("2", under: "o"), TestOrders.bundle("empty", under: "o"),
                TestOrders.thing("3", under: "1"),
            ]
        )
        let intake = run.submit(draft)
        #expect(run.line("empty")?.state == "COMPLETE" && run.line("empty")?.hasWork == false)
        for id: LineID in ["1", "2", "3", "b", "o"] {
            #expect(intake.events.count { $0 == .lineStateChanged(id, state: "IN_PROGRESS") } == 1)
        }
        run.report("A/A/1/LineGranularity", "COMPLETE")
        #expect(run.line("1")?.state == "IN_PROGRESS", "the feature below it is not done")
        run.report("A/A/3/LineGranularity", "COMPLETE")
        #expect(run.line("1")?.state == "COMPLETE" && run.line("b")?.state == "COMPLETE")
        #expect(run.line("o")?.state == "IN_PROGRESS")
        run.report("A/A/2/LineGranularity", "FAILED")
        #expect(run.line("o")?.state == "FAILED" && run.state?.status == "FAILED")
        run.report("A/A/2/LineGranularity", "COMPLETE")
        #expect(run.line("o")?.state == "COMPLETE" && run.state?.lifecycle == .completed)
    }

    @Test(
        "a component with a cancelled line is not finished before its other lines",
        arguments: [("1", "2"), ("2", "1")]
    )
    func cancelledLine(cancelled: LineID, other: LineID) {
        var catalog = TestCatalogs.functions([TestCatalogs.function("A", granularity: .order)])
        catalog.fallout = [FalloutRule(action: .goOn)]
        var run = OrderRun(catalog)
        run.submit(TestOrders.things(2))
        func report(_ line: LineID, _ code: String) {
            run.report(
                "A/A/WholeOrder",
                nil,
                lines: [LineUpdate(lineID: line, status: ReportedStatus(code: code))]
            )
        }
        report(cancelled, "CANCELLED")
        #expect(run.component("A/A/WholeOrder")?.processing == .inProgress)
        report(other, "COMPLETE")
        #expect(run.component("A/A/WholeOrder")?.processing == .completed)
        #expect(run.state?.lifecycle == .completed)
    }

    @Test(
        "a component that its system cancels unasked waits for a decision; where the catalog says so it goes on"
    )
    func cancelledComponent() {
        let component: ComponentID = "A/A/1/LineGranularity"
        var waiting = OrderRun(TestCatalogs.chain(["A", "B"]))
        waiting.submit(TestOrders.things(1))
        #expect(waiting.report(component, "CANCELLED").events.released.isEmpty)
        #expect(waiting.component(component)?.processing == .failed)
        #expect(waiting.state?.incidents.map(\.failure.code) == [.systemCancelled])
        let skip = OrderOperation(action: .skip, by: "Ann")
        #expect(waiting.operate(skip).events.released == ["B/B/1/LineGranularity"])
        #expect(waiting.component(component)?.processing == .failedContinue)

        var catalog = TestCatalogs.chain(["A", "B"])
        catalog.fallout = [FalloutRule(systems: ["A"], action: .goOn)]
        var run = OrderRun(catalog)
        run.submit(TestOrders.things(1))
        #expect(run.report(component, "CANCELLED").events.released == ["B/B/1/LineGranularity"])
        #expect(run.component(component)?.processing == .failedContinue)
        #expect(run.state?.incidents.isEmpty == true)
    }

    @Test("an order of which all is left out is over, as cancelled", arguments: [true, false])
    func allLeftOut(byPerson: Bool) {
        var catalog = TestCatalogs.chain(["A"])
        if !byPerson { catalog.fallout = [FalloutRule(systems: ["A"], action: .goOn)] }
        var run = OrderRun(catalog)
        run.submit(TestOrders.things(2))
        run.report("A/A/1/LineGranularity", "CANCELLED")
        if byPerson { run.operate(OrderOperation(action: .skip, by: "Ann")) }
        #expect(run.state?.lifecycle == .inProgress)
        run.report("A/A/2/LineGranularity", "CANCELLED")
        if byPerson { run.operate(OrderOperation(action: .skip, by: "Ann")) }
        #expect(run.state?.lines.map(\.state) == ["CANCELLED", "CANCELLED"])
        #expect(run.state?.status == "CANCELLED")
        #expect(run.state?.lifecycle == .completed && run.state?.incidents.isEmpty == true)
    }

    @Test("what its system cancelled unasked is asked for anew on a retry, and not undone by a cancellation")
    func afterCancelledComponent() {
        let component: ComponentID = "A/A/1/LineGranularity"
        var run = OrderRun(TestCatalogs.chain(["A", "B"]))
        run.submit(TestOrders.things(1))
        run.report(component, "CANCELLED")
        run.operate(OrderOperation(action: .retry, by: "Ann"))
        #expect(run.component(component)?.processing == .inProgress)
        #expect(run.line("1")?.state == "IN_PROGRESS")
        let again = ComponentCorrelation.text(order: "SO-1", component: component, request: 2)
        let status = ReportedStatus(code: "CANCELLED")
        run.receive(FulfillmentUpdate(orderKey: "SO-1", correlation: again, status: status))
        #expect(run.component(component)?.processing == .failed)
        run.operate(OrderOperation(action: .cancel, by: "Ann"))
        #expect(run.state?.lifecycle == .cancelled)
    }
}
