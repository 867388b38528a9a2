import Broker
import Messages
import Orders
import Testing

@Suite("AMQP properties and error annotations")
struct TransportTests {
    @Test("Outgoing properties")
    func outgoing() {
        var context = Sample.context()
        context.origin?.traceparent = Sample.transport.traceparent
        let properties = MessageProperties.outgoing(
            name: "ProcessProvisioningOrderEBM",
            context: context,
            correlationID: "c-1",
            priority: OrderPriority(8)
        )
        #expect(properties.messageID == "new-ebm")
        #expect(properties.type == "ProcessProvisioningOrderEBM")
        #expect(properties.contentType == "application/xml")
        #expect(properties.priority == 8)
        #expect(properties.timestampSeconds == 1_795_248_000)
        #expect(properties.appID == "waystation")
        #expect(properties.deliveryMode == 2)
        #expect(properties.correlationID == "c-1")
        #expect(properties.header("traceparent") == Sample.transport.traceparent)
        let long = MessageProperties.outgoing(
            name: "Fault",
            context: Sample.context(),
            correlationID: String(repeating: "c", count: 256)
        )
        #expect(long.correlationID == nil && long.headers.isEmpty)
    }

    @Test("A delivery's transport context")
    func transportContext() {
        let message = Message(
            properties: MessageProperties(
                contentType: "text/xml",
                headers: [HeaderField("traceparent", .text("t"))],
                correlationID: "c",
                messageID: "m"
            ),
            body: []
        )
        let context = TransportContext(
            Delivery(tag: DeliveryTag(epoch: 1, number: 1), queue: "Q", message: message)
        )
        #expect(
            context
                == TransportContext(
                    queue: "Q",
                    messageID: "m",
                    correlationID: "c",
                    contentType: "text/xml",
                    traceparent: "t"
                )
        )
    }

    private func annotation(text: String = "what happened") -> ErrorAnnotation {
        ErrorAnnotation(
            DecodingFailure(
                Failure(.messageNotXML, text),
                context: MessageContext(messageID: "ebm-1"),
                orderKey: "S-1",
                line: 3,
                column: 9
            ),
            transport: Sample.transport,
            role: "COM",
            now: Sample.now
        )
    }

    private func names(_ message: Message) -> [String] { message.properties.headers.map(\.name) }

    @Test("The original's bytes, properties and headers stay; what happened is added (A51)")
    func annotated() {
        let original = Message(
            properties: MessageProperties(
                contentType: "text/plain",
                headers: [
                    HeaderField("x-own", .integer(4)), HeaderField("x-waystation-code", .text("OLD")),
                    HeaderField("CC", .array([.text("elsewhere")])),
                ],
                deliveryMode: 1,
                priority: 3,
                expiration: "1000",
                messageID: "amqp-1",
                userID: "guest"
            ),
            body: [1, 2, 3]
        )
        let message = annotation().annotate(original)
        #expect(message.body == [1, 2, 3])
        #expect(message.properties.contentType == "text/plain")
        #expect(message.properties.messageID == "amqp-1")
        #expect(message.properties.deliveryMode == 2)
        #expect(message.properties.userID == nil && message.properties.expiration == nil)
        #expect(message.properties.headers.first == HeaderField("x-own", .integer(4)))
        #expect(message.properties.header("x-waystation-code") == "MESSAGE_NOT_XML")
        #expect(message.properties.header("x-waystation-text") == "what happened")
        #expect(message.properties.header("x-waystation-queue") == "AIA_CRTFO_IN_JMSQ")
        #expect(message.properties.header("x-waystation-message-id") == "ebm-1")
        #expect(message.properties.header("x-waystation-time") == "2026-11-21T08:00:00.000Z")
        #expect(message.properties.header("x-waystation-role") == "COM")
        #expect(message.properties.header("x-waystation-order") == "S-1")
        #expect(message.properties.header("x-waystation-position") == "3:9")
        #expect(message.properties.header("x-waystation-dropped-headers") == "user_id, expiration, CC")
        #expect(names(message).filter { $0 == "x-waystation-code" }.count == 1)
    }

    @Test("Long texts are cut at the border of a character, and all annotations stay within their limit")
    func capped() throws {
        for offset in 0..<4 {
            let text = String(repeating: "a", count: offset) + String(repeating: "🦊", count: 4_000)
            var annotation = annotation(text: text)
            annotation.correctiveAction = text
            annotation.queue = text
            annotation.messageID = text
            annotation.orderKey = OrderKey(text)
            let message = annotation.annotate(Message(body: []))
            let cut = try #require(message.properties.header("x-waystation-text"))
            #expect(cut.utf8.count <= ErrorAnnotation.valueBytesMax)
            #expect(cut.utf8.count > ErrorAnnotation.valueBytesMax - 4)
            #expect(text.hasPrefix(cut))
            let total = message.properties.headers.reduce(0) { sum, field in
                guard case .text(let value) = field.value else { return sum }
                return sum + field.name.utf8.count + value.utf8.count + 6
            }
            #expect(total <= ErrorAnnotation.annotationBytesMax)
            #expect(message.properties.header("x-waystation-code") == "MESSAGE_NOT_XML")
        }
    }

    @Test("A 64 KiB header table and one nested 5,000 deep lose what does not fit, by name")
    func hugeHeaders() {
        var nested = HeaderValue.void
        for _ in 0..<5_000 { nested = .table([HeaderField("n", nested)]) }
        let original = Message(
            properties: MessageProperties(headers: [
                HeaderField("big", .text(String(repeating: "b", count: 65_536))), HeaderField("deep", nested),
                HeaderField("small", .text("s")),
            ]),
            body: [9]
        )
        let message = annotation().annotate(original)
        #expect(names(message).contains("small"))
        #expect(!names(message).contains("big") && !names(message).contains("deep"))
        #expect(message.properties.header("x-waystation-dropped-headers") == "big, deep")
    }

    @Test("Headers fill the table up to its limit")
    func headerTableLimit() {
        let fields = (0..<64).map { HeaderField("h\($0)", .text(String(repeating: "v", count: 1_000))) }
        let message = annotation().annotate(
            Message(properties: MessageProperties(headers: fields), body: [])
        )
        let kept = names(message).filter { $0.hasPrefix("h") }.count
        #expect(kept > 20 && kept < 25)
        #expect(message.properties.header("x-waystation-dropped-headers")?.contains("h63") == true)
    }
}
