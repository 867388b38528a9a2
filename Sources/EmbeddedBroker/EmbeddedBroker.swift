package import Broker
import Foundation
import Synchronization

/// A broker without a server: a durable file in a folder that the processes of one machine share.
///
/// It behaves as RabbitMQ does where the port can tell: exchanges, bindings, mandatory returns, confirms
/// after the durable commit, prefetch, redelivery in place, dead letters. What it does not do: it expires no
/// message, it keeps queue arguments but heeds none, and every queue and message is durable. The folder must
/// be on a local disk.
///
/// Nothing is made on disk before `apply`; links wait for it. A link lives until it is closed.
package final class EmbeddedBroker: Broker {
    let limits: EmbeddedBrokerLimits
    let secondsSince1970: @Sendable () -> UInt64
    private let files: StorageFiles
    private let opened = Mutex<Storage?>(nil)
    private let listeners = Mutex(Listeners())

    private struct Listeners {
        var nudges: [Int: @Sendable () -> Void] = [:]
        var next = 1
    }

    /// A broker in `folder`.
    ///
    /// The clock is only written into the headers of dead letters.
    package init(
        folder: String,
        limits: EmbeddedBrokerLimits = EmbeddedBrokerLimits(),
        secondsSince1970: @escaping @Sendable () -> UInt64
    ) {
        files = StorageFiles(folder: URL(fileURLWithPath: folder).standardizedFileURL.path)
        self.limits = limits
        self.secondsSince1970 = secondsSince1970
    }

    package var summary: String { "embedded:\(files.folder)" }

    package func openConsumer(
        _ configuration: ConsumerConfiguration,
        handler: @escaping @Sendable (ConsumerEvent) -> Void
    ) -> any ConsumerLink {
        let link = EmbeddedConsumer()
        LinkThread.start(name: configuration.name) {
            ConsumerLoop(broker: self, configuration: configuration, link: link, handler: handler).run()
        }
        return link
    }

    package func openPublisher(
        _ configuration: PublisherConfiguration,
        handler: @escaping @Sendable (PublisherEvent) -> Void
    ) -> any PublisherLink {
        let link = EmbeddedPublisher(pendingMax: limits.pendingPublicationsMax)
        LinkThread.start(name: configuration.name) {
            PublisherLoop(broker: self, link: link, handler: handler).run()
        }
        return link
    }

    package func plan(_ topology: Topology) throws(BrokerError) -> [TopologyDifference] {
        try TopologyComparison.check(topology)
        guard files.databaseExists else {
            return topology.exchanges.map { .missingExchange($0.name) }
                + topology.queues.map { .missingQueue($0.name) }
                + topology.bindings.map { .bindingToEnsure($0) }
        }
        return try storage().read { transaction in try transaction.differences(from: topology) }
    }

    package func apply(_ topology: Topology) throws(BrokerError) {
        try TopologyComparison.check(topology)
        try storage(creating: true).transaction { transaction in try transaction.declare(topology) }
        nudge()
    }

    /// Consumers are not known: what is in somebody's hands is, not who would take more.
    package func levels(of queues: [String]) throws(BrokerError) -> [QueueLevel] {
        guard files.databaseExists else { return queues.map { QueueLevel(queue: $0) } }
        return try storage().read { transaction in
            try queues.map { QueueLevel(queue: $0, ready: try transaction.readyCount(ofQueue: $0)) }
        }
    }

    /// The opened file, shared by the links of this value.
    func storage(creating: Bool = false) throws(BrokerError) -> Storage {
        if let storage = opened.withLock({ $0 }) {
            if storage.isInPlace { return storage }
            discard(storage)
        }
        // Opened outside the lock, as that may take long; the second of two that meet is dropped.
        let storage = try Storage(files, limits: limits, creating: creating)
        return opened.withLock { opened in
            if let first = opened { return first }
            opened = storage
            return storage
        }
    }

    /// Takes a file that has failed out of use; the next who needs it opens it anew.
    func discard(_ storage: Storage) {
        opened.withLock { opened in
            if opened === storage { opened = nil }
        }
    }

    func addListener(_ nudge: @escaping @Sendable () -> Void) -> Int {
        listeners.withLock { listeners in
            defer { listeners.next += 1 }
            listeners.nudges[listeners.next] = nudge
            return listeners.next
        }
    }

    func removeListener(_ number: Int) {
        listeners.withLock { $0.nudges[number] = nil }
    }

    /// Tells this value's consumers that messages may be ready.
    ///
    /// Other values and processes look by themselves.
    func nudge(except number: Int? = nil) {
        let nudges = listeners.withLock { listeners in
            listeners.nudges.filter { $0.key != number }.map(\.value)
        }
        for nudge in nudges { nudge() }
    }
}
