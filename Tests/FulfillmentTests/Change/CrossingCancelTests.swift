import Fulfillment
import Orders
import TestSupport
import Testing

@Suite("A cancellation that crosses a completion on the wire")
struct CrossingCancelTests {
    private let a: ComponentID = "A/A/WholeOrder"
    private let b: ComponentID = "B/B/WholeOrder"

    /// What is left of an order in the end.
    private struct End: Equatable {
        var lifecycle: LifecycleState?
        var status: StateName?
        var lines: [StateName]
        var components: [ComponentID: ProcessingState]
        /// What the systems were asked to take back, in that order.
        var undone: [ComponentID]
        var messages: Set<String>
    }

    /// Plays completion and cancellation in that order, and lets the systems answer what they are asked.
    private func play(
        cancelsFirst: Bool,
        functions: [FunctionName],
        byMessage: Bool,
        _ body: (inout FulfillmentCatalog) -> Void = { _ in }
    ) -> End {
        var catalog = TestCatalogs.chain(functions, granularity: .order)
        body(&catalog)
        var run = OrderRun(catalog)
        run.submit(TestOrders.lines(["1"]))
        var undone: [ComponentID] = []
        func cancel(_ run: inout OrderRun) -> OrderDecision {
            guard byMessage else { return run.operate(.cancel) }
            var draft = TestOrders.lines([], revision: 2)
            draft.lines = []
            return run.submit(draft)
        }
        var decisions: [OrderDecision] = []
        for isCancel in [cancelsFirst, !cancelsFirst] {
            decisions.append(isCancel ? cancel(&run) : run.answer(a, "COMPLETE", externalID: "EXT-1"))
        }
        for decision in decisions {
            undone += decision.events.compactMap {
                if case .compensationReleased(let id, .undo) = $0 { id } else { nil }
            }
        }
        while let asked = run.state?.components.first(where: { $0.processing == .undoing }) {
            let answered = run.answer(asked.id, "CANCELLED", request: asked.requests)
            undone += answered.events.compactMap {
                if case .compensationReleased(let id, .undo) = $0 { id } else { nil }
            }
        }
        // The completion once more, as a broker may bring it.
        let late = run.answer(a, "COMPLETE", externalID: "EXT-1")
        return End(
            lifecycle: run.state?.lifecycle,
            status: run.state?.status,
            lines: run.state?.lines.map(\.state) ?? [],
            components: Dictionary(
                (run.state?.components ?? []).filter { $0.requests > 0 }.map { ($0.id, $0.processing) },
                uniquingKeysWith: { first, _ in first }
            ),
            undone: undone,
            messages: Set(Told(late, run).messages.map { "\($0)" })
        )
    }

    @Test(
        "within the order: whichever comes first, all is undone and the order is cancelled (A43, A63)",
        arguments: [true, false]
    )
    func within(byMessage: Bool) {
        let ends = [true, false].map {
            play(cancelsFirst: $0, functions: ["A", "B"], byMessage: byMessage)
        }
        for end in ends {
            #expect(end.lifecycle == .cancelled)
            #expect(end.status == "CANCELLED" && end.lines == ["CANCELLED"])
            #expect(end.components[a] == .undoCompleted)
            #expect(end.undone.last == a)
            #expect(end.messages.isEmpty)
        }
        // B was asked for where the completion came first, and is undone before A; else it never was.
        #expect(ends.map(\.undone) == [[a], [b, a]])
        #expect(ends.map { $0.components[b] } == [nil, .undoCompleted])
    }

    @Test(
        "the last completion, where an order that is done may be taken up again: cancelled either way (A43, A63)"
    )
    func last() {
        let ends = [true, false].map {
            play(cancelsFirst: $0, functions: ["A"], byMessage: true) { $0.changes.afterEnd = .reopen }
        }
        #expect(ends[0] == ends[1])
        #expect(ends[0].lifecycle == .cancelled && ends[0].undone == [a])
    }

    @Test(
        "the last completion, where an order that is done stays so: done or cancelled, never between (A43, A63)"
    )
    func lastRefused() {
        let ends = [true, false].map { play(cancelsFirst: $0, functions: ["A"], byMessage: true) }
        #expect(ends.map(\.lifecycle) == [.cancelled, .completed])
        #expect(ends.map(\.status) == ["CANCELLED", "COMPLETE"])
        #expect(ends.map(\.undone) == [[a], []])
        #expect(ends.map { $0.components[a] } == [.undoCompleted, .completed])
    }

    @Test("what is being undone already when all is cancelled leaves the order of undoing as it is (A43)")
    func undoneInOrder() {
        var catalog = TestCatalogs.functions(
            ["A", "B", "C", "D"].map { TestCatalogs.function(FunctionName($0), granularity: .order) },
            dependencies: [("A", "B"), ("B", "C")].map { blocking, blocked in
                DependencyRule(
                    blocked: ComponentSelector(function: FunctionName(blocked)),
                    blocking: ComponentSelector(function: FunctionName(blocking))
                )
            },
            startPolicy: .immediate
        )
        for name in ["A", "C", "D"] {
            catalog.functions[FunctionName(name)]?.onChange = CompensationStrategy(.none)
        }
        catalog.functions["B"]?.onChange = CompensationStrategy(.undoThenDo)
        let c: ComponentID = "C/C/WholeOrder"
        var run = OrderRun(catalog)
        run.submit(TestOrders.lines(["1"]))
        for id in [a, b, c] { run.answer(id, "COMPLETE") }
        run.submit(TestOrders.lines(["2"], revision: 2))
        #expect(run.component(b)?.processing == .undoing)
        run.operate(.suspend)
        run.operate(.cancel)
        #expect(run.component(c)?.processing == .undoing)
        run.answer(b, "CANCELLED", request: 2)
        #expect(run.component(b)?.processing == .undoCompleted)
        #expect(run.component(a)?.processing == .completed)
        run.answer(c, "CANCELLED", request: 2)
        #expect(run.component(a)?.processing == .undoing)
    }
}
