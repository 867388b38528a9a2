internal import Broker
internal import Synchronization

/// Stands between a consumer link and its owner.
protocol PlantedConsumer: Sendable {
    var handler: @Sendable (ConsumerEvent) -> Void { get }
    /// An event on its way to the owner.
    func take(_ event: ConsumerEvent, link: any ConsumerLink)
    /// An acknowledgement on its way to the broker.
    func acknowledge(_ tags: [DeliveryTag], link: any ConsumerLink)
}

extension PlantedConsumer {
    func acknowledge(_ tags: [DeliveryTag], link: any ConsumerLink) { link.acknowledge(tags) }
}

/// Stands between a publisher link and its owner.
protocol PlantedPublisher: Sendable {
    var handler: @Sendable (PublisherEvent) -> Void { get }
    func take(_ event: PublisherEvent)
    func publish(_ publications: [Publication], epoch: UInt64?, link: any PublisherLink)
}

extension PlantedPublisher {
    func publish(_ publications: [Publication], epoch: UInt64?, link: any PublisherLink) {
        link.publish(publications, epoch: epoch)
    }
}

/// A broker whose links have something planted between them and their owners.
struct PlantedBroker: Broker {
    private let inner: any Broker
    private let consumers: (@Sendable (@escaping @Sendable (ConsumerEvent) -> Void) -> any PlantedConsumer)?
    private let publishers:
        (@Sendable (@escaping @Sendable (PublisherEvent) -> Void) -> any PlantedPublisher)?

    init(
        _ inner: any Broker,
        consumers: (@Sendable (@escaping @Sendable (ConsumerEvent) -> Void) -> any PlantedConsumer)? = nil,
        publishers: (@Sendable (@escaping @Sendable (PublisherEvent) -> Void) -> any PlantedPublisher)? = nil
    ) {
        self.inner = inner
        self.consumers = consumers
        self.publishers = publishers
    }

    var summary: String { inner.summary }

    func plan(_ topology: Topology) throws(BrokerError) -> [TopologyDifference] { try inner.plan(topology) }
    func apply(_ topology: Topology) throws(BrokerError) { try inner.apply(topology) }
    func levels(of queues: [String]) throws(BrokerError) -> [QueueLevel] { try inner.levels(of: queues) }

    func openConsumer(
        _ configuration: ConsumerConfiguration,
        handler: @escaping @Sendable (ConsumerEvent) -> Void
    ) -> any ConsumerLink {
        guard let planted = consumers?(handler) else {
            return inner.openConsumer(configuration, handler: handler)
        }
        let holder = Holder<any ConsumerLink>()
        let link = inner.openConsumer(configuration) { event in
            if let link = holder.value { planted.take(event, link: link) } else { planted.handler(event) }
        }
        holder.hold(link)
        return PlantedConsumerLink(inner: link, planted: planted)
    }

    func openPublisher(
        _ configuration: PublisherConfiguration,
        handler: @escaping @Sendable (PublisherEvent) -> Void
    ) -> any PublisherLink {
        guard let planted = publishers?(handler) else {
            return inner.openPublisher(configuration, handler: handler)
        }
        let link = inner.openPublisher(configuration) { planted.take($0) }
        return PlantedPublisherLink(inner: link, planted: planted)
    }
}

/// A link that its own handler needs, which is made before it.
private final class Holder<Value: Sendable>: Sendable {
    private let held = Mutex<Value?>(nil)
    var value: Value? { held.withLock { $0 } }
    func hold(_ value: Value) { held.withLock { $0 = value } }
}

private struct PlantedConsumerLink: ConsumerLink {
    let inner: any ConsumerLink
    let planted: any PlantedConsumer

    func acknowledge(_ tags: [DeliveryTag]) { planted.acknowledge(tags, link: inner) }
    func reject(_ tags: [DeliveryTag]) { inner.reject(tags) }
    func takeOneByOne(_ queues: Set<String>) { inner.takeOneByOne(queues) }
    func pause() { inner.pause() }
    func resume() { inner.resume() }
    func close() { inner.close() }
}

private struct PlantedPublisherLink: PublisherLink {
    let inner: any PublisherLink
    let planted: any PlantedPublisher

    func publish(_ publications: [Publication], epoch: UInt64?) {
        planted.publish(publications, epoch: epoch, link: inner)
    }
    func close(deadlineSeconds: Double) { inner.close(deadlineSeconds: deadlineSeconds) }
}
