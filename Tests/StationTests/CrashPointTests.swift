import Broker
import Catalog
import Fulfillment
import Messages
import Orders
import Station
import Store
import TestSupport
import Testing

@Suite("Crash points")
struct CrashPointTests {
    private static let key: OrderKey = "TRIO-2001"

    private static func triplePlay(_ change: (Loopback) -> Void = { _ in }) throws -> Loopback {
        let loopback = try Loopback()
        change(loopback)
        loopback.put(
            try Loopback.example("broadband/orders/triple-play.xml"),
            into: Loopback.intake,
            id: "t-1"
        )
        try loopback.runToQuiet()
        return loopback
    }

    private static func expectSame(
        _ loopback: Loopback,
        as reference: Loopback,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        try loopback.expectAllComplete(sourceLocation: sourceLocation)
        #expect(try loopback.outcomes() == reference.outcomes(), sourceLocation: sourceLocation)
        let requests = loopback.requests()
        #expect(Set(requests.keys) == Set(reference.requests().keys), sourceLocation: sourceLocation)
        for (component, ids) in requests {
            #expect(
                Set(ids).count == 1,
                "\(component) was asked for as \(ids)",
                sourceLocation: sourceLocation
            )
        }
        #expect(loopback.faults.isEmpty, sourceLocation: sourceLocation)
    }

    @Test("a whole order of 16 lines ends alike when the process ends between any two groups (A18, A59)")
    func restartBetweenGroups() throws {
        let reference = try Self.triplePlay()
        #expect(try reference.state("COM", Self.key)?.lines.count == 16)
        let loopback = try Self.triplePlay { $0.restartsAfterEachGroup = true }
        try Self.expectSame(loopback, as: reference)
    }

    @Test("a commit that is refused is tried again with the same deliveries, and nothing went out before it")
    func refusedCommits() throws {
        let reference = try Self.triplePlay()
        for period in [2, 3, 5] {
            let loopback = try Self.triplePlay { loopback in
                loopback.store.faults = (0..<2_000).map { $0 % period == 0 ? .refused : nil }
            }
            try Self.expectSame(loopback, as: reference)
            #expect(loopback.requests().values.allSatisfy { $0.count == 1 }, "every request went out once")
        }
    }

    @Test(
        "a commit that happened though it was not told so has its effect once, and its messages go out (A59, A60)"
    )
    func unknownCommits() throws {
        let reference = try Self.triplePlay()
        for period in [1, 2, 3, 7] {
            let loopback = try Self.triplePlay { loopback in
                // Every other commit at most, so that the next one is a repetition that succeeds.
                loopback.store.faults = (0..<2_000).map { $0 % (period + 1) == 0 ? .unknown : nil }
            }
            try Self.expectSame(loopback, as: reference)
            #expect(loopback.requests().values.allSatisfy { $0.count == 1 }, "every request went out once")
            #expect(try loopback.counter("duplicates") > 0)
        }
    }

    @Test("refused and unknown commits and restarts together")
    func everything() throws {
        let reference = try Self.triplePlay()
        for seed in UInt64(1)...6 {
            var random = SeededRandom(seed: seed)
            let loopback = try Self.triplePlay { loopback in
                loopback.restartsAfterEachGroup = seed % 2 == 0
                loopback.store.faults = (0..<3_000).map { _ in
                    random.percent(25) ? .refused : random.percent(25) ? .unknown : nil
                }
            }
            try Self.expectSame(loopback, as: reference)
        }
    }

    @Test("a refused commit leaves nothing behind: no order, no counter, no message")
    func nothingBefore() throws {
        let loopback = try Loopback(emulates: false)
        let order = try SampleOrder(key: "MOB-1")
        let inbound = InboundDelivery(
            role: 0,
            link: 0,
            delivery: loopback.delivery(of: Message(body: order.body), from: Loopback.intake)
        )
        loopback.store.faults = [.refused]
        #expect(throws: StoreError.self) { try loopback.engine.process([inbound]) }
        #expect(try loopback.orders().isEmpty)
        #expect(try loopback.counter("hops") == 0)
        #expect(try loopback.reader().statistics().outboxPending == 0)
        let result = try loopback.engine.process([inbound])
        #expect(result.acknowledged == [InboundTag(link: 0, tag: inbound.delivery.tag)])
        #expect(result.outbox.count > 0)
        #expect(try loopback.order("COM", "MOB-1")?.lifecycle == .inProgress)
    }

    @Test("an unknown commit acknowledges nothing, and the repetition tells the caller of no message twice")
    func unknownOnce() throws {
        let loopback = try Loopback(emulates: false)
        let order = try SampleOrder(key: "MOB-1")
        let inbound = InboundDelivery(
            role: 0,
            link: 0,
            delivery: loopback.delivery(of: Message(body: order.body), from: Loopback.intake)
        )
        loopback.store.faults = [.unknown]
        var relay = OutboxRelay(newest: loopback.engine.newestOutboxID)
        relay.connected()
        #expect(throws: StoreError.self) { try loopback.engine.process([inbound]) }
        relay.storeMayHold(upTo: loopback.engine.newestOutboxID)
        let sequence = try loopback.order("COM", "MOB-1")?.sequence

        let again = try loopback.engine.process([inbound])
        #expect(again.acknowledged.count == 1)
        #expect(again.outbox.isEmpty)
        relay.committed(again.outbox)
        #expect(try loopback.order("COM", "MOB-1")?.sequence == sequence)
        #expect(try loopback.counter("duplicates") == 1)
        let after = try #require(relay.loadAfter)
        relay.loaded(try loopback.store.outbox(after: after, limit: 100))
        let rows = relay.next(now: loopback.clock.now())
        #expect(try rows.count == loopback.reader().statistics().outboxPending)
        #expect(rows.count > 0)
        relay.confirmed(rows.map(\.id))
        _ = try loopback.engine.process([], confirmedOutbox: relay.takeConfirmed())
        #expect(try loopback.reader().statistics().outboxPending == 0)
        #expect(relay.isIdle)
    }

    @Test(
        "an update parked by an unknown commit is applied when its order comes, and expires when it does not"
    )
    func unknownParked() throws {
        let loopback = try Loopback(emulates: false)
        loopback.store.faults = [.unknown]
        loopback.put(
            SystemText.update(of: "MOB-1", id: "u-1", component: "Nobody/1", status: "COMPLETE"),
            into: Loopback.updates,
            id: "u-1"
        )
        try loopback.settle()
        #expect(loopback.engine.nextTimerDue == Timestamp.testStart.advanced(bySeconds: 86_400))
        let order = try SampleOrder(key: "MOB-1")
        loopback.put(order.body, into: Loopback.intake, id: order.messageID)
        try loopback.settle()
        #expect(try loopback.reader().statistics().parked == 0)
        #expect(try loopback.state("COM", "MOB-1")?.parked.map(\.context.messageID) == ["u-1"])
    }

    @Test("a timer set by an unknown commit fires in time")
    func unknownTimer() throws {
        let loopback = try Loopback()
        loopback.store.faults = [.unknown]
        let order = try SampleOrder("future-dated", original: "BB-2007", key: "BB-1")
        loopback.put(order.body, into: Loopback.intake, id: order.messageID)
        try loopback.settle()
        #expect(loopback.engine.nextTimerDue == (try loopback.store.nextTimerDue()))
        #expect(loopback.engine.nextTimerDue != nil)
        try loopback.runToQuiet()
        try loopback.expectAllComplete()
    }
}
