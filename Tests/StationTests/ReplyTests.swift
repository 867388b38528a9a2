import Broker
import Orders
import Station
import Store
import TestSupport
import Testing

@Suite("Replies")
struct ReplyTests {
    private static let replies = "CALLER_REPLIES"

    @Test("An order that names a reply queue gets no reply there, taken or not, only updates upstream (A2)")
    func noReply() throws {
        let loopback = try Loopback()
        let good = try SampleOrder(key: "MOB-1")
        let invalid = try SampleOrder(key: "MOB-2")
            .replacing("FulfillmentModeCode>Deliver<", with: "FulfillmentModeCode>Teleport<")
        for (body, id) in [
            (good.body, good.messageID), (invalid.body, invalid.messageID), (Array("no order".utf8), "bad"),
        ] {
            let properties = MessageProperties(
                contentType: "application/xml",
                correlationID: "call-\(id)",
                replyTo: Self.replies,
                messageID: id
            )
            loopback.put(body, into: Loopback.intake, properties: properties)
        }
        try loopback.runToQuiet()
        #expect(try loopback.order("COM", "MOB-1")?.lifecycle == .completed)
        #expect(try loopback.order("COM", "MOB-2")?.lifecycle == .failed)
        #expect(!loopback.messages(in: "AIA_UPDSO_OUT_JMSQ").isEmpty)
        #expect(!loopback.sent.contains { $0.queue == Self.replies })
        let emitted = loopback.sent.filter {
            $0.queue != Loopback.intake && $0.queue != Loopback.errorQueue
        }
        #expect(emitted.allSatisfy { $0.message.properties.replyTo == nil }, "nor does it ask for any")
    }
}
