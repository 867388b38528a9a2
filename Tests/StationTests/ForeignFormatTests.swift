import Broker
import Catalog
import Foundation
import Fulfillment
import Orders
import Station
import Store
import TestSupport
import Testing

@Suite("Orders in a format that only the catalog knows")
struct ForeignFormatTests {
    /// A folder with orders that are not ours to ship.
    private static let samples = ProcessInfo.processInfo.environment["WAYSTATION_SAMPLE_ORDERS"]

    private static func expectRuns(_ body: [UInt8], lines: Int) throws {
        let loopback = try Loopback()
        loopback.put(body, into: Loopback.intake, id: "foreign-1")
        loopback.put(body, into: Loopback.intake, id: "foreign-1")
        try loopback.runToQuiet()
        try loopback.expectAllComplete()
        let order = try #require(try loopback.orders().first { $0.id.role == "COM" })
        let state = try #require(try loopback.state("COM", order.id.key))
        #expect(state.lines.count >= lines)
        #expect(order.componentsTotal > 2)
        #expect(try loopback.orders().contains { $0.id.role == "SOM" })
        #expect(loopback.faults.isEmpty, "\(loopback.faults)")
        #expect(try loopback.counter("duplicates") == 1)
        #expect(
            loopback.messages(in: "AIA_UPDSO_OUT_JMSQ").last.map { MessageText($0.body).text }?.contains(
                "COMPLETE"
            ) == true
        )
    }

    @Test("an order of the shape of another vendor's runs to COMPLETE by mapping alone")
    func ours() throws {
        try Self.expectRuns(try Loopback.example("broadband/orders/central-order.xml"), lines: 4)
    }

    @Test("a real order of that vendor's format does, too", .enabled(if: samples != nil))
    func real() throws {
        let folder = try #require(Self.samples)
        let file = URL(fileURLWithPath: folder).appending(path: "central-om-basic.xml")
        try Self.expectRuns([UInt8](try Data(contentsOf: file)), lines: 4)
    }
}
