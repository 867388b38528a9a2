import Fulfillment
import Messages
import Orders
import Testing

@Suite("Faults say what failed, why, and what to do")
struct FaultTests {
    private let report = FaultReport(
        failure: Failure(
            .productClassUnmapped,
            "line 2: no pattern for product class Toaster",
            component: "C/1",
            line: "2",
            externalCode: "E-1"
        ),
        orderKey: "S-1",
        salesOrderID: "N-1",
        revision: "2",
        accountID: "A-9",
        accountName: "Ana",
        role: "COM",
        occurredAt: Sample.now
    )

    @Test("A fault with everything: message, hop, order, number, revision, account (A48)")
    func complete() throws {
        var report = report
        report.processing = [
            "ProcessingNumber": "7", "ProcessingTypeCode": "BATCH", "ProcessingQuantity": "40",
        ]
        let body = MessageEncoder().encode(report, context: Sample.context())
        try expectValid(body, .common)
        let text = String(decoding: body, as: UTF8.self)
        for part in [
            "<corecom:EBMID>ebm-1</corecom:EBMID>", "<corecom:InstanceID>process-77</corecom:InstanceID>",
            "<corecom:SenderMessageID>SM-1</corecom:SenderMessageID>", "<corecom:ObjectCrossReference>",
            "<corecom:ReportingDateTime>2026-11-21T08:00:00.000Z</corecom:ReportingDateTime>",
            "<corecom:Code>PRODUCT_CLASS_UNMAPPED</corecom:Code>",
            "<corecom:Severity>ERROR</corecom:Severity>",
            "<corecom:CorrectiveAction>Map the product class",
            "<corecom:BusinessComponentID schemeID=\"SALESORDER_ID\" schemeAgencyID=\"COMMON\">S-1<",
            "<corecom:ID schemeID=\"SALESORDER_NUMBER\" schemeAgencyID=\"COMMON\">N-1<",
            "<corecom:ID schemeID=\"SALESORDER_REVISION\" schemeAgencyID=\"COMMON\">2<",
            "schemeID=\"CUSTOMERPARTY_ACCOUNTID\" schemeAgencyID=\"COMMON\">A-9<",
            "<ordfail:FailureSystemCode>COM</ordfail:FailureSystemCode>",
            "<ordfail:ComponentID>C/1</ordfail:ComponentID>",
            "<corecom:SenderResourceTypeCode>QUEUE</corecom:SenderResourceTypeCode>"
                + "<corecom:SenderResourceID>AIA_CRTFO_IN_JMSQ</corecom:SenderResourceID>"
                + "<corecom:SenderMessageID>amqp-1</corecom:SenderMessageID>",
            "<corecom:FaultingService><corecom:ID>OSMCFS_01</corecom:ID>",
            "<corecom:Stack>role COM\norder S-1, revision 2\ncomponent C/1\nline 2\nmessage ebm-1 from "
                + "AIA_CRTFO_IN_JMSQ</corecom:Stack>",
            "<ordfail:ProcessingNumber>7</ordfail:ProcessingNumber>"
                + "<ordfail:ProcessingTypeCode>BATCH</ordfail:ProcessingTypeCode>"
                + "<ordfail:ProcessingQuantity>40</ordfail:ProcessingQuantity>",
        ] { #expect(text.contains(part), "\(part)") }
    }

    @Test("A fault about a message of which nothing is known", arguments: FailureCode.allCases)
    func bare(code: FailureCode) throws {
        let context = EncodingContext(
            messageID: "f-1",
            now: Sample.now,
            senderID: "OSMCFS_01",
            targetID: "",
            role: "COM",
            origin: nil,
            cause: nil
        )
        let report = FaultReport(
            failure: Failure(code, String(repeating: "é", count: 3_000)),
            role: "COM",
            occurredAt: Sample.now
        )
        let body = MessageEncoder().encode(report, context: context)
        try expectValid(body, .common)
        #expect(body.count < 5_000)
        #expect(String(decoding: body, as: UTF8.self).contains("<corecom:Code>\(code.rawValue)<"))
    }
}
