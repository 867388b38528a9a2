import Broker
import Catalog
import Foundation
import Orders
import Station
import Synchronization

/// Stands for those who listen to a station: order capture, fallout handlers, operators at the error queue.
final class TourListener: Sendable {
    /// Messages heard so far.
    struct Counts: Sendable {
        var upstream = 0
        var faults = 0
        var errors = 0
    }

    private let heard = Mutex(Counts())
    private let links = Mutex<[any ConsumerLink]>([])
    private let upstream: Set<String>
    private let fallout: Set<String>
    private let errors: Set<String>

    init(loaded: LoadedStation) {
        let workers = loaded.roles.map(\.configuration)
        // What one role sends upstream another may take: only queues that nobody here consumes are listened to.
        let consumed = Set(loaded.roles.flatMap(\.queues))
        func queues(_ destinations: [Destination?]) -> Set<String> {
            Set(destinations.compactMap { $0 }.filter(\.exchange.isEmpty).map(\.routingKey)).subtracting(
                consumed
            )
        }
        upstream = queues(workers.map(\.upstream))
        fallout = Set(workers.flatMap(\.falloutQueues)).subtracting(consumed)
        errors = queues(workers.map(\.errors))
    }

    var counts: Counts { heard.withLock { $0 } }

    func start(broker: any Broker) {
        let queues = (upstream.union(fallout).union(errors)).sorted()
        guard !queues.isEmpty else { return }
        let link = broker.openConsumer(ConsumerConfiguration(name: "waystation try listener", queues: queues))
        {
            [weak self] event in
            guard case .deliveries(let deliveries) = event else { return }
            self?.take(deliveries)
        }
        links.withLock { $0.append(link) }
    }

    private func take(_ deliveries: [Delivery]) {
        heard.withLock { counts in
            for delivery in deliveries {
                if upstream.contains(delivery.queue) { counts.upstream += 1 }
                if fallout.contains(delivery.queue) { counts.faults += 1 }
                if errors.contains(delivery.queue) { counts.errors += 1 }
            }
        }
        links.withLock { $0.first }?.acknowledge(deliveries.map(\.tag))
    }

    func stop() { for link in links.withLock({ $0 }) { link.close() } }
}
