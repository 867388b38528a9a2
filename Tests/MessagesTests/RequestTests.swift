import Fulfillment
import Messages
import Orders
import Testing

@Suite("Requests are written, valid by schema, and read back")
struct RequestTests {
    private func provisioningOrder(
        _ order: Order = Sample.order,
        lines: [LineID] = ["2", "3"]
    ) throws -> OrderDraft {
        let body = MessageEncoder().encode(
            Sample.request(lines: lines),
            of: order,
            context: Sample.context()
        )
        try expectValid(body, .provisioningOrder)
        guard
            case .order(let draft) = try MessageDecoder().decode(
                body,
                transport: TransportContext(queue: "Q")
            ).content
        else { throw UnexpectedContent() }
        return draft
    }

    @Test("A provisioning order carries everything known of the component (A24)")
    func order() throws {
        let draft = try provisioningOrder()
        #expect(draft.key == "S-1/ProvisionOrder/DSL/1")
        #expect(draft.salesOrderID == "S-1")
        #expect(draft.revision == "2")
        #expect(draft.correlation == "S-1_ProvisionOrder/DSL/1")
        #expect(draft.mode == "SOM_Deliver")
        #expect(draft.priority == "5")
        #expect(draft.type == "SALES ORDER")
        #expect(draft.source == "WEB")
        #expect(draft.orderDate == "2026-11-21T08:00:00.000Z")
        #expect(draft.requestedDelivery == "2026-11-22T08:00:00.000Z")
        #expect(draft.accountID == "A-9")
        #expect(draft.accountName == "Ana & Co <x>")
        #expect(draft.properties["Status/Code"] == "IN PROGRESS")
        #expect(draft.properties["OrderName"] == "Home")
        #expect(draft.properties["region"] == "South")
        #expect(draft.properties["SalesOrderReference/SalesOrderIdentification/ID"] == "S-1")
        #expect(
            draft.properties[
                "ParentProvisioningOrderReference/ProvisioningOrderIdentification/BusinessComponentID[SALESORDER_ID]"
            ]
                == "S-1"
        )
        #expect(draft.properties["FulfillmentComponent/ID"] == "ProvisionOrder/DSL/1")
        #expect(draft.properties["FulfillmentComponent/FunctionCode"] == "ProvisionOrder")
    }

    @Test("Lines carry class, attributes, properties, source lines, and parents that travel along")
    func lines() throws {
        let draft = try provisioningOrder()
        #expect(draft.lines.map(\.id) == ["2", "3"])
        let line = try #require(draft.lines.first)
        #expect(line.parents.isEmpty)
        #expect(line.sourceLines == ["2"])
        #expect(line.action == "MOVE-ADD")
        #expect(line.name == "Internet" && line.type == "PRODUCT" && line.quantity == "1")
        #expect(line.productClass == "High Speed Internet")
        #expect(line.requestedDelivery == "2026-11-21T08:00:00.000Z")
        #expect(line.attributes == Sample.order.lines[1].attributes)
        var expected = Sample.order.lines[1].properties
        expected["Status/Code"] = "IN PROGRESS"
        expected["SalesOrderLineReference/SalesOrderLineIdentification/ID"] = "2"
        expected["ItemReference/PrimaryClassificationCode"] = "High Speed Internet"
        #expect(line.properties == expected)
        #expect(draft.lines.last?.parents == ["2"])
        let whole = try provisioningOrder(lines: ["1", "2", "3"])
        #expect(whole.lines.map(\.parents) == [[], ["1"], ["2", "1"]])
    }

    @Test("A request is written in the words of its system; what it does not call otherwise stays (A33)")
    func wording() throws {
        var request = Sample.request()
        request.wording = Wording(
            order: ["account": "BRM-77", "priority": "URGENT", "source": "internet", "region": "SUL"],
            lines: [
                "2": [
                    "action": "umziehen", "productClass": "0815", "speed": "schnell",
                    "ServiceAddress/CountryCode[ISO]": "BRA", "ServiceAddress#2/CityName": "LIM",
                ]
            ]
        )
        let body = MessageEncoder().encode(request, of: Sample.order, context: Sample.context())
        try expectValid(body, .provisioningOrder)
        let content = try MessageDecoder().decode(body, transport: TransportContext(queue: "Q")).content
        guard case .order(let draft) = content else { throw UnexpectedContent() }
        var expected = try provisioningOrder()
        expected.accountID = "BRM-77"
        expected.priority = "URGENT"
        expected.source = "internet"
        expected.properties["region"] = "SUL"
        expected.lines[0].action = "umziehen"
        expected.lines[0].productClass = "0815"
        expected.lines[0].properties["ItemReference/PrimaryClassificationCode"] = "0815"
        expected.lines[0].properties["ServiceAddress/CountryCode[ISO]"] = "BRA"
        expected.lines[0].properties["ServiceAddress#2/CityName"] = "LIM"
        expected.lines[0].attributes[0].value = "schnell"
        #expect(draft == expected)
    }

    @Test("The asked station knows by line which lines of ours it stands for; ours come first")
    func secondHop() throws {
        let first = try provisioningOrder()
        var order = Sample.order
        order.key = first.key
        order.salesOrderID = first.salesOrderID
        order.properties = first.properties
        order.lines = first.lines.map {
            OrderLine(
                id: LineID($0.id ?? ""),
                action: .add,
                productClass: $0.productClass,
                sourceLines: $0.sourceLines.map { LineID($0) },
                properties: $0.properties
            )
        }
        let second = try provisioningOrder(order)
        #expect(second.salesOrderID == first.key.rawValue)
        #expect(second.properties["SalesOrderReference/SalesOrderIdentification/ID"] == "S-1")
        #expect(second.properties["FulfillmentComponent/ID"] == "ProvisionOrder/DSL/1")
        #expect(second.lines.first?.sourceLines == ["2"])
        let paths = second.properties.keys.filter { $0.hasPrefix("ParentProvisioningOrderReference") }
        #expect(paths.filter { !$0.contains("@") }.count == 1)
    }

    @Test("A fulfillment order names component, function and system, and is read as a request")
    func fulfillmentOrder() throws {
        let body = MessageEncoder().encode(
            Sample.request(.fulfillmentOrder),
            of: Sample.order,
            context: Sample.context()
        )
        try expectValid(body, .fulfillmentOrder)
        let message = try MessageDecoder().decode(body, transport: TransportContext(queue: "Q"))
        #expect(message.name == "ProcessFulfillmentOrderEBM")
        guard case .fulfillmentRequest(let request) = message.content else { throw UnexpectedContent() }
        #expect(request.component == "ProvisionOrder/DSL/1")
        #expect(request.function == "ProvisionOrder")
        #expect(request.order.salesOrderID == "S-1")
        #expect(request.order.correlation == "S-1_ProvisionOrder/DSL/1")
        #expect(request.order.lines.map(\.id) == ["2", "3"])
        #expect(request.order.lines.first?.productClass == "High Speed Internet")
    }

    @Test("An emulated system reads a provisioning order as a request")
    func provisioningRequest() throws {
        let body = MessageEncoder().encode(Sample.request(), of: Sample.order, context: Sample.context())
        let message = try MessageDecoder().decodeRequest(body, transport: TransportContext(queue: "Q"))
        guard case .fulfillmentRequest(let request) = message.content else { throw UnexpectedContent() }
        #expect(request.component == "ProvisionOrder/DSL/1")
        #expect(request.function == "ProvisionOrder")
        #expect(message.context.targetID == "OSMPROV_01")
    }

    @Test("Unknown content survives the way through, in its group (A8)")
    func unknownContent() throws {
        let decoded = try Sample.draft(
            Sample.salesOrder(
                order: "<x:Gift xmlns:x='urn:x' wrap='yes'><x:To>Bo &amp; Jo</x:To></x:Gift>",
                lines: """
                    <s:SalesOrderLine><c:Identification><c:ID>2</c:ID></c:Identification>
                    <c:ItemReference><c:Custom><y:Shade xmlns:y='urn:y'>dark</y:Shade>
                    <y:Glow xmlns:y='urn:y'/></c:Custom></c:ItemReference>
                    <c:Custom mark="1"><plain>text</plain></c:Custom>
                    </s:SalesOrderLine>
                    """
            )
        )
        var order = Sample.order
        order.extensions = decoded.extensions
        order.lines = decoded.lines.map { OrderLine(id: "2", action: .add, extensions: $0.extensions) }
        let draft = try provisioningOrder(order)
        #expect(draft.extensions == decoded.extensions)
        #expect(draft.lines.first?.extensions == decoded.lines.first?.extensions)
        #expect(decoded.lines.first?.extensions.count == 3)
    }

    @Test("The root declares every namespace, and the same input gives the same bytes")
    func deterministic() throws {
        let encoder = MessageEncoder()
        let first = encoder.encode(Sample.request(), of: Sample.order, context: Sample.context())
        let text = String(decoding: first, as: UTF8.self)
        #expect(text.contains("<provord:ProcessProvisioningOrderEBM xmlns:corecom=\"\(Sample.common)\""))
        #expect(text.contains("xmlns:provord=\"\(Sample.provisioningSpace)\""))
        for _ in 0..<20 {
            #expect(encoder.encode(Sample.request(), of: Sample.order, context: Sample.context()) == first)
        }
    }

    @Test(
        "A foreign provisioning order: our id by its scheme, item code before primary class, several source lines (A9)"
    )
    func foreignProvisioningOrder() throws {
        let text = """
            <p:ProcessProvisioningOrderEBM xmlns:p="\(Sample.provisioningSpace)" xmlns:c="\(Sample.common)">
            \(Sample.header())
            <p:DataArea><c:Process/><p:ProcessProvisioningOrder>
              <c:Identification>
                <c:BusinessComponentID schemeID="PROVISIONINGORDER_ID" schemeAgencyID="">PO-7</c:BusinessComponentID>
                <c:ID schemeID="SALESORDER_ID" schemeAgencyID="SEBL_01">S-7</c:ID>
              </c:Identification>
              <p:OrderSubject>SERVICE</p:OrderSubject>
              <p:ProvisioningOrderLine>
                <c:Identification>
                  <c:BusinessComponentID schemeID="PROVISIONINGORDER_LINEID">PL-1</c:BusinessComponentID>
                  <c:ID schemeID="SALESORDER_LINEID">4</c:ID><c:ApplicationObjectKey><c:ID>K</c:ID></c:ApplicationObjectKey>
                </c:Identification>
                <p:ServicePointCode>SP</p:ServicePointCode>
                <c:ItemReference><c:ClassificationCode listID="FulfillmentItemCode">CFS.DSL</c:ClassificationCode>
                  <c:PrimaryClassificationCode>DSL</c:PrimaryClassificationCode></c:ItemReference>
                <p:ProvisioningOrderSchedule><p:RequestedDeliveryDateTime>2026-12-24</p:RequestedDeliveryDateTime>
                </p:ProvisioningOrderSchedule>
                <p:ProvisioningOrderLineSpecificationGroup><c:SpecificationGroup>
                  <c:Specification><c:Name>ParentSalesOrderLine</c:Name><c:Value>4</c:Value></c:Specification>
                  <c:Specification><c:Name>ParentSalesOrderLine</c:Name><c:Value>9</c:Value></c:Specification>
                </c:SpecificationGroup></p:ProvisioningOrderLineSpecificationGroup>
              </p:ProvisioningOrderLine>
            </p:ProcessProvisioningOrder></p:DataArea></p:ProcessProvisioningOrderEBM>
            """
        try expectValid(Array(text.utf8), .provisioningOrder)
        let draft = try Sample.draft(text)
        #expect(draft.key == "PO-7" && draft.salesOrderID == "S-7")
        #expect(draft.correlation == "corr-amqp")
        let line = try #require(draft.lines.first)
        #expect(line.id == "PL-1" && line.sourceLines == ["4", "9"])
        #expect(line.productClass == "CFS.DSL")
        #expect(line.properties["ItemReference/PrimaryClassificationCode"] == "DSL")
        #expect(line.properties["ServicePointCode"] == "SP")
        #expect(line.properties["Identification/ApplicationObjectKey/ID"] == "K")
        #expect(line.requestedDelivery == "2026-12-24")
    }
}

@Suite("Dates that travel along")
struct ForwardedDateTests {
    private let sent = Sample.salesOrder(
        lines: """
            <s:SalesOrderLine><c:Identification><c:ID>2</c:ID></c:Identification>
            <s:SalesOrderSchedule><s:ExpectedDeliveryDateTime>2026-12-02T08:00:00</s:ExpectedDeliveryDateTime>
            <s:PurchaseDate>soon</s:PurchaseDate></s:SalesOrderSchedule></s:SalesOrderLine>
            """
    )

    private func forwarded(zone: ZoneRule?) throws -> LineDraft {
        let decoder = MessageDecoder(zone: zone)
        guard
            case .order(let draft) = try decoder.decode(Array(sent.utf8), transport: Sample.transport).content
        else {
            throw UnexpectedContent()
        }
        var order = Sample.order
        order.lines = [OrderLine(id: "2", action: .add, properties: draft.lines.first?.properties ?? [:])]
        let body = MessageEncoder().encode(Sample.request(), of: order, context: Sample.context())
        try expectValid(body, .provisioningOrder)
        guard case .order(let read) = try decoder.decode(body, transport: Sample.transport).content else {
            throw UnexpectedContent()
        }
        return try #require(read.lines.first)
    }

    @Test(
        "A schedule goes out in the other object's schedule, in UTC; what is no date stays a property (A76)"
    )
    func schedule() throws {
        let zone = try #require(ZoneRule(identifier: "America/Sao_Paulo"))
        let line = try forwarded(zone: zone)
        #expect(
            line.properties["ProvisioningOrderSchedule/ExpectedDeliveryDateTime"]
                == "2026-12-02T11:00:00.000Z"
        )
        #expect(line.properties["SalesOrderSchedule/PurchaseDate"] == "soon")
        let untouched = try forwarded(zone: nil)
        #expect(
            untouched.properties["ProvisioningOrderSchedule/ExpectedDeliveryDateTime"]
                == "2026-12-02T08:00:00"
        )
    }
}
