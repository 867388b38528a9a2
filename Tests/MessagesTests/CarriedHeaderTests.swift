import Fulfillment
import Messages
import Orders
import Testing

/// The rare parts of headers: read, kept, and carried on to the messages that follow.
@Suite("Rare parts of a header are carried on")
struct CarriedHeaderTests {
    private static let addressing = "http://schemas.xmlsoap.org/ws/2003/03/addressing"

    /// Every group with content that nobody here knows, some of it in Custom and some not.
    private static let header = """
        <c:EBMHeader xmlns:w="\(addressing)" xmlns:x="urn:x">
          <c:EBMID>ebm-1</c:EBMID>
          <x:Route>north</x:Route>
          <c:MessageProcessingInstruction><c:EnvironmentCode>CAVS</c:EnvironmentCode>
            <c:DefinitionID>D1</c:DefinitionID><c:Custom><x:Trial>7</x:Trial></c:Custom>
          </c:MessageProcessingInstruction>
          <c:Sender><c:ID>SEBL_01</c:ID>
            <c:WSAddress><w:From><w:Address>http://crm/from</w:Address></w:From>
              <w:ReplyTo><w:Address> http://crm/reply </w:Address><w:PortType>P</w:PortType></w:ReplyTo>
            </c:WSAddress>
            <c:Custom><x:Desk no="4">South</x:Desk></c:Custom></c:Sender>
          <c:Target><c:ID>OSMCFS_01</c:ID><c:OverrideRoutingIndicator>true</c:OverrideRoutingIndicator>
            <c:EndPointURI/></c:Target>
          <c:BusinessScope><c:InstanceID>m-1</c:InstanceID>
            <c:BusinessScopeTypeCode>Message</c:BusinessScopeTypeCode></c:BusinessScope>
          <c:BusinessScope><c:ID>O2C</c:ID><c:InstanceID>process-77</c:InstanceID>
            <c:BusinessScopeTypeCode>BusinessProcess</c:BusinessScopeTypeCode>
            <c:Custom><x:Saga>s1</x:Saga></c:Custom></c:BusinessScope>
          <c:BusinessScope><c:ID>Campaign</c:ID><c:InstanceID>spring-3</c:InstanceID>
            <c:BusinessScopeTypeCode>Marketing</c:BusinessScopeTypeCode>
            <c:EnterpriseServiceName>CampaignEBS</c:EnterpriseServiceName><x:Wave>2</x:Wave></c:BusinessScope>
          <c:EBMTracking><c:SequenceNumber>1</c:SequenceNumber><c:Custom><x:Node>n1</x:Node></c:Custom>
          </c:EBMTracking>
          <c:MessageBatch><c:StatusCode>OPEN</c:StatusCode><c:ID>B1</c:ID><c:Name>Night</c:Name>
            <c:BatchParameter><c:Name>window</c:Name><c:Value>2h</c:Value></c:BatchParameter>
            <c:BatchParameter>plain</c:BatchParameter><c:Custom><x:Lot>9</x:Lot></c:Custom></c:MessageBatch>
          <c:FaultNotification><c:FaultMessage><c:Code>W-1</c:Code></c:FaultMessage></c:FaultNotification>
          <c:FaultNotification><c:CorrectiveAction>none</c:CorrectiveAction></c:FaultNotification>
          <c:B2BProfile><c:Partner>P-1</c:Partner></c:B2BProfile>
          <c:Custom><x:Tag>gold</x:Tag><x:Tag>fast</x:Tag></c:Custom>
        </c:EBMHeader>
        """

    private static func decoded() throws -> DecodedMessage {
        try Sample.decode(Sample.salesOrder(header: header))
    }

    private static func request(origin: MessageContext) throws -> (body: [UInt8], header: EBMHeader) {
        let context = Sample.context(origin: origin)
        let body = MessageEncoder().encode(Sample.request(), of: Sample.order, context: context)
        try expectValid(body, .provisioningOrder)
        return (body, try #require(MessageDecoder().header(of: body)))
    }

    private static func report(origin: MessageContext, target: TargetDetails? = nil) throws -> EBMHeader {
        var context = Sample.context(target: "SEBL_01", origin: origin)
        context.targetDetails = target.map { Rare($0) }
        let report = StatusReport(
            format: .salesOrderUpdate,
            status: "IN_PROGRESS",
            root: .inProgress,
            lines: []
        )
        let body = MessageEncoder().encode(report, of: Sample.order, context: context)
        try expectValid(body, .salesOrder)
        return try #require(MessageDecoder().header(of: body))
    }

    @Test("All of it is read (A5)")
    func read() throws {
        let header = try #require(
            MessageDecoder().header(of: Array(Sample.salesOrder(header: Self.header).utf8))
        )
        #expect(header.environment == "CAVS" && header.definitionID == "D1")
        let address = try #require(header.replyAddress)
        #expect(address.hasPrefix("<corecom:WSAddress ") && address.contains("http://crm/from"))
        #expect(header.batch?.id == "B1")
        let parameters = try #require(header.batch?.parameters)
        #expect(parameters.count == 2)
        #expect(parameters[0].contains("<corecom:Value>2h</corecom:Value>"))
        #expect(parameters[1].hasSuffix(">plain</corecom:BatchParameter>"))
        #expect(header.faultNotifications.count == 2)
        #expect(header.faultNotifications[0].contains("<corecom:Code>W-1</corecom:Code>"))
        let own = header.extensions()
        #expect(own.count == 4)
        #expect(own[0].hasSuffix(">north</ns0:Route>"))
        #expect(own[1].contains("<corecom:Partner>P-1</corecom:Partner>"))
        #expect(own[2].hasSuffix(">gold</ns0:Tag>") && own[3].hasSuffix(">fast</ns0:Tag>"))
        #expect(header.extensions(in: "Sender").map { $0.hasSuffix(#" no="4">South</ns0:Desk>"#) } == [true])
        #expect(header.extensions(in: "Target").count == 1, "an empty element says nothing")
        #expect(header.extensions(in: "MessageProcessingInstruction").count == 1)
        #expect(header.extensions(in: "MessageBatch").count == 1)
        #expect(header.scopes.map(\.extensions.count) == [0, 1, 1])
        #expect(header.tracking.map(\.extensions?.count) == [1])
    }

    @Test("An order that is forwarded keeps it, each part in its group, hop after hop (A5)")
    func forwarded() throws {
        let original = try #require(
            MessageDecoder().header(of: Array(Sample.salesOrder(header: Self.header).utf8))
        )
        let context = try Self.decoded().context
        let first = try Self.request(origin: context)
        let second = try Self.request(
            origin: try MessageDecoder().decode(first.body, transport: Sample.transport).context
        )
        for header in [first.header, second.header] {
            #expect(header.environment == "CAVS" && header.definitionID == "D1")
            #expect(header.batch == original.batch)
            #expect(header.faultNotifications == original.faultNotifications)
            for group in [nil, "Sender", "Target", "MessageProcessingInstruction", "MessageBatch"] {
                #expect(header.extensions(in: group).sorted() == original.extensions(in: group).sorted())
            }
            #expect(header.replyAddress == nil, "replies come to us, not to whoever asked us")
            #expect(header.scopes.map(\.type) == ["BusinessProcess", "Marketing", "Message"])
            #expect(header.scopes.first == original.scopes[1])
            #expect(header.scopes[1] == original.scopes[2])
            #expect(header.scopes.last?.scope.instanceID == "new-ebm")
            #expect(header.tracking.first == original.tracking.first)
        }
        #expect(second.header.tracking.map(\.sequence) == [1, 2, 3])
    }

    @Test("A reply brings back the address, and what stood with sender and target changes sides (A5)")
    func replied() throws {
        let header = try Self.report(
            origin: try Self.decoded().context,
            target: TargetDetails(applicationType: "CRM", serviceName: "Orders")
        )
        #expect(try #require(header.replyAddress).contains("http://crm/from"))
        #expect(header.target?.serviceName == "http://crm/reply", "the order's own address goes before")
        #expect(header.target?.applicationType == "CRM")
        #expect(header.batch?.id == "B1" && header.batch?.parameters.count == 2)
        #expect(header.scopes.map(\.type) == ["BusinessProcess", "Marketing", "Message"])
        #expect(header.extensions().count == 4)
        #expect(header.extensions(in: "Target").map { $0.contains("Desk") } == [true])
        #expect(header.extensions(in: "Sender").map { $0.contains("OverrideRouting") } == [true])
        #expect(header.faultNotifications.isEmpty, "they were about the order as it came")
    }

    @Test("Faults about an order that is not known have the keys of the failing message's sender")
    func faultKeys() throws {
        let text = Sample.salesOrder(header: Sample.header(), space: "urn:near-miss")
        let failure = try Sample.failure(text)
        #expect(failure.orderKey == nil)
        let report = FaultReport(failure: failure.failure, orderKey: nil, role: "COM", occurredAt: Sample.now)
        let context = Sample.context(origin: failure.context, cause: failure.context)
        let body = MessageEncoder().encode(report, context: context)
        try expectValid(body, .common)
        let fault = String(decoding: body, as: UTF8.self)
        #expect(fault.contains("<corecom:ObjectCrossReference><corecom:SenderObjectIdentification>"))
        #expect(fault.contains(">X-1</corecom:BusinessComponentID>"))
    }

    @Test("The definition goes with the environment it came with")
    func definition() throws {
        var origin = try Self.decoded().context
        let cause = MessageContext(messageID: "update-1", environment: "PRODUCTION")
        let context = Sample.context(origin: origin, cause: cause)
        let mixed = EBMHeader(.updateSalesOrder, context: context, order: EBMHeader.CrossReference())
        #expect(mixed.environment == "PRODUCTION" && mixed.definitionID == nil)
        #expect(mixed.batch?.id == "B1")
        origin.environment = nil
        let silent = MessageContext(messageID: "update-1")
        let header = EBMHeader(
            .updateSalesOrder,
            context: Sample.context(origin: origin, cause: silent),
            order: EBMHeader.CrossReference()
        )
        #expect(header.environment == "PRODUCTION" && header.definitionID == "D1")
    }

    @Test("Known elements in other places and in the wild are neither lost nor harmful")
    func odd() throws {
        let wild = """
            <c:MessageBatch><c:BatchParameter/></c:MessageBatch><c:FaultNotification/><c:Custom/>
            <c:EBMTracking/><c:BusinessScope/><c:Custom>text</c:Custom>
            <c:Custom><c:EBMHeader><c:EBMID/></c:EBMHeader></c:Custom>
            <c:Line>astray</c:Line>
            """
        let context = try Sample.decode(Sample.salesOrder(header: Sample.header(more: wild))).context
        let (_, header) = try Self.request(origin: context)
        #expect(header.extensions().count == 3)
        #expect(header.batch == EBMHeader.Batch(status: "OPEN", id: "B1", name: "Night"))
    }

    @Test("A header of common parts takes no room for the others, and neither does what is stored of it")
    func common() throws {
        let plain = Sample.header().replacing("<c:DefinitionID>D1</c:DefinitionID>", with: "")
            .replacing(#/<c:MessageBatch>.*</c:MessageBatch>/#.dotMatchesNewlines(), with: "")
        let context = try Sample.decode(Sample.salesOrder(header: plain)).context
        #expect(context.carried == nil)
        #expect(
            EBMHeader(.updateSalesOrder, context: Sample.context(origin: context), order: .init()).carried
                == nil
        )
    }
}
