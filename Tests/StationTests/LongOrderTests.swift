import Foundation
import Fulfillment
import Messages
import Orders
import Station
import Store
import TestSupport
import Testing
import Workload

@Suite("Orders of many lines in many bundles")
struct LongOrderTests {
    private static let key: OrderKey = "BB-2003"

    /// The broadband example with its bundle repeated, taken by COM.
    private static func loopback(lines: Int) throws -> Loopback {
        let loopback = try Loopback()
        let file = loopback.folder.appending(path: "long.xml")
        let example = Loopback.root.appending(path: "Examples/broadband/orders/broadband-rio.xml")
        try LongOrder.write(example, lines: lines, shape: .manyBundles, to: file)
        loopback.put([UInt8](try Data(contentsOf: file)), into: Loopback.intake)
        return loopback
    }

    @Test("A thousand lines go through COM, SOM and all systems, each component asked for once")
    func complete() throws {
        let loopback = try Self.loopback(lines: 1_000)
        try loopback.runToQuiet()
        try loopback.expectAllComplete(orders: 1 + 333)
        let com = try #require(try loopback.state("COM", Self.key))
        #expect(com.lines.count == 999)
        #expect(loopback.requests().values.allSatisfy { $0.count == 1 })
        #expect(loopback.faults.isEmpty, "\(loopback.faults.prefix(3))")
    }

    @Test("Three hundred lines are canceled half way, and all that was done is taken back")
    func canceled() throws {
        let loopback = try Self.loopback(lines: 300)
        try loopback.settle()
        for _ in 0..<1_000 where try loopback.orders().count(where: { $0.id.role == "SOM" }) < 100 {
            try loopback.runToQuiet(untilMoment: loopback.clock.now().advanced(byMilliseconds: 50))
            loopback.clock.set(loopback.clock.now().advanced(byMilliseconds: 50))
        }
        let body = MessageEncoder().encode(
            OrderOperation(action: .cancel, by: "ana"),
            on: Self.key,
            context: .ofOperation("op-1")
        )
        loopback.put(body, into: "AIA_ORDEROPS_IN_JMSQ", id: "op-1")
        try loopback.runToQuiet()
        let com = try #require(try loopback.state("COM", Self.key))
        #expect(com.lifecycle == .cancelled, "\(com.lifecycle): \(com.status)")
        let som = try loopback.orders().filter { $0.id.role == "SOM" }
        #expect(som.count == 100)
        #expect(som.allSatisfy { $0.lifecycle == .cancelled })
        let undone = com.components.filter { $0.processing == .undoCompleted }
        #expect(undone.count >= 200, "\(undone.count) of \(com.components.count)")
        #expect(loopback.faults.isEmpty, "\(loopback.faults.prefix(3))")
        try loopback.expectConsistent()
    }
}
