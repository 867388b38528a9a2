import Fulfillment
import Orders
import TestSupport
import Testing

@Suite("Release of components")
struct ReleaseTests {
    private let first: ComponentID = "A/A/1/LineGranularity"
    private let second: ComponentID = "B/B/1/LineGranularity"

    private func run(_ wait: WaitCondition, delaySeconds: Int64 = 0, lines: Int = 1) -> OrderRun {
        var run = OrderRun(TestCatalogs.chain(["A", "B"], wait: wait, delaySeconds: delaySeconds))
        run.submit(TestOrders.things(lines))
        return run
    }

    private func moment(_ text: String) throws -> Timestamp {
        try #require(Timestamp(text: text, zone: .utc))
    }

    @Test("the whole order goes through its dependencies to COMPLETE, each component asked for once (A19)")
    func whole() {
        var run = OrderRun(TestCatalogs.broadband)
        run.submit(TestOrders.triplePlay())
        var waves: [Set<FunctionName>] = []
        while let running = run.state.map({ _ in run.running }), !running.isEmpty {
            waves.append(Set(running.compactMap { run.component($0)?.plan.function }))
            for id in running { run.report(id, "COMPLETE") }
        }
        #expect(waves == [["Sync"], ["Bill"], ["Provision", "Ship"], ["Provision"], ["CloseBill"]])
        #expect(run.state?.lifecycle == .completed)
        #expect(run.events.released.count == 13 && Set(run.events.released).count == 13)
        #expect(run.state?.lines.allSatisfy { $0.state == "COMPLETE" } == true)
    }

    @Test("waiting for completion, nothing less will do")
    func completed() {
        var run = run(.completed)
        #expect(run.report(first, "IN PROGRESS", milestone: "DESIGNED").events.released.isEmpty)
        #expect(run.report(first, "FAILED").events.released.isEmpty)
        #expect(run.report(first, "COMPLETE").events.released == [second])
    }

    @Test("waiting for a state, it or a later one will do (A20)", arguments: ["IN PROGRESS", "COMPLETE"])
    func state(status: String) {
        var run = run(.state("IN_PROGRESS-DESIGNED"))
        #expect(run.report(first, "IN PROGRESS", milestone: "STARTED").events.released.isEmpty)
        #expect(run.report(first, status, milestone: "DESIGNED").events.released == [second])
    }

    @Test(
        "waiting for a milestone, it or a later one will do, and completion without any (A20)",
        arguments: [("IN PROGRESS", "DESIGNED"), (nil, "DESIGNED"), (nil, "FINISHED"), ("COMPLETE", nil)]
            as [(String?, String?)]
    )
    func milestone(status: String?, milestone: String?) {
        var run = run(.milestone("DESIGNED"))
        #expect(run.report(first, nil, milestone: "STARTED").events.released.isEmpty)
        #expect(run.report(first, status, milestone: milestone).events.released == [second])
    }

    @Test(
        "waiting for a value, any or this one, a value that arrives later than the completion will do (A20)"
    )
    func value() {
        func report(_ run: inout OrderRun, _ value: String) -> [ComponentID] {
            let line = LineUpdate(lineID: "1", attributes: [LineAttribute(name: "serial", value: value)])
            return run.report(first, nil, lines: [line]).events.released
        }
        var any = run(.value(name: "serial", equals: nil))
        #expect(any.report(first, "COMPLETE").events.released.isEmpty)
        #expect(report(&any, "").isEmpty)
        #expect(report(&any, "x") == [second])
        var one = run(.value(name: "serial", equals: "42"))
        #expect(report(&one, "41").isEmpty)
        #expect(report(&one, "42") == [second])
    }

    @Test(
        "what a person skips, or says is done, keeps nobody waiting for its values",
        arguments: [OrderOperation.Action.skip, .complete],
        [nil, "42"] as [String?]
    )
    func valueGivenUp(action: OrderOperation.Action, expected: String?) {
        var run = run(.value(name: "serial", equals: expected))
        #expect(run.report(first, "FAILED").events.released.isEmpty)
        let decision = run.operate(OrderOperation(action: action, by: "Ann", component: first))
        #expect(decision.events.released == [second])
        #expect(run.component(second)?.processing == .inProgress)
    }

    @Test("a value that another component of the line reports wakes those that wait for it, too")
    func valueFromElsewhere() {
        let catalog = TestCatalogs.functions(
            [TestCatalogs.function("A"), TestCatalogs.function("B"), TestCatalogs.function("C")],
            dependencies: [
                DependencyRule(
                    blocked: ComponentSelector(function: "B"),
                    blocking: ComponentSelector(function: "A"),
                    wait: .value(name: "serial", equals: nil)
                )
            ]
        )
        var run = OrderRun(catalog)
        run.submit(TestOrders.things(1))
        let line = LineUpdate(lineID: "1", attributes: [LineAttribute(name: "serial", value: "x")])
        #expect(run.report("C/C/1/LineGranularity", nil, lines: [line]).events.released == [second])
    }

    @Test("a value that the order itself brings needs no waiting")
    func ownValue() {
        var run = OrderRun(TestCatalogs.chain(["A", "B"], wait: .value(name: "serial", equals: nil)))
        var draft = TestOrders.things(1)
        draft.lines[0].properties["serial"] = "x"
        #expect(run.submit(draft).events.released == [first, second])
    }

    @Test("a milestone of a line that another function overtook still wakes those that wait for it (A26)")
    func overtakenMilestone() {
        let catalog = TestCatalogs.functions(
            [TestCatalogs.function("A"), TestCatalogs.function("B"), TestCatalogs.function("C")],
            dependencies: [
                DependencyRule(
                    blocked: ComponentSelector(function: "B"),
                    blocking: ComponentSelector(function: "A"),
                    wait: .milestone("DESIGNED")
                )
            ]
        )
        var run = OrderRun(catalog)
        run.submit(TestOrders.things(1))
        run.report("C/C/1/LineGranularity", "COMPLETE")
        #expect(run.line("1")?.milestone == "FINISHED")
        #expect(run.report(first, "IN PROGRESS", milestone: "DESIGNED").events.released == [second])
        #expect(run.line("1")?.reached == ["FINISHED", "DESIGNED"])
    }

    // MARK: Time

    @Test("a delay counts from when the condition came to hold (A20)")
    func delay() throws {
        var run = run(.completed, delaySeconds: 600)
        run.now = run.now.advanced(bySeconds: 100)
        let decision = run.report(first, "COMPLETE")
        #expect(decision.events.released.isEmpty)
        let due = try moment("2026-11-21T08:11:40Z")
        #expect(decision.events.contains(.componentScheduled(second, due: due)))
        #expect(
            run.timeReached(afterSeconds: 599).events == [.componentScheduled(second, due: due)],
            "a second early"
        )
        #expect(run.timeReached(afterSeconds: 1).events.released == [second])
        #expect(run.timeReached(afterSeconds: 1).outcome == .nothingNew)
    }

    @Test(
        "a delay counts from when the condition came to hold, though the order stood still then",
        arguments: [(.suspend, .resume), (.fail, .resolve)]
            as [(OrderOperation.Action, OrderOperation.Action)]
    )
    func delayBegunMeanwhile(stop: OrderOperation.Action, start: OrderOperation.Action) {
        var run = run(.completed, delaySeconds: 600)
        run.operate(OrderOperation(action: stop, by: "Ann"))
        #expect(run.report(first, "COMPLETE").events.released.isEmpty)
        let due = run.now.advanced(bySeconds: 600)
        run.now = run.now.advanced(bySeconds: 400)
        #expect(run.operate(OrderOperation(action: start, by: "Ann")).events.released.isEmpty)
        #expect(run.component(second)?.scheduledFor == due)
        run.now = due
        #expect(run.timeReached().events.released == [second])
    }

    @Test("a clock that steps back sets the timer again and releases nothing")
    func clockStepsBack() throws {
        var run = run(.completed, delaySeconds: 600)
        run.report(first, "COMPLETE")
        let due = run.now.advanced(bySeconds: 600)
        run.now = run.now.advanced(bySeconds: -86_400)
        #expect(run.timeReached().events == [.componentScheduled(second, due: due)])
        run.now = due
        #expect(run.timeReached().events.released == [second])
    }

    @Test(
        "a date to wait until counts beside the delay: the later of the two (A20)",
        arguments: [1_800, 10_800]
    )
    func delayUntil(delaySeconds: Int64) throws {
        var catalog = TestCatalogs.chain(["A", "B"], delaySeconds: delaySeconds)
        catalog.dependencies[0].delayUntilProperty = "shelf"
        var run = OrderRun(catalog)
        var draft = TestOrders.things(1)
        draft.lines[0].properties["shelf"] = "2026-11-21T10:00:00Z"
        run.submit(draft)
        run.report(first, "COMPLETE")
        let due = max(try moment("2026-11-21T10:00:00Z"), run.now.advanced(bySeconds: delaySeconds))
        #expect(run.component(second)?.scheduledFor == due)
        run.now = due
        #expect(run.timeReached().events.released == [second])
    }

    @Test("of several delays the longest decides, each from its own beginning")
    func severalDelays() throws {
        var catalog = TestCatalogs.functions(
            [TestCatalogs.function("A"), TestCatalogs.function("B"), TestCatalogs.function("C")])
        catalog.dependencies = [("A", 3_600), ("B", 60)].map { blocking, delay in
            DependencyRule(
                blocked: ComponentSelector(function: "C"),
                blocking: ComponentSelector(function: FunctionName(rawValue: blocking)),
                delaySeconds: delay
            )
        }
        var run = OrderRun(catalog)
        run.submit(TestOrders.things(1))
        run.report(first, "COMPLETE")
        run.now = run.now.advanced(bySeconds: 3_000)
        run.report(second, "COMPLETE")
        #expect(
            run.component("C/C/1/LineGranularity")?.scheduledFor
                == Timestamp.testStart.advanced(bySeconds: 3_600)
        )
    }

    @Test("a future-dated order waits for its timer, and starts at once when the date is past (A23)")
    func futureDated() throws {
        var run = OrderRun(TestCatalogs.chain(["A"]))
        var draft = TestOrders.things(1)
        draft.requestedDelivery = "2026-11-22T08:00:00Z"
        let decision = run.submit(draft)
        #expect(decision.events.contains(.componentScheduled(first, due: try moment("2026-11-22T08:00:00Z"))))
        #expect(run.state?.lifecycle == .notStarted)
        #expect(run.timeReached(afterSeconds: 86_400).events.released == [first])
        #expect(run.state?.lifecycle == .inProgress)
    }

    @Test("of two timers each releases its own; neither sets the other again")
    func twoTimers() {
        var run = OrderRun(TestCatalogs.chain(["A"]))
        var draft = TestOrders.things(2)
        draft.lines[0].requestedDelivery = "2026-11-22T08:00:00Z"
        draft.lines[1].requestedDelivery = "2026-11-23T08:00:00Z"
        run.submit(draft)
        let decision = run.timeReached(afterSeconds: 86_400)
        #expect(decision.events.released == [first])
        let isScheduled = decision.events.contains {
            if case .componentScheduled = $0 { true } else { false }
        }
        #expect(!isScheduled)
        #expect(run.timeReached(afterSeconds: 86_400).events.released == ["A/A/2/LineGranularity"])
    }

    private func twoDates() -> OrderRun {
        var run = OrderRun(TestCatalogs.chain(["A"]))
        var draft = TestOrders.things(2)
        draft.lines[0].requestedDelivery = "2026-11-22T08:00:00Z"
        draft.lines[1].requestedDelivery = "2026-11-23T08:00:00Z"
        run.submit(draft)
        return run
    }

    @Test("of several timers that fired before the clock stepped back each is set again")
    func severalFiredEarly() throws {
        var run = twoDates()
        run.fireTimersEarly()
        #expect(
            run.timers == [try moment("2026-11-22T08:00:00Z"), try moment("2026-11-23T08:00:00Z")]
        )
        #expect(run.fireNextTimer()?.events.released == [first])
        #expect(run.fireNextTimer()?.events.released == ["A/A/2/LineGranularity"])
        #expect(run.timers.isEmpty)
    }

    @Test("a timer that fired early is set again though something else is due")
    func firedEarlyWhileOthersAreDue() throws {
        var run = twoDates()
        run.now = try moment("2026-11-22T08:00:00Z")
        let second = try moment("2026-11-23T08:00:00Z")
        let decision = run.perform(.timeReached(second))
        #expect(decision.events.released == [first])
        #expect(decision.events.contains(.componentScheduled("A/A/2/LineGranularity", due: second)))
    }

    @Test("a timer releases nothing while a dependency has come undone")
    func undoneDependency() {
        var catalog = TestCatalogs.functions([TestCatalogs.function("A"), TestCatalogs.function("B")])
        catalog.dependencies = [
            DependencyRule(
                blocked: ComponentSelector(function: "B"),
                blocking: ComponentSelector(function: "A"),
                wait: .state("IN_PROGRESS-DESIGNED")
            )
        ]
        var run = OrderRun(catalog)
        var draft = TestOrders.things(1)
        draft.requestedDelivery = "2026-11-21T09:00:00Z"
        run.submit(draft)
        run.timeReached(afterSeconds: 3_600)
        run.report(first, "FAILED")
        #expect(run.timeReached(afterSeconds: 7_200).events.released.isEmpty)
        #expect(run.report(first, "IN PROGRESS", milestone: "DESIGNED").events.released == [second])
    }
}
