import Broker
import Catalog
import Foundation
import Fulfillment
import Orders
import SQLiteStore
import Station
import Store
import TestSupport
import Testing

/// Groups that are decided on top of each other before any of them is committed.
@Suite("Groups ahead of their commits")
struct PipelineTests {
    /// Deciders and a committer on a store of their own, stepped by hand.
    private final class Line {
        let clock = ManualClock()
        let store: SQLiteStore
        let deciders: [HopEngine]
        let committer: Committer
        let intake: Intake
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
            guard let stored = try store.load(id) else { return nil }
            return try JournalCodec.fold(
                stored.journal.map { ($0.at, $0.events) },
                onto: stored.snapshot?.state,
                id: id
            )
        }

        /// The component of an order that was asked for first.
        func firstReleased(_ key: OrderKey, _ group: DecidedGroup) throws -> String {
            let events = try group.changes.journal.flatMap { try JournalCodec.decodeEvents($0.events) }
            for case .componentReleased(let component) in events { return component.rawValue }
            throw CocoaError(.coderValueNotFound)
        }
    }

    @Test("an update is decided on top of an intake that is not committed; both go into one commit")
    func onTop() throws {
        let line = try Line()
        let engine = line.deciders[0]
        let intake = try engine.decide([try line.order("MOB-1")])
        let component = try line.firstReleased("MOB-1", intake)
        let update = try engine.decide([
            line.update("MOB-1", id: "u-1", component: component, status: "COMPLETE")
        ])
        #expect(try line.store.load(OrderID(role: "COM", key: "MOB-1")) == nil)
        #expect(update.changes.parked.isEmpty, "the order is known already")
        #expect(update.changes.journal.map(\.sequence) == [2])
        #expect(update.changes.journal.map(\.orderRow) == intake.changes.journal.map(\.orderRow))

        let result = try line.committer.commit([intake, update])
        #expect(result.hops == 2)
        #expect(result.outbox.map(\.id) == Array(1...Int64(result.outbox.count)))
        engine.settle(intake.serial)
        engine.settle(update.serial)
        let state = try #require(try line.state("MOB-1"))
        #expect(state.components.first { $0.id.rawValue == component }?.processing == .completed)
        #expect(state.componentsCompleted == 1)
    }

    @Test("a repeated message is known before its first copy is committed")
    func repeated() throws {
        let line = try Line()
        let engine = line.deciders[0]
        let first = try engine.decide([try line.order("MOB-1")])
        let second = try engine.decide([try line.order("MOB-1")])
        #expect(second.changes.inbox.isEmpty)
        #expect(second.changes.counters["duplicates"] == 1)
        #expect(second.acknowledged.count == 1)
        _ = try line.committer.commit([first, second])
        engine.settle(first.serial)
        let third = try engine.decide([try line.order("MOB-1")])
        #expect(third.changes.counters["duplicates"] == 1)
    }

    @Test("what was decided in vain is forgotten: the same messages are decided again from the store")
    func forgotten() throws {
        let line = try Line()
        let engine = line.deciders[0]
        let kept = try engine.decide([try line.order("MOB-1")])
        let component = try line.firstReleased("MOB-1", kept)
        let items = [line.update("MOB-1", id: "u-1", component: component, status: "COMPLETE")]
        let lost = try engine.decide(items)
        _ = try line.committer.commit([kept])
        engine.settle(kept.serial)
        engine.forget()
        let again = try engine.decide(items)
        #expect(again.changes.journal.map(\.sequence) == lost.changes.journal.map(\.sequence))
        #expect(again.changes.journal.map(\.events) == lost.changes.journal.map(\.events))
        _ = try line.committer.commit([again])
        #expect(try line.state("MOB-1")?.componentsCompleted == 1)
    }

    @Test("an update parked by a group that is not committed is applied by the next one's intake")
    func parkedAhead() throws {
        let line = try Line()
        let engine = line.deciders[0]
        let early = try engine.decide([
            line.update("MOB-1", id: "u-1", component: "Nobody/1", status: "COMPLETE")
        ])
        #expect(early.changes.parked.count == 1)
        let intake = try engine.decide([try line.order("MOB-1")])
        #expect(intake.changes.parkedDropped == early.changes.parked.map(\.id))
        _ = try line.committer.commit([early, intake])
        engine.settle(early.serial)
        engine.settle(intake.serial)
        #expect(try line.store.parked(for: OrderID(role: "COM", key: "MOB-1"), limit: 10).isEmpty)
        #expect(try line.state("MOB-1")?.parked.map(\.context.messageID) == ["u-1"])
    }

    @Test("an intake that is undone leaves the parked update where it was, for the intake that follows")
    func parkedAgain() throws {
        let line = try Line()
        let engine = line.deciders[0]
        let early = try engine.decide([
            line.update("MOB-1", id: "u-1", component: "Nobody/1", status: "COMPLETE")
        ])
        _ = try line.committer.commit([early])
        engine.settle(early.serial)
        let order = try line.order("MOB-1")
        _ = try engine.decide([order])
        engine.forget()
        let again = try engine.decide([order])
        #expect(again.changes.parkedDropped == early.changes.parked.map(\.id))
    }

    @Test("a wait that has ended meanwhile does not expire")
    func expiredTooLate() throws {
        let line = try Line()
        let engine = line.deciders[0]
        let early = try engine.decide([
            line.update("MOB-1", id: "u-1", component: "Nobody/1", status: "COMPLETE")
        ])
        let parked = try #require(early.changes.parked.first)
        let intake = try engine.decide([try line.order("MOB-1")])
        let expiry = try engine.decide([.expiry(parked)])
        #expect(expiry.expiriesDone == [parked.id])
        #expect(expiry.changes.parkedDropped.isEmpty)
        #expect(expiry.changes.outbox.isEmpty)
        _ = try line.committer.commit([early, intake, expiry])
        for group in [early, intake, expiry] { engine.settle(group.serial) }
        let late = try engine.decide([.expiry(parked)])
        #expect(late.changes.isEmpty)
    }
}
