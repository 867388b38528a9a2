import Fulfillment
import Messages
import Orders
import Testing

@Suite("Updates are written, valid by schema, and read back")
struct ReportTests {
    private func report(_ format: UpstreamFormat) -> StatusReport {
        StatusReport(
            format: format,
            status: "IN_PROGRESS-PROVISION_START",
            root: .inProgress,
            lines: [
                LineReport(
                    line: "2",
                    state: "IN_PROGRESS-PROVISION_DESIGNED",
                    root: .inProgress,
                    milestone: "PROVISION DESIGNED",
                    attributes: [
                        LineAttribute(name: "CLLI", value: "RJ01 & <2>", dataType: "Text", action: "UPDATE"),
                        LineAttribute(name: "ActualDeliveryDateTime", value: "2026-11-25T10:00:00Z"),
                    ]
                ),
                LineReport(line: "3", state: "COMPLETE", root: .complete),
            ]
        )
    }

    private func update(
        _ body: [UInt8],
        transport: TransportContext = TransportContext(queue: "Q")
    ) throws
        -> FulfillmentUpdate
    {
        try expectValid(body, .fulfillmentOrder)
        let message = try MessageDecoder().decode(body, transport: transport)
        #expect(message.name == "ProcessFulfillmentOrderUpdateEBM")
        guard case .update(let update) = message.content else { throw UnexpectedContent() }
        return update
    }

    @Test(
        "To the station that asked: its order, its lines, its correlation; details in the description (A25)"
    )
    func fulfillmentOrderUpdate() throws {
        var order = Sample.order
        order.key = "S-1/ProvisionOrder/DSL/1"
        order.salesOrderID = "S-1"
        order.correlation = "S-1_ProvisionOrder/DSL/1"
        order.lines[1].sourceLines = ["20", "21"]
        let body = MessageEncoder().encode(
            report(.fulfillmentOrderUpdate),
            of: order,
            context: Sample.context(target: "OSMCFS_01")
        )
        let update = try update(body)
        #expect(update.orderKey == "S-1")
        #expect(update.revision == "2")
        #expect(update.correlation == "S-1_ProvisionOrder/DSL/1")
        #expect(update.component == "ProvisionOrder/DSL/1")
        #expect(update.externalID == "S-1/ProvisionOrder/DSL/1")
        #expect(
            update.status == ReportedStatus(code: "IN PROGRESS", description: "IN_PROGRESS-PROVISION_START")
        )
        #expect(update.lines.map(\.lineID) == ["20", "21", "3"])
        for line in update.lines.prefix(2) {
            #expect(line.milestone == "PROVISION DESIGNED")
            #expect(line.status?.code == "IN PROGRESS")
            #expect(line.status?.description == "IN_PROGRESS-PROVISION_DESIGNED")
            #expect(
                line.attributes == [
                    LineAttribute(name: "CLLI", value: "RJ01 & <2>", dataType: "Text", action: "UPDATE"),
                    LineAttribute(
                        name: "ActualDeliveryDateTime",
                        value: "2026-11-25T10:00:00Z",
                        dataType: "DateTime"
                    ),
                ]
            )
        }
        #expect(update.lines.last?.status?.code == "COMPLETE")
    }

    @Test("The recipient's own codes take the place of the roots' (A33)")
    func statusCodes() throws {
        var report = report(.fulfillmentOrderUpdate)
        report.code = "STARTED"
        report.lines[1].code = "COMPLETED"
        let context = Sample.context(target: "OSMCFS_01")
        let update = try update(MessageEncoder().encode(report, of: Sample.order, context: context))
        #expect(
            update.status == ReportedStatus(code: "STARTED", description: "IN_PROGRESS-PROVISION_START")
        )
        #expect(update.lines.map(\.status?.code) == ["IN PROGRESS", "COMPLETED"])
        #expect(update.lines.last?.status?.description == "COMPLETE")
    }

    @Test(
        "To order capture: valid by schema, status, milestone, action with sub-action, schedule, values (A11, A30)"
    )
    func salesOrderUpdate() throws {
        var order = Sample.order
        order.properties["Identification/BusinessComponentID[SALESORDER_ID]"] = "BC-1"
        let body = MessageEncoder().encode(
            report(.salesOrderUpdate),
            of: order,
            context: Sample.context(target: "SEBL_01")
        )
        try expectValid(body, .salesOrder)
        let text = String(decoding: body, as: UTF8.self)
        for part in [
            "<sordebo:UpdateSalesOrderEBM", "<corecom:Update/>",
            "<corecom:BusinessComponentID schemeID=\"SALESORDER_ID\">BC-1</corecom:BusinessComponentID>",
            "<corecom:ID>S-1</corecom:ID>", "<corecom:Number>2</corecom:Number>",
            "<corecom:Code>IN PROGRESS</corecom:Code>",
            "<corecom:Description>IN_PROGRESS-PROVISION_START</corecom:Description>",
            "<sordebo:ServiceActionCode>ADD</sordebo:ServiceActionCode>",
            "<sordebo:ServiceSubActionCode>MOVE-ADD</sordebo:ServiceSubActionCode>",
            "<sordebo:MilestoneCode>PROVISION DESIGNED</sordebo:MilestoneCode>",
            "<corecom:Value>RJ01 &amp; &lt;2&gt;</corecom:Value>",
            "<sordebo:ActualDeliveryDateTime>2026-11-25T10:00:00Z</sordebo:ActualDeliveryDateTime>",
            "<corecom:CustomerPartyAccountName>Ana &amp; Co &lt;x&gt;</corecom:CustomerPartyAccountName>",
            "<corecom:RequestEBMID>ebm-1</corecom:RequestEBMID>",
        ] { #expect(text.contains(part), "\(part)") }
        #expect(text.components("<corecom:ItemReference>") == 2)
        #expect(!text.contains("ItemRefernce"))
    }

    @Test("What was translated on arrival goes back in the sender's own words (A33)")
    func sendersWords() throws {
        var order = Sample.order
        order.properties["Identification/ApplicationObjectKey/ID"] = "ours"
        order.sentAs = Wording(
            order: [
                "mode": "DLV", "priority": "URGENT", "type": "N", "account": "CRM-1",
                "Identification/ApplicationObjectKey/ID": "theirs",
            ],
            lines: ["2": ["action": "umziehen", "name": "Netz", "type": "P", "productClass": "0815"]]
        )
        let body = MessageEncoder().encode(
            report(.salesOrderUpdate),
            of: order,
            context: Sample.context(target: "SEBL_01")
        )
        try expectValid(body, .salesOrder)
        let text = String(decoding: body, as: UTF8.self)
        for part in [
            "FulfillmentModeCode>DLV<", "FulfillmentPriorityCode>URGENT<", "sordebo:TypeCode>N<",
            "schemeAgencyID=\"COMMON\">CRM-1<", ":ID>theirs<", "ServiceActionCode>umziehen<", ":Name>Netz<",
            "corecom:TypeCode>P<", "PrimaryClassificationCode>0815<",
        ] { #expect(text.contains(part), "\(part) in \(text)") }
        for part in [
            ">Deliver<", "PriorityCode>5<", ">SALES ORDER<", ">A-9<", ">ours<", ">MOVE-ADD<", ">Internet<",
            ">PRODUCT<", ">High Speed Internet<",
        ] { #expect(!text.contains(part), "\(part) in \(text)") }
        #expect(text.contains("ServiceActionCode>DELETE<"), "line 3 came in our words")
    }

    @Test("A report without lines")
    func withoutLines() throws {
        var report = report(.salesOrderUpdate)
        report.lines = []
        report.root = .failed
        report.status = "FAILED"
        let body = MessageEncoder().encode(report, of: Sample.order, context: Sample.context())
        try expectValid(body, .salesOrder)
        report.format = .fulfillmentOrderUpdate
        let update = try update(MessageEncoder().encode(report, of: Sample.order, context: Sample.context()))
        #expect(update.lines.isEmpty && update.status?.code == "FAILED" && update.orderKey == "S-1")
    }

    @Test("An emulated system's reply is read back as it was meant")
    func systemReply() throws {
        let reply = SystemReply(
            orderKey: "S-1",
            correlation: "S-1_B/1",
            component: "B/1",
            externalID: "BRM-5",
            status: "FAILED",
            reason: "NO_SPEED",
            description: "Not enough speed",
            milestone: "BILLED",
            lines: [
                SystemReply.Line(
                    lineID: "2",
                    status: "IN PROGRESS",
                    description: "x",
                    milestone: "M",
                    attributes: [LineAttribute(name: "a", value: "1")]
                ),
                SystemReply.Line(lineID: "3", status: nil),
            ]
        )
        let update = try update(MessageEncoder().encode(reply, context: Sample.context(target: "OSMCFS_01")))
        #expect(
            update
                == FulfillmentUpdate(
                    orderKey: "S-1",
                    correlation: "S-1_B/1",
                    component: "B/1",
                    externalID: "BRM-5",
                    status: ReportedStatus(
                        code: "FAILED",
                        reason: "NO_SPEED",
                        description: "Not enough speed"
                    ),
                    milestone: "BILLED",
                    lines: [
                        LineUpdate(
                            lineID: "2",
                            status: ReportedStatus(code: "IN PROGRESS", description: "x"),
                            milestone: "M",
                            attributes: [LineAttribute(name: "a", value: "1")]
                        ),
                        LineUpdate(lineID: "3"),
                    ]
                )
        )
    }

    @Test("The AMQP correlation stands in for a missing one, and an update needs an order")
    func correlationFallback() throws {
        var reply = SystemReply(orderKey: "S-1", correlation: nil, component: nil, status: "COMPLETE")
        let body = MessageEncoder().encode(reply, context: Sample.context())
        let update = try update(body, transport: TransportContext(queue: "Q", correlationID: "S-1_B/1"))
        #expect(update.correlation == "S-1_B/1" && update.component == nil)
        reply.orderKey = ""
        let failure = try Sample.failure(MessageEncoder().encode(reply, context: Sample.context()))
        #expect(failure.failure.code == .orderIDMissing)
    }
}

extension String {
    /// How often a text occurs.
    fileprivate func components(_ text: String) -> Int { ranges(of: text).count }
}
