import Broker
import Catalog
import Foundation
import Orders
import SQLiteStore
import Store
import Synchronization
import TestSupport

@testable import Station

/// A broker that hands over what it is told to, and confirms nothing: events come when the test wants them.
final class HandBroker: Broker {
    private let state = Mutex(State())

    private struct State {
        var consumers: [@Sendable (ConsumerEvent) -> Void] = []
        var queues: [[String]] = []
        var publisher: (@Sendable (PublisherEvent) -> Void)?
        var published: [HandedOver] = []
        var tags: UInt64 = 0
    }

    /// A publication, and the connection that it was meant for.
    struct HandedOver: Sendable, Hashable {
        var id: Int64
        var epoch: UInt64?
    }

    final class Link: ConsumerLink, PublisherLink {
        private let closed: @Sendable () -> Void
        private let paused: @Sendable () -> Void
        private let published: @Sendable ([HandedOver]) -> Void

        init(
            paused: @escaping @Sendable () -> Void = {},
            published: @escaping @Sendable ([HandedOver]) -> Void = { _ in },
            closed: @escaping @Sendable () -> Void
        ) {
            self.paused = paused
            self.published = published
            self.closed = closed
        }

        func acknowledge(_ tags: [DeliveryTag]) {}
        func reject(_ tags: [DeliveryTag]) {}
        func takeOneByOne(_ queues: Set<String>) {}
        func pause() { paused() }
        func resume() {}
        func close() { closed() }
        func publish(_ publications: [Publication], epoch: UInt64?) {
            published(publications.map { HandedOver(id: $0.id, epoch: epoch) })
        }
        func close(deadlineSeconds: Double) { closed() }
    }

    let summary = "by hand"

    func openConsumer(
        _ configuration: ConsumerConfiguration,
        handler: @escaping @Sendable (ConsumerEvent) -> Void
    ) -> any ConsumerLink {
        state.withLock { state in
            state.consumers.append(handler)
            state.queues.append(configuration.queues)
        }
        handler(.connected(epoch: 1))
        return Link(paused: { handler(.paused) }, closed: { handler(.closed(error: nil)) })
    }

    func openPublisher(
        _ configuration: PublisherConfiguration,
        handler: @escaping @Sendable (PublisherEvent) -> Void
    ) -> any PublisherLink {
        state.withLock { $0.publisher = handler }
        return Link(
            published: { [weak self] new in self?.state.withLock { $0.published += new } },
            closed: { handler(.closed(error: nil)) }
        )
    }

    func plan(_ topology: Topology) -> [TopologyDifference] { [] }
    func apply(_ topology: Topology) {}
    func levels(of queues: [String]) -> [QueueLevel] { [] }

    /// All that was given to the publisher's link.
    var published: [HandedOver] { state.withLock { $0.published } }

    func tell(consumer link: Int, _ event: ConsumerEvent) { state.withLock { $0.consumers[link] }(event) }
    func tellPublisher(_ event: PublisherEvent) { state.withLock { $0.publisher }?(event) }

    /// Delivers to the first link that consumes the queue.
    func deliver(_ body: [UInt8], from queue: String, id: String) throws {
        let (handler, tag) = state.withLock { state in
            state.tags += 1
            let link = state.queues.firstIndex { $0.contains(queue) }
            return (link.map { state.consumers[$0] }, state.tags)
        }
        guard let handler else { throw TestFailure("nobody consumes \(queue)") }
        let properties = MessageProperties(contentType: "application/xml", messageID: id)
        handler(
            .deliveries([
                Delivery(
                    tag: DeliveryTag(epoch: 1, number: tag),
                    queue: queue,
                    message: Message(properties: properties, body: body)
                )
            ])
        )
    }
}

/// The clock by which waits are measured, moved by hand.
final class HandClock: SteadyClock {
    private let time = Mutex(Int64(1_000_000))

    func milliseconds() -> Int64 { microseconds() / 1_000 }
    func microseconds() -> Int64 { time.withLock { $0 } }
    func advance(microseconds: Int64) { time.withLock { $0 += microseconds } }
}

/// All stages of a station on a real store, stepped by hand, with both clocks and the broker in the test's hands.
final class SteppedStation {
    let clock = ManualClock()
    let steadyClock = HandClock()
    let log = RecordedLog()
    let broker = HandBroker()
    let store: FaultyStore
    let stages: StationStages
    private let folder: URL

    init(_ change: (inout StationConfiguration) -> Void = { _ in }) throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "waystation-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        var configuration = try ConfigurationReader.read(
            path: Loopback.root.appending(path: "queues.yaml").path,
            environment: ["WAYSTATION_DATA": folder.path]
        )
        change(&configuration)
        let limits = configuration.limits
        store = FaultyStore(
            try SQLiteStore.open(path: folder.appending(path: "store.db").path, clock: clock)
        )
        stages = try StationStages(
            configuration: configuration,
            roles: configuration.workers.map {
                RoleRuntime(
                    configuration: $0,
                    catalog: try CatalogReader.read(path: $0.catalogPath),
                    limits: limits
                )
            },
            broker: broker,
            store: store,
            awaited: [],
            clock: clock,
            steadyClock: steadyClock,
            ids: SequentialIDs(prefix: "EBM"),
            logger: log.logger
        )
    }

    deinit {
        // Only a temporary folder: what cannot be removed is the machine's to clean.
        try? FileManager.default.removeItem(at: folder)
    }

    func reader() throws -> any StoreReader {
        try SQLiteReader.open(path: folder.appending(path: "store.db").path)
    }

    /// What xmllint finds wrong with these faults.
    func schemaProblems(of faults: [String]) throws -> String {
        try SchemaCheck.problems(of: faults.map { Array($0.utf8) }, schema: "CommonV2.xsd", folder: folder)
    }

    /// Steps all stages until none has anything to do.
    func settle() throws {
        var isMoving = true
        while isMoving {
            isMoving = false
            for decider in 0..<stages.deciderCount where stages.stepDecider(decider) { isMoving = true }
            if stages.stepCommitter() { isMoving = true }
            if try stages.stepCoordinator() { isMoving = true }
        }
    }

    /// Delivers a message whose commit comes so much later.
    func deliver(_ body: [UInt8], from queue: String, id: String, takingMicroseconds taking: Int64) throws {
        try broker.deliver(body, from: queue, id: id)
        steadyClock.advance(microseconds: taking)
        try settle()
    }

    /// Drains and ends it.
    func stop() throws {
        stages.stop()
        var steps = 0
        while !stages.hasEnded {
            steps += 1
            guard steps < 1_000 else { throw TestFailure("the station does not end") }
            steadyClock.advance(microseconds: 100_000)
            try settle()
        }
        try store.close()
    }
}
