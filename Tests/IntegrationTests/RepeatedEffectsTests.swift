import Foundation
import Orders
import SQLiteStore
import Store
import TestSupport
import Testing

@testable import soak

@Suite("What took effect twice in a store") struct RepeatedEffectsTests {
    private struct FixedClock: WallClock {
        func now() -> Timestamp { StoreSamples.start }
    }

    /// A store with two orders of three entries each.
    private static func sentences(_ change: (inout [JournalRecord]) -> Void) throws -> [String] {
        let folder = FileManager.default.temporaryDirectory.appending(path: "twice-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "store.db").path
        let store = try SQLiteStore.open(path: path, clock: FixedClock())
        var journal = [1, 2].flatMap { row in
            (1...3).map { StoreSamples.journal(row: row, sequence: $0) }
        }
        change(&journal)
        var group = HopGroup()
        group.orders = [1, 2].map {
            StoreSamples.order(row: $0, id: StoreSamples.orderID(Int($0)), sequence: 3)
        }
        group.journal = journal
        try store.commit(group)
        try store.close()
        return try RepeatedEffects.sentences(try SQLiteReader.open(path: path))
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
