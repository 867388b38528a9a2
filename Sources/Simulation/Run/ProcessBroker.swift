internal import Broker

/// The simulated broker as one process has it: its links go when the process goes.
struct ProcessBroker: Broker {
    let broker: SimulatedBroker
    let owner: Int

    var summary: String { broker.summary }

    func openConsumer(
        _ configuration: ConsumerConfiguration,
        handler: @escaping @Sendable (ConsumerEvent) -> Void
    ) -> any ConsumerLink {
        broker.openConsumer(configuration, owner: owner, handler: handler)
    }

    func openPublisher(
        _ configuration: PublisherConfiguration,
        handler: @escaping @Sendable (PublisherEvent) -> Void
    ) -> any PublisherLink {
        broker.openPublisher(configuration, owner: owner, handler: handler)
    }

    func plan(_ topology: Topology) throws(BrokerError) -> [TopologyDifference] { try broker.plan(topology) }

    func apply(_ topology: Topology) throws(BrokerError) { try broker.apply(topology) }

    func levels(of queues: [String]) throws(BrokerError) -> [QueueLevel] { broker.levels(of: queues) }
}
