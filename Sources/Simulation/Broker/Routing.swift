internal import Broker

/// Queues, exchanges and bindings, and the way from a destination to queues.
struct Routing {
    private(set) var queues: [SimulatedQueue] = []
    private var queueAt: [String: Int] = [:]
    private var exchanges: [String: Topology.Exchange] = [:]
    private var bindings: [Topology.Binding] = []

    /// Where a publication ends.
    enum Way {
        case queues([Int])
        case noExchange
    }

    func index(ofQueue name: String) -> Int? { queueAt[name] }

    mutating func withQueue<Result>(_ index: Int, _ body: (inout SimulatedQueue) -> Result) -> Result {
        body(&queues[index])
    }

    func way(to destination: Destination) -> Way {
        if destination.exchange.isEmpty {
            return .queues(queueAt[destination.routingKey].map { [$0] } ?? [])
        }
        guard let exchange = exchanges[destination.exchange] else { return .noExchange }
        var found: [Int] = []
        for binding in bindings where binding.exchange == exchange.name {
            guard let queue = queueAt[binding.queue], !found.contains(queue) else { continue }
            let fits =
                switch exchange.type {
                case .direct: binding.routingKey == destination.routingKey
                case .topic: TopicPattern(binding.routingKey).matches(destination.routingKey)
                case .fanout: true
                case .headers: false
                }
            if fits { found.append(queue) }
        }
        return .queues(found)
    }

    /// The names of the queues that a publication ends in.
    func namesOfQueues(for destination: Destination) -> [String] {
        switch way(to: destination) {
        case .queues(let indices): indices.map { queues[$0].name }
        case .noExchange: []
        }
    }

    func differences(from topology: Topology) -> [TopologyDifference] {
        var differences: [TopologyDifference] = []
        for exchange in topology.exchanges {
            if let found = exchanges[exchange.name] {
                if let detail = TopologyComparison.difference(found, exchange) {
                    differences.append(.differentExchange(exchange.name, detail: detail))
                }
            } else {
                differences.append(.missingExchange(exchange.name))
            }
        }
        for queue in topology.queues {
            if let index = queueAt[queue.name] {
                if let detail = TopologyComparison.difference(queues[index].declaration, queue) {
                    differences.append(.differentQueue(queue.name, detail: detail))
                }
            } else {
                differences.append(.missingQueue(queue.name))
            }
        }
        for binding in topology.bindings where !bindings.contains(binding) {
            differences.append(.bindingToEnsure(binding))
        }
        return differences
    }

    mutating func apply(_ topology: Topology) {
        for exchange in topology.exchanges { exchanges[exchange.name] = exchange }
        for queue in topology.queues where queueAt[queue.name] == nil {
            queueAt[queue.name] = queues.count
            queues.append(SimulatedQueue(queue))
        }
        for binding in topology.bindings where !bindings.contains(binding) { bindings.append(binding) }
    }
}
