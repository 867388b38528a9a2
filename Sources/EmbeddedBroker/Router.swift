import Broker
import GRDB

/// Finds the queues of a destination, each destination once a transaction.
struct Router {
    /// Where a message goes.
    enum Route {
        /// The numbers of its queues; empty when none is bound.
        case queues([Int64])
        case missingExchange
    }

    private let transaction: BrokerTransaction
    private var known: [Destination: Route] = [:]

    init(_ transaction: BrokerTransaction) {
        self.transaction = transaction
    }

    mutating func route(_ destination: Destination) throws -> Route {
        if let route = known[destination] { return route }
        let route = try find(destination)
        known[destination] = route
        return route
    }

    private func find(_ destination: Destination) throws -> Route {
        if destination.exchange.isEmpty {
            return .queues(try transaction.queueID(destination.routingKey).map { [$0] } ?? [])
        }
        guard let type = try transaction.exchange(destination.exchange)?.type else { return .missingExchange }
        switch type {
        case .direct:
            return .queues(
                try Int64.fetchAll(
                    transaction.statement(
                        "SELECT queue FROM binding WHERE exchange = ? AND routing_key = ? ORDER BY queue",
                        [destination.exchange, destination.routingKey]
                    )
                )
            )
        case .fanout, .headers:
            // A binding of a headers exchange has no arguments in this port: it matches every message.
            return .queues(
                try Int64.fetchAll(
                    transaction.statement(
                        "SELECT DISTINCT queue FROM binding WHERE exchange = ? ORDER BY queue",
                        [destination.exchange]
                    )
                )
            )
        case .topic:
            return .queues(try topicQueues(destination))
        }
    }

    private func topicQueues(_ destination: Destination) throws -> [Int64] {
        var queues: Set<Int64> = []
        let rows = try Row.fetchCursor(
            transaction.statement(
                "SELECT queue, routing_key FROM binding WHERE exchange = ?",
                [destination.exchange]
            )
        )
        while let row = try rows.next() {
            let queue: Int64 = row[0]
            let pattern: String = row[1]
            if !queues.contains(queue), TopicPattern(pattern).matches(destination.routingKey) {
                queues.insert(queue)
            }
        }
        return queues.sorted()
    }
}
