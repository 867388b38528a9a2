import Broker
import Catalog
import Fulfillment
import Messages
import Orders
import Store
import TestSupport
import Testing

@testable import Station

@Suite("Closed orders are removed while the station runs (A69)")
struct RetentionTests {
    private static let operations = "AIA_ORDEROPS_IN_JMSQ"
    private static let days: Int64 = 86_400
    private static let follower: OrderKey = "FOLLOW-1"

    /// Two orders of which one follows the other, and one by itself.
    private static func station(_ related: RelatedOrders, auditDays: Int = 365) throws -> SteppedStation {
        let station = try SteppedStation {
            $0.retention = RetentionConfiguration(
                closedOrderDays: 90,
                relatedOrders: related,
                auditDays: auditDays
            )
        }
        let follower = try SampleOrder.following("BASE-1", key: follower.rawValue)
        for order in [try SampleOrder(key: "BASE-1"), try SampleOrder(key: "OTHER-1"), follower] {
            try station.deliver(
                order.body,
                from: Loopback.intake,
                id: order.messageID,
                takingMicroseconds: 10
            )
        }
        return station
    }

    private static func message(
        _ action: OrderOperation.Action,
        on key: OrderKey,
        _ station: SteppedStation
    ) -> (id: String, body: [UInt8]) {
        let context = EncodingContext(
            messageID: MessageID("\(action.rawValue)-\(key)"),
            now: station.clock.now(),
            senderID: "SEBL_01",
            targetID: "OSMCFS_01",
            role: "COM",
            origin: nil,
            cause: nil
        )
        let operation = OrderOperation(action: action, by: "ana", reason: "sent by a test")
        return (context.messageID.rawValue, MessageEncoder().encode(operation, on: key, context: context))
    }

    private static func operate(
        _ action: OrderOperation.Action,
        on key: OrderKey,
        _ station: SteppedStation
    ) throws {
        let message = message(action, on: key, station)
        try station.deliver(message.body, from: operations, id: message.id, takingMicroseconds: 10)
    }

    /// Lets time pass, and the station have a few quiet moments.
    private static func pass(days: Int64, _ station: SteppedStation) throws {
        station.clock.advance(bySeconds: days * Self.days)
        for _ in 0..<5 {
            station.clock.advance(bySeconds: 61)
            try station.settle()
        }
    }

    private static func keys(_ station: SteppedStation) throws -> [OrderKey] {
        try station.reader().orders(matching: OrderFilter()).map(\.id.key).sorted {
            $0.rawValue < $1.rawValue
        }
    }

    private static func notes(_ station: SteppedStation) throws -> [DeletedOrder] {
        try station.reader().deletedOrders(key: nil, role: nil, limit: 99)
    }

    @Test("together: what an open order follows stays, and all go when all of them may")
    func together() throws {
        let station = try Self.station(.together)
        try Self.operate(.abort, on: "BASE-1", station)
        try Self.operate(.abort, on: "OTHER-1", station)
        try Self.pass(days: 89, station)
        #expect(try Self.keys(station) == ["BASE-1", "FOLLOW-1", "OTHER-1"])
        try Self.pass(days: 2, station)
        #expect(try Self.keys(station) == ["BASE-1", "FOLLOW-1"])
        try Self.operate(.abort, on: Self.follower, station)
        try Self.pass(days: 89, station)
        #expect(try Self.keys(station) == ["BASE-1", "FOLLOW-1"])
        try Self.pass(days: 2, station)
        #expect(try Self.keys(station) == [])

        let notes = try Self.notes(station)
        #expect(Set(notes.map(\.id.key)) == ["BASE-1", "FOLLOW-1", "OTHER-1"])
        #expect(Set(notes.map(\.by)) == ["retention"])
        #expect(notes.allSatisfy { $0.lifecycle == .aborted && $0.reason.hasSuffix(", kept 90 days") })
        #expect(try station.reader().consistencyProblems(limit: 9) == [])
        try Self.pass(days: 364, station)
        #expect(try Self.notes(station).count == 2)
        try Self.pass(days: 2, station)
        #expect(try Self.notes(station) == [])
        try station.stop()
    }

    @Test("apart: each goes by its own age, and an open one never")
    func apart() throws {
        let station = try Self.station(.apart)
        try Self.operate(.abort, on: "BASE-1", station)
        try Self.pass(days: 91, station)
        #expect(try Self.keys(station) == ["FOLLOW-1", "OTHER-1"])
        try Self.pass(days: 5_000, station)
        #expect(try Self.keys(station) == ["FOLLOW-1", "OTHER-1"])
        #expect(try station.reader().consistencyProblems(limit: 9) == [])
        try station.stop()
    }

    @Test("without audit nothing is noted of what retention removes, and of what people delete an hour long")
    func withoutAudit() throws {
        let station = try Self.station(.together, auditDays: 0)
        for key: OrderKey in ["OTHER-1", "BASE-1"] { try Self.operate(.abort, on: key, station) }
        try Self.operate(.delete, on: "OTHER-1", station)
        try Self.pass(days: 0, station)
        #expect(try Self.notes(station).map(\.by) == ["ana"])
        try Self.operate(.abort, on: Self.follower, station)
        try Self.pass(days: 91, station)
        #expect(try Self.keys(station) == [])
        #expect(try Self.notes(station) == [])
        try station.stop()
    }

    @Test(
        "a hop that was decided just before its order went is decided again, and leaves nothing of the order"
    )
    func raced() throws {
        let station = try Self.station(.together)
        try Self.operate(.abort, on: "OTHER-1", station)
        let message = Self.message(.resume, on: "OTHER-1", station)
        try station.broker.deliver(message.body, from: Self.operations, id: message.id)
        while try station.stages.stepCoordinator() {}
        for decider in 0..<station.stages.deciderCount { _ = station.stages.stepDecider(decider) }
        let now = station.clock.now().advanced(bySeconds: 1)
        let removed = try station.store.removeExpired(inboxBefore: .testStart, closedBefore: now, limit: 9)
        #expect(removed.orders == 1)
        try station.settle()
        func isTaken() throws -> Bool {
            try station.store.inboxRecord(role: "COM", messageID: MessageID(message.id)) != nil
        }
        #expect(try !isTaken(), "what was decided is not there")
        station.steadyClock.advance(microseconds: 10_000_000)
        try station.settle()
        #expect(try isTaken())
        #expect(try Self.keys(station) == ["BASE-1", "FOLLOW-1"])
        #expect(try station.reader().consistencyProblems(limit: 9) == [])
        try station.stop()
    }
}
