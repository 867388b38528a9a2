import Fulfillment
import Orders
import TestSupport
import Testing

@Suite("One timer for whatever waits for time alone")
struct WakeUpTests {
    private func run(lines: Int, silences: [FunctionName: Int64]) -> OrderRun {
        var catalog = TestCatalogs.functions(silences.keys.sorted().map { TestCatalogs.function($0) })
        for (function, seconds) in silences {
            catalog.systems[SystemName(rawValue: function.rawValue)]?.silenceSecondsMax = seconds
        }
        catalog.fallout = [FalloutRule(action: .wait)]
        var run = OrderRun(catalog)
        run.submit(TestOrders.things(lines))
        return run
    }

    private func wakes(_ run: OrderRun) -> Int {
        run.events.count { if case .wakeUp = $0 { true } else { false } }
    }

    @Test("thirty requests that nobody answers set one, which finds all thirty")
    func silent() {
        var run = run(lines: 30, silences: ["A": 60])
        #expect(run.timers == [.testStart.advanced(bySeconds: 60)])
        run.fireNextTimer()
        #expect(run.state?.incidents.count == 30)
        #expect(run.timers.isEmpty)
    }

    @Test("systems of different patience are each found silent at their own time")
    func patience() {
        var run = run(lines: 4, silences: ["A": 60, "B": 30, "C": 90])
        var found: [Int64: Int] = [:]
        while let decision = run.fireNextTimer() {
            let seconds = (run.now.milliseconds - Timestamp.testStart.milliseconds) / 1_000
            found[seconds, default: 0] += decision.events.failures.count
        }
        #expect(found == [30: 4, 60: 4, 90: 4])
        #expect(wakes(run) == 3)
    }

    @Test("timers for what was answered in time fire in vain, without a row in the journal")
    func answered() {
        var run = run(lines: 30, silences: ["A": 60])
        for component in run.running { run.report(component, "IN PROGRESS") }
        while let decision = run.fireNextTimer() { #expect(decision.events.isEmpty) }
        #expect(wakes(run) == 1)
    }

    @Test("a timer that belongs to something else sets none anew")
    func others() {
        var run = run(lines: 2, silences: ["A": 60])
        run.now = run.now.advanced(bySeconds: 10)
        #expect(run.perform(.timeReached(run.now)).events.isEmpty)
        // Its own, before its time, as the clock stepped back: it is set again.
        let due = Timestamp.testStart.advanced(bySeconds: 60)
        #expect(run.perform(.timeReached(due)).events == [.wakeUp(at: due)])
    }

    @Test("what fell due while the order was suspended is found when it goes on, what comes later in time")
    func suspended() {
        var run = run(lines: 1, silences: ["A": 60, "B": 600])
        run.operate(OrderOperation(action: .suspend, by: "Ann"))
        #expect(run.fireNextTimer()?.events.isEmpty == true)
        #expect(run.timers.isEmpty)
        let resumed = run.operate(OrderOperation(action: .resume, by: "Ann"))
        #expect(resumed.events.failures.map(\.component) == ["A/A/1/LineGranularity"])
        #expect(run.timers == [.testStart.advanced(bySeconds: 600)])
        #expect(run.fireNextTimer()?.events.failures.map(\.component) == ["B/B/1/LineGranularity"])
    }

    @Test("after a clock that stepped back past a timer that fired, the next one is set all the same")
    func steppedBack() {
        var run = run(lines: 1, silences: ["A": 60])
        run.report("A/A/1/LineGranularity", "IN PROGRESS")
        run.fireNextTimer()
        run.now = .testStart.advanced(bySeconds: 50)
        run.report("A/A/1/LineGranularity", "FAILED")
        run.operate(OrderOperation(action: .retry, by: "Ann"))
        #expect(run.timers == [.testStart.advanced(bySeconds: 110)])
    }

    @Test("of several retries whose timers fired before the clock stepped back each is made at its time")
    func retriesFiredEarly() {
        var catalog = TestCatalogs.functions(["A", "B", "C"].map { TestCatalogs.function($0) })
        catalog.fallout = [FalloutRule(action: .retry(times: 3, firstMilliseconds: 60_000))]
        var run = OrderRun(catalog)
        run.submit(TestOrders.things(1))
        for component in run.running { run.report(component, "FAILED") }
        let due = run.timers
        #expect(Set(due).count == 3)
        run.fireTimersEarly()
        #expect(run.timers.sorted() == due.sorted())
        var retried: [Timestamp] = []
        while run.fireNextTimer() != nil {
            for case .componentRetried in run.hops.last?.events ?? [] { retried.append(run.now) }
        }
        #expect(retried == due.sorted())
    }

    @Test("a retry whose timer fired early while the order was suspended is made once it goes on")
    func retryFiredEarlyWhileSuspended() {
        var catalog = TestCatalogs.functions([TestCatalogs.function("A")])
        catalog.fallout = [FalloutRule(action: .retry(times: 3, firstMilliseconds: 60_000))]
        var run = OrderRun(catalog)
        run.submit(TestOrders.things(1))
        run.report("A/A/1/LineGranularity", "FAILED")
        run.operate(OrderOperation(action: .suspend, by: "Ann"))
        run.fireTimersEarly()
        run.operate(OrderOperation(action: .resume, by: "Ann"))
        run.fireNextTimer()
        #expect(run.running == ["A/A/1/LineGranularity"])
    }

    @Test("the state knows its timer after a restart; a state of before reads without one")
    func stored() throws {
        let state = try #require(run(lines: 2, silences: ["A": 60]).state)
        let bytes = try JournalCodec.encode(state)
        #expect(try JournalCodec.decodeState(bytes) == state)
        let text = String(decoding: bytes, as: UTF8.self)
        let due = Timestamp.testStart.advanced(bySeconds: 60)
        let older = text.replacing(",\"wakeUpAt\":\(due.milliseconds)", with: "")
        #expect(older != text)
        #expect(try JournalCodec.decodeState(Array(older.utf8)).wakeUpAt == nil)
    }
}
