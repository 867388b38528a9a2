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

@Suite("Failed messages are resubmitted or discarded")
struct ResubmissionTests {
    private static let queue = "AIA_ORDEROPS_IN_JMSQ"

    private static func put(
        _ action: MessageOperation.Action,
        _ message: MessageID,
        from queue: String = Loopback.intake,
        id: MessageID,
        record: Int64? = nil,
        attempt: Int? = nil,
        parkedFor: OrderKey? = nil,
        into loopback: Loopback
    ) {
        let context = EncodingContext.ofOperation(id)
        let operation = MessageOperation(
            action: action,
            by: "ana",
            reason: "catalog corrected",
            queue: queue,
            messageID: message,
            record: record,
            attempt: attempt,
            parkedFor: parkedFor
        )
        loopback.put(
            MessageEncoder().encode(operation, context: context),
            into: Self.queue,
            id: id.rawValue
        )
    }

    /// A catalog that takes no orders of the usual format.
    private static func strict() throws -> [RoleName: RoleCatalog] {
        var catalog = try CatalogReader.read(
            path: Loopback.root.appending(path: "Examples/broadband/com.yaml").path
        )
        catalog.acceptedMessages = []
        return ["COM": catalog]
    }

    /// A station that has refused the order MOB-1, with a corrected catalog from now on when `isCorrected`.
    private static func refused(isCorrected: Bool = true) throws -> (loopback: Loopback, order: SampleOrder) {
        let loopback = try Loopback(emulates: false, catalogs: try strict())
        let order = try SampleOrder(key: "MOB-1")
        let properties = MessageProperties(
            contentType: "application/xml",
            headers: [HeaderField("x-sender", .text("kept"))],
            priority: 3,
            messageID: "m-1"
        )
        loopback.put(order.body, into: Loopback.intake, properties: properties)
        try loopback.settle()
        #expect(loopback.faults.map(\.code) == ["MESSAGE_NOT_RECOGNIZED"])
        if isCorrected { try loopback.restart(catalogs: [:]) }
        return (loopback, order)
    }

    private static func status(_ loopback: Loopback, _ id: Int64 = 1) throws -> FailedStatus? {
        try loopback.reader().failedMessage(id)?.record.status
    }

    private static func resubmitted(_ loopback: Loopback) -> [Message] {
        loopback.sent.map(\.message).filter { Resubmission(of: $0.properties) != nil }
    }

    @Test("A refused message is kept with its bytes and headers, beside the copy in the error queue")
    func kept() throws {
        let (loopback, order) = try Self.refused(isCorrected: false)
        let failed = try #require(try loopback.reader().failedMessage(1))
        #expect(failed.message.body == order.body)
        #expect(failed.message.properties.headers == [HeaderField("x-sender", .text("kept"))])
        #expect(failed.record.messageID == "m-1" && failed.record.queue == Loopback.intake)
        #expect(failed.record.orderKey == "MOB-1")
        #expect(failed.record.status.state == .failed && failed.record.status.attempt == 0)
        #expect(failed.record.status.code == .messageNotRecognized)
        #expect(loopback.messages(in: Loopback.errorQueue).map(\.body) == [order.body])
        #expect(try loopback.reader().statistics().failed == 1)
        try loopback.expectConsistent()
    }

    @Test(
        "Ten resubmissions, one after the other or at the same time, have one effect",
        arguments: [true, false]
    )
    func tenTimes(atOnce: Bool) throws {
        let (loopback, order) = try Self.refused()
        for number in 0..<10 {
            Self.put(.resubmit, "m-1", id: MessageID("op-\(number)"), into: loopback)
            if !atOnce { try loopback.settle() }
        }
        try loopback.settle()
        let sent = Self.resubmitted(loopback)
        #expect(sent.count == 1)
        #expect(sent.first?.body == order.body)
        #expect(sent.first?.properties.messageID == "m-1" && sent.first?.properties.priority == 3)
        #expect(sent.first?.properties.header("x-sender") == "kept")
        #expect(try loopback.order("COM", "MOB-1")?.lifecycle == .inProgress)
        #expect(loopback.requests().values.allSatisfy { $0.count == 1 })
        #expect(loopback.faults.dropFirst().map(\.code) == Array(repeating: "OPERATION_INVALID", count: 9))
        let status = try #require(try Self.status(loopback))
        #expect(status.state == .accepted && status.decision?.messageID == "op-0")
        #expect(status.decision?.by == "ana" && status.decision?.reason == "catalog corrected")
        let journal = try loopback.reader().history(OrderID(role: "COM", key: "MOB-1"))?.journal
        #expect(journal?.first?.cause == "ProcessSalesOrderFulfillmentEBM, resubmitted")
        try loopback.expectConsistent()
    }

    @Test("Repeated by the broker, by the sender, and in a process that ends after each group: one effect")
    func repeated() throws {
        let (loopback, order) = try Self.refused()
        loopback.restartsAfterEachGroup = true
        loopback.arrange = { $0 + $0 }
        Self.put(.resubmit, "m-1", id: "op-1", into: loopback)
        try loopback.settle()
        for message in Self.resubmitted(loopback) { loopback.put(message, into: Loopback.intake) }
        loopback.put(order.body, into: Loopback.intake, id: "m-1")
        try loopback.settle()
        #expect(
            try loopback.events("COM", "MOB-1").count { if case .accepted = $0 { true } else { false } } == 1
        )
        #expect(loopback.faults.count == 1)
        // A process that ends before it hears of a confirm publishes again, under the same id.
        #expect(loopback.requests().values.allSatisfy { Set($0).count == 1 })
        #expect(try Self.status(loopback)?.state == .accepted)
        try loopback.expectConsistent()
    }

    @Test(
        "A commit that is refused or unknown changes nothing about that",
        arguments: [FaultyStore.Fault.refused, .unknown]
    )
    func troubledStore(fault: FaultyStore.Fault) throws {
        let (loopback, _) = try Self.refused()
        for round in 0..<2 {
            loopback.store.faults = [fault, fault]
            Self.put(.resubmit, "m-1", id: MessageID("op-\(round)"), into: loopback)
            try loopback.settle()
        }
        #expect(try loopback.order("COM", "MOB-1")?.lifecycle == .inProgress)
        #expect(loopback.requests().values.allSatisfy { $0.count == 1 })
        #expect(try Self.status(loopback)?.state == .accepted)
        try loopback.expectConsistent()
    }

    @Test("What fails again is failed once more, and an operation on the earlier failure leaves it alone")
    func failsAgain() throws {
        let (loopback, _) = try Self.refused(isCorrected: false)
        Self.put(.resubmit, "m-1", id: "op-1", attempt: 0, into: loopback)
        try loopback.settle()
        var status = try #require(try Self.status(loopback))
        #expect(status.state == .failed && status.attempt == 1 && status.decision?.messageID == "op-1")
        #expect(loopback.messages(in: Loopback.errorQueue).count == 2)
        #expect(loopback.faults.count == 2)
        Self.put(.resubmit, "m-1", id: "op-2", attempt: 0, into: loopback)
        try loopback.settle()
        #expect(Self.resubmitted(loopback).count == 1)
        #expect(loopback.faults.last?.code == "OPERATION_INVALID")

        try loopback.restart(catalogs: [:])
        Self.put(.resubmit, "m-1", id: "op-3", attempt: 1, into: loopback)
        try loopback.settle()
        status = try #require(try Self.status(loopback))
        #expect(status.state == .accepted && status.attempt == 1)
        #expect(try loopback.order("COM", "MOB-1")?.lifecycle == .inProgress)
        try loopback.expectConsistent()
    }

    @Test("By its number each of many failures under one id is reached, and none of another id or queue")
    func manyUnderOneID() throws {
        let count = 101
        let loopback = try Loopback(emulates: false, catalogs: try Self.strict())
        for number in 1...count {
            loopback.put(try SampleOrder(key: "MOB-\(number)").body, into: Loopback.intake, id: "m-1")
        }
        try loopback.settle()
        #expect(try loopback.reader().failedMessage(Int64(count))?.record.messageID == "m-1")
        try loopback.restart(catalogs: [:])
        Self.put(.resubmit, "m-1", id: "op-1", record: 1, attempt: 0, into: loopback)
        Self.put(.discard, "m-1", id: "op-2", record: 2, attempt: 0, into: loopback)
        try loopback.settle()
        #expect(try loopback.order("COM", "MOB-1")?.lifecycle == .inProgress)
        #expect(try Self.status(loopback, 1)?.state == .accepted)
        #expect(try Self.status(loopback, 2)?.state == .discarded)
        #expect(loopback.faults.count == count)

        Self.put(.discard, "m-2", id: "op-3", record: 3, into: loopback)
        Self.put(.discard, "m-1", from: Loopback.updates, id: "op-4", record: 3, into: loopback)
        Self.put(.discard, "m-1", id: "op-5", record: 999, into: loopback)
        try loopback.settle()
        for id in 3...Int64(count) { #expect(try Self.status(loopback, id)?.state == .failed) }
        #expect(
            loopback.faults.dropFirst(count).map(\.code) == Array(repeating: "OPERATION_INVALID", count: 3)
        )
        try loopback.expectConsistent()
    }

    @Test("A discarded message stays discarded, with who and why")
    func discard() throws {
        let (loopback, _) = try Self.refused()
        Self.put(.discard, "m-1", id: "op-1", into: loopback)
        Self.put(.resubmit, "m-1", id: "op-2", into: loopback)
        try loopback.settle()
        let status = try #require(try Self.status(loopback))
        #expect(status.state == .discarded && status.decision?.reason == "catalog corrected")
        #expect(Self.resubmitted(loopback).isEmpty)
        #expect(loopback.faults.last?.code == "OPERATION_INVALID")
        Self.put(.discard, "m-9", id: "op-3", into: loopback)
        try loopback.settle()
        #expect(loopback.faults.last?.code == "OPERATION_INVALID")
        try loopback.expectConsistent()
    }

    @Test("An operation that failed itself, after it was remembered, can be resubmitted")
    func operationResubmitted() throws {
        let loopback = try Loopback(emulates: false)
        let order = try SampleOrder(key: "MOB-1")
        loopback.put(order.body, into: Loopback.intake, id: order.messageID)
        try loopback.settle()
        try loopback.restart()
        loopback.store.isUnreadable = true
        Self.put(.discard, "u-1", from: Loopback.updates, id: "op-1", parkedFor: "MOB-1", into: loopback)
        try loopback.settle()
        #expect(loopback.faults.last?.code == "INTERNAL_FAULT")
        #expect(try Self.status(loopback)?.isInInbox == true)
        try loopback.restart()
        Self.put(.resubmit, "op-1", from: Self.queue, id: "op-2", into: loopback)
        try loopback.settle()
        // It has been heard now, and changes nothing, as no update is parked.
        #expect(loopback.faults.last?.code == "OPERATION_INVALID")
        #expect(try Self.status(loopback)?.state == .accepted)
        try loopback.expectConsistent()
    }

    @Test("A mark that the store does not know of gives nobody a second effect")
    func forged() throws {
        let (loopback, order) = try Self.refused()
        Self.put(.resubmit, "m-1", id: "op-1", into: loopback)
        try loopback.settle()
        for mark in [Resubmission(record: 1, attempt: 0), Resubmission(record: 99, attempt: 0)] {
            let properties = MessageProperties(contentType: "application/xml", messageID: "m-1")
            let message = Message(properties: properties, body: order.body)
            loopback.put(mark.mark(message), into: Loopback.intake)
        }
        try loopback.settle()
        #expect(loopback.requests().values.allSatisfy { $0.count == 1 })
        #expect(try loopback.counter("duplicates") == 2)
    }

    private static func component(of key: String) throws -> ComponentID {
        let loopback = try Loopback(emulates: false)
        let order = try SampleOrder(key: key)
        loopback.put(order.body, into: Loopback.intake, id: order.messageID)
        try loopback.settle()
        let state = try #require(try loopback.state("COM", OrderKey(key)))
        return try #require(state.components.first { $0.plan.function == "SyncCustomer" }).id
    }

    @Test("An update that waited too long takes effect once its order has come and it is resubmitted, once")
    func expiredUpdate() throws {
        let component = try Self.component(of: "MOB-1")
        let loopback = try Loopback(emulates: false)
        let body = SystemText.update(of: "MOB-1", id: "u-1", component: component, status: "COMPLETE")
        loopback.put(body, into: Loopback.updates, id: "u-1")
        try loopback.settle()
        loopback.clock.advance(bySeconds: 86_400)
        try loopback.settle()
        #expect(try Self.status(loopback)?.code == .parkedTooLong)
        let order = try SampleOrder(key: "MOB-1")
        loopback.put(order.body, into: Loopback.intake, id: order.messageID)
        try loopback.settle()
        for number in 0..<3 {
            Self.put(.resubmit, "u-1", from: Loopback.updates, id: MessageID("op-\(number)"), into: loopback)
        }
        try loopback.settle()
        #expect(try Self.status(loopback)?.state == .accepted)
        let state = try #require(try loopback.state("COM", "MOB-1"))
        #expect(state.components.first { $0.id == component }?.processing == .completed)
        let journal = try #require(try loopback.reader().history(OrderID(role: "COM", key: "MOB-1"))).journal
        #expect(journal.count { $0.messageID == "u-1" } == 1)
        try loopback.expectConsistent()
    }

    @Test("A parked message waits anew when it is tried in vain, or is discarded with who and why")
    func parked() throws {
        let loopback = try Loopback(emulates: false)
        let body = SystemText.update(of: "NEVER-1", id: "u-1", component: "A", status: "COMPLETE")
        loopback.put(body, into: Loopback.updates, id: "u-1")
        try loopback.settle()
        loopback.clock.advance(bySeconds: 3_600)
        let first = try #require(try loopback.reader().parked(after: 0, limit: 1).first)
        Self.put(
            .resubmit,
            "u-1",
            from: Loopback.updates,
            id: "op-1",
            parkedFor: "NEVER-1",
            into: loopback
        )
        try loopback.settle()
        let again = try loopback.reader().parked(after: 0, limit: 9)
        #expect(again.count == 1)
        #expect(again.first?.expiresAt == first.expiresAt.advanced(bySeconds: 3_600))
        #expect(again.first?.message == first.message)
        try loopback.restart()
        for id: MessageID in ["op-2", "op-3"] {
            Self.put(
                .discard,
                "u-1",
                from: Loopback.updates,
                id: id,
                parkedFor: "NEVER-1",
                into: loopback
            )
        }
        try loopback.settle()
        #expect(try loopback.reader().parked(after: 0, limit: 9).isEmpty)
        let failed = try #require(try loopback.reader().failedMessage(1))
        #expect(failed.message.body == body)
        #expect(failed.record.status.state == .discarded && failed.record.status.decision?.by == "ana")
        #expect(loopback.faults.map(\.code) == ["ORDER_UNKNOWN", "OPERATION_INVALID"])
        #expect(loopback.messages(in: Loopback.errorQueue).isEmpty)
        try loopback.expectConsistent()
    }

    /// An order that keeps an update of a component that has not been asked for.
    private static func withEarlyUpdate() throws -> (loopback: Loopback, component: ComponentID) {
        let loopback = try Loopback(emulates: false)
        let order = try SampleOrder(key: "MOB-1")
        loopback.put(order.body, into: Loopback.intake, id: order.messageID)
        try loopback.settle()
        let state = try #require(try loopback.state("COM", "MOB-1"))
        let component = try #require(state.components.first { $0.processing == .notStarted }).id
        let body = SystemText.update(of: "MOB-1", id: "u-1", component: component, status: "COMPLETE")
        loopback.put(body, into: Loopback.updates, id: "u-1")
        try loopback.settle()
        #expect(try loopback.state("COM", "MOB-1")?.parked.count == 1)
        #expect(try loopback.order("COM", "MOB-1")?.updatesParked == 1)
        #expect(try loopback.counter("parkedInOrders") == 1)
        return (loopback, component)
    }

    @Test("An update that its order keeps is taken up anew, and parked again while it does not fit")
    func keptByOrder() throws {
        let (loopback, component) = try Self.withEarlyUpdate()
        for number in 0..<10 {
            let id = MessageID("op-\(number)")
            Self.put(.resubmit, "u-1", from: Loopback.updates, id: id, parkedFor: "MOB-1", into: loopback)
        }
        try loopback.settle()
        let state = try #require(try loopback.state("COM", "MOB-1"))
        #expect(state.parked.map(\.context.messageID) == ["u-1"])
        #expect(state.components.first { $0.id == component }?.processing == .notStarted)
        #expect(try loopback.counter("parkedInOrders") == 1)
        let history = try #require(try loopback.reader().history(OrderID(role: "COM", key: "MOB-1")))
        #expect(history.journal.count { $0.messageID?.rawValue.hasPrefix("op-") == true } == 10)
        #expect(loopback.faults.isEmpty)
        try loopback.expectConsistent()
    }

    @Test("An update that its order keeps is discarded once, with who and why in the order's history")
    func keptByOrderDiscarded() throws {
        let (loopback, _) = try Self.withEarlyUpdate()
        for id: MessageID in ["op-1", "op-2"] {
            Self.put(.discard, "u-1", from: Loopback.updates, id: id, parkedFor: "MOB-1", into: loopback)
        }
        try loopback.settle()
        #expect(try loopback.state("COM", "MOB-1")?.parked.isEmpty == true)
        #expect(try loopback.order("COM", "MOB-1")?.updatesParked == 0)
        #expect(try loopback.counter("parkedInOrders") == 0)
        #expect(loopback.faults.map(\.code) == ["OPERATION_INVALID"])
        #expect(loopback.faults.first?.text.contains("it does not wait for order MOB-1") == true)
        let events = try loopback.events("COM", "MOB-1")
        #expect(events.contains(.parkedDropped("u-1")))
        let asked = events.compactMap { if case .operated(let operation) = $0 { operation } else { nil } }
        #expect(asked.map(\.by) == ["ana"] && asked.map(\.reason) == ["catalog corrected"])
        try loopback.expectConsistent()
    }
}
