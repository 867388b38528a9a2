import Messages
import Orders
import Testing

@Suite("Sales orders are read")
struct DecodingOrderTests {
    @Test("Every field of an order finds its place, trimmed, empty ones absent (A9)")
    func order() throws {
        let draft = try Sample.draft(Sample.salesOrder())
        #expect(draft.key == "S-1")
        #expect(draft.revision == "2")
        #expect(draft.mode == "Deliver")
        #expect(draft.priority == "5")
        #expect(draft.type == "SALES ORDER")
        #expect(draft.source == "WEB")
        #expect(draft.orderDate == "2026-11-20T10:00:00")
        #expect(draft.requestedDelivery == "2026-12-01")
        #expect(draft.accountID == "A-9")
        #expect(draft.accountName == "Ana Souza")
        #expect(draft.correlation == nil)
        #expect(draft.salesOrderID == nil)
        #expect(
            draft.properties == [
                "OrderName": "Home", "FulfillmentSuccessCode": "DEFAULT", "Status/Code": "OPEN",
                "Status/Description": "new",
            ]
        )
        #expect(draft.extensions.isEmpty)
        #expect(draft.lines.count == 2)
    }

    @Test("Every field of a line finds its place (A9)")
    func line() throws {
        let lines = try Sample.draft(Sample.salesOrder()).lines
        let bundle = try #require(lines.first)
        #expect(
            bundle.id == "1" && bundle.action == "add" && bundle.type == "BUNDLE" && bundle.parents.isEmpty
        )
        let line = try #require(lines.last)
        #expect(line.id == "2")
        #expect(line.parents == ["1"])
        #expect(line.action == "ADD")
        #expect(line.name == "Internet 8M")
        #expect(line.productClass == "High Speed Internet")
        #expect(line.type == "PRODUCT")
        #expect(line.quantity == "1")
        #expect(line.requestedDelivery == "2026-12-02T08:00:00")
        #expect(line.sourceLines.isEmpty)
        #expect(line.documentLine > bundle.documentLine && bundle.documentLine > 1)
        #expect(
            line.attributes == [
                LineAttribute(name: "speed", value: "8M", dataType: "Text", action: "ADD"),
                LineAttribute(name: "old", value: "", action: "DELETE"),
            ]
        )
        #expect(
            line.properties == [
                "OrderQuantity/@unitCode": "EA", "FulfillmentModeCode": "Deliver",
                "StartBillingOnFirstServiceUsageIndicator": "true", "BillableLineItem": "Y",
                "ProvisionableLineItem": "Y", "ServiceAddress/LineOne": "Rua 1",
                "ServiceAddress/CityName": "Rio de Janeiro", "ServiceAddress/CountryCode[ISO]": "BR",
                "ItemReference/ItemIdentification/BusinessComponentID[ITEM_ID]": "I-1",
                "ItemReference/ItemIdentification/BusinessComponentID[ITEM_ID]/@schemeAgencyID": "COMMON",
                "ItemReference/ItemIdentification/ApplicationObjectKey/ID": "K-1",
                "ItemReference/ItemIdentification/AlternateObjectKey/ContextID": "C-1",
                "ItemReference/ItemIdentification/SupplierItemID": "SUP-1",
                "ItemReference/ClassificationCode[PermittedTypeCode]": "P",
                "ItemReference/ClassificationCode[BillingProductTypeCode]": "B",
                "ItemReference/ClassificationCode[FulfillmentItemCode]": "Broadband.Item",
                "ItemReference/ServiceIndicator": "true", "ItemReference/ServiceIdentifier": "5521",
                "ItemReference/NetworkIndicator": "false",
            ]
        )
    }

    @Test("Prefixes mean nothing, nor does the order of elements (A4)")
    func prefixesAndOrder() throws {
        let text = Sample.salesOrder()
        let other =
            text
            .replacing("<c:", with: "<q9:").replacing("</c:", with: "</q9:").replacing(
                "xmlns:c=",
                with: "xmlns:q9="
            )
            .replacing("<s:", with: "<").replacing("</s:", with: "</").replacing("xmlns:s=", with: "xmlns=")
        #expect(try Sample.decode(other) == Sample.decode(text))
        let shuffled = Sample.salesOrder(
            lines: """
                <s:SalesOrderLine>
                  <c:ItemReference><c:TypeCode>BUNDLE</c:TypeCode><c:Name>Bundle</c:Name></c:ItemReference>
                  <s:ServiceActionCode>add</s:ServiceActionCode>
                  <c:Identification><c:ID>1</c:ID></c:Identification>
                </s:SalesOrderLine>
                """
        )
        let line = try #require(try Sample.draft(shuffled).lines.first)
        #expect(line.id == "1" && line.name == "Bundle" && line.type == "BUNDLE" && line.action == "add")
    }

    @Test(
        "SOAP, CreateOrder, both or neither (A3)",
        arguments: [
            ("", ""),
            (
                "<o:CreateOrder xmlns:o='http://xmlns.oracle.com/communications/ordermanagement'>",
                "</o:CreateOrder>"
            ),
            (
                """
                <e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/'><e:Header>
                <w:Security xmlns:w='http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd'>
                <w:UsernameToken><w:Username>u</w:Username></w:UsernameToken></w:Security></e:Header><e:Body>
                """, "</e:Body></e:Envelope>"
            ),
            (
                """
                <e:Envelope xmlns:e='http://www.w3.org/2003/05/soap-envelope'><e:Body>
                <o:CreateOrder xmlns:o='http://xmlns.oracle.com/communications/ordermanagement'>
                """, "</o:CreateOrder></e:Body></e:Envelope>"
            ),
        ]
    )
    func wrappers(before: String, after: String) throws {
        let wrapped = try Sample.decode(before + Sample.salesOrder() + after)
        guard case .order(let draft) = wrapped.content else { throw UnexpectedContent() }
        #expect(draft.key == "S-1")
        #expect(draft.lines.count == 2)
        #expect(wrapped.context.messageID == "ebm-1")
    }

    @Test("A misspelled ItemReference is unknown content, not read")
    func misspelled() throws {
        let draft = try Sample.draft(Sample.salesOrder().replacing("c:ItemReference", with: "c:ItemRefernce"))
        let line = try #require(draft.lines.last)
        #expect(line.name == nil && line.productClass == nil && line.attributes.isEmpty)
        #expect(line.extensions.count == 1)
        #expect(line.extensions.first?.contains("ItemRefernce") == true)
    }

    @Test("Unknown simple values of the messages' own namespaces are readable by path")
    func unknownValues() throws {
        let draft = try Sample.draft(
            Sample.salesOrder(
                order: "<s:SalesChannel>SHOP</s:SalesChannel>",
                lines: """
                    <s:SalesOrderLine><c:Identification><c:ID>1</c:ID></c:Identification>
                    <c:ItemReference><c:Color listID="RAL">9010</c:Color></c:ItemReference></s:SalesOrderLine>
                    """
            )
        )
        #expect(draft.properties["SalesChannel"] == "SHOP")
        #expect(draft.lines.first?.properties["ItemReference/Color[RAL]"] == "9010")
    }

    @Test("Foreign and Custom content is kept as fragments that stand on their own (A8)")
    func unknownContent() throws {
        let draft = try Sample.draft(
            Sample.salesOrder(
                order: "<x:Gift xmlns:x='urn:x' wrap='yes'><x:To>Bo</x:To></x:Gift>",
                lines: """
                    <s:SalesOrderLine><c:Identification><c:ID>1</c:ID></c:Identification>
                    <c:ItemReference><c:Custom><y:Shade xmlns:y='urn:y'>dark</y:Shade></c:Custom></c:ItemReference>
                    </s:SalesOrderLine>
                    """
            )
        )
        #expect(
            draft.extensions == [#"<ns0:Gift xmlns:ns0="urn:x" wrap="yes"><ns0:To>Bo</ns0:To></ns0:Gift>"#]
        )
        #expect(
            draft.lines.first?.extensions
                == [#"<?waystation-in ItemReference?><ns0:Shade xmlns:ns0="urn:y">dark</ns0:Shade>"#]
        )
    }

    @Test("Repeated groups and values keep their repetition")
    func repetition() throws {
        let draft = try Sample.draft(
            Sample.salesOrder(
                identification: "<c:ID>S-1</c:ID><c:ID schemeID='OTHER'>O-1</c:ID>",
                lines: """
                    <s:SalesOrderLine><c:Identification><c:ID>1</c:ID></c:Identification>
                    <c:ServiceAddress><c:CityName>Rio</c:CityName></c:ServiceAddress>
                    <c:ServiceAddress><c:CityName>Lima</c:CityName></c:ServiceAddress>
                    <c:ItemReference><c:ClassificationCode>A</c:ClassificationCode>
                    <c:ClassificationCode>B</c:ClassificationCode></c:ItemReference></s:SalesOrderLine>
                    """
            )
        )
        #expect(draft.key == "S-1")
        #expect(draft.properties["Identification/ID[OTHER]"] == "O-1")
        let line = try #require(draft.lines.first)
        #expect(line.properties["ServiceAddress/CityName"] == "Rio")
        #expect(line.properties["ServiceAddress#2/CityName"] == "Lima")
        #expect(line.properties["ItemReference/ClassificationCode"] == "A")
        #expect(line.properties["ItemReference/ClassificationCode#2"] == "B")
    }

    @Test(
        "A value repeated without end is kept, and few of it are looked through for the next one's place",
        .timeLimit(.minutes(10))
    )
    func endlessRepetition() throws {
        let many = String(repeating: "<c:ClassificationCode>A</c:ClassificationCode>", count: 20_000)
        let draft = try Sample.draft(
            Sample.salesOrder(
                lines: """
                    <s:SalesOrderLine><c:Identification><c:ID>1</c:ID></c:Identification>
                    <c:ItemReference>\(many)</c:ItemReference></s:SalesOrderLine>
                    """
            )
        )
        let line = try #require(draft.lines.first)
        #expect(line.properties.count + line.extensions.count == 20_000)
        // Each repetition under a path is looked for after all before it.
        #expect(line.properties.count <= 32)
    }

    @Test("A move may be told as action and sub-action (A11)")
    func moves() throws {
        func action(_ codes: String) throws -> String? {
            try Sample.draft(
                Sample.salesOrder(
                    lines:
                        "<s:SalesOrderLine><c:Identification><c:ID>1</c:ID></c:Identification>\(codes)</s:SalesOrderLine>"
                )
            ).lines.first?.action
        }
        #expect(
            try action(
                "<s:ServiceActionCode>Add</s:ServiceActionCode><s:ServiceSubActionCode>MOVE-ADD</s:ServiceSubActionCode>"
            )
                == "MOVE-ADD"
        )
        #expect(try action("<s:ServiceActionCode>MOVE-DELETE</s:ServiceActionCode>") == "MOVE-DELETE")
        #expect(
            try action(
                "<s:ServiceActionCode>DELETE</s:ServiceActionCode><s:ServiceSubActionCode>OTHER</s:ServiceSubActionCode>"
            )
                == "DELETE"
        )
    }

    @Test("A line's own schedule, parents in other forms, and a line without anything")
    func oddLines() throws {
        let draft = try Sample.draft(
            Sample.salesOrder(
                lines: """
                    <s:SalesOrderLine/>
                    <s:SalesOrderLine><c:Identification><c:BusinessComponentID>B</c:BusinessComponentID></c:Identification>
                    <s:ParentLineIdentification>P1</s:ParentLineIdentification>
                    <s:ParentLineIdentification><c:BusinessComponentID>P2</c:BusinessComponentID>
                    </s:ParentLineIdentification></s:SalesOrderLine>
                    """
            )
        )
        #expect(draft.lines.count == 2)
        #expect(draft.lines.first?.id == nil)
        #expect(draft.lines.last?.id == "B")
        #expect(draft.lines.last?.parents == ["P1", "P2"])
    }
}
