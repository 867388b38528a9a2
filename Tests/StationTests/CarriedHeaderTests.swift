import Broker
import Catalog
import Foundation
import Messages
import Orders
import Station
import TestSupport
import Testing

@Suite("Headers from end to end")
struct CarriedHeaderTests {
    private static let rare = """
            <corecom:MessageBatch>
              <corecom:StatusCode>OPEN</corecom:StatusCode>
              <corecom:ID>B1</corecom:ID>
              <corecom:BatchParameter><corecom:Name>window</corecom:Name></corecom:BatchParameter>
            </corecom:MessageBatch>
            <corecom:FaultNotification>
              <corecom:CorrectiveAction>none</corecom:CorrectiveAction>
            </corecom:FaultNotification>
            <corecom:Custom><x:Tag xmlns:x="urn:x">gold</x:Tag></corecom:Custom>
          </corecom:EBMHeader>
        """

    private static let scope = """
        </corecom:BusinessScope>
        <corecom:BusinessScope>
          <corecom:InstanceID>spring-3</corecom:InstanceID>
          <corecom:BusinessScopeTypeCode>Marketing</corecom:BusinessScopeTypeCode>
        </corecom:BusinessScope>
        """

    private static let address = """
        </corecom:ObjectCrossReference>
        <corecom:WSAddress><w:ReplyTo xmlns:w="urn:w"><w:Address>http://crm/reply</w:Address></w:ReplyTo></corecom:WSAddress>
        """

    /// COM and SOM with an order that has all of it, the process starting anew after each group of hops.
    private static func run() throws -> Loopback {
        let loopback = try Loopback(adjusting: { configuration in
            for index in configuration.workers.indices where configuration.workers[index].role == "COM" {
                configuration.workers[index].sender = Rare(SenderDetails(description: "Central"))
                configuration.workers[index].upstreamTarget = Rare(TargetDetails(applicationType: "CRM"))
            }
        })
        loopback.restartsAfterEachGroup = true
        let order = try SampleOrder(key: "CARRY-1")
            .replacing("</corecom:EBMHeader>", with: rare)
            .replacingFirst("</corecom:BusinessScope>", with: scope)
            .replacingFirst("</corecom:ObjectCrossReference>", with: address)
        loopback.put(order.body, into: Loopback.intake, id: order.messageID)
        try loopback.runToQuiet()
        return loopback
    }

    @Test(
        "What an order's header has beside the usual reaches every system, and order capture (A5, A6)",
        .enabled(if: SchemaCheck.isPossible, "xmllint is not installed")
    )
    func carried() throws {
        let loopback = try Self.run()
        var seen: Set<String> = []
        let emitted = loopback.sent.dropFirst().map(\.message)
        for message in emitted {
            let type = message.properties.type ?? ""
            seen.insert(type)
            let header = try #require(MessageDecoder().header(of: message.body))
            let isReport = type == "UpdateSalesOrderEBM"
            #expect(header.batch?.id == "B1" && header.batch?.parameters.count == 1, "\(type)")
            #expect(header.scopes.map(\.type) == ["BusinessProcess", "Marketing", "Message"], "\(type)")
            #expect(header.scopes[1].scope.instanceID == "spring-3", "\(type)")
            #expect(header.extensions().map { $0.hasSuffix(">gold</ns0:Tag>") } == [true], "\(type)")
            #expect(header.faultNotifications.count == (type.contains("Update") ? 0 : 1), "\(type)")
            #expect((header.replyAddress != nil) == isReport, "\(type)")
            let isOfCOM = header.sender?.id == "OSMCFS_01"
            #expect(header.sender?.description == (isOfCOM ? "Central" : nil), "\(type)")
            guard isReport else { continue }
            #expect(
                header.target
                    == EBMHeader.Target(
                        id: "SEBL_01",
                        applicationType: "CRM",
                        serviceName: "http://crm/reply"
                    )
            )
        }
        #expect(
            seen == [
                "ProcessProvisioningOrderEBM", "ProcessFulfillmentOrderEBM",
                "ProcessFulfillmentOrderUpdateEBM", "UpdateSalesOrderEBM",
            ]
        )
        try SchemaCheck.expectValid(loopback)
    }
}
