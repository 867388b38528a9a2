import Broker
import Catalog
import Foundation
import Fulfillment
import Messages
import Orders
import SQLiteStore
import Station
import Store
import TestSupport

/// A store as a worker would have written it: the real engine, catalogs and emulated systems in the test's own process.
final class FilledStore {
    let clock = ManualClock()
    let store: SQLiteStore
    private let roles: [RoleRuntime]
    private let topology: Topology
    private let engine: SequentialHops
    private let systems: [EmulatedSystems]
    private var waiting: [(queue: String, message: Message)] = []
    /// Every message that was in a queue, in order.
    private(set) var passed: [(queue: String, message: Message)] = []
    private var owed: [Int64] = []
    private var tags: UInt64 = 0

    init(_ site: CommandSite) throws {
        let configuration = try ConfigurationReader.read(path: site.config, environment: [:])
        topology = configuration.topology
        roles = try configuration.workers.map { worker in
            RoleRuntime(
                configuration: worker,
                catalog: try CatalogReader.read(path: worker.catalogPath),
                limits: configuration.limits
            )
        }
        store = try SQLiteStore.open(path: site.storePath, clock: clock)
        // A snapshot every few hops, so that there are some to be checked.
        engine = try SequentialHops(
            roles: roles,
            store: store,
            clock: clock,
            ids: SequentialIDs(prefix: "EBM"),
            limits: configuration.limits,
            snapshotInterval: 4
        )
        systems = roles.map { EmulatedSystems(role: $0, options: EmulationOptions()) }
    }

    /// Puts an example order into the queue of the role, as a sender would.
    func send(_ name: String, to queue: String = "AIA_CRTFO_IN_JMSQ") throws {
        send(Array(try CommandSite.text(name).utf8), to: queue)
    }

    func send(_ body: [UInt8], to queue: String) {
        waiting.append(
            (queue, Message(properties: MessageProperties(contentType: "application/xml"), body: body))
        )
    }

    /// Delivers what waits, at most so many messages; the systems answer at once, and time goes on by a second each.
    func settle(messagesMax: Int = 100_000) throws {
        var count = 0
        while count < messagesMax, !waiting.isEmpty {
            let (queue, message) = waiting.removeFirst()
            passed.append((queue, message))
            count += 1
            tags += 1
            let delivery = Delivery(tag: DeliveryTag(epoch: 1, number: tags), queue: queue, message: message)
            if let role = roles.firstIndex(where: { $0.queues.contains(queue) }) {
                clock.advance(bySeconds: 1)
                let confirmed = owed
                owed = []
                let result = try engine.process(
                    [InboundDelivery(role: role, link: role, delivery: delivery)],
                    confirmedOutbox: confirmed
                )
                owed = result.outbox.map(\.id)
                for row in result.outbox {
                    waiting += topology.queues(of: row.destination).map { ($0, row.message) }
                }
            } else if let system = systems.first(where: { $0.queues.contains(queue) }) {
                let answered = try system.answer(delivery, now: clock.now())
                waiting += answered.replies.map { ($0.destination.routingKey, $0.message) }
            }
        }
        guard waiting.isEmpty else { return }
        _ = try engine.process([], confirmedOutbox: owed)
        owed = []
    }

    func close() throws { try store.close() }
}
