import Orders
import Store
import TestSupport
import Testing

@testable import soak

@Suite("What took effect twice in a store") struct RepeatedEffectsTests {
    /// A store with two orders of three entries each.
    private static func sentences(_ change: (inout [JournalRecord]) -> Void) throws -> [String] {
        var journal = [1, 2].flatMap { row in
            (1...3).map { StoreSamples.journal(row: row, sequence: $0) }
        }
        change(&journal)
        var group = HopGroup()
        group.orders = [1, 2].map {
            StoreSamples.order(row: $0, id: StoreSamples.orderID(Int($0)), sequence: 3)
        }
        group.journal = journal
        return try StoreOnDisk.holding(group) { try RepeatedEffects.sentences($0) }
    }

    @Test("a message twice on one order is told with both; on two orders, or for a timer, it is right")
    func told() throws {
        #expect(try Self.sentences { _ in }.isEmpty)
        let twice = try Self.sentences { $0[5].messageID = $0[3].messageID }
        #expect(twice == ["message EBM-2-1 took effect twice on \(StoreSamples.orderID(2))"])
        #expect(try Self.sentences { $0[5].messageID = $0[1].messageID }.isEmpty)
        let timed = try Self.sentences {
            $0[5].messageID = $0[3].messageID
            $0[5].cause = "timer"
        }
        #expect(timed.isEmpty)
    }
}
