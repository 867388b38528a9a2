import Fulfillment
import Orders
import Store
import TestSupport
import Testing

@testable import soak

@Suite("Tries that interruptions have spent") struct SpentAttemptsTests {
    /// What is found in a store with an order whose second entry holds these events.
    private static func sentences(_ events: [OrderEvent]) throws -> [String] {
        var group = HopGroup()
        group.orders = [StoreSamples.order(row: 1, id: StoreSamples.orderID(1), sequence: 2)]
        group.journal = try [[], events].enumerated().map { number, events in
            var entry = StoreSamples.journal(row: 1, sequence: Int64(number + 1))
            entry.events = try JournalCodec.encode(events)
            return entry
        }
        return try StoreOnDisk.holding(group) { try SpentAttempts.sentences($0) }
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
