import Broker
import Foundation
import GRDB

extension BrokerTransaction {
    func queueID(_ name: String) throws -> Int64? {
        try Int64.fetchOne(statement("SELECT id FROM queue WHERE name = ?", [name]))
    }

    /// Messages that nobody has in hand; `nil` when there is no such queue.
    func readyCount(ofQueue name: String) throws -> Int? {
        guard let queue = try queueID(name) else { return nil }
        return try Int.fetchOne(
            statement(
                """
                SELECT count(*) FROM message LEFT JOIN claim ON claim.message = message.id
                WHERE message.queue = ? AND claim.session IS NULL
                """,
                [queue]
            )
        )
    }

    func exchange(_ name: String) throws -> Topology.Exchange? {
        guard
            let row = try Row.fetchOne(statement("SELECT type, durable FROM exchange WHERE name = ?", [name]))
        else { return nil }
        guard let type = Topology.ExchangeType(rawValue: row[0]) else {
            throw StorageFailure.damaged(folder: folder, detail: "exchange \(name) has an unknown type")
        }
        return Topology.Exchange(name: name, type: type, durable: row[1])
    }

    func queue(_ name: String) throws -> Topology.Queue? {
        let row = try Row.fetchOne(
            statement(
                """
                SELECT type, durable, dead_letter_exchange, dead_letter_key, arguments
                FROM queue WHERE name = ?
                """,
                [name]
            )
        )
        guard let row else { return nil }
        guard let type = Topology.QueueType(rawValue: row[0]) else {
            throw StorageFailure.damaged(folder: folder, detail: "queue \(name) has an unknown type")
        }
        let exchange: String? = row[2]
        return Topology.Queue(
            name: name,
            type: type,
            durable: row[1],
            deadLetter: exchange.map { Destination(exchange: $0, routingKey: row[3] ?? "") },
            arguments: try PropertyEncoding.decode(try row.bytes(at: 4)).headers
        )
    }

    private func hasBinding(_ binding: Topology.Binding) throws -> Bool {
        guard let queue = try queueID(binding.queue) else { return false }
        return try Bool.fetchOne(
            statement(
                "SELECT 1 FROM binding WHERE exchange = ? AND routing_key = ? AND queue = ?",
                [binding.exchange, binding.routingKey, queue]
            )
        ) ?? false
    }

    /// In what the file differs from the topology; bindings that exist already are no difference here.
    func differences(from topology: Topology) throws -> [TopologyDifference] {
        var differences: [TopologyDifference] = []
        for wanted in topology.exchanges {
            guard let found = try exchange(wanted.name) else {
                differences.append(.missingExchange(wanted.name))
                continue
            }
            if let detail = TopologyComparison.difference(found, wanted) {
                differences.append(.differentExchange(wanted.name, detail: detail))
            }
        }
        for wanted in topology.queues {
            guard let found = try queue(wanted.name) else {
                differences.append(.missingQueue(wanted.name))
                continue
            }
            if let detail = TopologyComparison.difference(found, wanted) {
                differences.append(.differentQueue(wanted.name, detail: detail))
            }
        }
        for binding in topology.bindings where try !hasBinding(binding) {
            differences.append(.bindingToEnsure(binding))
        }
        return differences
    }

    /// Declares all of the topology, or throws and leaves all as it was.
    func declare(_ topology: Topology) throws {
        for difference in try differences(from: topology) {
            switch difference {
            case .differentExchange(let name, let detail):
                throw Self.preconditionFailed("exchange \(name)", detail)
            case .differentQueue(let name, let detail):
                throw Self.preconditionFailed("queue \(name)", detail)
            case .missingExchange, .missingQueue, .bindingToEnsure:
                break
            }
        }
        for exchange in topology.exchanges {
            try run(
                "INSERT INTO exchange (name, type, durable) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                [exchange.name, exchange.type.rawValue, exchange.durable]
            )
        }
        for queue in topology.queues {
            let arguments = MessageProperties(headers: queue.arguments)
            try run(
                """
                INSERT INTO queue (name, type, durable, dead_letter_exchange, dead_letter_key, arguments)
                VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
                """,
                [
                    queue.name, queue.type.rawValue, queue.durable, queue.deadLetter?.exchange,
                    queue.deadLetter?.routingKey, Data(try PropertyEncoding.encode(arguments)),
                ]
            )
        }
        for binding in topology.bindings { try declare(binding) }
    }

    private func declare(_ binding: Topology.Binding) throws {
        guard try exchange(binding.exchange) != nil else {
            throw Self.notFound("exchange \(binding.exchange)")
        }
        guard let queue = try queueID(binding.queue) else { throw Self.notFound("queue \(binding.queue)") }
        try run(
            "INSERT INTO binding (exchange, routing_key, queue) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
            [binding.exchange, binding.routingKey, queue]
        )
    }

    private static func preconditionFailed(_ what: String, _ detail: String) -> BrokerError {
        BrokerError(
            .preconditionFailed,
            "\(what) exists with other arguments: \(detail)",
            remedy: "Give it a new name, or start with a new folder once its messages are worked off.",
            isRetryable: false
        )
    }

    private static func notFound(_ what: String) -> BrokerError {
        BrokerError(
            .notFound,
            "\(what) does not exist, so nothing can be bound to it",
            remedy: "Add it to the topology, or correct the binding.",
            isRetryable: false
        )
    }
}
