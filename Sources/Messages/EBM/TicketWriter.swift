internal import Fulfillment
internal import Orders
internal import XML

/// Writes what the ticket system is told of an incident: CreateTroubleTicket, and UpdateTroubleTicket from then on.
struct TicketWriter {
    let report: TicketReport
    let context: EncodingContext

    private var verb: String { report.isNew ? "Create" : "Update" }
    private var operation: String { verb + "TroubleTicket" }

    func write() -> [UInt8] {
        let keys = EBMHeader.CrossReference(
            componentID: report.orderKey.rawValue,
            number: report.salesOrderID ?? report.orderKey.rawValue
        )
        let identity = MessageIdentity(
            operation: operation,
            verb: verb,
            object: "TroubleTicket",
            namespace: Namespace.troubleTicket
        )
        return MessageFrame.write(
            identity,
            of: Namespace.troubleTicket,
            prefix: "ticket",
            order: keys,
            context: context
        ) { writeContent(&$0) }
    }

    private func writeContent(_ writer: inout XMLWriter) {
        writeIdentification(&writer)
        writer.open("corecom:Status")
        writer.element("corecom:Code", report.policy.code(of: report.ticket.status))
        writer.element("corecom:Description", ifPresent: report.ticket.remark?.cut(toCharacters: 200))
        writer.close()
        writer.element("ticket:TypeCode", report.policy.type)
        writer.element("ticket:AreaCode", area)
        writeAccount(&writer)
        if report.lines.isEmpty { writeFailure(line: nil, &writer) }
        for line in report.lines.prefix(Self.linesMax) { writeFailure(line: line, &writer) }
        writer.element("ticket:PriorityCode", report.policy.priority)
    }

    /// Lines named in one ticket.
    private static let linesMax = 100

    private var area: String { report.policy.areas[report.system] ?? report.system }

    private func writeIdentification(_ writer: inout XMLWriter) {
        writer.open("corecom:Identification")
        writer.identifier(
            "corecom:BusinessComponentID",
            TicketKey.text(order: report.orderKey, number: report.ticket.number),
            scheme: Self.scheme
        )
        if let id = report.ticket.externalID {
            writer.open("corecom:ApplicationObjectKey")
            writer.identifier("corecom:ID", id, scheme: Self.scheme)
            writer.close()
        }
        writer.close()
    }

    private static let scheme = "TROUBLETICKET_ID"

    private func writeAccount(_ writer: inout XMLWriter) {
        guard report.accountID != nil || report.accountName != nil else { return }
        writer.open("ticket:AccountID")
        writer.identifier("corecom:BusinessComponentID", report.accountID, scheme: SchemeName.account)
        writer.identifier("corecom:ID", report.accountName, scheme: SchemeName.accountName)
        writer.close()
    }

    private func writeFailure(line: LineID?, _ writer: inout XMLWriter) {
        let failure = report.ticket.failure
        let policy = report.policy
        writer.open("ticket:OrderFailure")
        writer.open("ticket:SalesOrderLineReference")
        writer.open("corecom:SalesOrderIdentification")
        writer.identifier(
            "corecom:BusinessComponentID",
            report.orderKey.rawValue,
            scheme: SchemeName.salesOrder
        )
        // Whoever reads it needs something in both places.
        writer.open("corecom:ApplicationObjectKey")
        writer.identifier("corecom:ID", report.salesOrderID ?? "N/A", scheme: SchemeName.salesOrderNumber)
        writer.close()
        writer.open("corecom:AlternateObjectKey")
        writer.identifier("corecom:ID", report.orderKey.rawValue, scheme: SchemeName.fulfillmentSystem)
        writer.close()
        writer.close()
        writer.open("corecom:SalesOrderLineIdentification")
        writer.identifier(
            "corecom:ID",
            line?.rawValue ?? TicketKey.text(order: report.orderKey, number: report.ticket.number),
            scheme: SchemeName.salesOrderLine
        )
        writer.close()
        writer.close()
        writer.open("ticket:Failure")
        writer.element("ticket:SystemCode", report.system.cut(toCharacters: policy.systemCharactersMax))
        writer.element(
            "ticket:SubSystemCode",
            ifPresent: failure.component?.rawValue.cut(toCharacters: policy.systemCharactersMax)
        )
        writer.element("ticket:SeverityCode", policy.severity)
        writer.open("ticket:RecoveryTimePeriod")
        writer.element("corecom:StartDateTime", report.ticket.openedAt.text)
        writer.close()
        writer.open("ticket:Status")
        let code = failure.externalCode ?? failure.code.rawValue
        writer.element("corecom:ReasonCode", code.cut(toCharacters: policy.codeCharactersMax))
        writer.element("corecom:Description", failure.text.cut(toCharacters: policy.textCharactersMax))
        writer.close()
        writer.close()
        writer.close()
    }
}

extension String {
    fileprivate func cut(toCharacters count: Int) -> String {
        utf8.count <= count ? self : String(prefix(count))
    }
}
