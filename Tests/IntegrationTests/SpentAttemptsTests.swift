import Foundation
import Fulfillment
import Orders
import SQLiteStore
import Store
import TestSupport
import Testing

@testable import soak

@Suite("Tries that interruptions have spent") struct SpentAttemptsTests {
    private struct FixedClock: WallClock {
        func now() -> Timestamp { StoreSamples.start }
    }

    /// What is found in a store with an order whose second entry holds these events.
    private static func sentences(_ events: [OrderEvent]) throws -> [String] {
        let folder = FileManager.default.temporaryDirectory.appending(path: "tries-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "store.db").path
        let store = try SQLiteStore.open(path: path, clock: FixedClock())
        var group = HopGroup()
        group.orders = [StoreSamples.order(row: 1, id: StoreSamples.orderID(1), sequence: 2)]
        group.journal = try [[], events].enumerated().map { number, events in
            var entry = StoreSamples.journal(row: 1, sequence: Int64(number + 1))
            entry.events = try JournalCodec.encode(events)
            return entry
        }
        try store.commit(group)
        try store.close()
        return try SpentAttempts.sentences(try SQLiteReader.open(path: path))
    }

    private static let component = ComponentID("Provision/1")

    private static let events: [OrderEvent] = [
        .failureRaised(Failure(.systemRefused, "no")),
        .retryScheduled(component, attempt: 1, due: StoreSamples.start),
        .componentRetried(component),
        .recreationScheduled(attempt: 1, due: StoreSamples.start),
    ]

    @Test("a failure, a try that is planned and one that is made are told each; what else happens is not")
    func told() throws {
        #expect(try Self.sentences([.componentHeard(Self.component)]).isEmpty)
        for event in Self.events {
            let sentences = try Self.sentences([.componentHeard(Self.component), event])
            #expect(
                sentences.count == 1 && sentences.allSatisfy { $0.hasPrefix("\(StoreSamples.orderID(1)): ") },
                "\(event): \(sentences)"
            )
        }
    }
}
