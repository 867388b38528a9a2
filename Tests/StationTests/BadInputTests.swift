import Broker
import Fulfillment
import Messages
import Orders
import Station
import Store
import TestSupport
import Testing

@Suite("Bad input")
struct BadInputTests {
    /// A good order after the bad input runs to its end.
    private static func expectGoesOn(_ loopback: Loopback) throws {
        let good = try SampleOrder(key: "GOOD-1")
        loopback.put(good.body, into: Loopback.intake, id: good.messageID)
        try loopback.runToQuiet()
        #expect(try loopback.order("COM", "GOOD-1")?.lifecycle == .completed)
        try loopback.expectConsistent()
    }

    @Test(
        "goes to the error queue with its bytes and headers, a fault says why, and the station goes on (A4, A5, A65)",
        arguments: try BadInput.all()
    )
    func refused(input: BadInput) throws {
        let loopback = try Loopback()
        let properties = MessageProperties(
            contentType: input.contentType,
            headers: [HeaderField("x-sender", .text("kept"))],
            messageID: input.messageID
        )
        loopback.put(input.body, into: input.queue, properties: properties)
        try loopback.settle()

        let kept = try #require(loopback.messages(in: Loopback.errorQueue).first)
        #expect(loopback.messages(in: Loopback.errorQueue).count == 1)
        #expect(kept.body == input.body)
        #expect(kept.properties.messageID == input.messageID)
        #expect(kept.properties.header("x-sender") == "kept")
        #expect(kept.properties.header("x-waystation-code") == input.code.rawValue)
        #expect(kept.properties.header("x-waystation-queue") == input.queue)
        #expect(
            kept.properties.header("x-waystation-role")
                == (input.queue == "AIA_CRTFO_OUT_JMSQ" ? "SOM" : "COM")
        )
        #expect(kept.properties.header("x-waystation-time") == Timestamp.testStart.text)
        let id = try #require(kept.properties.header("x-waystation-message-id"))
        #expect(input.name(ifNone: id) == id)
        #expect(kept.properties.header("x-waystation-text")?.isEmpty == false)

        try expectFault(loopback, input)
        #expect(try loopback.counter("error.\(input.code.rawValue)") == 1)
        #expect(try loopback.counter("hops") == 1)
        #expect(try loopback.orders().isEmpty)
        let note = try #require(loopback.notes.first { $0.level == .warning && $0.code == input.code })
        // The log tells the broker's id where the message itself says another: operators look it up by that.
        #expect(note.transportID == (input.headerID == nil ? nil : input.messageID))
        try Self.expectGoesOn(loopback)
    }

    private func expectFault(_ loopback: Loopback, _ input: BadInput) throws {
        let fault = try #require(loopback.faults.first)
        #expect(loopback.faults.count == 1)
        #expect(fault.code == input.code.rawValue)
        #expect(fault.value("corecom:CorrectiveAction")?.isEmpty == false)
        #expect(fault.value("corecom:SenderResourceTypeCode") == "QUEUE")
        #expect(fault.value("corecom:SenderResourceID") == input.queue)
        #expect(fault.value("corecom:SenderMessageID")?.isEmpty == false)
        #expect(fault.value("corecom:EBMID") == input.headerID ?? input.messageID)
        if let key = input.orderKey {
            #expect(fault.value("corecom:BusinessComponentID") == key)
            #expect(
                loopback.messages(in: Loopback.errorQueue).first?.properties.header("x-waystation-order")
                    == key
            )
        }
    }

    @Test("that is delivered again changes nothing but a counter", arguments: try BadInput.all())
    func refusedAgain(input: BadInput) throws {
        let loopback = try Loopback()
        let properties = MessageProperties(contentType: input.contentType, messageID: input.messageID)
        loopback.put(input.body, into: input.queue, properties: properties)
        loopback.put(input.body, into: input.queue, properties: properties)
        try loopback.settle()
        try loopback.restart()
        loopback.put(input.body, into: input.queue, properties: properties)
        try loopback.settle()
        #expect(loopback.faults.count == 1)
        #expect(loopback.messages(in: Loopback.errorQueue).count == 1)
        #expect(try loopback.counter("duplicates") == 2)
    }

    @Test("too large for us is rejected, so that the broker keeps it, with one fault however often it comes")
    func oversized() throws {
        let loopback = try Loopback()
        let message = Message(
            properties: MessageProperties(contentType: "application/xml", messageID: "huge"),
            body: [UInt8](repeating: 32, count: 1_000)
        )
        let bytes: UInt64 = 100 << 20
        let delivery = loopback.delivery(of: message, from: Loopback.intake, oversizedBytes: bytes)
        let first = try loopback.process([delivery])
        #expect(first.rejected == [InboundTag(link: 0, tag: delivery.tag)])
        #expect(first.acknowledged.isEmpty)
        let fault = try #require(loopback.faults.first)
        #expect(fault.code == "MESSAGE_TOO_LARGE")
        #expect(fault.value("corecom:SenderResourceID") == Loopback.intake)
        #expect(fault.value("corecom:SenderMessageID") == "huge")
        #expect(loopback.messages(in: Loopback.errorQueue).isEmpty)

        try loopback.restart()
        let second = try loopback.process([
            loopback.delivery(of: message, from: Loopback.intake, oversizedBytes: bytes)
        ])
        #expect(second.rejected.count == 1)
        #expect(loopback.faults.count == 1)
        #expect(try loopback.counter("error.MESSAGE_TOO_LARGE") == 1)
        #expect(try loopback.counter("duplicates") == 1)
        try Self.expectGoesOn(loopback)
    }

    @Test("the same message again changes nothing, and the same id with another body is told (A60)")
    func repeated() throws {
        let loopback = try Loopback()
        let order = try SampleOrder(key: "MOB-1")
        loopback.put(order.body, into: Loopback.intake, id: order.messageID)
        loopback.put(order.body, into: Loopback.intake, id: order.messageID)
        try loopback.runToQuiet()
        let before = try loopback.outcomes()
        let sequence = try loopback.order("COM", "MOB-1")?.sequence
        #expect(try loopback.counter("duplicates") == 1)
        let reports = loopback.messages(in: "AIA_UPDSO_OUT_JMSQ").count

        try loopback.restart()
        loopback.put(order.body, into: Loopback.intake, id: order.messageID)
        try loopback.runToQuiet()
        #expect(try loopback.counter("duplicates") == 2)
        #expect(loopback.faults.isEmpty)

        let other = order.replacing("CALL CENTER", with: "WEB")
        loopback.put(other.body, into: Loopback.intake, id: order.messageID)
        loopback.put(other.body, into: Loopback.intake, id: order.messageID)
        try loopback.runToQuiet()
        #expect(loopback.faults.map(\.code) == ["MESSAGE_ID_REUSED"])
        #expect(loopback.messages(in: Loopback.errorQueue).map(\.body) == [other.body])
        #expect(try loopback.outcomes() == before)
        #expect(try loopback.order("COM", "MOB-1")?.sequence == sequence)
        #expect(loopback.messages(in: "AIA_UPDSO_OUT_JMSQ").count == reports)
        #expect(loopback.requests().values.allSatisfy { $0.count == 1 })
    }

    @Test("without a message id of the transport an order is as good as any: its EBMID counts")
    func noTransportID() throws {
        let loopback = try Loopback()
        let order = try SampleOrder(key: "MOB-1")
        loopback.put(order.body, into: Loopback.intake)
        loopback.put(order.body, into: Loopback.intake)
        try loopback.runToQuiet()
        try loopback.expectAllComplete()
        #expect(try loopback.counter("duplicates") == 1)
        #expect(loopback.faults.isEmpty)
    }
}

extension BadInput {
    /// What it goes by; without an id of its own it must be a digest.
    fileprivate func name(ifNone id: String) -> String {
        headerID ?? messageID ?? (id.hasPrefix("digest-") ? id : "a digest")
    }
}
