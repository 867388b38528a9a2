import Fulfillment
import Orders
import TestSupport
import Testing

@Suite("An incident locks the order where the catalog says so (A62)")
struct ContainmentTests {
    /// A and B side by side, C after B; one line.
    private func run(_ containment: Containment, silence: Int64? = nil) -> OrderRun {
        var catalog = TestCatalogs.functions(
            ["A", "B", "C"].map { TestCatalogs.function($0, granularity: .order) },
            dependencies: [
                DependencyRule(
                    blocked: ComponentSelector(function: "C"),
                    blocking: ComponentSelector(function: "B")
                )
            ]
        )
        catalog.containment = containment
        catalog.systems["B"]?.silenceSecondsMax = silence
        var run = OrderRun(catalog)
        run.submit(TestOrders.things(1))
        return run
    }

    private let a: ComponentID = "A/A/WholeOrder"
    private let b: ComponentID = "B/B/WholeOrder"
    private let c: ComponentID = "C/C/WholeOrder"

    private func operation(_ action: OrderOperation.Action) -> OrderOperation {
        OrderOperation(
            action: action,
            by: "Ann",
            fixes: action == .fix ? [DataFix(name: "note", value: "x")] : []
        )
    }

    @Test("where it reaches its component only, the others go on")
    func component() {
        var run = run(.component)
        run.report(a, "FAILED")
        #expect(run.state?.groupState == .ready)
        #expect(run.report(b, "COMPLETE").events.released == [c])
    }

    @Test(
        "locked, replies are recorded and nothing starts; what a person decides releases it",
        arguments: [OrderOperation.Action.retry, .resolve, .fix, .skip, .complete]
    )
    func locked(_ action: OrderOperation.Action) {
        var run = run(.order)
        run.report(a, "FAILED")
        #expect(run.state?.groupState == .locked)
        #expect(run.report(b, "COMPLETE").events.released.isEmpty)
        #expect(run.component(b)?.processing == .completed)
        let released = run.operate(operation(action))
        #expect(run.state?.groupState == .ready)
        #expect(released.events.released == [c])
    }

    @Test("the system that reports success after all releases it, too")
    func recovered() {
        var run = run(.order)
        run.report(a, "FAILED")
        run.report(b, "COMPLETE")
        #expect(run.report(a, "COMPLETE").events.released == [c])
    }

    @Test("of two incidents the last one releases it")
    func two() {
        var run = run(.order)
        run.report(a, "FAILED")
        run.report(b, "FAILED")
        run.operate(OrderOperation(action: .skip, by: "Ann", component: b))
        #expect(run.state?.groupState == .locked)
        #expect(run.component(c)?.processing == .notStarted)
        run.operate(OrderOperation(action: .skip, by: "Ann", component: a))
        #expect(run.component(c)?.processing == .inProgress)
    }

    @Test("nothing is undone while it is locked; what a revision wants taken back waits for the release")
    func revised() {
        var catalog = run(.order).decider.catalog
        catalog.functions["A"]?.granularity = .line
        var run = OrderRun(catalog)
        run.submit(TestOrders.things(3))
        run.report("A/A/2/LineGranularity", "COMPLETE")
        run.report("A/A/1/LineGranularity", "FAILED")
        var draft = TestOrders.things(3)
        draft.lines.remove(at: 1)
        draft.revision = "2"
        run.submit(draft)
        #expect(run.state?.groupState == .locked)
        #expect(run.component("A/A/2/LineGranularity")?.processing == .completed)
        #expect(run.component(b)?.task != nil)
        let released = run.operate(operation(.skip))
        #expect(released.events.contains(.compensationReleased("A/A/2/LineGranularity", mode: .undo)))
        #expect(released.events.contains(.compensationReleased(b, mode: .redo)))
    }

    @Test("cancelling and aborting lead out", arguments: [OrderOperation.Action.cancel, .abort])
    func ended(_ action: OrderOperation.Action) {
        var run = run(.order)
        run.report(a, "FAILED")
        run.report(b, "COMPLETE")
        run.operate(operation(action))
        #expect(run.state?.incidents.isEmpty == true)
        #expect(run.state?.groupState == .ready)
        #expect(run.state?.lifecycle == (action == .cancel ? .cancelling : .aborted))
        if action == .cancel { #expect(run.component(b)?.processing == .undoing) }
    }

    @Test("a system that is silent while it is locked is found when it is released")
    func silent() {
        var run = run(.order, silence: 60)
        run.report(a, "FAILED")
        #expect(run.fireNextTimer()?.events.isEmpty == true)
        let released = run.operate(operation(.retry))
        #expect(released.events.failures.map(\.code) == [.systemSilent])
        #expect(run.timers.count == 1)
    }

    @Test("an order that failed as a whole is in error")
    func errored() {
        var run = run(.order)
        run.operate(operation(.fail))
        #expect(run.state?.groupState == .errored)
    }

    @Test("whether it is locked is in the journal, whatever the catalog says later")
    func replay() throws {
        var run = run(.order)
        run.report(a, "FAILED")
        let id = try #require(run.state?.id)
        let hops = try run.hops.map { ($0.at, try JournalCodec.encode($0.events)) }
        let folded = try JournalCodec.fold(hops.map { ($0.0, $0.1) }, onto: nil, id: id)
        #expect(folded == run.state)
        #expect(folded?.groupState == .locked)
    }
}
