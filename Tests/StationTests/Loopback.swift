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

/// COM, SOM and their emulated systems in one thread: the real engine, formats and store; queues are arrays, time
/// stands until it is moved.
final class Loopback {
    let clock = ManualClock()
    let roles: [RoleRuntime]
    let configuration: StationConfiguration
    let folder: URL
    private(set) var store: SQLiteStore
    private(set) var engine: HopEngine
    private let systems: [EmulatedSystems]
    private(set) var queues: [String: [Message]] = [:]
    /// Everything that was ever put into a queue.
    private(set) var sent: [(queue: String, message: Message)] = []
    /// Replies of emulated systems by the time they are due.
    private var replies: [(due: Timestamp, reply: EmulatedSystems.Reply)] = []
    private(set) var answered: [EmulatedSystems.Answered] = []
    private(set) var notes: [HopNote] = []
    private var nextTag: UInt64 = 0

    static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// - Parameter file: The configuration, relative to the package.
    init(file: String = "queues.yaml", options: EmulationOptions = EmulationOptions(), emulates: Bool = true) throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "waystation-loopback-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let path = Self.root.appending(path: file).path
        configuration = try ConfigurationReader.read(path: path, environment: ["WAYSTATION_DATA": folder.path])
        let limits = configuration.limits
        roles = try configuration.workers.map {
            RoleRuntime(
                configuration: $0, catalog: try CatalogReader.read(path: $0.catalogPath), limits: limits)
        }
        store = try SQLiteStore.open(path: folder.appending(path: "store.db").path, clock: clock)
        engine = try HopEngine(
            roles: roles, store: store, clock: clock, ids: SequentialIDs(prefix: "EBM"), limits: limits)
        systems = emulates ? roles.map { EmulatedSystems(role: $0, options: options) } : []
    }

    deinit {
        // Only a temporary folder: what cannot be removed is the machine's to clean.
        try? FileManager.default.removeItem(at: folder)
    }

    static func example(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: root.appending(path: "Examples/\(name)")))
    }

    func put(_ body: [UInt8], into queue: String, id: String? = nil, properties: MessageProperties? = nil) {
        var properties = properties ?? MessageProperties(contentType: "application/xml", messageID: id)
        if properties.messageID == nil { properties.messageID = id }
        put(Message(properties: properties, body: body), into: queue)
    }

    func put(_ message: Message, into queue: String) {
        queues[queue, default: []].append(message)
        sent.append((queue, message))
    }

    /// Delivers what is in the roles' queues until nothing moves at this moment of time.
    func settle() throws {
        var isMoving = true
        while isMoving {
            isMoving = false
            for (index, role) in roles.enumerated() {
                for queue in role.queues where !(queues[queue] ?? []).isEmpty {
                    isMoving = true
                    try deliver(role: index, queue: queue)
                }
            }
            for system in systems {
                for queue in system.queues {
                    for message in queues[queue] ?? [] {
                        isMoving = true
                        try answer(message, from: queue, by: system)
                    }
                    queues[queue] = nil
                }
            }
            if let due = engine.nextTimerDue, due <= clock.now() {
                finish(try engine.processDue())
                isMoving = true
            }
        }
    }

    /// Settles again and again, with time moving to each next reply or timer, until nothing is owed.
    func runToQuiet(untilMoment end: Timestamp = Timestamp(milliseconds: .max)) throws {
        try settle()
        for _ in 0..<100_000 {
            let next = [replies.map(\.due).min(), engine.nextTimerDue].compactMap(\.self).min()
            guard let next, next <= end else { return }
            if next > clock.now() { clock.set(next) }
            let now = clock.now()
            for (_, reply) in replies.filter({ $0.due <= now }).sorted(by: { $0.due < $1.due }) {
                put(reply.message, into: reply.destination.routingKey)
            }
            replies.removeAll { $0.due <= now }
            try settle()
        }
    }

    private func deliver(role: Int, queue: String) throws {
        let messages = queues[queue] ?? []
        queues[queue] = nil
        let inbound = messages.map { message in
            nextTag += 1
            return InboundDelivery(
                role: role, link: role,
                delivery: Delivery(tag: DeliveryTag(epoch: 1, number: nextTag), queue: queue, message: message))
        }
        finish(try engine.process(inbound))
    }

    private func finish(_ result: HopResult) {
        notes += result.notes
        for row in result.outbox { put(row.message, into: row.destination.routingKey) }
    }

    private func answer(_ message: Message, from queue: String, by system: EmulatedSystems) throws {
        let delivery = Delivery(tag: DeliveryTag(epoch: 1, number: 0), queue: queue, message: message)
        let answer = try system.answer(delivery, now: clock.now())
        answered.append(answer)
        var due = clock.now()
        for reply in answer.replies {
            due = due.advanced(byMilliseconds: Int64(reply.afterMilliseconds))
            replies.append((due, reply))
        }
    }

    /// An order as its journal tells it.
    func state(_ role: RoleName, _ key: OrderKey) throws -> OrderState? {
        let id = OrderID(role: role, key: key)
        guard let stored = try store.load(id) else { return nil }
        return try JournalCodec.fold(
            stored.journal.map { ($0.at, $0.events) }, onto: stored.snapshot?.state, id: id)
    }

    /// The messages that were put into a queue, in order.
    func messages(in queue: String) -> [Message] { sent.filter { $0.queue == queue }.map(\.message) }

    func counter(_ name: String) throws -> Int64 {
        let reader = try SQLiteReader.open(path: folder.appending(path: "store.db").path)
        return try reader.statistics().counters[name] ?? 0
    }

    /// Ends the process, so to speak: memory is gone, a new engine starts on the same store.
    func restart() throws {
        try store.close()
        store = try SQLiteStore.open(path: folder.appending(path: "store.db").path, clock: clock)
        engine = try HopEngine(
            roles: roles, store: store, clock: clock, ids: SequentialIDs(prefix: "EBM2"), limits: configuration.limits)
    }
}

extension Loopback {
    /// All orders of the store.
    func orders() throws -> [OrderRecord] {
        try SQLiteReader.open(path: folder.appending(path: "store.db").path).orders(matching: OrderFilter())
    }
}
