import Foundation
import Fulfillment
import Messages
import Orders
import Testing

@Suite("Operations are written, valid by schema, and read back")
struct OperationTests {
    private static let fixes = [
        DataFix(line: "2", name: "CLLI", value: "RJ01 & <2>"), DataFix(name: "CityName", value: "Niterói"),
    ]

    private func read(_ body: [UInt8]) throws -> DecodedMessage {
        try MessageDecoder().decode(body, transport: TransportContext(queue: "OPS"))
    }

    @Test("Each operation comes back as it was", arguments: OrderOperation.Action.allCases)
    func roundTrip(_ action: OrderOperation.Action) throws {
        let operation = OrderOperation(
            action: action,
            by: "ana",
            reason: "the line was repaired",
            component: "Provision/DSL/1",
            incident: 3,
            fixes: action == .fix ? Self.fixes : [],
            value: action == .assign ? "bruno" : nil
        )
        let body = MessageEncoder().encode(operation, on: "S-1", context: Sample.context(target: "OSMCFS_01"))
        try expectValid(body, .orderOperation)
        let message = try read(body)
        #expect(message.name == MessageEncoder.operationName)
        #expect(message.content == .operation(operation, on: "S-1"))
        #expect(message.context.messageID == Sample.context(target: "").messageID)
        #expect(message.context.hop?.resource == "OPS")
    }

    @Test("Without an operator the sender of the message asks; words come in any case")
    func sender() throws {
        let body = Self.message("<o:OperationCode>SUSPEND</o:OperationCode>")
        let message = try read(Array(body.utf8))
        #expect(
            message.content == .operation(OrderOperation(action: .suspend, by: "SEBL_01"), on: "S-1")
        )
    }

    @Test(
        "What makes no sense is refused with its reason and its order",
        arguments: [
            ("<o:OperationCode>explode</o:OperationCode>", "operation 'explode' is not known"),
            ("", "has no OperationCode"),
            ("<o:OperationCode>retry</o:OperationCode><o:IncidentID>x</o:IncidentID>", "incident 'x'"),
            (
                "<o:OperationCode>fix</o:OperationCode><o:DataFix><o:Value>1</o:Value></o:DataFix>",
                "a value without a name"
            ),
        ]
    )
    func refused(content: String, reason: String) throws {
        let failure = #expect(throws: DecodingFailure.self) {
            try read(Array(Self.message(content).utf8))
        }
        #expect(failure?.failure.code == .operationInvalid)
        #expect(failure?.failure.text.contains(reason) ?? false, "\(failure?.failure.text ?? "")")
        #expect(failure?.orderKey == "S-1")
        #expect(failure?.context?.messageID == "op-1")
    }

    @Test("Without an order or a message id it is refused, too")
    func unidentified() throws {
        let text = Self.message("<o:OperationCode>retry</o:OperationCode>")
        let noOrder = #expect(throws: DecodingFailure.self) {
            try read(Array(text.replacingOccurrences(of: "S-1", with: " ").utf8))
        }
        #expect(noOrder?.failure.code == .orderIDMissing)
        let noID = #expect(throws: DecodingFailure.self) {
            try read(Array(text.replacingOccurrences(of: "op-1", with: " ").utf8))
        }
        #expect(noID?.failure.code == .messageIDMissing)
    }

    private static func message(_ content: String) -> String {
        """
        <o:ProcessOrderOperationEBM xmlns:o="urn:waystation:OrderOperation:V1" \
        xmlns:c="http://xmlns.oracle.com/EnterpriseObjects/Core/Common/V2"><c:EBMHeader><c:EBMID>op-1</c:EBMID>\
        <c:Sender><c:ID>SEBL_01</c:ID></c:Sender></c:EBMHeader><o:DataArea><o:ProcessOrderOperation>\
        <c:Identification><c:ID>S-1</c:ID></c:Identification>\(content)</o:ProcessOrderOperation></o:DataArea>\
        </o:ProcessOrderOperationEBM>
        """
    }
}
