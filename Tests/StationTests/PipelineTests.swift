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
    private typealias Line = DecisionLine

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
