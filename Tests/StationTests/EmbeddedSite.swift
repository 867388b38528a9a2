import Broker
import Catalog
import EmbeddedBroker
import Foundation
import Logging
import Messages
import Orders
import SQLiteStore
import Station
import Store
import Synchronization
import TestSupport

/// The machine's clock, as the program has it.
struct MachineClock: WallClock {
    func now() -> Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(milliseconds: Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000)
    }
}

struct RandomIDs: IDSource {
    func next() -> MessageID { MessageID(UUID().uuidString) }
}

/// A folder with an embedded broker and a store, and the configuration that the program ships.
final class EmbeddedSite: Sendable {
    let folder: URL
    let configuration: StationConfiguration
    let roles: [RoleRuntime]
    let broker: EmbeddedBroker
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    fileprivate let hasStore = Mutex(false)

    init(_ change: (inout StationConfiguration) -> Void = { _ in }) throws {
        folder = FileManager.default.temporaryDirectory.appending(
            path: "waystation-site-\(UUID().uuidString)"
        )
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        var configuration = try ConfigurationReader.read(
            path: Loopback.root.appending(path: "queues.yaml").path,
            environment: ["WAYSTATION_DATA": folder.path]
        )
        change(&configuration)
        self.configuration = configuration
        roles = try configuration.workers.map {
            RoleRuntime(
                configuration: $0,
                catalog: try CatalogReader.read(path: $0.catalogPath),
                limits: configuration.limits
            )
        }
        broker = EmbeddedBroker(folder: folder.appending(path: "broker").path) {
            MachineClock().now().unixSeconds
        }
        try broker.apply(configuration.topology)
    }

    deinit {
        // Only a temporary folder: what cannot be removed is the machine's to clean.
        try? FileManager.default.removeItem(at: folder)
    }

    var storePath: String { folder.appending(path: "store.db").path }

    func reader() throws -> any StoreReader { try SQLiteReader.open(path: storePath) }

    /// How many orders are complete, in both roles; none before there is a store.
    func completed(role: RoleName) throws -> Int {
        guard hasStore.withLock({ $0 }) else { return 0 }
        return try reader().orders(matching: OrderFilter(lifecycle: .completed, role: role)).count
    }

    /// Publishes and waits for the confirms.
    func submit(_ messages: [(queue: String, message: Message)]) async throws {
        let publisher = ObservedPublisher(broker)
        try await publisher.connected()
        publisher.link.publish(
            messages.enumerated().map {
                Publication(
                    id: Int64($0.offset + 1),
                    destination: .queue($0.element.queue),
                    message: $0.element.message
                )
            }
        )
        _ = try await publisher.answers(messages.count)
        try await publisher.close()
    }

    func submit(orders: [SampleOrder]) async throws {
        try await submit(
            orders.map {
                let properties = MessageProperties(contentType: "application/xml", messageID: $0.messageID)
                return (Loopback.intake, Message(properties: properties, body: $0.body))
            }
        )
    }

    /// Starts the systems; they stop with what is returned.
    func startSystems() -> RunningSystems { RunningSystems(self) }

    /// Starts a station on a thread of its own; `prepare` sees its store first.
    func startStation(_ prepare: @escaping @Sendable (FaultyStore) -> Void = { _ in }) -> StationThread {
        StationThread(self, prepare)
    }

    /// The queues that still hold messages: what comes before a last one of ours.
    func leftovers(in queues: [String]) async throws -> [String: Int] {
        try await submit(queues.map { ($0, Message(body: Array("the last one".utf8))) })
        let reader = QueueReader(broker, queues: queues)
        try await reader.wait(for: "the last message of each queue") { deliveries in
            deliveries.count { $0.message.body == Array("the last one".utf8) } == queues.count
        }
        return reader.deliveries.reduce(into: [:]) { counts, delivery in
            if delivery.message.body != Array("the last one".utf8) { counts[delivery.queue, default: 0] += 1 }
        }
    }

    static func thread(_ body: @escaping @Sendable () -> Void) {
        let thread = Thread(block: body)
        thread.stackSize = 8 << 20
        thread.start()
    }
}

/// The emulated systems of a site, on a thread of their own.
final class RunningSystems: Sendable {
    private let emulator: SystemEmulator
    private let answers: Answers

    private final class Answers: Sendable {
        let requests = Mutex<[String: Set<MessageID>]>([:])
        let hasEnded = Mutex(false)
    }

    init(_ site: EmbeddedSite) {
        let answers = Answers()
        self.answers = answers
        let emulator = SystemEmulator(
            roles: site.roles,
            broker: site.broker,
            clock: MachineClock(),
            options: EmulationOptions(),
            logger: site.logger
        ) { answered in
            answers.requests.withLock { _ = $0[answered.correlation, default: []].insert(answered.requestID) }
        }
        self.emulator = emulator
        EmbeddedSite.thread {
            emulator.run()
            answers.hasEnded.withLock { $0 = true }
        }
    }

    deinit { emulator.stop() }

    /// Stops them and waits for their end.
    func stop() async throws {
        emulator.stop()
        try await eventually("the end of the systems", every: 0.01) { answers.hasEnded.withLock { $0 } }
    }

    /// The ids of the requests by the component they ask for.
    var requests: [String: Set<MessageID>] { answers.requests.withLock { $0 } }
}

/// A station on a thread of its own, with its store.
final class StationThread: Sendable {
    enum End: Sendable, Hashable {
        case stopped
        case failed(String)
    }

    let station: Station
    private let state: State

    private final class State: Sendable {
        let end = Mutex<End?>(nil)
    }

    init(_ site: EmbeddedSite, _ prepare: @escaping @Sendable (FaultyStore) -> Void) {
        let state = State()
        self.state = state
        let station = Station(
            configuration: site.configuration,
            roles: site.roles,
            broker: site.broker,
            clock: MachineClock(),
            ids: RandomIDs(),
            logger: site.logger
        )
        self.station = station
        let path = site.storePath
        EmbeddedSite.thread {
            do {
                let store = FaultyStore(try SQLiteStore.open(path: path, clock: MachineClock()))
                site.hasStore.withLock { $0 = true }
                prepare(store)
                try station.run(store: store, awaited: [])
                try store.close()
                state.end.withLock { $0 = .stopped }
            } catch {
                state.end.withLock { $0 = .failed("\(error)") }
            }
        }
    }

    deinit { station.stop() }

    /// How it ended; `nil` while it runs.
    var end: End? { state.end.withLock { $0 } }

    /// Asks it to stop and waits for its end.
    func stop() async throws -> End? {
        station.stop()
        try await eventually("the end of the station", every: 0.01) { end != nil }
        return end
    }
}
