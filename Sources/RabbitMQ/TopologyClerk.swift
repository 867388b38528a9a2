import Broker
import CRabbitMQ

/// Compares and declares a topology on a connection of its own.
struct TopologyClerk {
    let connector: Connector

    func plan(_ topology: Topology) throws(BrokerError) -> [TopologyDifference] {
        let connection = try connector.open()
        let differences = try compare(topology, connection)
        connection.close()
        return differences
    }

    /// Declares all of it, unless something exists with other arguments: then nothing is changed.
    func apply(_ topology: Topology) throws(BrokerError) {
        let connection = try connector.open()
        for difference in try compare(topology, connection) {
            switch difference {
            case .differentQueue(let name, let detail): throw Self.different("queue \(name)", detail)
            case .differentExchange(let name, let detail): throw Self.different("exchange \(name)", detail)
            case .missingExchange, .missingQueue, .bindingToEnsure: break
            }
        }
        for exchange in topology.exchanges { try connection.declare(exchange, passive: false) }
        for queue in topology.queues { try connection.declare(queue, passive: false) }
        for binding in topology.bindings { try connection.bind(binding) }
        connection.close()
    }

    func levels(of queues: [String]) throws(BrokerError) -> [QueueLevel] {
        let connection = try connector.open()
        var levels: [QueueLevel] = []
        for queue in queues {
            do throws(BrokerError) {
                levels.append(try connection.level(of: queue))
            } catch {
                guard error.code == .notFound else { throw error }
                // The broker has closed the channel with its answer.
                try connection.reopenChannel()
                levels.append(QueueLevel(queue: queue))
            }
        }
        connection.close()
        return levels
    }

    private func compare(
        _ topology: Topology,
        _ connection: borrowing Connection
    ) throws(BrokerError) -> [TopologyDifference] {
        var differences: [TopologyDifference] = []
        for exchange in topology.exchanges {
            switch try probe(
                connection,
                { (passive) throws(BrokerError) in
                    try connection.declare(exchange, passive: passive)
                }
            ) {
            case .same: break
            case .missing: differences.append(.missingExchange(exchange.name))
            case .different(let detail): differences.append(.differentExchange(exchange.name, detail: detail))
            }
        }
        for queue in topology.queues {
            switch try probe(
                connection,
                { (passive) throws(BrokerError) in
                    try connection.declare(queue, passive: passive)
                }
            ) {
            case .same: break
            case .missing: differences.append(.missingQueue(queue.name))
            case .different(let detail): differences.append(.differentQueue(queue.name, detail: detail))
            }
        }
        return differences + topology.bindings.map(TopologyDifference.bindingToEnsure)
    }

    private enum Finding {
        case same
        case missing
        case different(String)
    }

    /// Asks whether it exists, and when it does, declares it as wanted: that changes nothing, or says what differs.
    private func probe(
        _ connection: borrowing Connection,
        _ declare: (_ passive: Bool) throws(BrokerError) -> Void
    ) throws(BrokerError) -> Finding {
        do throws(BrokerError) {
            try declare(true)
            try declare(false)
            return .same
        } catch {
            // The broker has closed the channel with its answer.
            switch error.code {
            case .notFound:
                try connection.reopenChannel()
                return .missing
            case .locked:
                try connection.reopenChannel()
                return .different("it belongs to another connection alone (exclusive)")
            case .preconditionFailed:
                try connection.reopenChannel()
                return .different(Inequivalence.text(of: error))
            default:
                throw error
            }
        }
    }

    private static func different(_ what: String, _ detail: String) -> BrokerError {
        BrokerError(
            .preconditionFailed,
            "\(what) exists with other arguments: \(detail)",
            remedy:
                "Empty and delete it, or write its present arguments into the topology; nothing was changed",
            isRetryable: false
        )
    }
}
