import Foundation
import Fulfillment
import Orders
import Station
import Store
import Testing

@Suite("The example orders, through COM and SOM")
struct ExampleOrderTests {
    private static let intake = "AIA_CRTFO_IN_JMSQ"

    @Test(
        "run to COMPLETE",
        arguments: [
            "broadband-curitiba", "broadband-rio", "central-order", "mobile", "qualify", "soap-wrapped", "triple-play",
            "urgent",
        ])
    func complete(name: String) throws {
        let loopback = try Loopback()
        loopback.put(try Loopback.example("broadband/orders/\(name).xml"), into: Self.intake, id: "example-1")
        try loopback.runToQuiet()
        let reader = try loopback.orders()
        let order = try #require(reader.first { $0.id.role == "COM" })
        #expect(order.lifecycle == .completed, "\(order)")
        #expect(order.status == "COMPLETE")
        #expect(order.componentsCompleted == order.componentsTotal)
        for provisioning in reader where provisioning.id.role == "SOM" { #expect(provisioning.lifecycle == .completed) }
        #expect(loopback.messages(in: "AIA_ORDERFALLOUT_JMSQ").isEmpty, "\(loopback.notes)")
    }
}
