import Fulfillment
import Orders
import TestSupport
import Testing

@Suite("Silence, retries and the fallout table")
struct RetryTests {
    private let component: ComponentID = "A/A/WholeOrder"

    /// A, and B after it; A's system may say nothing for a minute.
    private func run(_ rules: [FalloutRule] = [], silence: Int64? = 60) -> OrderRun {
        var catalog = TestCatalogs.chain(["A", "B"], granularity: .order)
        catalog.systems["A"]?.silenceSecondsMax = silence
        catalog.fallout = rules
        var run = OrderRun(catalog)
        run.submit(TestOrders.things(2))
        return run
    }

    private static func scheduled(_ events: [OrderEvent]) -> [(attempt: Int, due: Timestamp)] {
        events.compactMap {
            if case .retryScheduled(_, let attempt, let due) = $0 { (attempt, due) } else { nil }
        }
    }

    private static func retries(_ events: [OrderEvent]) -> Int {
        events.count { if case .componentRetried = $0 { true } else { false } }
    }

    private static func wakes(_ events: [OrderEvent]) -> [Timestamp] {
        events.compactMap { if case .wakeUp(let at) = $0 { at } else { nil } }
    }

    /// Lets time go to the next moment that a timer was set for.
    private static func next(_ run: inout OrderRun) -> OrderDecision? {
        let due = run.events.compactMap { event -> Timestamp? in
            switch event {
            case .wakeUp(let at): at
            case .retryScheduled(_, _, let due): due
            default: nil
            }
        }
        guard let next = due.filter({ $0 > run.now }).min() else { return nil }
        run.now = next
        return run.timeReached()
    }

    @Test(
        "A system that says nothing is asked three times again, each time after twice as long, then a person is"
    )
    func silence() throws {
        var run = run()
        #expect(Self.wakes(run.events) == [.testStart.advanced(bySeconds: 60)])
        for attempt in 1...3 {
            let silent = try #require(Self.next(&run))
            #expect(silent.events.failures.map(\.code) == [.systemSilent])
            let scheduled = try #require(Self.scheduled(silent.events).first)
            #expect(scheduled.attempt == attempt)
            let wait = scheduled.due.milliseconds - run.now.milliseconds
            let base = Int64(2_000) << (attempt - 1)
            #expect((base * 8 / 10...base * 12 / 10).contains(wait), "\(wait)")
            #expect(run.state?.incidents.isEmpty == true)
            let retried = try #require(Self.next(&run))
            #expect(Self.retries(retried.events) == 1)
            let requests = OutboundMessages(catalog: run.decider.catalog, role: "COM", now: run.now)
                .messages(for: retried.events, state: try #require(retried.state))
                .compactMap { if case .request(let request) = $0 { request } else { nil } }
            #expect(
                requests.map(\.correlation) == [
                    ComponentCorrelation.text(order: "SO-1", component: component)
                ]
            )
        }
        let last = try #require(Self.next(&run))
        let incident = try #require(run.state?.incidents.first)
        #expect(incident.failure.code == .systemSilent)
        #expect(incident.retries == 3)
        #expect(Self.scheduled(last.events).isEmpty)
        #expect(run.component(component)?.processing == .failed)
        #expect(run.line("1")?.state == "FAILED")
        #expect(Self.next(&run) == nil)
        // It was slow, not dead.
        let late = run.report(component, "COMPLETE")
        #expect(late.events.contains(.incidentClosed(1, resolution: .recovered, by: nil)))
        #expect(run.component(component)?.processing == .completed)
        #expect(run.running == ["B/B/WholeOrder"])
    }

    @Test("The first word of the system ends the wait, whatever it says")
    func heard() {
        var run = run()
        let first = run.report(component, "IN PROGRESS")
        #expect(first.events == [.componentHeard(component)])
        #expect(run.report(component, "IN PROGRESS").events.isEmpty)
        let later = run.timeReached(afterSeconds: 3_600)
        #expect(later.events.isEmpty)
        #expect(run.component(component)?.processing == .inProgress)
    }

    @Test("An answer while the next attempt is awaited makes it needless")
    func answered() throws {
        var run = run()
        _ = try #require(Self.next(&run))
        run.report(component, "IN PROGRESS")
        let due = try #require(Self.next(&run))
        #expect(Self.retries(due.events) == 0)
    }

    @Test("Nothing is sent while the order is suspended; what is due is sent when it goes on")
    func suspended() throws {
        var run = run()
        _ = try #require(Self.next(&run))
        run.operate(OrderOperation(action: .suspend, by: "ana"))
        #expect(run.timeReached(afterSeconds: 600).events.isEmpty)
        let resumed = run.operate(OrderOperation(action: .resume, by: "ana"))
        #expect(Self.retries(resumed.events) == 1)
    }

    @Test("A timer that comes early is set again")
    func early() {
        var run = run()
        let early = run.timeReached(afterSeconds: 10)
        #expect(early.events == [.wakeUp(at: .testStart.advanced(bySeconds: 60))])
    }

    @Test("Without a limit nobody waits for a word, and no event tells of it")
    func unlimited() {
        var run = run(silence: nil)
        #expect(Self.wakes(run.events).isEmpty)
        #expect(run.report(component, "IN PROGRESS").events.isEmpty)
    }

    @Test("Delays depend on order, component and attempt alone, and differ between orders")
    func jitter() throws {
        func delays(_ key: OrderKey) throws -> [Int64] {
            var catalog = TestCatalogs.functions([TestCatalogs.function("A", granularity: .order)])
            catalog.systems["A"]?.silenceSecondsMax = 1
            var run = OrderRun(catalog)
            var draft = TestOrders.things(1)
            draft.key = key
            run.submit(draft)
            var delays: [Int64] = []
            while let hop = Self.next(&run) {
                delays += Self.scheduled(hop.events).map { $0.due.milliseconds - run.now.milliseconds }
            }
            return delays
        }
        let first = try delays("SO-1")
        #expect(first.count == 3)
        #expect(try delays("SO-1") == first)
        let firsts = try (1...50).map { try delays(OrderKey("SO-\($0)"))[0] }
        #expect(Set(firsts).count > 25, "\(firsts)")
    }

    // MARK: The table

    private static func rule(_ action: FalloutAction, codes: Set<String> = []) -> FalloutRule {
        FalloutRule(systems: ["A"], codes: codes, action: action)
    }

    @Test("A refusal waits for a person, unless the table says to try again; then the request is a new one")
    func refusal() throws {
        var waiting = run()
        waiting.report(component, "FAILED")
        #expect(waiting.state?.incidents.count == 1)

        var run = run([Self.rule(.retry(times: 2, firstMilliseconds: 10_000))], silence: nil)
        for attempt in 1...2 {
            let refused = run.report(component, "FAILED")
            #expect(Self.scheduled(refused.events).map(\.attempt) == [attempt])
            #expect(run.state?.incidents.isEmpty == true)
            let retried = try #require(Self.next(&run))
            #expect(Self.retries(retried.events) == 1)
            #expect(run.component(component)?.processing == .inProgress)
            #expect(run.component(component)?.requests == attempt + 1)
            #expect(run.line("1")?.state == "IN_PROGRESS")
        }
        run.report(component, "FAILED")
        #expect(run.state?.incidents.map(\.retries) == [2])
        run.report(component, "COMPLETE")
        #expect(run.state?.incidents.isEmpty == true)
    }

    @Test("The first row that fits decides: by function, system, our code or the system's own")
    func rows() {
        let plan = run().component(component)?.plan
        var catalog = run().decider.catalog
        let failure = Failure(.systemRefused, "no", component: component, externalCode: "E-17")
        #expect(catalog.action(for: failure, of: plan) == .wait)
        catalog.fallout = [
            FalloutRule(functions: ["B"], action: .abort), FalloutRule(systems: ["B"], action: .abort),
            FalloutRule(codes: ["E-18"], action: .abort), FalloutRule(codes: ["E-17"], action: .rollBack),
            FalloutRule(action: .abort),
        ]
        #expect(catalog.action(for: failure, of: plan) == .rollBack)
        #expect(catalog.action(for: Failure(.undoFailed, "no"), of: plan) == .abort)
        catalog.fallout = []
        #expect(catalog.action(for: Failure(.systemSilent, "no"), of: plan) == .standardRetry)
    }

    @Test("Roll back cancels the order and undoes what was done")
    func rollBack() throws {
        var run = run(
            [FalloutRule(functions: ["B"], codes: ["SYSTEM_REFUSED"], action: .rollBack)],
            silence: nil
        )
        run.report(component, "COMPLETE")
        let refused = run.report("B/B/WholeOrder", "FAILED")
        let operated = refused.events.compactMap {
            if case .operated(let operation) = $0 { operation } else { nil }
        }
        #expect(operated.map(\.action) == [.cancel])
        #expect(operated.map(\.by) == ["the fallout table"])
        #expect([.cancelling, .cancelled].contains(run.state?.lifecycle))
        #expect(run.state?.incidents.isEmpty == true)
        #expect(
            run.component(component)?.task?.isUndo ?? false
                || run.component(component)?.processing == .undoing
        )
    }

    @Test("Abort ends the order at once: nothing is asked of anybody any more (A47)")
    func abort() {
        var run = run([Self.rule(.abort)], silence: nil)
        let refused = run.report(component, "FAILED")
        #expect(run.state?.lifecycle == .aborted)
        #expect(refused.events.operations.map(\.action) == [.abort])
        #expect(refused.events.operations.map(\.by) == ["the fallout table"])
        #expect(refused.events.failures.map(\.code) == [.systemRefused])
        #expect(Told(refused, run).requests.isEmpty)
        #expect(run.component(component)?.processing == .failed)
        #expect(run.state?.incidents.isEmpty == true)
        let late = run.report(component, "COMPLETE")
        #expect(late.events.ignored.count == 1 && late.events.count == 1)
        #expect(run.component("B/B/WholeOrder")?.processing == .notStarted)
    }

    @Test(
        "Abort while a transition waits ends that, too: the order does not come back to life (A45, A47)",
        arguments: [OrderOperation.Action.suspend, .cancel],
        [false, true]
    )
    func abortInGrace(action: OrderOperation.Action, othersWork: Bool) {
        var catalog = TestCatalogs.functions(
            (othersWork ? ["A", "C"] : ["A"]).map { TestCatalogs.function($0, granularity: .order) }
        )
        let grace = GracePeriod(secondsMax: 600, jeopardyEverySeconds: 60)
        catalog.changes = ChangePolicy(suspendGrace: grace, cancelGrace: grace)
        catalog.fallout = [Self.rule(.abort)]
        var run = OrderRun(catalog)
        run.submit(TestOrders.things(2))
        run.operate(action)
        #expect(run.state?.lifecycle == .waiting)
        let refused = run.report(component, "FAILED")
        #expect(run.state?.lifecycle == .aborted)
        #expect(Told(refused, run).requests.isEmpty)
        #expect(run.state?.change?.value.pending == nil && run.state?.change?.value.queued == nil)
        for _ in 0..<20 {
            #expect(run.timeReached(afterSeconds: 60).events.isEmpty)
        }
        #expect(run.state?.lifecycle == .aborted)
    }

    @Test("A failure that was reported before its component was asked for is decided by the table, too")
    func decidedEarly() {
        let rule = FalloutRule(systems: ["B"], action: .abort)
        var run = run([rule], silence: nil)
        run.report("B/B/WholeOrder", "FAILED")
        #expect(run.state?.lifecycle == .inProgress)
        run.report(component, "COMPLETE")
        #expect(run.component("B/B/WholeOrder")?.processing == .failed)
        #expect(run.state?.lifecycle == .aborted)
    }

    @Test(
        "Roll back that is refused at a point of no return leaves the failure to a person (A44)",
        arguments: ChangePolicy.BeyondReturn.allCases,
        [false, true]
    )
    func rollBackBeyondReturn(beyondReturn: ChangePolicy.BeyondReturn, afterGrace: Bool) {
        let grace = afterGrace ? GracePeriod(secondsMax: 600) : .none
        var run = runWithOther(
            ChangePolicy(beyondReturn: beyondReturn, cancelGrace: grace),
            beyond: [PointOfNoReturn(.hard, from: "COMPLETE")]
        )
        if !afterGrace { run.report("C/C/WholeOrder", "COMPLETE") }
        run.report(component, "FAILED")
        if afterGrace {
            #expect(run.state?.lifecycle == .waiting)
            run.report("C/C/WholeOrder", "COMPLETE")
        }
        #expect(run.events.failures.map(\.code).contains(.pointOfNoReturn))
        #expect(run.state?.incidents.map(\.failure.code) == [.systemRefused])
        #expect(run.state?.lifecycle == (beyondReturn == .park ? .waitingForRevision : .inProgress))
        if beyondReturn == .park { run.operate(.resume) }
        #expect(run.state?.incidents.count == 1)
        #expect(Told(run.operate(.retry), run).requests.map(\.component) == [component])
        #expect(run.state?.incidents.isEmpty == true)
    }

    @Test("Roll back that waits out a grace period is an incident until it takes effect (A45)")
    func rollBackInGrace() {
        var run = runWithOther(ChangePolicy(cancelGrace: GracePeriod(secondsMax: 600)))
        run.report(component, "FAILED")
        #expect(run.state?.lifecycle == .waiting)
        #expect(run.state?.incidents.map(\.failure.code) == [.systemRefused])
        let forced = run.timeReached(afterSeconds: 600)
        #expect(run.state?.lifecycle == .cancelling)
        #expect(forced.events.contains(.incidentClosed(1, resolution: .cancelled, by: nil)))
    }

    @Test(
        "Who suspended the order is not overtaken by a roll back: a person decides",
        arguments: [true, false]
    )
    func rollBackOfSuspended(isGraceOver: Bool) {
        let grace = isGraceOver ? GracePeriod.none : GracePeriod(secondsMax: 600)
        var run = runWithOther(ChangePolicy(suspendGrace: grace))
        run.operate(.suspend)
        let refused = run.report(component, "FAILED")
        #expect(Told(refused, run).requests.isEmpty)
        if !isGraceOver { run.timeReached(afterSeconds: 600) }
        #expect(run.state?.lifecycle == .suspended)
        #expect(run.state?.incidents.map(\.failure.code) == [.systemRefused])
        run.operate(.resume)
        #expect(run.state?.lifecycle == .inProgress && run.state?.incidents.count == 1)
        run.operate(.cancel)
        #expect(run.state?.lifecycle == .cancelling && run.state?.incidents.isEmpty == true)
    }

    /// A, whose failure rolls back, and C beside it.
    private func runWithOther(_ changes: ChangePolicy, beyond: [PointOfNoReturn] = []) -> OrderRun {
        var catalog = TestCatalogs.functions(
            ["A", "C"].map { TestCatalogs.function($0, granularity: .order) }
        )
        catalog.functions["C"]?.pointsOfNoReturn = beyond
        catalog.changes = changes
        catalog.fallout = [Self.rule(.rollBack)]
        var run = OrderRun(catalog)
        run.submit(TestOrders.things(1))
        return run
    }

    @Test("Journal and state agree after all of it")
    func replay() throws {
        var run = run()
        while Self.next(&run) != nil {}
        run.operate(OrderOperation(action: .retry, by: "ana"))
        let hops = try run.hops.map { ($0.at, try JournalCodec.encode($0.events)) }
        let id = try #require(run.state?.id)
        let folded = try JournalCodec.fold(hops.map { ($0.0, $0.1) }, onto: nil, id: id)
        #expect(folded == run.state)
        let state = try JournalCodec.encode(try #require(run.state))
        #expect(try JournalCodec.fold([], onto: state, id: id) == run.state)
    }
}
