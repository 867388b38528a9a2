import Broker
import Catalog
import Foundation
import Fulfillment
import Orders
import SQLiteStore
import Station
import Store
import TestSupport

/// Deciders and a committer on a store of their own, stepped by hand.
final class DecisionLine {
    let clock = ManualClock()
    let store: SQLiteStore
    let deciders: [HopEngine]
    let committer: Committer
    let intake: Intake
    let roles: [RoleRuntime]
    private let folder: URL
    private var nextTag: UInt64 = 0

    init(deciders count: Int = 1) throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "waystation-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let configuration = try ConfigurationReader.read(
            path: Loopback.root.appending(path: "queues.yaml").path,
            environment: ["WAYSTATION_DATA": folder.path]
        )
        let roles = try configuration.workers.map {
            RoleRuntime(
                configuration: $0,
                catalog: try CatalogReader.read(path: $0.catalogPath),
                limits: configuration.limits
            )
        }
        let store = try SQLiteStore.open(
            path: folder.appending(path: "store.db").path,
            clock: clock
        )
        self.store = store
        self.roles = roles
        try HopEngine.saveCatalogs(of: roles, in: store, at: clock.now())
        let identifiers = RowIdentifiers(after: try store.highWater())
        let ids = SequentialIDs(prefix: "EBM")
        deciders = (0..<count).map { [clock] number in
            HopEngine(
                number: number,
                roles: roles,
                store: store,
                clock: clock,
                ids: ids,
                identifiers: identifiers,
                limits: configuration.limits
            )
        }
        committer = try Committer(store: store)
        intake = Intake(roles: roles)
    }

    deinit {
        // Only a temporary folder: what cannot be removed is the machine's to clean.
        try? FileManager.default.removeItem(at: folder)
    }

    func message(_ body: [UInt8], from queue: String, id: String) -> WorkItem {
        nextTag += 1
        let delivery = Delivery(
            tag: DeliveryTag(epoch: 1, number: nextTag),
            queue: queue,
            message: Message(properties: MessageProperties(messageID: id), body: body)
        )
        return .message(intake.prepare(InboundDelivery(role: 0, link: 0, delivery: delivery)))
    }

    func order(_ key: String) throws -> WorkItem {
        let order = try SampleOrder(key: key)
        return message(order.body, from: Loopback.intake, id: order.messageID)
    }

    func update(_ key: String, id: String, component: String, status: String) -> WorkItem {
        message(
            SystemText.update(of: key, id: id, component: ComponentID(component), status: status),
            from: Loopback.updates,
            id: id
        )
    }

    func state(_ key: OrderKey) throws -> OrderState? {
        let id = OrderID(role: "COM", key: key)
        return try store.load(id)?.state(of: id)
    }

    /// The component of an order that was asked for first.
    func firstReleased(_ key: OrderKey, _ group: DecidedGroup) throws -> String {
        let events = try group.changes.journal.flatMap { try JournalCodec.decodeEvents($0.events) }
        for case .componentReleased(let component) in events { return component.rawValue }
        throw CocoaError(.coderValueNotFound)
    }
}
