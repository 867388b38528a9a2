import Broker
import Catalog
import Fulfillment
import Messages
import Orders
import Station
import Store
import TestSupport
import Testing

@Suite("Time and priority")
struct TimeTests {
    /// 2037-06-01T12:00 in São Paulo, less billing, installation, shipping, provisioning, billing and customer ahead.
    private static let minutesAhead: Int64 = 5 + 120 + 2 * 24 * 60 + 240 + 5 + 5
    /// 2037-06-01T15:00:00Z.
    private static let requested = Timestamp(milliseconds: 2_127_481_200_000)
    private static let start = requested.advanced(bySeconds: -minutesAhead * 60)

    /// A station with an order that waits for its date.
    private static func futureDated() throws -> Loopback {
        let loopback = try Loopback()
        loopback.put(
            try Loopback.example("broadband/orders/future-dated.xml"),
            into: Loopback.intake,
            id: "future"
        )
        try loopback.settle()
        return loopback
    }

    @Test("a future-dated order begins exactly when it must, also after a restart (A76)")
    func futureDated() throws {
        let start = Self.start
        let loopback = try Self.futureDated()
        #expect(loopback.requests().isEmpty)
        #expect(loopback.engine.nextTimerDue == start)
        #expect(try loopback.order("COM", "BB-2007")?.lifecycle == .notStarted)

        try loopback.restart()
        #expect(loopback.engine.nextTimerDue == start)
        loopback.clock.set(start.advanced(byMilliseconds: -1))
        try loopback.settle()
        #expect(loopback.requests().isEmpty)

        loopback.clock.set(start)
        try loopback.settle()
        #expect(loopback.requests().keys.filter { $0.contains("SyncCustomer") }.count == 1)
        #expect(loopback.requests().count == 1)
        #expect(try loopback.order("COM", "BB-2007")?.lifecycle == .inProgress)
        #expect(try loopback.counter("timersFired") == 1)
        try loopback.runToQuiet()
        try loopback.expectAllComplete()
        #expect(loopback.requests().values.allSatisfy { $0.count == 1 })
    }

    @Test("what falls due while an order cannot be read is done once it can be")
    func unreadableWhenDue() throws {
        let loopback = try Self.futureDated()
        try loopback.restart()
        loopback.store.isUnreadable = true
        loopback.clock.set(Self.start)
        for _ in 0..<3 {
            try loopback.settle()
            #expect(loopback.requests().isEmpty)
            #expect(loopback.faults.last?.code == "INTERNAL_FAULT")
            loopback.clock.advance(bySeconds: 600)
        }
        try loopback.restart()
        try loopback.settle()
        #expect(loopback.requests().count == 1)
        try loopback.runToQuiet()
        try loopback.expectAllComplete()
        try loopback.expectConsistent()
    }

    @Test("a clock that steps back lets nothing begin too early")
    func clockStepsBack() throws {
        let start = Self.start
        let loopback = try Self.futureDated()
        loopback.clock.set(start.advanced(bySeconds: -3_600))
        _ = try loopback.engine.processDue()
        try loopback.settle()
        #expect(loopback.requests().isEmpty)
        #expect(loopback.engine.nextTimerDue == start)
    }

    @Test("an order whose date has passed begins at once")
    func pastDate() throws {
        let loopback = try Loopback(emulates: false)
        let order = try SampleOrder(key: "MOB-1")
        #expect(order.text.contains("RequestedDeliveryDateTime>2025-"))
        loopback.put(order.body, into: Loopback.intake, id: order.messageID)
        try loopback.settle()
        #expect(loopback.engine.nextTimerDue == nil)
        #expect(loopback.requests().count == 1)
    }

    @Test("an urgent order's requests take the urgent queues from end to end, another one's do not (A13)")
    func urgent() throws {
        let loopback = try Loopback()
        let urgentQueue = "AIA_CRTFO_OUT_URGENT_JMSQ"
        loopback.put(try Loopback.example("broadband/orders/urgent.xml"), into: Loopback.intake, id: "urgent")
        try loopback.runToQuiet()
        let urgent = loopback.messages(in: urgentQueue)
        #expect(!urgent.isEmpty)
        #expect(urgent.allSatisfy { $0.properties.priority == 9 })
        #expect(loopback.messages(in: "AIA_CRTFO_OUT_JMSQ").isEmpty)
        let asked = Set(loopback.sent.filter { $0.queue.contains("_REQUEST_") }.map(\.queue))
        #expect(asked.count > 3)
        #expect(asked.allSatisfy { $0.hasSuffix("_REQUEST_URGENT_JMSQ") }, "\(asked)")
        #expect(try loopback.orders().allSatisfy { $0.priority == 9 }, "SOM knows it, too")

        let order = try SampleOrder(key: "MOB-1")
        loopback.put(order.body, into: Loopback.intake, id: order.messageID)
        try loopback.runToQuiet()
        #expect(loopback.messages(in: urgentQueue).count == urgent.count)
        #expect(!loopback.messages(in: "AIA_CRTFO_OUT_JMSQ").isEmpty)
        #expect(loopback.sent.contains { $0.queue == "CUSTOMER_REQUEST_JMSQ" })
        try loopback.expectAllComplete()
    }
}
