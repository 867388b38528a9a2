import Broker
import Messages
import Orders
import Testing

@Suite("Operations on messages")
struct MessageOperationTests {
    private func read(_ body: [UInt8]) throws -> DecodedMessage {
        try MessageDecoder().decode(body, transport: TransportContext(queue: "OPS"))
    }

    @Test("Each comes back as it was and is valid by schema", arguments: MessageOperation.Action.allCases)
    func roundTrip(_ action: MessageOperation.Action) throws {
        var operation = MessageOperation(
            action: action,
            by: "ana",
            reason: "catalog & mapping corrected",
            queue: "AIA_CRTFO_IN_JMSQ",
            messageID: "EBM-<1>"
        )
        for isFull in [false, true] {
            if isFull {
                operation.record = 17
                operation.attempt = 2
                operation.parkedFor = "S-1"
            }
            let body = MessageEncoder().encode(operation, context: Sample.context(target: "OSMCFS_01"))
            try expectValid(body, .messageOperation)
            let message = try read(body)
            #expect(message.name == MessageEncoder.messageOperationName)
            #expect(message.content == .messageOperation(operation))
            #expect(message.orderKey == operation.parkedFor)
        }
    }

    @Test(
        "What is incomplete is refused with what is missing",
        arguments: [
            ("<o:OperationCode>destroy</o:OperationCode>", "known are resubmit, discard"),
            ("<o:OperationCode>resubmit</o:OperationCode><o:ResourceID>Q</o:ResourceID>", "MessageID"),
            (
                "<o:OperationCode>discard</o:OperationCode><o:ResourceID>Q</o:ResourceID>"
                    + "<o:MessageID>m</o:MessageID><o:OperatorID>ana</o:OperatorID>", "gives no reason"
            ),
            (
                "<o:OperationCode>resubmit</o:OperationCode><o:ResourceID>Q</o:ResourceID>"
                    + "<o:MessageID>m</o:MessageID>", "does not say who asks"
            ),
        ]
    )
    func refused(content: String, reason: String) throws {
        let text = """
            <o:ProcessMessageOperationEBM xmlns:o="urn:waystation:MessageOperation:V1">
            <o:DataArea><o:ProcessMessageOperation>\(content)</o:ProcessMessageOperation></o:DataArea>
            </o:ProcessMessageOperationEBM>
            """
        let failure = #expect(throws: DecodingFailure.self) { try read(Array(text.utf8)) }
        #expect(failure?.failure.code == .operationInvalid)
        #expect(failure?.failure.text.contains(reason) ?? false, "\(failure?.failure.text ?? "")")
    }

    @Test("A resubmitted message has the bytes and headers of the original, and a mark that is read back")
    func mark() {
        let original = Message(
            properties: MessageProperties(
                contentType: "application/xml",
                headers: [
                    HeaderField("x-sender", .text("kept")), HeaderField("CC", .array([.text("other")])),
                ],
                priority: 7,
                expiration: "1000",
                messageID: "m-1",
                userID: "guest"
            ),
            body: [1, 2, 3]
        )
        let mark = Resubmission(record: 17, attempt: 2)
        let sent = mark.mark(original)
        #expect(sent.body == original.body)
        #expect(sent.properties.messageID == "m-1")
        #expect(sent.properties.priority == 7)
        #expect(sent.properties.userID == nil && sent.properties.expiration == nil)
        #expect(sent.properties.headers.map(\.name) == ["x-sender", Resubmission.headerName])
        #expect(Resubmission(of: sent.properties) == mark)
        #expect(Resubmission(of: original.properties) == nil)
    }
}
