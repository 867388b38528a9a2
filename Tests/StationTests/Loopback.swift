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
import Testing

/// COM, SOM and their emulated systems in one thread: the real engine, outbox relay, formats and store; queues are
/// arrays, time stands until it is moved.
final class Loopback {
    typealias Queued = (queue: String, message: Message)

    let clock = ManualClock()
    let configuration: StationConfiguration
    let folder: URL
    private(set) var roles: [RoleRuntime]
    private(set) var store: FaultyStore
    private(set) var engine: SequentialHops
    private(set) var relay: OutboxRelay
    private let systems: [EmulatedSystems]
    private let ids = SequentialIDs(prefix: "EBM")
    private let snapshotInterval: Int
    private(set) var queues: [String: [Message]] = [:]
    /// Everything that was ever put into a queue.
    private(set) var sent: [Queued] = []
    /// Replies of emulated systems by the time they are due.
    private var replies: [(due: Timestamp, reply: EmulatedSystems.Reply)] = []
    private(set) var answered: [EmulatedSystems.Answered] = []
    private(set) var notes: [HopNote] = []
    private(set) var hops = 0
    /// What was sent to exchanges, in order.
    private(set) var routed: [Destination] = []
    private var nextTag: UInt64 = 0
    /// What a broker may do to the messages that wait for a role: repeat them, hand them over in another order.
    var arrange: ([Queued]) -> [Queued] = { $0 }
    /// Whether the process ends and starts anew after each group of hops.
    var restartsAfterEachGroup = false

    static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// A station of the configuration in `file`, relative to the package, with `catalogs` in place of those it names.
    init(
        file: String = "queues.yaml",
        options: EmulationOptions = EmulationOptions(),
        emulates: Bool = true,
        catalogs: [RoleName: RoleCatalog] = [:],
        limits: StationLimits? = nil,
        snapshotInterval: Int = 64,
        adjusting adjust: (inout StationConfiguration) -> Void = { _ in }
    ) throws {
        folder = Self.place.appending(path: "waystation-loopback-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let path = Self.root.appending(path: file).path
        var configuration = try ConfigurationReader.read(
            path: path,
            environment: ["WAYSTATION_DATA": folder.path]
        )
        if let limits { configuration.limits = limits }
        adjust(&configuration)
        self.configuration = configuration
        roles = try Self.roles(of: configuration, catalogs: catalogs)
        self.snapshotInterval = snapshotInterval
        store = FaultyStore(try SQLiteStore.open(path: folder.appending(path: "store.db").path, clock: clock))
        engine = try SequentialHops(
            roles: roles,
            store: store,
            clock: clock,
            ids: ids,
            limits: configuration.limits,
            snapshotInterval: snapshotInterval
        )
        relay = OutboxRelay(newest: engine.newestOutboxID)
        relay.connected()
        systems = emulates ? roles.map { EmulatedSystems(role: $0, options: options) } : []
    }

    deinit {
        // Only a temporary folder: what cannot be removed is the machine's to clean.
        try? FileManager.default.removeItem(at: folder)
    }

    private static func roles(
        of configuration: StationConfiguration,
        catalogs: [RoleName: RoleCatalog]
    ) throws -> [RoleRuntime] {
        try configuration.workers.map {
            RoleRuntime(
                configuration: $0,
                catalog: try catalogs[$0.role] ?? CatalogReader.read(path: $0.catalogPath),
                limits: configuration.limits
            )
        }
    }

    /// In memory where the machine offers that: what these tests end is the process, not the machine.
    private static var place: URL {
        let memory = "/dev/shm"
        return FileManager.default.isWritableFile(atPath: memory)
            ? URL(fileURLWithPath: memory) : FileManager.default.temporaryDirectory
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
                let waiting = role.queues.flatMap { queue in take(from: queue).map { (queue, $0) } }
                guard !waiting.isEmpty else { continue }
                isMoving = true
                try deliver(arrange(waiting), role: index)
            }
            for system in systems {
                for queue in system.queues {
                    for (queue, message) in arrange(take(from: queue).map { (queue, $0) }) {
                        isMoving = true
                        try answer(message, from: queue, by: system)
                    }
                }
            }
            if let due = engine.nextTimerDue, due <= clock.now() {
                finish(try enduring { try engine.processDue() })
                isMoving = true
            }
            while let after = relay.loadAfter {
                relay.loaded(try store.outbox(after: after, limit: 100))
                publish()
                isMoving = true
            }
        }
        // What was confirmed is removed by itself when nothing else is to do.
        if relay.confirmedCount > 0 { try process([]) }
        if relay.loadAfter != nil { try settle() }
    }

    private func take(from queue: String) -> [Message] { queues.removeValue(forKey: queue) ?? [] }

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

    /// Runs the hops of these deliveries as one group, and again with the same ones while the store takes nothing.
    @discardableResult
    func process(_ deliveries: [Delivery], role: Int = 0) throws -> HopResult {
        let confirmed = relay.takeConfirmed()
        defer { relay.removed(confirmed) }
        let inbound = deliveries.map { InboundDelivery(role: role, link: role, delivery: $0) }
        let result = try enduring { try engine.process(inbound, confirmedOutbox: confirmed) }
        finish(result)
        if restartsAfterEachGroup { try restart() }
        return result
    }

    /// A delivery with a tag of its own.
    func delivery(of message: Message, from queue: String, oversizedBytes: UInt64? = nil) -> Delivery {
        nextTag += 1
        return Delivery(
            tag: DeliveryTag(epoch: 1, number: nextTag),
            queue: queue,
            message: message,
            oversizedBytes: oversizedBytes
        )
    }

    private func deliver(_ messages: [Queued], role: Int) throws {
        let result = try process(messages.map { delivery(of: $0.message, from: $0.queue) }, role: role)
        #expect(
            result.acknowledged.count + result.rejected.count == messages.count,
            "every delivery is answered once"
        )
    }

    /// As the station does: whatever is in hand is tried again, and rows of an unknown commit are looked for.
    private func enduring(_ work: () throws -> HopResult) throws -> HopResult {
        while true {
            do {
                return try work()
            } catch let error as StoreError where error.isRetryable {
                if error.mayHaveHappened { relay.storeMayHold(upTo: engine.newestOutboxID) }
            }
        }
    }

    private func finish(_ result: HopResult) {
        notes += result.notes
        hops += result.hops
        relay.committed(result.outbox)
        publish()
    }

    private func publish() {
        let rows = relay.next(now: clock.now())
        for row in rows {
            for queue in configuration.topology.queues(of: row.destination) { put(row.message, into: queue) }
            if !row.destination.exchange.isEmpty { routed.append(row.destination) }
        }
        relay.confirmed(rows.map(\.id))
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

    /// Ends the process, so to speak: memory is gone, a new engine starts on the same store.
    ///
    /// From now on with `catalogs` in place of those that the configuration names, and with some of the roles only.
    func restart(catalogs: [RoleName: RoleCatalog]? = nil, onlyRoles: [RoleName] = []) throws {
        let faults = store.faults
        try store.close()
        store = FaultyStore(try SQLiteStore.open(path: folder.appending(path: "store.db").path, clock: clock))
        store.faults = faults
        if let catalogs { roles = try Self.roles(of: configuration, catalogs: catalogs) }
        var last: Int64 = 0
        var awaited: Set<OrderID> = []
        let reader = try reader()
        while case let parked = try reader.parked(after: last, limit: 100), let end = parked.last {
            awaited.formUnion(parked.map(\.order))
            last = end.id
        }
        engine = try SequentialHops(
            roles: onlyRoles.isEmpty ? roles : roles.filter { onlyRoles.contains($0.role) },
            store: store,
            clock: clock,
            ids: ids,
            limits: configuration.limits,
            awaited: awaited,
            snapshotInterval: snapshotInterval
        )
        relay = OutboxRelay(newest: engine.newestOutboxID)
        relay.connected()
    }
}
