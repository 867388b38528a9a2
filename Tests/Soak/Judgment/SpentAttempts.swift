import Fulfillment
import Orders
import Store

/// What the journals tell of tries: failures of components, and what the station asks again by itself.
///
/// The systems of the soak refuse nothing and answer everything, and nobody intervenes: any of these was spent by an
/// interruption.
enum SpentAttempts {
    private static let pageSize = 500

    /// A sentence for each.
    static func sentences(_ reader: any StoreReader) throws -> [String] {
        var sentences: [String] = []
        var last: Int64 = 0
        while case let page = try reader.orders(afterRow: last, limit: pageSize), let end = page.last {
            for order in page {
                guard let stored = try reader.history(order.id) else { continue }
                for entry in stored.journal {
                    sentences += try JournalCodec.decodeEvents(entry.events).compactMap {
                        told($0, of: order.id)
                    }
                }
            }
            last = end.row
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
