import Foundation
import Fulfillment
import Messages
import Orders
import Testing

@Suite("Tickets are written, valid by schema, and their answers read")
struct TicketTests {
    private func report(
        isNew: Bool,
        lines: [LineID] = ["1", "2"],
        text: String = "no fiber there"
    ) -> TicketReport {
        var ticket = Ticket(
            number: 3,
            component: "Provision/DSL/1",
            failure: Failure(.systemRefused, text, component: "Provision/DSL/1", externalCode: "NO_FIBER"),
            openedAt: Timestamp(milliseconds: 1_795_248_000_000),
            isNew: isNew
        )
        if !isNew {
            ticket.status = .closed
            ticket.externalID = "TT-77"
            ticket.remark = "completed by Ann & <Bob>"
        }
        return TicketReport(
            ticket: ticket,
            isNew: isNew,
            orderKey: "S-1",
            salesOrderID: "4711",
            revision: "2",
            accountID: "A-1",
            system: "OSMPROV_01",
            lines: lines,
            policy: TicketPolicy(areas: ["OSMPROV_01": "Provisioning"])
        )
    }

    private func write(_ report: TicketReport) -> [UInt8] {
        MessageEncoder().encode(report, context: Sample.context(target: "SEBL_01"))
    }

    @Test("creation and update name order, lines, failure and area (A54)", arguments: [true, false])
    func written(isNew: Bool) throws {
        let body = write(report(isNew: isNew))
        try expectValid(body, .troubleTicket)
        let text = String(decoding: body, as: UTF8.self)
        #expect(text.contains(isNew ? "<ticket:CreateTroubleTicketEBM" : "<ticket:UpdateTroubleTicketEBM"))
        #expect(text.contains("S-1#3"))
        #expect(text.contains(">Provisioning<") && text.contains(">NO_FIBER<"))
        #expect(text.contains(isNew ? ">OPEN<" : ">RESOLVED<"))
        #expect(text.contains("TT-77") != isNew)
        #expect(text.components(separatedBy: "<ticket:OrderFailure>").count == 3)
    }

    @Test("without lines or sales order number the words stand that its readers expect, and texts are cut")
    func missing() throws {
        var report = report(isNew: true, lines: [], text: String(repeating: "x", count: 2_000))
        report.salesOrderID = nil
        report.policy.textCharactersMax = 50
        let body = write(report)
        try expectValid(body, .troubleTicket)
        let text = String(decoding: body, as: UTF8.self)
        #expect(text.contains(">N/A<"))
        #expect(!text.contains(String(repeating: "x", count: 51)))
        #expect(text.contains(String(repeating: "x", count: 50)))
    }

    @Test(
        "without a word in the catalog texts are cut at Oracle's lengths; severity, priority and area are its own"
    )
    func standardLengths() throws {
        func long(_ letter: String, _ count: Int) -> String { String(repeating: letter, count: count) }
        var report = report(isNew: true, text: long("t", 2_001) + "T")
        report.policy = TicketPolicy()
        report.system = long("s", 201) + "S"
        report.ticket.failure.component = ComponentID(long("c", 201) + "C")
        report.ticket.failure.externalCode = long("e", 101) + "E"
        // A failure cuts its own text; what is written must not rely on that.
        report.ticket.failure.text = long("t", 2_001) + "T"
        let body = write(report)
        try expectValid(body, .troubleTicket)
        let text = String(decoding: body, as: UTF8.self)
        for part in [
            "SystemCode>\(long("s", 200))<", "SubSystemCode>\(long("c", 200))<",
            "ReasonCode>\(long("e", 100))<", "Description>\(long("t", 2_000))<",
            "SeverityCode>2<", "PriorityCode>2<", "TypeCode>Order Failure<",
        ] { #expect(text.contains(part), "\(part.prefix(30))") }
        #expect(text.contains("AreaCode>\(report.system)<"), "an area without a name goes by its system's")
    }

    @Test("what the catalog says of type, severity, priority, area and status takes the place of that")
    func policy() throws {
        var report = report(isNew: false)
        report.policy = TicketPolicy(
            areas: ["OSMPROV_01": "Network"],
            statusCodes: [.closed: "DONE"],
            type: "Fallout",
            severity: "4",
            priority: "1",
            codeCharactersMax: 4,
            systemCharactersMax: 7,
            textCharactersMax: 8
        )
        let body = write(report)
        try expectValid(body, .troubleTicket)
        let text = String(decoding: body, as: UTF8.self)
        for part in [
            "SystemCode>OSMPROV<", "SubSystemCode>Provisi<", "ReasonCode>NO_F<", "Description>no fiber<",
            "SeverityCode>4<", "PriorityCode>1<", "TypeCode>Fallout<", "AreaCode>Network<", "Code>DONE<",
        ] { #expect(text.contains(part), "\(part)") }
    }

    private func answer(_ identification: String) -> [UInt8] {
        Array(
            """
            <t:CreateTroubleTicketResponseEBM
                xmlns:t="http://xmlns.oracle.com/EnterpriseObjects/Core/EBO/TroubleTicket/V1"
                xmlns:c="http://xmlns.oracle.com/EnterpriseObjects/Core/Common/V2">
              <c:EBMHeader><c:EBMID>EBM-9</c:EBMID><c:Sender><c:ID>SEBL_01</c:ID></c:Sender></c:EBMHeader>
              <t:DataArea><t:CreateTroubleTicketResponse>
                <c:Identification>\(identification)</c:Identification>
              </t:CreateTroubleTicketResponse></t:DataArea>
            </t:CreateTroubleTicketResponseEBM>
            """.utf8
        )
    }

    private func read(_ body: [UInt8]) throws -> DecodedMessage {
        try MessageDecoder().decode(body, transport: TransportContext(queue: "TT"))
    }

    @Test("the answer is an operation on the order, which says the ticket's number")
    func answered() throws {
        let message = try read(
            answer(
                "<c:BusinessComponentID>S#1#3</c:BusinessComponentID>"
                    + "<c:ApplicationObjectKey><c:ID>TT-77</c:ID></c:ApplicationObjectKey>"
            )
        )
        let expected = OrderOperation(action: .ticket, by: "SEBL_01", incident: 3, value: "TT-77")
        #expect(message.content == .operation(expected, on: "S#1"))
    }

    @Test(
        "an answer that names no ticket of ours, or no number, is refused with its reason",
        arguments: [
            ("<c:BusinessComponentID>S-1</c:BusinessComponentID>", FailureCode.orderIDMissing),
            ("<c:BusinessComponentID>S-1#3</c:BusinessComponentID>", .operationInvalid),
        ]
    )
    func refused(identification: String, code: FailureCode) {
        let failure = #expect(throws: DecodingFailure.self) { try read(answer(identification)) }
        #expect(failure?.failure.code == code)
    }
}
