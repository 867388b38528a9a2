import Foundation
import Orders
import Store
import TestSupport
import Testing

@testable import Simulation

@Suite("A journal that cannot be read")
struct UnreadableJournalTests {
    @Test("Every check that cannot be made because of it is told as a problem of the run")
    func told() throws {
        let site = try SimulationSite(root: BuiltProducts.packageFolder.path)
        var setup = SimulationSetup(plain: 1)
        setup.orders = 3
        setup.changingPercent = 100
        let trace = Trace { _ in }
        let simulation = try Simulation(site: site, setup: setup, expectations: nil, trace: trace)
        #expect(try simulation.run().violations == [])
        #expect(simulation.unreadable == [])

        let key = try #require(simulation.desk.orders.first?.key)
        let disk = try #require(simulation.nodes.first?.disk)
        var record = try #require(
            disk.openReader().orders(afterRow: 0, limit: .max).first { $0.id.key.base == key }
        )
        record.sequence += 1
        record.lifecycle = .suspended
        var group = HopGroup()
        group.orders = [record]
        group.journal = [
            JournalRecord(
                orderRow: record.row,
                sequence: record.sequence,
                at: .testStart,
                cause: "damage",
                messageID: nil,
                queue: nil,
                events: Array("[{\"nonsense".utf8)
            )
        ]
        try disk.open().commit(group)

        _ = simulation.putRight()
        var invariants = Invariants(simulation)
        let problems = invariants.problems()
        #expect(
            problems.contains { $0.hasPrefix("the journal of \(record.id) cannot be read: ") },
            "\(problems)"
        )
        _ = simulation.allResults()
        simulation.tellStories(of: ["something about \(key)"])
        for purpose in ["who needs help", "how it ended", "its story"] {
            #expect(
                simulation.unreadable.contains {
                    $0.hasPrefix("the journal of \(record.id) cannot be read for \(purpose)")
                },
                "\(purpose): \(simulation.unreadable)"
            )
        }
    }
}
