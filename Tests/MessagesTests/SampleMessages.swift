import Broker
import Fulfillment
import Messages
import Orders

/// Message texts for tests; each part can be replaced.
enum Sample {
    static let common = "http://xmlns.oracle.com/EnterpriseObjects/Core/Common/V2"
    static let salesOrderSpace = "http://xmlns.oracle.com/EnterpriseObjects/Core/EBO/SalesOrder/V2"
    static let provisioningSpace = "http://xmlns.oracle.com/EnterpriseObjects/Core/EBO/ProvisioningOrder/V1"
    static let fulfillmentSpace = "http://xmlns.oracle.com/EnterpriseObjects/Core/EBO/FulfillmentOrder/V1"

    static let transport = TransportContext(
        queue: "AIA_CRTFO_IN_JMSQ",
        messageID: "amqp-1",
        correlationID: "corr-amqp",
        contentType: "text/xml",
        traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    )

    static func header(id: String? = "ebm-1", more: String = "") -> String {
        """
        <c:EBMHeader>
          \(id.map { "<c:EBMID>\($0)</c:EBMID>" } ?? "")
          <c:EBMName>{\(salesOrderSpace)}ProcessSalesOrderFulfillmentEBM</c:EBMName>
          <c:EBOName>{\(salesOrderSpace)}SalesOrderEBO</c:EBOName>
          <c:CreationDateTime>2026-11-20T10:00:00Z</c:CreationDateTime>
          <c:RequestEBMID>ebm-0</c:RequestEBMID>
          <c:VerbCode>process</c:VerbCode>
          <c:MessageProcessingInstruction>
            <c:EnvironmentCode>TRAINING</c:EnvironmentCode><c:DefinitionID>D1</c:DefinitionID>
          </c:MessageProcessingInstruction>
          <c:Sender>
            <c:ID> SEBL_01
            </c:ID>
            <c:Description>Order capture</c:Description><c:IPAddress>10.0.0.1</c:IPAddress>
            <c:SenderMessageID>SM-1</c:SenderMessageID><c:TransactionCode>SUBMIT</c:TransactionCode>
            <c:Application><c:ID>SIEBEL</c:ID><c:Version>8.2</c:Version></c:Application>
            <c:ContactName>Desk</c:ContactName><c:ContactEmail>desk@example.com</c:ContactEmail>
            <c:ContactPhoneNumber>1</c:ContactPhoneNumber>
            <c:ObjectCrossReference><c:SenderObjectIdentification>
              <c:BusinessComponentID>X-1</c:BusinessComponentID><c:ID>S-1</c:ID>
              <c:Revision><c:Number>2</c:Number></c:Revision>
            </c:SenderObjectIdentification></c:ObjectCrossReference>
          </c:Sender>
          <c:Target><c:ID>OSMCFS_01</c:ID><c:ApplicationTypeCode>OSM</c:ApplicationTypeCode>
            <c:ServiceName>COM</c:ServiceName></c:Target>
          <c:BusinessScope><c:ID>Message/1</c:ID><c:InstanceID>m-1</c:InstanceID>
            <c:BusinessScopeTypeCode>Message</c:BusinessScopeTypeCode></c:BusinessScope>
          <c:BusinessScope><c:ID>O2C</c:ID><c:InstanceID>process-77</c:InstanceID>
            <c:BusinessScopeTypeCode>BusinessProcess</c:BusinessScopeTypeCode>
            <c:EnterpriseServiceName>SalesOrderEBS</c:EnterpriseServiceName>
            <c:EnterpriseServiceOperationName>Process</c:EnterpriseServiceOperationName></c:BusinessScope>
          <c:EBMTracking>
            <c:SequenceNumber>1</c:SequenceNumber><c:ExecutionUnitID>U1</c:ExecutionUnitID>
            <c:ExecutionUnitName>Capture</c:ExecutionUnitName><c:ImplementationCode>BPEL</c:ImplementationCode>
            <c:ActivityDateTime>2026-11-20T09:00:00Z</c:ActivityDateTime>
            <c:IntermediateMessageHop><c:SenderResourceTypeCode>QUEUE</c:SenderResourceTypeCode>
              <c:SenderResourceID>AIA_SALESORDERJMSQUEUE</c:SenderResourceID>
              <c:SenderMessageID>ID:old</c:SenderMessageID></c:IntermediateMessageHop>
          </c:EBMTracking>
          <c:MessageBatch><c:StatusCode>OPEN</c:StatusCode><c:ID>B1</c:ID><c:Name>Night</c:Name></c:MessageBatch>
          \(more)
        </c:EBMHeader>
        """
    }

    /// An order of two lines with values in many places.
    static func salesOrder(
        header: String = header(),
        identification: String = "<c:ID>S-1</c:ID>",
        order: String = "",
        lines: String = salesOrderLines,
        space: String = salesOrderSpace,
        prolog: String = ""
    ) -> String {
        """
        \(prolog)<s:ProcessSalesOrderFulfillmentEBM xmlns:s="\(space)" xmlns:c="\(common)">
        \(header)
        <s:DataArea><c:Process/><s:ProcessSalesOrderFulfillment>
          <c:Identification>\(identification)<c:Revision><c:Number> 2 </c:Number></c:Revision></c:Identification>
          <s:OrderDateTime>2026-11-20T10:00:00</s:OrderDateTime>
          <s:RequestedDeliveryDateTime>2026-12-01</s:RequestedDeliveryDateTime>
          <s:OrderName>Home</s:OrderName><s:OrderSource>WEB</s:OrderSource>
          <s:TypeCode>SALES ORDER</s:TypeCode>
          <s:FulfillmentPriorityCode>5
          </s:FulfillmentPriorityCode>
          <s:FulfillmentSuccessCode>DEFAULT</s:FulfillmentSuccessCode>
          <s:FulfillmentModeCode>Deliver</s:FulfillmentModeCode>
          <s:ProcessingNumber></s:ProcessingNumber>
          <c:Status><c:Code>OPEN</c:Code><c:Description>new</c:Description></c:Status>
          <c:CustomerPartyReference>
            <c:CustomerPartyAccountIdentification>
              <c:BusinessComponentID schemeID="CUSTOMERPARTY_ACCOUNTID">A-9</c:BusinessComponentID>
            </c:CustomerPartyAccountIdentification>
            <c:CustomerPartyAccountName>Ana Souza</c:CustomerPartyAccountName>
          </c:CustomerPartyReference>
          \(order)
          \(lines)
        </s:ProcessSalesOrderFulfillment></s:DataArea>
        </s:ProcessSalesOrderFulfillmentEBM>
        """
    }

    static let salesOrderLines = """
        <s:SalesOrderLine>
          <c:Identification><c:ID>1</c:ID></c:Identification>
          <s:ServiceActionCode> add </s:ServiceActionCode>
          <c:ItemReference><c:Name>Bundle</c:Name><c:TypeCode>BUNDLE</c:TypeCode></c:ItemReference>
        </s:SalesOrderLine>
        \(salesOrderLine)
        """

    static let salesOrderLine = """
        <s:SalesOrderLine>
          <c:Identification><c:ID>2</c:ID></c:Identification>
          <s:ParentLineIdentification><c:ID>1</c:ID></s:ParentLineIdentification>
          <s:OrderQuantity unitCode="EA">1</s:OrderQuantity>
          <s:ServiceActionCode>ADD</s:ServiceActionCode>
          <s:FulfillmentModeCode>Deliver</s:FulfillmentModeCode>
          <s:StartBillingOnFirstServiceUsageIndicator>true</s:StartBillingOnFirstServiceUsageIndicator>
          <s:BillableLineItem>Y</s:BillableLineItem><s:ProvisionableLineItem>Y</s:ProvisionableLineItem>
          <c:ServiceAddress><c:LineOne>Rua 1</c:LineOne><c:CityName>Rio de Janeiro</c:CityName>
            <c:CountryCode listID="ISO">BR</c:CountryCode></c:ServiceAddress>
          <c:ItemReference>
            <c:ItemIdentification>
              <c:BusinessComponentID schemeID="ITEM_ID" schemeAgencyID="COMMON">I-1</c:BusinessComponentID>
              <c:ApplicationObjectKey><c:ID>K-1</c:ID></c:ApplicationObjectKey>
              <c:AlternateObjectKey><c:ContextID>C-1</c:ContextID></c:AlternateObjectKey>
              <c:SupplierItemID>SUP-1</c:SupplierItemID>
            </c:ItemIdentification>
            <c:Name>Internet 8M</c:Name>
            <c:ClassificationCode listID="PermittedTypeCode">P</c:ClassificationCode>
            <c:ClassificationCode listID="BillingProductTypeCode">B</c:ClassificationCode>
            <c:ClassificationCode listID="FulfillmentItemCode">Broadband.Item</c:ClassificationCode>
            <c:ServiceIndicator>true</c:ServiceIndicator><c:TypeCode>PRODUCT</c:TypeCode>
            <c:ServiceIdentifier>5521</c:ServiceIdentifier><c:NetworkIndicator>false</c:NetworkIndicator>
            <c:SpecificationGroup><c:Name>ExtensibleAttributes</c:Name>
              <c:Specification><c:ServiceActionCode>ADD</c:ServiceActionCode><c:Name>speed</c:Name>
                <c:DataTypeCode>Text</c:DataTypeCode><c:Value>8M</c:Value></c:Specification>
              <c:Specification actionCode="DELETE"><c:Name>old</c:Name><c:Value/></c:Specification>
              <c:Specification><c:Name>empty</c:Name><c:Value> </c:Value></c:Specification>
            </c:SpecificationGroup>
            <c:PrimaryClassificationCode>High Speed Internet</c:PrimaryClassificationCode>
          </c:ItemReference>
          <s:SalesOrderSchedule>
            <s:RequestedDeliveryDateTime>2026-12-02T08:00:00</s:RequestedDeliveryDateTime>
          </s:SalesOrderSchedule>
        </s:SalesOrderLine>
        """

    static func decode(
        _ text: String,
        transport: TransportContext = transport,
        mappings: [FormatMapping] = []
    ) throws(DecodingFailure) -> DecodedMessage {
        try MessageDecoder(mappings: mappings).decode(Array(text.utf8), transport: transport)
    }

    static func draft(_ text: String) throws -> OrderDraft {
        guard case .order(let draft) = try decode(text).content else { throw UnexpectedContent() }
        return draft
    }

    /// The failure of a text that must fail.
    static func failure(
        _ text: String,
        transport: TransportContext = transport,
        limits: DecodingLimits = DecodingLimits()
    ) throws -> DecodingFailure {
        try failure(Array(text.utf8), transport: transport, limits: limits)
    }

    static func failure(
        _ body: [UInt8],
        transport: TransportContext = transport,
        limits: DecodingLimits = DecodingLimits()
    ) throws -> DecodingFailure {
        do {
            _ = try MessageDecoder(limits: limits).decode(body, transport: transport)
        } catch {
            return error
        }
        throw UnexpectedContent()
    }
}

/// A message was read as something else than the test is about.
struct UnexpectedContent: Error {}

extension Sample {
    static let now = Timestamp(milliseconds: 1_795_248_000_000)

    static func context(
        target: String = "OSMPROV_01",
        origin: MessageContext? = origin,
        cause: MessageContext? = nil
    ) -> EncodingContext {
        EncodingContext(
            messageID: "new-ebm",
            now: now,
            senderID: "OSMCFS_01",
            targetID: target,
            role: "COM",
            origin: origin,
            cause: cause
        )
    }

    static let origin = MessageContext(
        messageID: "ebm-1",
        messageName: "ProcessSalesOrderFulfillmentEBM",
        objectName: "SalesOrderEBO",
        verb: "process",
        environment: "TRAINING",
        sender: SenderReference(id: "SEBL_01", messageID: "SM-1", transactionCode: "SUBMIT"),
        targetID: "OSMCFS_01",
        businessProcess: BusinessScope(
            id: "O2C",
            instanceID: "process-77",
            serviceName: "EBS",
            operationName: "Do"
        ),
        tracking: [TrackingEntry(sequence: 1, unitID: "U1", unitName: "Capture")],
        hop: MessageHop(resource: "AIA_CRTFO_IN_JMSQ", messageID: "amqp-1")
    )

    static let order = Order(
        key: "S-1",
        revision: 2,
        mode: "Deliver",
        type: "SALES ORDER",
        source: "WEB",
        orderDate: now,
        requestedDelivery: now.advanced(bySeconds: 86_400),
        accountID: "A-9",
        accountName: "Ana & Co <x>",
        properties: ["OrderName": "Home", "Status/Code": "OPEN", "region": "South"],
        lines: [
            OrderLine(id: "1", action: .add, name: "Bundle", type: "BUNDLE"),
            OrderLine(
                id: "2",
                parents: ["1"],
                action: .moveAdd,
                name: "Internet",
                productClass: "High Speed Internet",
                type: "PRODUCT",
                quantity: "1",
                requestedDelivery: now,
                properties: [
                    "ServiceAddress/CityName": "Rio", "ServiceAddress/CountryCode[ISO]": "BR",
                    "ServiceAddress#2/CityName": "Lima", "OrderQuantity/@unitCode": "EA",
                    "ItemReference/ClassificationCode[PermittedTypeCode]": "P", "depot": "D-4",
                    "Status/Code": "OPEN",
                ],
                attributes: [
                    LineAttribute(name: "speed", value: "8M", dataType: "Text", action: "ADD"),
                    LineAttribute(name: "odd", value: "a<b>&\"c\" ]]>"),
                ]
            ),
            OrderLine(id: "3", parents: ["2", "1"], action: .delete, productClass: "Modem"),
        ]
    )

    static func request(
        _ format: RequestFormat = .provisioningOrder,
        lines: [LineID] = ["2", "3"]
    ) -> ComponentRequest {
        ComponentRequest(
            component: "ProvisionOrder/DSL/1",
            function: "ProvisionOrder",
            system: "DSL",
            targetID: "OSMPROV_01",
            queue: "AIA_CRTFO_OUT_JMSQ",
            format: format,
            mode: "SOM_Deliver",
            correlation: "S-1_ProvisionOrder/DSL/1",
            lines: lines
        )
    }
}
