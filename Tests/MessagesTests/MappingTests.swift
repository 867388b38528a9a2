import Foundation
import Messages
import Orders
import Testing

@Suite("Foreign formats are read by their mapping")
struct MappingTests {
    /// The mapping of the sample central order management order.
    static let central = FormatMapping(
        name: "CentralOrder",
        rootNamespace: "http://xmlns.oracle.com/InputMessage",
        rootName: "order",
        namespaces: ["im": "http://xmlns.oracle.com/InputMessage"],
        order: FormatMapping.OrderExpressions(
            key: "im:numSalesOrder",
            mode: "im:typeOrder",
            accountID: "im:customerAccount/im:numAccount",
            accountName: "im:customerAccount/im:corporate",
            properties: ["city": "im:customerAccount/im:customerAddress/im:city"]
        ),
        lines: FormatMapping.LineExpressions(
            select: ".//im:salesOrderLine",
            id: "im:lineId",
            parents: [
                "im:parentLineReference[im:hierarchyName='default']/im:parentLineId",
                "im:promotionalSalesOrderLineReference",
                "im:parentLineReference[im:hierarchyName!='default']/im:parentLineId",
            ],
            action: "im:serviceActionCode",
            name: "im:itemReference/im:name",
            productClass: "im:itemReference/im:primaryClassificationCode",
            type: "im:itemReference/im:typeCode",
            requestedDelivery: "im:requestedDeliveryDate",
            properties: ["region": "im:serviceAddress/im:city", "serviceId": "im:serviceId"],
            attributes: FormatMapping.AttributeExpressions(
                select: "im:itemReference/im:specificationGroup/im:specification",
                name: "im:name",
                value: "im:value",
                action: "im:serviceActioncode"
            )
        )
    )

    private static let order = """
        <?xml version="1.0" encoding="UTF-8"?>
        <o:CreateOrder xmlns:o="http://xmlns.oracle.com/communications/ordermanagement">
          <im:order xmlns:im="http://xmlns.oracle.com/InputMessage">
            <im:numSalesOrder> W-17
            </im:numSalesOrder>
            <im:typeOrder>Deliver</im:typeOrder>
            <im:customerAccount><im:numAccount>T-1</im:numAccount><im:corporate/>
              <im:customerAddress><im:city>Recife</im:city></im:customerAddress></im:customerAccount>
            <im:salesOrderLineGroup>
              <im:salesOrderLine><im:lineId>1</im:lineId><im:serviceId></im:serviceId>
                <im:serviceActionCode>Add</im:serviceActionCode>
                <im:itemReference><im:name>Offer</im:name><im:typeCode>OFFER</im:typeCode></im:itemReference>
              </im:salesOrderLine>
              <im:salesOrderLine><im:lineId>2</im:lineId>
                <im:parentLineReference><im:parentLineId>9</im:parentLineId>
                  <im:hierarchyName>related</im:hierarchyName></im:parentLineReference>
                <im:promotionalSalesOrderLineReference>1
                </im:promotionalSalesOrderLineReference>
                <im:serviceId>551</im:serviceId>
                <im:requestedDeliveryDate>2001-12-31T12:00:00</im:requestedDeliveryDate>
                <im:serviceActionCode>Add</im:serviceActionCode>
                <im:serviceAddress><im:city>Olinda</im:city></im:serviceAddress>
                <im:itemReference><im:name>Line</im:name><im:typeCode>PRODUCT</im:typeCode>
                  <im:primaryClassificationCode>Fixed Plan</im:primaryClassificationCode>
                  <im:specificationGroup>
                    <im:specification><im:serviceActioncode>ADD</im:serviceActioncode><im:name>speed</im:name>
                      <im:value>8M</im:value></im:specification>
                    <im:specification><im:name>none</im:name><im:value/></im:specification>
                  </im:specificationGroup></im:itemReference>
              </im:salesOrderLine>
            </im:salesOrderLineGroup>
          </im:order>
        </o:CreateOrder>
        """

    @Test("An order of another format, wrapped, without message id of its own")
    func mapped() throws {
        let message = try Sample.decode(Self.order, mappings: [Self.central])
        #expect(message.name == "CentralOrder")
        #expect(message.context.messageID == "amqp-1")
        #expect(message.context.hop?.resource == "AIA_CRTFO_IN_JMSQ")
        guard case .order(let draft) = message.content else { throw UnexpectedContent() }
        #expect(draft.key == "W-17")
        #expect(draft.mode == "Deliver" && draft.revision == nil && draft.priority == nil)
        #expect(draft.accountID == "T-1" && draft.accountName == nil)
        #expect(draft.properties == ["city": "Recife"])
        #expect(draft.lines.map(\.id) == ["1", "2"])
        let line = try #require(draft.lines.last)
        #expect(line.parents == ["1", "9"])
        #expect(line.action == "Add" && line.name == "Line" && line.productClass == "Fixed Plan")
        #expect(line.type == "PRODUCT" && line.requestedDelivery == "2001-12-31T12:00:00")
        #expect(line.properties == ["region": "Olinda", "serviceId": "551"])
        #expect(line.attributes == [LineAttribute(name: "speed", value: "8M", action: "ADD")])
        #expect(line.documentLine == 14)
    }

    @Test("Without any message id the content is the identification")
    func contentIdentification() throws {
        let nameless = TransportContext(queue: "Q")
        let first = try Sample.decode(Self.order, transport: nameless, mappings: [Self.central]).context
        let again = try Sample.decode(Self.order, transport: nameless, mappings: [Self.central]).context
        let other = try Sample.decode(
            Self.order.replacing("W-17", with: "W-18"),
            transport: nameless,
            mappings: [Self.central]
        ).context
        #expect(first.messageID == again.messageID)
        #expect(first.messageID != other.messageID)
        #expect(first.messageID.rawValue.hasPrefix("content-"))
    }

    @Test("A message id of the format's own, and a missing key")
    func ownMessageID() throws {
        var mapping = Self.central
        mapping.order.messageID = "concat('F-', normalize-space(im:numSalesOrder))"
        #expect(try Sample.decode(Self.order, mappings: [mapping]).context.messageID == "F-W-17")
        mapping.order.key = "im:nothing"
        do {
            _ = try Sample.decode(Self.order, mappings: [mapping])
            Issue.record("an order without key was read")
        } catch {
            #expect(error.failure.code == .orderIDMissing)
            #expect(error.context?.messageID == "F-W-17")
        }
    }

    @Test("A mapping with bad expressions tells all of them, and fails its messages only")
    func badMapping() throws {
        var mapping = Self.central
        mapping.order.key = "im:numSalesOrder["
        mapping.lines.id = "nope:lineId"
        mapping.lines.properties["x"] = "unknown()"
        #expect(Self.central.problems.isEmpty)
        #expect(mapping.problems.map(\.expression) == ["order.key", "lines.id", "lines.properties.x"])
        do {
            _ = try Sample.decode(Self.order, mappings: [mapping])
            Issue.record("a bad mapping was used")
        } catch {
            #expect(error.failure.code == .internalFault)
        }
        #expect(try Sample.decode(Sample.salesOrder(), mappings: [mapping]).context.messageID == "ebm-1")
    }

    @Test("A near miss names the mapping's root, too")
    func nearMiss() throws {
        let wrong = Self.order.replacing("oracle.com/InputMessage", with: "oracle.com/InputMesage")
        do {
            _ = try Sample.decode(wrong, mappings: [Self.central])
            Issue.record("a wrong namespace was read")
        } catch {
            #expect(error.failure.code == .messageNotRecognized)
            #expect(error.failure.text.contains("{http://xmlns.oracle.com/InputMessage}order"))
        }
    }

    @Test(
        "A real order of 16 lines, where it is at hand",
        .enabled(if: ProcessInfo.processInfo.environment["WAYSTATION_SAMPLE_ORDERS"] != nil)
    )
    func realOrder() throws {
        let folder = try #require(ProcessInfo.processInfo.environment["WAYSTATION_SAMPLE_ORDERS"])
        let file = URL(fileURLWithPath: folder).appending(path: "central-om-basic.xml")
        let body = Array(try Data(contentsOf: file))
        let message = try MessageDecoder(mappings: [Self.central]).decode(body, transport: Sample.transport)
        guard case .order(let draft) = message.content else { throw UnexpectedContent() }
        #expect(draft.key == "Scenario1-1238")
        #expect(draft.mode == "Deliver")
        #expect(draft.lines.count == 16)
        #expect(draft.lines.map(\.id) == (1...16).map(String.init))
        #expect(draft.lines[3].parents == ["3", "1", "13"])
        #expect(draft.lines[1].parents == ["1"])
        #expect(draft.lines[14].productClass == "High Speed Internet Service Class")
        #expect(draft.lines[14].attributes.count == 8)
        #expect(draft.lines[3].properties["region"] == "Rio de Janeiro")
    }
}
