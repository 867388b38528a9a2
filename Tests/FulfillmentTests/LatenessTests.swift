import Fulfillment
import Orders
import TestSupport
import Testing

@Suite("Jeopardy: components that are late, changes that wait (A45, A72)")
struct LatenessTests {
    private let component: ComponentID = "A/A/WholeOrder"

    private func run(_ function: Lateness?, system: Lateness? = nil) -> OrderRun {
        var catalog = TestCatalogs.functions([TestCatalogs.function("A", granularity: .order)])
        catalog.functions["A"]?.lateness = function
        catalog.systems["A"]?.lateness = system
        var run = OrderRun(catalog)
        run.submit(TestOrders.things(2))
        return run
    }

    private func faults(_ decision: OrderDecision?, _ run: OrderRun) throws -> [Failure] {
        let decision = try #require(decision)
        return OutboundMessages(catalog: run.decider.catalog, role: "COM", now: run.now)
            .messages(for: decision.events, state: try #require(decision.state))
            .compactMap { if case .fault(let report) = $0 { report.failure } else { nil } }
    }

    @Test("a component that is late is told of as a fault, once an interval, until it is finished")
    func late() throws {
        var run = run(Lateness(afterSeconds: 7_200, jeopardyEverySeconds: 600))
        for seconds in [7_200, 7_800, 8_400] {
            let told = try faults(run.fireNextTimer(), run)
            #expect(run.now == .testStart.advanced(bySeconds: Int64(seconds)))
            #expect(told.map(\.code) == [.componentLate])
            #expect(told.first?.component == component)
            #expect(told.first?.code.severity == .warning)
            #expect(told.first?.text.contains("expected within 2 h") == true)
        }
        // Other timers tell nothing before its time.
        #expect(run.timeReached(afterSeconds: 10).events.failures.isEmpty)
        run.report(component, "COMPLETE")
        #expect(run.fireNextTimer()?.events.isEmpty != false)
        #expect(run.state?.lifecycle == .completed)
    }

    @Test("one that failed is still awaited; asked again it has its time anew")
    func failed() throws {
        var run = run(Lateness(afterSeconds: 600))
        run.report(component, "FAILED")
        #expect(try faults(run.fireNextTimer(), run).map(\.code) == [.componentLate])
        run.now = run.now.advanced(bySeconds: 60)
        run.operate(OrderOperation(action: .retry, by: "Ann"))
        #expect(run.component(component)?.jeopardyAt == nil)
        #expect(run.timers.contains(run.now.advanced(bySeconds: 600)))
    }

    @Test("it is told once per expected duration, at most once a minute, unless the catalog says how often")
    func interval() {
        #expect(Lateness(afterSeconds: 10).jeopardyEverySeconds == 60)
        #expect(Lateness(afterSeconds: 600).jeopardyEverySeconds == 600)
        #expect(Lateness(afterSeconds: 600, jeopardyEverySeconds: 5).jeopardyEverySeconds == 5)
    }

    @Test("what a system says of itself goes before its function")
    func system() {
        let run = run(Lateness(afterSeconds: 60), system: Lateness(afterSeconds: 120))
        #expect(run.timers == [.testStart.advanced(bySeconds: 120)])
    }

    @Test("nothing is told while the order is suspended; when it goes on, at once")
    func suspended() throws {
        var run = run(Lateness(afterSeconds: 600))
        run.operate(OrderOperation(action: .suspend, by: "Ann"))
        #expect(run.fireNextTimer()?.events.isEmpty == true)
        #expect(run.timers.isEmpty)
        let resumed = run.operate(OrderOperation(action: .resume, by: "Ann"))
        #expect(try faults(resumed, run).map(\.code) == [.componentLate])
        #expect(run.timers == [run.now.advanced(bySeconds: 600)])
    }

    @Test("what became late while the order had failed is told when a revision lets it go on")
    func revised() throws {
        var catalog = TestCatalogs.functions([TestCatalogs.function("A", granularity: .line)])
        catalog.functions["A"]?.lateness = Lateness(afterSeconds: 600)
        var run = OrderRun(catalog)
        run.submit(TestOrders.lines(["1", "1"]))
        run.operate(OrderOperation(action: .fail, by: "Ann"))
        #expect(run.fireNextTimer()?.events.isEmpty == true)
        #expect(run.timers.isEmpty)
        let revised = run.submit(TestOrders.lines(["1", "2"], revision: 2))
        let told = try faults(revised, run)
        #expect(told.map(\.code) == [.componentLate])
        #expect(told.map(\.component) == ["A/A/1/LineGranularity"])
        #expect(run.timers == [run.now.advanced(bySeconds: 600)])
    }

    @Test("a restart changes nothing of it: the state is the fold of the journal")
    func replay() throws {
        var run = run(Lateness(afterSeconds: 600))
        run.fireNextTimer()
        let id = try #require(run.state?.id)
        let hops = try run.hops.map { ($0.at, try JournalCodec.encode($0.events)) }
        let folded = try JournalCodec.fold(hops.map { ($0.0, $0.1) }, onto: nil, id: id)
        #expect(folded == run.state)
        let bytes = try JournalCodec.encode(try #require(run.state))
        #expect(try JournalCodec.decodeState(bytes) == run.state)
        #expect(folded?.components.first?.jeopardyAt == run.now)
    }

    @Test("a grace period that runs is told outside, too, once an interval")
    func grace() throws {
        var catalog = TestCatalogs.functions([TestCatalogs.function("A", granularity: .order)])
        catalog.changes.suspendGrace = GracePeriod(secondsMax: nil, jeopardyEverySeconds: 3_600)
        var run = OrderRun(catalog)
        run.submit(TestOrders.things(1))
        run.operate(OrderOperation(action: .suspend, by: "Ann"))
        for _ in 1...2 {
            let told = try faults(run.fireNextTimer(), run)
            #expect(told.map(\.code) == [.transitionWaiting])
            #expect(told.first?.component == nil)
        }
        run.report(component, "COMPLETE")
        #expect(run.state?.lifecycle == .suspended)
        #expect(try faults(run.fireNextTimer(), run).isEmpty)
    }
}
