import Fulfillment
import Orders
import TestSupport
import Testing

@Suite("Updates")
struct UpdateTests {
    private let component: ComponentID = "A/A/WholeOrder"

    /// One component A of some lines, and B after it for each line.
    private func run(
        lines: Int = 2,
        unmapped: UnmappedStatusPolicy = .ignore,
        map: [StateMapping]? = nil
    ) -> OrderRun {
        var catalog = TestCatalogs.functions(
            [TestCatalogs.function("A", granularity: .order), TestCatalogs.function("B")],
            dependencies: [
                DependencyRule(
                    blocked: ComponentSelector(function: "B"),
                    blocking: ComponentSelector(function: "A")
                )
            ],
            unmapped: unmapped
        )
        if let map { catalog.systems["A"]?.stateMap = map }
        var run = OrderRun(catalog)
        run.submit(TestOrders.things(lines))
        return run
    }

    private func status(_ line: LineID, _ code: String?, milestone: String? = nil) -> LineUpdate {
        LineUpdate(lineID: line, status: code.map { ReportedStatus(code: $0) }, milestone: milestone)
    }

    // MARK: Which lines

    @Test("a report on the whole component holds for all of its lines")
    func whole() {
        var run = run()
        run.report(component, "IN PROGRESS", milestone: "DESIGNED")
        #expect(run.component(component)?.lineStates == ["IN_PROGRESS-DESIGNED", "IN_PROGRESS-DESIGNED"])
        #expect(run.component(component)?.state == "IN_PROGRESS-DESIGNED")
        #expect(run.line("2")?.milestone == "DESIGNED")
    }

    @Test("a report on lines holds for them; the component is as far as its last line")
    func lines() {
        var run = run()
        run.report(component, nil, lines: [status("2", "COMPLETE")])
        #expect(run.component(component)?.lineStates == ["IN_PROGRESS", "COMPLETE"])
        #expect(run.component(component)?.processing == .inProgress)
        run.report(component, nil, lines: [status("1", "COMPLETE")])
        #expect(run.component(component)?.processing == .completed)
    }

    @Test("a line that brings only data takes the status of the whole")
    func dataOnly() {
        var run = run()
        let data = LineUpdate(lineID: "1", attributes: [LineAttribute(name: "IP", value: "10.0.0.1")])
        run.report(component, "IN PROGRESS", milestone: "DESIGNED", lines: [data])
        #expect(run.component(component)?.lineStates == ["IN_PROGRESS-DESIGNED", "IN_PROGRESS"])
        run.report(component, "COMPLETE", lines: [data])
        #expect(run.component(component)?.processing == .completed)
    }

    @Test("beside named lines the end of the whole holds for the others, its failure does not")
    func endOfWhole() {
        var run = run(lines: 3)
        run.report(component, "FAILED", lines: [status("1", "FAILED")])
        #expect(run.component(component)?.lineStates == ["FAILED", "IN_PROGRESS", "IN_PROGRESS"])
        run.report(component, "COMPLETE", lines: [status("1", "COMPLETE")])
        #expect(run.component(component)?.processing == .completed)
    }

    @Test("the correlation of the request finds the component (A31)")
    func correlation() {
        var run = run()
        let text = ComponentCorrelation.text(order: "SO-1", component: component)
        run.receive(
            FulfillmentUpdate(
                orderKey: "SO-1",
                correlation: text,
                externalID: "X-1",
                status: ReportedStatus(code: "COMPLETE")
            )
        )
        #expect(run.component(component)?.processing == .completed)
        #expect(run.component(component)?.externalID == "X-1")
        #expect(ComponentCorrelation.component(of: "SO-2_A", order: "SO-1") == nil)
        #expect(ComponentCorrelation.component(of: text, order: "SO-1") == component)
    }

    // MARK: No regression

    @Test("late and repeated updates change nothing and say so (A29)")
    func noRegression() {
        var run = run()
        run.report(component, "COMPLETE")
        let state = run.state
        for (code, milestone) in [
            ("IN PROGRESS", "STARTED"), ("IN PROGRESS", nil), ("FAILED", nil), ("CANCELLED", nil),
            ("OPEN", nil),
        ] {
            let decision = run.report(component, code, milestone: milestone)
            #expect(decision.outcome == .nothingNew)
            #expect(decision.events.ignored.count == 1, "told once, not once a line")
            #expect(decision.events.count == 1)
        }
        let again = run.report(component, "COMPLETE")
        #expect(again.outcome == .nothingNew && again.events.isEmpty)
        #expect(run.state == state)
    }

    @Test("a plain word for a state that is already more exact is no step back, and its milestone counts")
    func plainWord() {
        var run = run(map: [
            StateMapping(external: "READY", state: "IN_PROGRESS-STARTED"),
            StateMapping(external: "IN PROGRESS", state: "IN_PROGRESS"),
        ])
        run.report(component, "READY")
        let decision = run.report(component, "IN PROGRESS", milestone: "DESIGNED")
        #expect(decision.events.ignored.isEmpty)
        #expect(run.component(component)?.state == "IN_PROGRESS-STARTED")
        #expect(run.line("1")?.milestone == "DESIGNED")
    }

    @Test("a failed component goes on when its system says so: FAILED, IN PROGRESS, COMPLETE")
    func recovery() {
        var run = run()
        run.report(component, "FAILED")
        #expect(run.component(component)?.processing == .failed)
        #expect(run.state?.status == "FAILED")
        #expect(run.state?.lifecycle == .inProgress)
        run.report(component, "IN PROGRESS")
        #expect(run.component(component)?.processing == .inProgress)
        #expect(run.state?.status == "IN_PROGRESS")
        #expect(run.report(component, "COMPLETE").events.released.count == 2)
    }

    @Test("updates of a completed order bring data and change no state")
    func completedOrder() {
        var run = run(lines: 1)
        run.report(component, "COMPLETE")
        run.report("B/B/1/LineGranularity", "COMPLETE")
        #expect(run.state?.lifecycle == .completed)
        let data = LineUpdate(lineID: "1", attributes: [LineAttribute(name: "IP", value: "10.0.0.1")])
        #expect(run.report(component, "FAILED", lines: [data]).events.failures.isEmpty)
        #expect(run.line("1")?.values == ["IP": "10.0.0.1"])
        #expect(run.state?.lifecycle == .completed && run.state?.status == "COMPLETE")
    }

    // MARK: Failures

    @Test("a refusal is one failure a report, however many lines; dependants wait (A52)")
    func refused() throws {
        var run = run(lines: 3)
        let decision = run.receive(
            FulfillmentUpdate(
                orderKey: "SO-1",
                component: component,
                status: ReportedStatus(code: "FAILED", reason: "E-7", description: "No free port")
            )
        )
        let failure = try #require(decision.events.failures.first)
        #expect(decision.events.failures.count == 1)
        #expect(failure.code == .systemRefused)
        #expect(failure.component == component && failure.line == nil)
        #expect(failure.externalCode == "E-7")
        #expect(failure.text.contains("No free port") && failure.text.contains("1, 2, 3"))
        #expect(run.events.released == [component])
        #expect(run.report(component, "FAILED").events.failures.isEmpty, "the same again is nothing new")
    }

    @Test("lines refused for different reasons are told apart")
    func refusedLines() {
        var run = run(lines: 3)
        let updates = [("1", "a"), ("2", "b"), ("3", "a")].map { line, reason in
            LineUpdate(
                lineID: LineID(rawValue: line),
                status: ReportedStatus(code: "FAILED", description: reason)
            )
        }
        let failures = run.report(component, nil, lines: updates).events.failures
        #expect(failures.count == 2)
        #expect(failures.map(\.line) == [nil, "2"])
    }

    @Test(
        "an unmapped status changes nothing: logged only, or raised as well, as the catalog says (A27, A33)"
    )
    func unmapped() {
        for policy in UnmappedStatusPolicy.allCases {
            var run = run(unmapped: policy)
            let lines = run.state?.lines
            let decision = run.report(component, "ON HOLIDAY")
            #expect(decision.events.ignored.count == 1)
            #expect(decision.events.ignored.first?.contains("ON HOLIDAY") == true)
            #expect(decision.events.failures.map(\.code) == (policy == .fallout ? [.statusUnmapped] : []))
            #expect(run.state?.lines == lines)
        }
    }

    // MARK: Early and unknown

    @Test("a reply before its request is kept and applied at release (A31, A63)")
    func early() {
        var run = run(lines: 1)
        let early = run.report("B/B/1/LineGranularity", "COMPLETE")
        #expect(early.events.failures.isEmpty)
        #expect(run.state?.parked.count == 1)
        #expect(run.component("B/B/1/LineGranularity")?.processing == .notStarted)
        let decision = run.report(component, "COMPLETE")
        #expect(decision.events.released == ["B/B/1/LineGranularity"])
        #expect(decision.events.contains(.parkedApplied("message-2")))
        #expect(run.state?.parked.isEmpty == true)
        #expect(run.state?.lifecycle == .completed)
    }

    @Test("early replies for a whole chain are applied one after the other, without recursion")
    func earlyChain() {
        let names = (0..<150).map { FunctionName(rawValue: "F\($0)") }
        var run = OrderRun(TestCatalogs.chain(names, granularity: .order))
        run.submit(TestOrders.things(1))
        for name in names.dropFirst() {
            run.report(ComponentID(rawValue: "\(name)/\(name)/WholeOrder"), "COMPLETE")
        }
        run.report("F0/F0/WholeOrder", "COMPLETE")
        #expect(run.state?.lifecycle == .completed)
        #expect(run.events.released.count == 150)
    }

    @Test("an update for an unknown component is kept and told")
    func unknownComponent() {
        var run = run()
        let decision = run.report("X/Y/Z", "COMPLETE")
        #expect(decision.events.failures.map(\.code) == [.componentUnknown])
        #expect(run.state?.parked.map(\.reason) == [.componentUnknown])
        let nameless = run.receive(
            FulfillmentUpdate(orderKey: "SO-1", status: ReportedStatus(code: "COMPLETE"))
        )
        #expect(nameless.events.failures.map(\.code) == [.componentUnknown])
        #expect(run.component(component)?.processing == .inProgress)
    }

    @Test("an update with an unknown line is applied to the known ones; the rest is kept and told")
    func unknownLine() {
        var run = run()
        let decision = run.report(component, nil, lines: [status("1", "COMPLETE"), status("99", "COMPLETE")])
        #expect(decision.events.failures.map(\.code) == [.lineUnknown])
        #expect(decision.events.failures.first?.line == "99")
        #expect(run.component(component)?.lineStates == ["COMPLETE", "IN_PROGRESS"])
        #expect(run.state?.parked.map { $0.update.lines.map(\.lineID) } == [["99"]])
        let onlyUnknown = run.report(component, "COMPLETE", lines: [status("98", "COMPLETE")])
        #expect(onlyUnknown.events.failures.map(\.code) == [.lineUnknown])
        #expect(run.component(component)?.processing == .inProgress, "no report on the whole by mistake")
    }

    @Test("what is kept has a limit, and the update beyond it is told")
    func parkedLimit() {
        var run = run()
        for _ in 0..<OrderState.parkedMax { run.report("B/B/1/LineGranularity", "OPEN") }
        #expect(run.state?.parked.count == OrderState.parkedMax)
        let decision = run.report("B/B/1/LineGranularity", "OPEN")
        #expect(decision.events.failures.count == 1)
        #expect(run.state?.parked.count == OrderState.parkedMax)
    }

    // MARK: Milestones and values

    @Test("milestones are reached once each and in order (A26)")
    func milestones() {
        var run = run(lines: 1)
        for milestone in ["STARTED", "STARTED", "DESIGNED", "STARTED", "designed", "FINISHED", "FINISHED"] {
            run.report(component, nil, milestone: milestone)
        }
        #expect(run.line("1")?.reached == ["STARTED", "DESIGNED", "FINISHED"])
        let told = run.events.filter { if case .milestoneReached = $0 { true } else { false } }
        #expect(told.count == 3)
    }

    @Test("a skipped milestone stays skipped: the earlier one comes late")
    func skippedMilestone() {
        var run = run(lines: 1)
        run.report(component, nil, milestone: "FINISHED")
        let late = run.report(component, nil, milestone: "DESIGNED")
        #expect(late.outcome == .nothingNew && late.events.ignored.count == 1)
        #expect(run.line("1")?.reached == ["FINISHED"])
    }

    @Test("each line has its own milestones; the component has the furthest")
    func milestonesOfLines() {
        var run = run()
        run.report(component, nil, lines: [status("1", nil, milestone: "DESIGNED")])
        run.report(component, nil, lines: [status("2", nil, milestone: "STARTED")])
        #expect(run.line("1")?.milestone == "DESIGNED")
        #expect(run.line("2")?.milestone == "STARTED")
        #expect(run.component(component)?.milestone == "DESIGNED")
    }

    @Test("a milestone that the catalog lacks is told in the journal only")
    func unknownMilestone() {
        var run = run()
        let decision = run.report(component, nil, milestone: "CHRISTMAS")
        #expect(decision.events.count == 1)
        #expect(decision.events.ignored.first?.contains("CHRISTMAS") == true)
    }

    @Test("values are recorded; an empty one blanks nothing; the same again is nothing new (A30)")
    func values() {
        var run = run()
        func report(_ value: String) -> OrderDecision {
            run.report(
                component,
                nil,
                lines: [LineUpdate(lineID: "1", attributes: [LineAttribute(name: "IP", value: value)])]
            )
        }
        #expect(report("10.0.0.1").outcome == .applied)
        #expect(report("").outcome == .nothingNew)
        #expect(report("10.0.0.1").outcome == .nothingNew)
        #expect(run.line("1")?.values == ["IP": "10.0.0.1"])
        #expect(report("10.0.0.2").outcome == .applied)
        #expect(run.line("1")?.values == ["IP": "10.0.0.2"])
    }

    @Test("the values of a line have a limit")
    func valuesLimit() {
        var run = run()
        let attributes = (0...LineProgress.valuesMax).map { LineAttribute(name: "\($0)", value: "x") }
        let decision = run.report(component, nil, lines: [LineUpdate(lineID: "1", attributes: attributes)])
        #expect(run.line("1")?.values.count == LineProgress.valuesMax)
        #expect(decision.events.ignored.count == 1)
    }
}
