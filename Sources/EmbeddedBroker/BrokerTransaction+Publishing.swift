import Broker
import Foundation
import GRDB

/// A publication made ready outside the transaction, so that the file is locked for as short as possible.
struct PreparedPublication {
    var id: Int64
    var destination: Destination
    var properties: Data
    var body: Data
}

/// What became of a publication.
enum PublicationFate {
    case routed
    case unroutable
    case missingExchange
}

extension BrokerTransaction {
    private static let insertion =
        "INSERT INTO message (queue, exchange, routing_key, properties, body) VALUES (?, ?, ?, ?, ?)"

    /// Puts each message at the end of its queues; the answers are in the order of the publications.
    func publish(_ publications: [PreparedPublication]) throws -> [PublicationFate] {
        var router = Router(self)
        var fates: [PublicationFate] = []
        fates.reserveCapacity(publications.count)
        for publication in publications {
            switch try router.route(publication.destination) {
            case .missingExchange:
                fates.append(.missingExchange)
            case .queues(let queues):
                fates.append(queues.isEmpty ? .unroutable : .routed)
                for queue in queues {
                    try run(
                        Self.insertion,
                        [
                            queue, publication.destination.exchange, publication.destination.routingKey,
                            publication.properties, publication.body,
                        ]
                    )
                }
            }
        }
        return fates
    }
}
