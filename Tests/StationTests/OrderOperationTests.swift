import Broker
import Fulfillment
import Messages
import Orders
import Station
import Store
import TestSupport
import Testing

@Suite("Operations that come as messages")
struct OrderOperationTests {
    private static let queue = "AIA_ORDEROPS_IN_JMSQ"

    private static func operation(
        _ action: OrderOperation.Action,
        on key: OrderKey = "MOB-1",
        id: MessageID,
        component: ComponentID? = nil,
        fixes: [DataFix] = []
    ) -> [UInt8] {
        let context = EncodingContext.ofOperation(id)
        let operation = OrderOperation(action: action, by: "ana", component: component, fixes: fixes)
        return MessageEncoder().encode(operation, on: key, context: context)
    }

    private static func loopback() throws -> Loopback {
        let loopback = try Loopback(emulates: false)
        let order = try SampleOrder(key: "MOB-1")
        loopback.put(order.body, into: Loopback.intake, id: order.messageID)
        try loopback.settle()
        return loopback
    }

    @Test("An operation takes effect once, however often its message comes, and stands in the journal")
    func once() throws {
        let loopback = try Self.loopback()
        for _ in 0..<3 {
            loopback.put(Self.operation(.suspend, id: "op-1"), into: Self.queue, id: "op-1")
            try loopback.settle()
        }
        let state = try #require(try loopback.state("COM", "MOB-1"))
        #expect(state.lifecycle == .suspended)
        #expect(try loopback.counter("duplicates") == 2)
        let hops = try #require(try loopback.reader().history(OrderID(role: "COM", key: "MOB-1"))).journal
        let hop = try #require(hops.last)
        #expect(hop.messageID == "op-1")
        #expect(hop.queue == Self.queue)
        #expect(hop.cause == "ProcessOrderOperationEBM")
        #expect(
            try JournalCodec.decodeEvents(hop.events).first
                == .operated(OrderOperation(action: .suspend, by: "ana"))
        )
        loopback.put(Self.operation(.resume, id: "op-2"), into: Self.queue, id: "op-2")
        try loopback.settle()
        #expect(try loopback.state("COM", "MOB-1")?.lifecycle == .inProgress)
        #expect(loopback.faults.isEmpty)
        try loopback.expectConsistent()
    }

    @Test("A failed component is asked again with corrected data")
    func fix() throws {
        let loopback = try Self.loopback()
        let state = try #require(try loopback.state("COM", "MOB-1"))
        let component = try #require(state.components.first { $0.plan.function == "SyncCustomer" }).id
        let line = try #require(state.components.first { $0.id == component }?.plan.lines.first)
        loopback.put(
            SystemText.update(of: "MOB-1", id: "u-1", component: component, status: "FAILED"),
            into: Loopback.updates,
            id: "u-1"
        )
        try loopback.settle()
        #expect(try loopback.state("COM", "MOB-1")?.incidents.count == 1)
        #expect(try loopback.order("COM", "MOB-1")?.componentsFailed == 1)
        let before = loopback.requests().values.map(\.count).reduce(0, +)
        let fixes = [DataFix(line: line, name: "Corrected", value: "yes")]
        loopback.put(Self.operation(.fix, id: "op-1", fixes: fixes), into: Self.queue, id: "op-1")
        try loopback.settle()
        let after = try #require(try loopback.state("COM", "MOB-1"))
        #expect(after.incidents.isEmpty)
        #expect(after.components.first { $0.id == component }?.processing == .inProgress)
        #expect(loopback.requests().values.map(\.count).reduce(0, +) == before + 1)
        #expect(try loopback.order("COM", "MOB-1")?.componentsFailed == 0)
        try loopback.expectConsistent()
    }

    @Test("For an order that is not known it is a fault, and nothing waits")
    func unknownOrder() throws {
        let loopback = try Self.loopback()
        loopback.put(Self.operation(.cancel, on: "NO-1", id: "op-1"), into: Self.queue, id: "op-1")
        try loopback.settle()
        #expect(loopback.faults.map(\.code) == ["ORDER_UNKNOWN"])
        #expect(try loopback.reader().statistics().parked == 0)
        #expect(try loopback.orders().map(\.id.key).contains("NO-1") == false)
        try loopback.expectConsistent()
    }

    @Test("In another queue, or without sense, it goes to the error queue with a fault")
    func refused() throws {
        let loopback = try Self.loopback()
        loopback.put(Self.operation(.cancel, id: "op-1"), into: Loopback.updates, id: "op-1")
        let senseless = String(decoding: Self.operation(.cancel, id: "op-2"), as: UTF8.self)
            .replacing("cancel", with: "explode")
        loopback.put(Array(senseless.utf8), into: Self.queue, id: "op-2")
        try loopback.settle()
        #expect(loopback.faults.map(\.code) == ["MESSAGE_WRONG_QUEUE", "OPERATION_INVALID"])
        // Handlers may subscribe to what they look after.
        #expect(
            loopback.routed.map(\.description) == [
                "exchange AIA_ERROR_TOPIC, key COM.business.MESSAGE_WRONG_QUEUE",
                "exchange AIA_ERROR_TOPIC, key COM.business.OPERATION_INVALID",
            ]
        )
        #expect(loopback.messages(in: Loopback.errorQueue).count == 2)
        #expect(try loopback.state("COM", "MOB-1")?.lifecycle == .inProgress)
    }
}
