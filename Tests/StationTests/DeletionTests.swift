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

@Suite("Orders that are deleted (A47)")
struct DeletionTests {
    private static let queue = "AIA_ORDEROPS_IN_JMSQ"

    private static func operation(
        _ action: OrderOperation.Action,
        id: MessageID,
        reason: String? = "sent by a test"
    ) -> [UInt8] {
        let context = EncodingContext.ofOperation(id)
        let operation = OrderOperation(action: action, by: "ana", reason: reason)
        return MessageEncoder().encode(operation, on: "MOB-1", context: context)
    }

    private static func perform(
        _ action: OrderOperation.Action,
        id: MessageID,
        reason: String? = "sent by a test",
        _ loopback: Loopback
    ) throws {
        let body = operation(action, id: id, reason: reason)
        loopback.put(body, into: queue, id: id.rawValue)
        try loopback.settle()
    }

    /// An order that was aborted while its first component was under way.
    private static func aborted() throws -> Loopback {
        let loopback = try Loopback(emulates: false)
        let order = try SampleOrder(key: "MOB-1")
        loopback.put(order.body, into: Loopback.intake, id: order.messageID)
        try loopback.settle()
        try perform(.abort, id: "abort-1", loopback)
        return loopback
    }

    @Test("one that is over goes with all of it; who deleted it, when and why is kept")
    func deleted() throws {
        let loopback = try Self.aborted()
        try Self.perform(.delete, id: "delete-1", loopback)
        #expect(try loopback.order("COM", "MOB-1") == nil)
        let kept = try loopback.reader().deletedOrders(key: "MOB-1", role: nil, limit: 9)
        #expect(kept.map(\.by) == ["ana"])
        #expect(kept.map(\.reason) == ["sent by a test"])
        #expect(kept.map(\.lifecycle) == [.aborted])
        #expect(kept.map(\.messageID) == ["delete-1"])
        #expect(loopback.faults.isEmpty)
        try loopback.expectConsistent()
    }

    @Test("the old order again is a duplicate; a new message with the key starts a new order")
    func again() throws {
        let loopback = try Self.aborted()
        try Self.perform(.delete, id: "delete-1", loopback)
        let order = try SampleOrder(key: "MOB-1")
        loopback.put(order.body, into: Loopback.intake, id: order.messageID)
        try loopback.settle()
        #expect(try loopback.order("COM", "MOB-1") == nil)
        try Self.perform(.delete, id: "delete-1", loopback)
        #expect(try loopback.counter("duplicates") == 2)
        let anew = order.replacing("id-of-MOB-1", with: "id-of-another")
        loopback.put(anew.body, into: Loopback.intake, id: "another")
        try loopback.settle()
        #expect(try loopback.order("COM", "MOB-1")?.lifecycle == .inProgress)
        #expect(try loopback.reader().deletedOrders(key: nil, role: nil, limit: 9).count == 1)
        try loopback.expectConsistent()
    }

    @Test("a reply that was under way waits as for an order that is not known")
    func lateReply() throws {
        let loopback = try Self.aborted()
        let state = try #require(try loopback.state("COM", "MOB-1"))
        let component = try #require(state.components.first { $0.processing == .inProgress }).id
        try Self.perform(.delete, id: "delete-1", loopback)
        loopback.put(
            SystemText.update(of: "MOB-1", id: "u-1", component: component, status: "COMPLETE"),
            into: Loopback.updates,
            id: "u-1"
        )
        try loopback.settle()
        #expect(loopback.faults.map(\.code) == ["ORDER_UNKNOWN"])
        #expect(try loopback.reader().statistics().parked == 1)
        try loopback.expectConsistent()
    }

    @Test("one that is under way is not, nor without a reason; who asked is told")
    func refused() throws {
        let loopback = try Loopback(emulates: false)
        let order = try SampleOrder(key: "MOB-1")
        loopback.put(order.body, into: Loopback.intake, id: order.messageID)
        try loopback.settle()
        try Self.perform(.delete, id: "delete-1", loopback)
        #expect(loopback.faults.map(\.code) == ["TRANSACTION_NOT_PERMITTED"])
        let text = loopback.faults.first?.text ?? ""
        #expect(text.contains("transaction delete refused in state In Progress"))
        try Self.perform(.abort, id: "abort-1", loopback)
        try Self.perform(.delete, id: "delete-2", reason: nil, loopback)
        #expect(loopback.faults.map(\.code) == ["TRANSACTION_NOT_PERMITTED", "OPERATION_INVALID"])
        #expect(try loopback.order("COM", "MOB-1")?.lifecycle == .aborted)
        try loopback.expectConsistent()
    }

    @Test("aborted, deleted and sent anew in one group, it is the new one that is left, with its own work")
    func oneGroup() throws {
        let loopback = try Loopback(emulates: false)
        let order = try SampleOrder(key: "MOB-1")
        let anew = order.replacing("id-of-MOB-1", with: "id-of-another")
        let messages: [(id: String, queue: String, body: [UInt8])] = [
            (order.messageID, Loopback.intake, order.body),
            ("abort-1", Self.queue, Self.operation(.abort, id: "abort-1")),
            ("delete-1", Self.queue, Self.operation(.delete, id: "delete-1")),
            ("another", Loopback.intake, anew.body),
        ]
        let deliveries = messages.map { id, queue, body in
            loopback.delivery(
                of: Message(
                    properties: MessageProperties(contentType: "application/xml", messageID: id),
                    body: body
                ),
                from: queue
            )
        }
        try loopback.process(deliveries)
        try loopback.settle()
        #expect(
            try loopback.reader().deletedOrders(key: nil, role: nil, limit: 9).map(\.lifecycle) == [.aborted]
        )
        #expect(try loopback.order("COM", "MOB-1")?.lifecycle == .inProgress)
        let id = OrderID(role: "COM", key: "MOB-1")
        #expect(try loopback.reader().history(id)?.journal.first?.messageID == "id-of-another")
        // What the first one had asked for still went out, beside the request of the new one.
        #expect(loopback.requests().values.map(\.count) == [2])
        try loopback.expectConsistent()
    }

    /// Each message once, as the broker may have it twice from a process that ended.
    private static func texts(_ messages: some Sequence<Message>) -> [String] {
        var seen: Set<String> = []
        return messages.filter { seen.insert($0.properties.messageID ?? "").inserted }
            .map { String(decoding: $0.body, as: UTF8.self) }
    }

    @Test(
        "one that has not started leaves nobody waiting: its ticket is closed and upstream is told, all in one commit",
        arguments: [false, true]
    )
    func notStarted(restarts: Bool) throws {
        var catalog = try CatalogReader.read(
            path: Loopback.root.appending(path: "Examples/broadband/com.yaml").path
        )
        catalog.fulfillment.unknownBase = .fallout
        let loopback = try Loopback(emulates: false, catalogs: ["COM": catalog])
        let order = try SampleOrder.following("BASE-1", key: "MOB-1")
        loopback.put(order.body, into: Loopback.intake, id: order.messageID)
        try loopback.settle()
        #expect(try loopback.order("COM", "MOB-1")?.lifecycle == .notStarted)
        #expect(loopback.messages(in: "AIA_CRTTTREQ_JMSQ").count == 1)
        #expect(loopback.messages(in: "AIA_UPDTTREQ_JMSQ").isEmpty)
        loopback.restartsAfterEachGroup = restarts
        let toldBefore = loopback.messages(in: "AIA_UPDSO_OUT_JMSQ").count
        try Self.perform(.delete, id: "delete-1", loopback)
        #expect(try loopback.order("COM", "MOB-1") == nil)
        let closed = Self.texts(loopback.messages(in: "AIA_UPDTTREQ_JMSQ"))
        #expect(closed.count == 1)
        #expect(closed.first?.contains("RESOLVED") == true)
        #expect(closed.first?.contains("deleted by ana") == true)
        let told = Self.texts(loopback.messages(in: "AIA_UPDSO_OUT_JMSQ").dropFirst(toldBefore))
        #expect(told.count == 1)
        #expect(told.first?.contains("ORDER_DELETED") == true, "\(told)")
        #expect(try loopback.reader().statistics().timers == 0)
        try loopback.expectConsistent()
    }
}
