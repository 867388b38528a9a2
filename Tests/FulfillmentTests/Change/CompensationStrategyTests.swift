import Fulfillment
import Orders
import TestSupport
import Testing

@Suite("Strategies of compensation")
struct CompensationStrategyTests {
    private let component: ComponentID = "A/A/1/LineGranularity"

    private func run(_ body: (inout FulfillmentFunction) -> Void) -> OrderRun {
        var function = TestCatalogs.function("A")
        body(&function)
        return OrderRun(TestCatalogs.functions([function], startPolicy: .immediate))
    }

    /// Redo from 100 on, nothing for what is marked as free, else undo then do.
    private static let byCondition = CompensationStrategy(
        .undoThenDo,
        choices: [
            CompensationStrategy.Choice(
                .redo,
                when: .isWithin(name: "speed", atLeast: 100, atMost: nil)
            ),
            CompensationStrategy.Choice(.none, when: .isOneOf(name: "speed", values: ["free"])),
        ]
    )

    @Test(
        "the first choice whose condition holds decides; where none can be answered, the static one (A40, A41)",
        arguments: [
            ("100", CompensationKind.redo), ("250", .redo), ("99.9", .undoThenDo), ("free", .none),
            // Not a number, nothing, far out of range: the condition does not hold, and nothing breaks.
            ("fast", .undoThenDo), ("100 Mbit", .undoThenDo), ("", .undoThenDo), ("-1e999", .undoThenDo),
            ("nan", .undoThenDo),
        ]
    )
    func choices(speed: String, expected: CompensationKind) throws {
        var run = run { $0.onChange = Self.byCondition }
        run.submit(TestOrders.lines(["1"]))
        let revised = run.submit(TestOrders.lines([speed], revision: 2))
        let step = try #require(revised.events.amendments.first?.steps.first)
        #expect(step.component == component && step.kind == expected)
        // What is no number is told of in the plan.
        let isNoNumber = ["fast", "100 Mbit", "nan"].contains(speed)
        #expect((step.fallback != nil) == isNoNumber)
        #expect(step.reason.contains("'speed' is none") == isNoNumber)
        let mode: [ExecutionMode] =
            switch expected {
            case .redo: [.redo]
            case .undoThenDo: [.undo]
            default: []
            }
        #expect(Told(revised, run).requests.map(\.execution) == mode)
        #expect(run.events.failures.isEmpty)
    }

    @Test("a value that is missing altogether takes the static choice (A41)")
    func missing() throws {
        var run = run { $0.onChange = Self.byCondition }
        run.submit(TestOrders.lines(["200"]))
        var revision = TestOrders.lines(["200"], revision: 2)
        revision.lines[0].attributes = []
        let step = try #require(run.submit(revision).events.amendments.first?.steps.first)
        #expect(step.kind == .undoThenDo)
    }

    @Test(
        "nothing is told of a condition without an answer where another one decides, for the same as the static one"
    )
    func decidedAllTheSame() throws {
        var run = run {
            $0.onChange = CompensationStrategy(
                .redo,
                choices: [
                    CompensationStrategy.Choice(
                        .undoThenDo,
                        when: .isWithin(name: "speed", atLeast: 100, atMost: nil)
                    ),
                    CompensationStrategy.Choice(.redo, when: .isOneOf(name: "speed", values: ["fast"])),
                ]
            )
        }
        run.submit(TestOrders.lines(["1"]))
        let step = try #require(
            run.submit(TestOrders.lines(["fast"], revision: 2)).events.amendments.first?.steps.first
        )
        #expect(step.kind == .redo && step.fallback == nil)
    }

    @Test(
        "what failed is asked for anew as it is wanted now, also where work that is done would stand (A40, A56)"
    )
    func failedWithoutChange() throws {
        var run = run { $0.onChange = CompensationStrategy(.none) }
        run.submit(TestOrders.lines(["1", "1"]))
        run.report("A/A/1/LineGranularity", "FAILED")
        run.report("A/A/2/LineGranularity", "COMPLETE")
        let revised = run.submit(TestOrders.lines(["2", "2"], revision: 2))
        #expect(revised.events.amendments.first?.steps.map(\.kind) == [.redo, CompensationKind.none])
        #expect(Told(revised, run).requests.map(\.component) == [component])
        #expect(run.state?.incidents.isEmpty == true && run.line("1")?.state == "IN_PROGRESS")
        run.answer(component, "COMPLETE", request: 2)
        #expect(run.state?.lifecycle == .completed)
    }

    @Test(
        "what was left as it is although it is wanted otherwise is taken back as it was asked for (A40, A42)"
    )
    func undoneAsAskedFor() throws {
        var function = TestCatalogs.function("A", granularity: .order)
        function.onChange = CompensationStrategy(.none)
        var run = OrderRun(TestCatalogs.functions([function], startPolicy: .immediate))
        run.submit(TestOrders.lines(["1", "1"]))
        run.report("A/A/WholeOrder", "IN PROGRESS")
        run.submit(TestOrders.lines(["2"], revision: 2))
        run.submit(TestOrders.lines(["3", "1", "1"], revision: 3))
        let undo = try #require(Told(run.operate(.cancel), run).requests.first)
        #expect(undo.execution == .undo && undo.lines == ["1", "2"])
        #expect(undo.formerLines.map(\.attributes.first?.value) == ["1", "1"])
    }

    @Test("a line that a revision adds to work that is left as it is comes as far as that (A40)")
    func addedToWorkThatIsLeft() {
        var function = TestCatalogs.function("A", granularity: .order)
        function.onChange = CompensationStrategy(.none)
        var run = OrderRun(TestCatalogs.functions([function], startPolicy: .immediate))
        run.submit(TestOrders.lines(["1"]))
        run.submit(TestOrders.lines(["1", "1"], revision: 2))
        let complete = LineUpdate(lineID: "1", status: ReportedStatus(code: "COMPLETE"))
        run.report("A/A/WholeOrder", nil, lines: [complete])
        #expect(run.line("2")?.state == "COMPLETE")
        #expect(run.state?.lifecycle == .completed)
    }

    @Test("what could not be taken back is asked for anew, also where work that stands would be left (A40)")
    func changedAfterFailedUndo() {
        var catalog = TestCatalogs.chain(["A", "B"])
        catalog.functions["B"]?.onChange = CompensationStrategy(.none)
        var run = OrderRun(catalog)
        run.submit(TestOrders.lines(["1", "1"]))
        let (first, later): (ComponentID, ComponentID) = ("A/A/2/LineGranularity", "B/B/2/LineGranularity")
        run.report(first, "COMPLETE")
        run.report(later, "COMPLETE")
        run.submit(TestOrders.lines(["1"], revision: 2))
        run.answer(later, "FAILED", request: 2)
        // What it depends on is redone first, so that it waits when it is wanted otherwise once more.
        run.submit(TestOrders.lines(["1", "2"], revision: 3))
        let revised = run.submit(TestOrders.lines(["1", "3"], revision: 4))
        let step = revised.events.amendments.first?.steps.first { $0.component == later }
        #expect(step?.kind == .redo)
    }

    @Test("removal is decided by what was asked for, not by what is wanted (A40)")
    func removal() throws {
        var run = run {
            $0.onRemoval = CompensationStrategy(
                .undo,
                choices: [
                    CompensationStrategy.Choice(.none, when: .isOneOf(name: "speed", values: ["1"]))
                ]
            )
        }
        run.submit(TestOrders.lines(["0", "1", "2"]))
        let revised = run.submit(TestOrders.lines(["0"], revision: 2))
        let steps = try #require(revised.events.amendments.first?.steps)
        #expect(steps.map(\.kind) == [.none, .none, .undo])
        #expect(Told(revised, run).requests.map(\.component) == ["A/A/3/LineGranularity"])
    }

    @Test(
        "what is not to be undone is left as it is: nobody is asked, its line is cancelled, the order ends (A40)"
    )
    func noRemoval() {
        var run = run { $0.onRemoval = CompensationStrategy(.none) }
        run.submit(TestOrders.lines(["1", "1"]))
        run.report("A/A/2/LineGranularity", "COMPLETE")
        let revised = run.submit(TestOrders.lines(["1"], revision: 2))
        #expect(Told(revised, run).requests.isEmpty)
        #expect(run.component("A/A/2/LineGranularity")?.processing == .completed)
        #expect(run.component("A/A/2/LineGranularity")?.isWithdrawn == true)
        #expect(run.line("2")?.state == "CANCELLED")
        run.report(component, "COMPLETE")
        #expect(run.state?.lifecycle == .completed)
    }

    @Test("nobody waits for the end of work that is left as it is: its request may have been lost (A40)")
    func noRemovalOfUnderWay() {
        var run = run { $0.onRemoval = CompensationStrategy(.none) }
        run.submit(TestOrders.lines(["1", "1"]))
        run.submit(TestOrders.lines(["1"], revision: 2))
        run.report(component, "COMPLETE")
        #expect(run.component("A/A/2/LineGranularity")?.processing == .inProgress)
        #expect(run.state?.lifecycle == .completed)
        let late = run.report("A/A/2/LineGranularity", "FAILED")
        #expect(!late.events.contains { if case .incidentOpened = $0 { true } else { false } })
        #expect(run.state?.lifecycle == .completed)
    }

    @Test("what failed and is left as it is waits for nobody's decision", arguments: [true, false])
    func noRemovalOfFailed(failsBefore: Bool) {
        var run = run { $0.onRemoval = CompensationStrategy(.none) }
        run.submit(TestOrders.lines(["1", "1"]))
        if failsBefore {
            run.report("A/A/2/LineGranularity", "FAILED")
            #expect(run.state?.incidents.count == 1)
        }
        run.submit(TestOrders.lines(["1"], revision: 2))
        if !failsBefore {
            let late = run.report("A/A/2/LineGranularity", "FAILED")
            #expect(late.events.failures.map(\.code) == [.systemRefused])
        }
        #expect(run.state?.incidents.isEmpty == true)
        #expect(run.line("2")?.state == "CANCELLED")
        run.report(component, "COMPLETE")
        #expect(run.state?.lifecycle == .completed)
    }
}
