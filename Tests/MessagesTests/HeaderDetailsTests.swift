import Fulfillment
import Messages
import Orders
import Testing

@Suite("What a configuration says of senders and targets is written")
struct HeaderDetailsTests {
    @Test("Sender and Target with all they can have (A6)")
    func complete() throws {
        var context = Sample.context()
        context.senderDetails = Rare(
            SenderDetails(
                description: "Central fulfillment <COM>",
                address: "com.example.com",
                applicationID: "WAYSTATION",
                applicationVersion: "1.2",
                contactName: "Desk",
                contactEmail: "desk@example.com",
                contactPhoneNumber: "+55 21 1234"
            )
        )
        context.targetDetails = Rare(TargetDetails(applicationType: "OSM", serviceName: "SOM"))
        let body = MessageEncoder().encode(Sample.request(), of: Sample.order, context: context)
        try expectValid(body, .provisioningOrder)
        let header = try #require(MessageDecoder().header(of: body))
        let sender = try #require(header.sender)
        #expect(sender.id == "OSMCFS_01")
        #expect(sender.description == "Central fulfillment <COM>" && sender.address == "com.example.com")
        #expect(sender.messageID == "new-ebm" && sender.transactionCode == "ProcessProvisioningOrder")
        #expect(sender.applicationID == "WAYSTATION" && sender.applicationVersion == "1.2")
        #expect(sender.contactName == "Desk" && sender.contactEmail == "desk@example.com")
        #expect(sender.contactPhoneNumber == "+55 21 1234")
        #expect(sender.crossReference?.number == "S-1")
        #expect(
            header.target == EBMHeader.Target(id: "OSMPROV_01", applicationType: "OSM", serviceName: "SOM")
        )
    }

    @Test("Where nothing is configured the sender is its own application and the rest is left out")
    func bare() throws {
        let body = MessageEncoder().encode(Sample.request(), of: Sample.order, context: Sample.context())
        let header = try #require(MessageDecoder().header(of: body))
        #expect(header.sender?.applicationID == "OSMCFS_01" && header.sender?.description == nil)
        #expect(header.target == EBMHeader.Target(id: "OSMPROV_01"))
    }
}
