import Broker
import Catalog
import Foundation
import Fulfillment
import Messages
import Orders
import Station
import Store
import TestSupport
import Testing

@Suite("Orders that follow another order, from message to message (A21)")
struct FollowOnTests {
    private static let operations = "AIA_ORDEROPS_IN_JMSQ"
    private static let base: OrderKey = "BASE-1"
    private static let follower: OrderKey = "FOLLOW-1"

    /// An order whose first line waits for a line of the base order.
    private func followOn(_ line: String = "1") throws -> SampleOrder {
        try .following(Self.base.rawValue, line: line, key: Self.follower.rawValue)
    }

    private func put(_ order: SampleOrder, _ loopback: Loopback) {
        loopback.put(order.body, into: Loopback.intake, id: order.messageID)
    }

    private func catalog(_ policy: UnknownBasePolicy) throws -> [RoleName: RoleCatalog] {
        let file = Loopback.root.appending(path: "Examples/broadband/com.yaml").path
        var catalog = try CatalogReader.read(path: file)
        catalog.fulfillment.unknownBase = policy
        return ["COM": catalog]
    }

    @Test(
        "It waits for an order that is still to come, then for its line; whatever is repeated or lost with the process",
        arguments: [false, true]
    )
    func waits(isTroubled: Bool) throws {
        let loopback = try Loopback()
        if isTroubled {
            loopback.arrange = { $0 + $0 }
            loopback.restartsAfterEachGroup = true
        }
        try put(followOn(), loopback)
        try loopback.settle()
        #expect(loopback.requests().isEmpty)
        #expect(loopback.faults.isEmpty)
        let start = loopback.clock.now()
        put(try SampleOrder(key: Self.base.rawValue), loopback)
        try loopback.runToQuiet()
        try loopback.expectAllComplete()
        #expect(loopback.clock.now() > start)
        #expect(loopback.faults.isEmpty)
        try SchemaCheck.expectValid(loopback)
        let told = try loopback.events("COM", Self.follower).compactMap { event -> BaseOutcome? in
            if case .baseAnswered(_, let outcome) = event { outcome } else { nil }
        }
        #expect(told == [.done])
        try expectOrder(loopback)
    }

    /// Nothing was asked for the follower before the line of the base order was done.
    private func expectOrder(_ loopback: Loopback) throws {
        let base = try #require(try loopback.reader().history(OrderID(role: "COM", key: Self.base)))
        let done = try base.journal.first { record in
            try JournalCodec.decodeEvents(record.events).contains { event in
                if case .followerTold = event { true } else { false }
            }
        }
        let first = try #require(try loopback.state("COM", Self.follower)).components.compactMap(
            \.requestedAt
        )
        .min()
        #expect(try #require(first) >= #require(done).at)
    }

    @Test(
        "An order that never comes is an incident once the waiting is over, and nothing is in the error queue"
    )
    func neverComes() throws {
        let loopback = try Loopback()
        try put(followOn(), loopback)
        try loopback.settle()
        #expect(try loopback.reader().statistics().parked == 1)
        try loopback.runToQuiet()
        #expect(loopback.faults.map(\.code) == ["BASE_ORDER_UNKNOWN"])
        #expect(loopback.messages(in: Loopback.errorQueue).isEmpty)
        let state = try #require(try loopback.state("COM", Self.follower))
        #expect(state.incidents.map(\.failure.code) == [.baseOrderUnknown])
        #expect(try loopback.reader().statistics().parked == 0)

        let resolve = OrderOperation(action: .resolve, by: "ana", reason: "done outside")
        let context = EncodingContext.ofOperation("op-1")
        loopback.put(
            MessageEncoder().encode(resolve, on: Self.follower, context: context),
            into: Self.operations
        )
        try loopback.runToQuiet()
        try loopback.expectAllComplete()
    }

    @Test(
        "Orders that follow each other in a circle: one of them is told, and may go on alone",
        arguments: [2, 3]
    )
    func circle(count: Int) throws {
        let loopback = try Loopback()
        let keys = (0..<count).map { OrderKey("RING-\($0)") }
        for (at, key) in keys.enumerated() {
            let base = keys[(at + 1) % count].rawValue
            try put(.following(base, key: key.rawValue), loopback)
        }
        try loopback.runToQuiet()
        let told = loopback.faults.map(\.code)
        #expect(!told.isEmpty && told.allSatisfy { $0 == "BASE_ORDER_CIRCLE" })
        try SchemaCheck.expectValid(loopback)
        let stuck = try #require(
            try keys.first { try loopback.state("COM", $0)?.incidents.isEmpty == false }
        )
        #expect(try loopback.state("COM", stuck)?.incidents.map(\.failure.code) == [.baseOrderCircle])
        let resolve = OrderOperation(action: .resolve, by: "ana", reason: "they need not wait")
        let context = EncodingContext.ofOperation("op-1")
        loopback.put(
            MessageEncoder().encode(resolve, on: stuck, context: context),
            into: Self.operations
        )
        try loopback.runToQuiet()
        try loopback.expectAllComplete()
        for key in keys { #expect(try loopback.state("COM", key)?.incidents.isEmpty == true) }
    }

    @Test("A long row of orders, each after the next one, is no circle")
    func row() throws {
        let loopback = try Loopback()
        for at in 0..<6 { try put(.following("ROW-\(at + 1)", key: "ROW-\(at)"), loopback) }
        put(try SampleOrder(key: "ROW-6"), loopback)
        try loopback.runToQuiet()
        #expect(loopback.faults.isEmpty)
        try loopback.expectAllComplete()
    }

    @Test("Where the catalog says so, an unknown order is an incident at once")
    func unknownAtOnce() throws {
        let loopback = try Loopback(catalogs: catalog(.fallout))
        try put(followOn(), loopback)
        try loopback.settle()
        #expect(loopback.faults.map(\.code) == ["BASE_ORDER_UNKNOWN"])
        #expect(try loopback.state("COM", Self.follower)?.incidents.count == 1)
        #expect(try loopback.reader().statistics().parked == 0)
        try SchemaCheck.expectValid(loopback)
    }

    @Test("A worker without a queue of operations says that it cannot ask")
    func noQueue() throws {
        let loopback = try Loopback { configuration in
            for index in configuration.workers.indices { configuration.workers[index].operations = [] }
        }
        try put(followOn(), loopback)
        try loopback.settle()
        #expect(loopback.faults.map(\.code) == ["BASE_ORDER_UNKNOWN"])
        #expect(loopback.faults.first?.text.contains("no queue of operations") == true)
    }

    @Test("A follower that is gone when its base tells makes no trouble")
    func followerGone() throws {
        let loopback = try Loopback()
        put(try SampleOrder(key: Self.base.rawValue), loopback)
        let follow = OrderOperation(action: .follow, by: "COM order GONE-1", value: "GONE-1", line: "1")
        let context = EncodingContext(
            messageID: "op-1",
            now: .testStart,
            senderID: "OSMCFS_01",
            targetID: "OSMCFS_01",
            role: "COM",
            origin: nil,
            cause: nil
        )
        try loopback.settle()
        loopback.put(MessageEncoder().encode(follow, on: Self.base, context: context), into: Self.operations)
        try loopback.runToQuiet()
        try loopback.expectAllComplete()
        #expect(loopback.faults.isEmpty)
        #expect(loopback.notes.contains { $0.text.contains("reports to order GONE-1") })
    }

    @Test("The example: the mobile order waits for the line of the triple play, and both complete (A21)")
    func example() throws {
        let loopback = try Loopback()
        let follower = try Loopback.example("broadband/orders/follow-on/mobile-after-triple-play.xml")
        loopback.put(follower, into: Loopback.intake)
        try loopback.settle()
        #expect(loopback.requests().isEmpty, "it is asked for nothing before the triple play is known")
        loopback.put(try Loopback.example("broadband/orders/triple-play.xml"), into: Loopback.intake)
        try loopback.runToQuiet()
        try loopback.expectAllComplete()
        #expect(loopback.faults.isEmpty, "\(loopback.faults)")
        let com = try loopback.orders().map(\.id).filter { $0.role == "COM" }
        #expect(com.count == 2)
        let followed = try com.filter { id in
            try loopback.events("COM", id.key).contains { if case .baseAnswered = $0 { true } else { false } }
        }
        #expect(followed.count == 1)
        try SchemaCheck.expectValid(loopback)
    }
}
