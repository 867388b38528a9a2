import Fulfillment
import Messages
import Orders
import Testing

/// Of an update only that is read which it tells: by chance, and out of the ordinary, it is what an order says that
/// holds the same.
@Suite("Updates are read as orders are")
struct UpdateReadingTests {
    @Test("Every value of an update is that of an order with the same content")
    func sameAsOrder() throws {
        var told = 0
        for seed in 0..<600 as Range<UInt64> {
            var maker = UpdateMaker(seed: seed)
            let content = maker.order()
            let draft = try draft(content)
            let update = try update(content)
            #expect(update.orderKey.rawValue == draft.salesOrderID ?? draft.key.rawValue, "seed \(seed)")
            #expect(update.revision == draft.revision, "seed \(seed)")
            #expect(update.correlation == draft.correlation, "seed \(seed)")
            #expect(update.externalID == externalID(draft.properties), "seed \(seed)")
            #expect(update.status == status(draft.properties), "seed \(seed)")
            #expect(update.milestone == draft.properties["MilestoneCode"], "seed \(seed)")
            if let component = draft.properties["FulfillmentComponent/ID"] {
                #expect(update.component?.rawValue == component, "seed \(seed)")
            }
            let lines = draft.lines.compactMap { line in
                (line.sourceLines.first ?? line.id).map { id in
                    LineUpdate(
                        lineID: LineID(id),
                        status: status(line.properties),
                        milestone: line.properties["MilestoneCode"],
                        attributes: line.attributes + dates(line.properties)
                    )
                }
            }
            #expect(update.lines == lines, "seed \(seed)")
            told += lines.filter { $0.status != nil && $0.milestone != nil }.count
        }
        #expect(told > 100)
    }

    @Test("The context of a message is that of its whole header")
    func sameContext() throws {
        let header = Sample.header(
            more: "<c:BusinessScope><c:ID>Other</c:ID></c:BusinessScope><x:New xmlns:x='urn:x'>1</x:New>"
        )
        let body = Array(Sample.salesOrder(header: header).utf8)
        let whole = try #require(MessageDecoder().header(of: body))
        let message = try MessageDecoder().decode(body, transport: Sample.transport)
        #expect(message.context == whole.context(messageID: "ebm-1", transport: Sample.transport))
        #expect(message.context.carried != nil)
    }

    // MARK: What an order says

    private func externalID(_ properties: [String: String]) -> String? {
        value(
            properties,
            "Identification/AlternateObjectKey/ID[FULFILLMENTSYSTEM_ID]",
            "Identification/AlternateObjectKey/ID",
            "Identification/ApplicationObjectKey/ID"
        )
    }

    private func status(_ properties: [String: String]) -> ReportedStatus? {
        value(properties, "Status/Code").map {
            ReportedStatus(
                code: $0,
                reason: value(properties, "Status/ReasonCode"),
                description: properties["Status/Description"]
            )
        }
    }

    private func dates(_ properties: [String: String]) -> [LineAttribute] {
        [
            "ExpectedDeliveryDateTime", "ActualDeliveryDateTime", "CycleStartDateTime",
            "ServiceUsageStartDateTime",
        ].compactMap { name in
            properties["FulfillmentOrderSchedule/\(name)"].map {
                LineAttribute(name: name, value: $0, dataType: "DateTime")
            }
        }
    }

    /// The value at one of the paths, with or without a scheme.
    private func value(_ properties: [String: String], _ paths: String...) -> String? {
        if let path = paths.first(where: { properties[$0] != nil }) { return properties[path] }
        for path in paths {
            let keys = properties.keys.filter { $0.hasPrefix(path + "[") && $0.hasSuffix("]") }
            if let key = keys.min() { return properties[key] }
        }
        return nil
    }

    // MARK: The same content in two messages

    private static let decoder = MessageDecoder(zone: ZoneRule(identifier: "America/Sao_Paulo"))

    private func draft(_ content: String) throws -> OrderDraft {
        let body = Array(message("ProcessFulfillmentOrder", content).utf8)
        let message = try Self.decoder.decode(body, transport: TransportContext(queue: "Q"))
        guard case .fulfillmentRequest(let request) = message.content else { throw UnexpectedContent() }
        return request.order
    }

    private func update(_ content: String) throws -> FulfillmentUpdate {
        let body = Array(message("ProcessFulfillmentOrderUpdate", content).utf8)
        let message = try Self.decoder.decode(body, transport: TransportContext(queue: "Q"))
        guard case .update(let update) = message.content else { throw UnexpectedContent() }
        return update
    }

    private func message(_ kind: String, _ content: String) -> String {
        """
        <f:\(kind)EBM xmlns:f="\(Sample.fulfillmentSpace)" xmlns:c="\(Sample.common)" xmlns:x="urn:other">
        \(Sample.header())<f:DataArea><c:Process/><f:\(kind)>\(content)</f:\(kind)></f:DataArea></f:\(kind)EBM>
        """
    }
}

/// Puts together what may stand in an update, and what may not, in any order and more than once.
private struct UpdateMaker {
    private var chance: SplitMix
    private var number = 0

    init(seed: UInt64) { chance = SplitMix(seed: seed) }

    mutating func order() -> String {
        var content = "<c:Identification>\(part(Self.identifications))<c:ID>S-1</c:ID></c:Identification>"
        for _ in 0..<Int.random(in: 0...9, using: &chance) { content += part(Self.orderParts) }
        for _ in 0..<Int.random(in: 0...3, using: &chance) {
            content += "<f:FulfillmentOrderLine>"
            for _ in 0..<Int.random(in: 0...9, using: &chance) { content += part(Self.lineParts) }
            content += "</f:FulfillmentOrderLine>"
        }
        return content
    }

    /// One of the parts, with values that were not there before in place of `?`.
    private mutating func part(_ parts: [String]) -> String {
        let part = parts.randomElement(using: &chance) ?? ""
        number += 1
        return part.replacing("?", with: "v\(number)")
    }

    private static let identifications = [
        "",
        "<c:BusinessComponentID schemeID=\"FULFILLMENTORDER_ID\">S-1/Bill/?</c:BusinessComponentID>"
            + "<c:AlternateObjectKey><c:ID schemeID=\"FULFILLMENTSYSTEM_ID\">?</c:ID><c:ID>?n</c:ID>"
            + "</c:AlternateObjectKey><c:Revision><c:Number>?</c:Number><c:Label>?</c:Label></c:Revision>",
        "<c:AlternateObjectKey><c:ID schemeID=\"B\">?b</c:ID><c:ID schemeID=\"A\">?a</c:ID></c:AlternateObjectKey>",
        "<c:ApplicationObjectKey><c:ID>?</c:ID></c:ApplicationObjectKey><c:ID schemeID=\"SALESORDER_ID\">?i</c:ID>",
        "<c:AlternateObjectKey><c:ID>?</c:ID></c:AlternateObjectKey><c:AlternateObjectKey>"
            + "<c:ID schemeID=\"FULFILLMENTSYSTEM_ID\">?2</c:ID></c:AlternateObjectKey>",
    ]
    private static let commonParts = [
        "<c:Status><c:Code>?</c:Code><c:Description>?d</c:Description></c:Status>",
        "<c:Status><c:Code listID=\"L\">?</c:Code><c:ReasonCode listID=\"R\">?r</c:ReasonCode></c:Status>",
        "<c:Status><c:Code>?<c:Odd/></c:Code><c:Code>?c</c:Code><c:ReasonCode>?r</c:ReasonCode></c:Status>",
        "<c:Status><c:Code listID=\" \" x:more=\"1\" other=\"2\">?</c:Code><x:Code>?x</x:Code></c:Status>",
        "<f:MilestoneCode>?</f:MilestoneCode>", "<f:MilestoneCode listID=\"M\">?</f:MilestoneCode>",
        "<c:MilestoneCode/>", "<c:Identification><c:ID schemeID=\"X\">?</c:ID></c:Identification>",
        "<c:Identification><c:BusinessComponentID schemeID=\"Y\">?</c:BusinessComponentID></c:Identification>",
        "<x:Unknown><c:ID>?</c:ID></x:Unknown>", "<f:Unknown>?</f:Unknown>",
        "<c:Custom><x:A>?</x:A></c:Custom>",
    ]
    private static let orderParts =
        commonParts + [
            "<c:Identification><c:AlternateObjectKey><c:ID schemeID=\"FULFILLMENTSYSTEM_ID\">?</c:ID>"
                + "</c:AlternateObjectKey></c:Identification>",
            "<c:Correlation><c:COMCorrelationID>?</c:COMCorrelationID></c:Correlation>",
            "<f:FulfillmentComponent><f:ID>?</f:ID></f:FulfillmentComponent>",
            "<f:FulfillmentComponent><f:ID schemeID=\"Z\">?</f:ID></f:FulfillmentComponent>",
            "<f:OrderDateTime>2026-01-02T03:04:05</f:OrderDateTime>", "<f:TypeCode>?</f:TypeCode>",
            rows("FulfillmentOrderSpecificationGroup"),
        ]
    private static let lineParts =
        commonParts + [
            "<f:FulfillmentOrderSchedule><f:ActualDeliveryDateTime>2026-01-02T03:04:05</f:ActualDeliveryDateTime>"
                + "<f:RequestedDeliveryDateTime>?</f:RequestedDeliveryDateTime></f:FulfillmentOrderSchedule>",
            "<f:FulfillmentOrderSchedule><f:CycleStartDateTime>?</f:CycleStartDateTime>"
                + "<c:ServiceUsageStartDateTime schemeID=\"Z\">?z</c:ServiceUsageStartDateTime>"
                + "</f:FulfillmentOrderSchedule>",
            "<c:ItemReference><c:Name>?</c:Name><c:SpecificationGroup><c:Name>Attributes</c:Name>"
                + "<c:Specification><c:Name>Color</c:Name><c:Value>?</c:Value></c:Specification>"
                + "</c:SpecificationGroup></c:ItemReference>",
            "<c:SalesOrderLineReference><c:SalesOrderLineIdentification><c:ID>?</c:ID>"
                + "</c:SalesOrderLineIdentification></c:SalesOrderLineReference>",
            rows("FulfillmentOrderLineSpecificationGroup"),
        ]

    /// Rows that name what has an element, too.
    private static func rows(_ group: String) -> String {
        """
        <f:\(group)><c:MilestoneCode>?m</c:MilestoneCode><c:SpecificationGroup><c:Name>Properties</c:Name>
        <c:Specification><c:Name>MilestoneCode</c:Name><c:Value>?</c:Value></c:Specification>
        <c:Specification><c:Name>Status/Code</c:Name><c:Value>?s</c:Value></c:Specification>
        <c:Specification><c:Name>Identification/ID</c:Name><c:Value>?i</c:Value></c:Specification>
        <c:Specification><c:Name>ParentSalesOrderLine</c:Name><c:Value>?p</c:Value></c:Specification>
        <c:MilestoneCode>?n</c:MilestoneCode></c:SpecificationGroup></f:\(group)>
        """
    }
}
