import Fulfillment
import Orders
import TestSupport
import Testing

@Suite("Orders that could not be created for a reason that may pass are tried again (A53)")
struct RecreationTests {
    private static let rule = FalloutRule(
        codes: ["PRODUCT_CLASS_UNMAPPED"],
        action: .retry(times: 2, firstMilliseconds: 10_000)
    )

    /// Its catalog lacks the product class until it is mended.
    private func run(_ rules: [FalloutRule] = [rule]) -> OrderRun {
        var catalog = TestCatalogs.functions([TestCatalogs.function("A", granularity: .order)])
        catalog.productClasses = [:]
        catalog.tickets = TicketPolicy()
        catalog.fallout = rules
        var run = OrderRun(catalog)
        run.submit(TestOrders.things(1))
        return run
    }

    private var whole: OrderDecider {
        OrderDecider(
            role: "COM",
            catalog: TestCatalogs.functions([TestCatalogs.function("A", granularity: .order)])
        )
    }

    @Test("so often as its row says, after twice as long each time; then an incident waits for a person")
    func attempts() throws {
        var run = run()
        #expect(run.state?.lifecycle == .failed)
        #expect(run.state?.incidents.isEmpty == true)
        var due: [Int64] = []
        for attempt in 1...2 {
            #expect(run.state?.fallout?.value.recreation?.attempt == attempt)
            let before = run.now
            let fired = run.fireNextTimer()
            let again = try #require(fired)
            due.append(run.now.milliseconds - before.milliseconds)
            #expect(again.events.failures.map(\.code) == [.productClassUnmapped])
            #expect(!again.events.contains { if case .rejected = $0 { true } else { false } })
        }
        #expect((8_000...12_000).contains(due[0]) && (16_000...24_000).contains(due[1]), "\(due)")
        #expect(run.state?.incidents.map(\.failure.code) == [.productClassUnmapped])
        #expect(run.state?.tickets.count == 1)
        #expect(run.state?.fallout?.value.recreation == nil)
        #expect(run.timers.isEmpty)
    }

    @Test("it is created once the catalog of then has what it lacked, without an incident or ticket")
    func created() throws {
        let run = run()
        let due = try #require(run.timers.first)
        let decision = whole.decide(.timeReached(due), state: run.state, now: due)
        #expect(decision.state?.lifecycle == .inProgress)
        #expect(decision.state?.fallout?.value.recreation == nil)
        #expect(decision.state?.incidents.isEmpty == true)
        #expect(decision.events.released == ["A/A/WholeOrder"])
    }

    @Test(
        "not when one of the reasons stays, or the row is about a function, or none names the code",
        arguments: [
            [FalloutRule(functions: ["A"], codes: ["PRODUCT_CLASS_UNMAPPED"], action: .standardRetry)],
            [FalloutRule(action: .standardRetry)], [FalloutRule(codes: ["MODE_UNKNOWN"], action: .wait)], [],
        ]
    )
    func lasting(rules: [FalloutRule]) {
        let run = run(rules)
        #expect(run.state?.incidents.count == 1)
        #expect(run.timers.isEmpty)
    }

    @Test("a mixture of reasons is not tried again, either")
    func mixture() {
        var run = OrderRun(self.run().decider.catalog)
        var draft = TestOrders.things(1)
        draft.mode = "Nonsense"
        run.submit(draft)
        #expect(run.state?.failures.count == 2)
        #expect(run.state?.incidents.count == 1)
        #expect(run.timers.isEmpty)
    }

    @Test("a person may retry it before, and sees at once what came of it; the timer changes nothing then")
    func person() {
        var run = run()
        run.operate(OrderOperation(action: .retry, by: "Ann"))
        #expect(run.state?.incidents.count == 1)
        #expect(run.state?.fallout?.value.recreation == nil)
        #expect(run.fireNextTimer()?.events.isEmpty == true)
    }

    @Test("a timer that comes before its time is set again, one for something else is not")
    func early() throws {
        var run = run()
        let due = try #require(run.timers.first)
        #expect(run.perform(.timeReached(due)).events == [.recreationScheduled(attempt: 1, due: due)])
        #expect(run.perform(.timeReached(.testStart)).events.isEmpty)
    }

    @Test("the state is the fold of the journal")
    func replay() throws {
        var run = run()
        run.fireNextTimer()
        run.fireNextTimer()
        let id = try #require(run.state?.id)
        let hops = try run.hops.map { ($0.at, try JournalCodec.encode($0.events)) }
        #expect(try JournalCodec.fold(hops.map { ($0.0, $0.1) }, onto: nil, id: id) == run.state)
        let bytes = try JournalCodec.encode(try #require(run.state))
        #expect(try JournalCodec.decodeState(bytes) == run.state)
    }
}
