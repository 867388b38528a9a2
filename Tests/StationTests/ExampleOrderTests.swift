import Catalog
import Foundation
import Fulfillment
import Orders
import SQLiteStore
import Station
import Store
import Testing

@Suite("The example orders, through COM and SOM")
struct ExampleOrderTests {
    private static let intake = "AIA_CRTFO_IN_JMSQ"

    @Test(
        "run to COMPLETE",
        arguments: [
            "broadband-curitiba", "broadband-rio", "central-order", "mobile", "qualify", "soap-wrapped",
            "triple-play",
            "urgent",
        ]
    )
    func complete(name: String) throws {
        let loopback = try Loopback()
        loopback.put(try Loopback.example("broadband/orders/\(name).xml"), into: Self.intake, id: "example-1")
        try loopback.runToQuiet()
        let reader = try loopback.orders()
        let order = try #require(reader.first { $0.id.role == "COM" })
        #expect(order.lifecycle == .completed, "\(order)")
        #expect(order.status == "COMPLETE")
        #expect(order.componentsCompleted == order.componentsTotal)
        for provisioning in reader where provisioning.id.role == "SOM" {
            #expect(provisioning.lifecycle == .completed)
        }
        #expect(loopback.messages(in: "AIA_ORDERFALLOUT_JMSQ").isEmpty, "\(loopback.notes)")
    }
}

extension ExampleOrderTests {
    @Test(
        "a line that has come far never goes back in what order capture hears",
        arguments: ["triple-play", "mobile"]
    )
    func linesGoForward(name: String) throws {
        let loopback = try Loopback()
        loopback.put(
            try Loopback.example("broadband/orders/\(name).xml"),
            into: "AIA_CRTFO_IN_JMSQ",
            id: "example-1"
        )
        try loopback.runToQuiet()
        let order = try #require(try loopback.orders().first { $0.id.role == "COM" })
        let tree = try #require(loopback.roles.first { $0.role == "COM" }).catalog.fulfillment.states
        let stored = try #require(try loopback.store.load(order.id))
        var last: [LineID: StateName] = [:]
        for hop in stored.journal {
            for case .lineStateChanged(let line, let state) in try JournalCodec.decodeEvents(hop.events) {
                if let before = last[line] {
                    #expect(tree.state(before, mayBecome: state), "\(line): \(before) -> \(state)")
                }
                last[line] = state
            }
        }
        #expect(!last.isEmpty)
    }
}
