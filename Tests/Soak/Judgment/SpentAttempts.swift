import Fulfillment
import Orders
import Store

/// What the journals tell of tries: failures of components, and what the station asks again by itself.
///
/// The systems of the soak refuse nothing and answer everything, and nobody intervenes: any of these was spent by an
/// interruption.
enum SpentAttempts {
    /// A sentence for each.
    static func sentences(_ reader: any StoreReader) throws -> [String] {
        var sentences: [String] = []
        try reader.eachHistory { stored in
            for entry in stored.journal {
                sentences += try JournalCodec.decodeEvents(entry.events).compactMap {
                    told($0, of: stored.record.id)
                }
            }
        }
        return sentences
    }

    private static func told(_ event: OrderEvent, of order: OrderID) -> String? {
        switch event {
        case .failureRaised(let failure): "\(order): \(failure.code)"
        case .retryScheduled(let component, let attempt, _): "\(order): attempt \(attempt) of \(component)"
        case .componentRetried(let component): "\(order): \(component) was asked again"
        case .recreationScheduled(let attempt, _): "\(order): attempt \(attempt) to create it"
        default: nil
        }
    }
}
