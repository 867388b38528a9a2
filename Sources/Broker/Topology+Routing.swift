extension Topology {
    /// The queues in which a message may end that is sent there; an exchange without a routing key stands for all of
    /// its keys.
    package func queues(of destination: Destination) -> [String] {
        if destination.exchange.isEmpty {
            return queues.contains { $0.name == destination.routingKey } ? [destination.routingKey] : []
        }
        guard let exchange = exchanges.first(where: { $0.name == destination.exchange }) else { return [] }
        var found: [String] = []
        for binding in bindings where binding.exchange == exchange.name && !found.contains(binding.queue) {
            let fits =
                switch exchange.type {
                case .direct: binding.routingKey == destination.routingKey
                case .topic: TopicPattern(binding.routingKey).matches(destination.routingKey)
                case .fanout, .headers: true
                }
            if fits || destination.routingKey.isEmpty { found.append(binding.queue) }
        }
        return found
    }
}
