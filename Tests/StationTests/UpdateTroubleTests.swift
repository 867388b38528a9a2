import Broker
import Fulfillment
import Messages
import Orders
import Station
import Store
import TestSupport
import Testing

@Suite("Updates that come too early or make no sense")
struct UpdateTroubleTests {
    /// The component that synchronizes the customer: released with the order itself.
    private static func firstComponent(of key: String) throws -> ComponentID {
        let loopback = try Loopback(emulates: false)
        let order = try SampleOrder(key: key)
        loopback.put(order.body, into: Loopback.intake, id: order.messageID)
        try loopback.settle()
        let state = try #require(try loopback.state("COM", OrderKey(key)))
        return try #require(state.components.first { $0.plan.function == "SyncCustomer" }).id
    }

    @Test("an update for an order that is not known waits for it, and takes effect when it comes (A31, A63)")
    func parked() throws {
        let loopback = try Loopback(emulates: false)
        let component = try Self.firstComponent(of: "MOB-1")
        loopback.put(
            SystemText.update(of: "MOB-1", id: "u-1", component: component, status: "COMPLETE"),
            into: Loopback.updates,
            id: "u-1"
        )
        try loopback.settle()
        #expect(loopback.faults.map(\.code) == ["ORDER_UNKNOWN"])
        #expect(loopback.faults.first?.value("corecom:BusinessComponentID") == "MOB-1")
        #expect(loopback.messages(in: Loopback.errorQueue).isEmpty)
        #expect(try loopback.reader().statistics().parked == 1)
        #expect(try loopback.counter("parkedTotal") == 1)

        try loopback.restart()
        let order = try SampleOrder(key: "MOB-1")
        loopback.put(order.body, into: Loopback.intake, id: order.messageID)
        try loopback.settle()
        let state = try #require(try loopback.state("COM", "MOB-1"))
        #expect(state.components.first { $0.id == component }?.processing == .completed)
        #expect(try loopback.reader().statistics().parked == 0)
        #expect(loopback.requests().keys.contains { $0.contains("InitiateBilling") }, "it went on from there")
        try loopback.expectConsistent()
    }

    @Test("order and update in one group: the update takes effect in either order", arguments: [true, false])
    func parkedInOneGroup(updateFirst: Bool) throws {
        let loopback = try Loopback(emulates: false)
        let component = try Self.firstComponent(of: "MOB-1")
        let order = try SampleOrder(key: "MOB-1")
        let update = Message(
            body: SystemText.update(of: "MOB-1", id: "u-1", component: component, status: "COMPLETE")
        )
        var deliveries = [
            loopback.delivery(of: Message(body: order.body), from: Loopback.intake),
            loopback.delivery(of: update, from: Loopback.updates),
        ]
        if updateFirst { deliveries.reverse() }
        try loopback.process(deliveries)
        let state = try #require(try loopback.state("COM", "MOB-1"))
        #expect(state.components.first { $0.id == component }?.processing == .completed)
        #expect(try loopback.reader().statistics().parked == 0)
    }

    @Test(
        "an update whose order never comes goes to the error queue when its time is over, without any other event"
    )
    func expired() throws {
        let loopback = try Loopback()
        let body = SystemText.update(of: "NEVER-1", id: "u-1", component: "A", status: "COMPLETE")
        loopback.put(body, into: Loopback.updates, id: "u-1")
        try loopback.settle()
        let end = Timestamp.testStart.advanced(bySeconds: 86_400)
        #expect(loopback.engine.nextTimerDue == end)
        loopback.clock.set(end.advanced(byMilliseconds: -1))
        try loopback.settle()
        #expect(loopback.messages(in: Loopback.errorQueue).isEmpty)

        try loopback.restart()
        #expect(loopback.engine.nextTimerDue == end)
        loopback.clock.set(end)
        try loopback.settle()
        let kept = try #require(loopback.messages(in: Loopback.errorQueue).first)
        #expect(kept.body == body)
        #expect(kept.properties.header("x-waystation-code") == "PARKED_TOO_LONG")
        #expect(kept.properties.header("x-waystation-queue") == Loopback.updates)
        #expect(kept.properties.header("x-waystation-order") == "NEVER-1")
        #expect(loopback.faults.map(\.code) == ["ORDER_UNKNOWN", "PARKED_TOO_LONG"])
        #expect(try loopback.reader().statistics().parked == 0)
        #expect(loopback.engine.nextTimerDue == nil)
        try loopback.expectConsistent()
    }

    /// Something wrong with an update for an order that is known.
    struct Trouble: Sendable, CustomTestStringConvertible {
        var name: String
        var code: FailureCode
        var isParked: Bool
        var body: @Sendable (ComponentID) -> [UInt8]

        var testDescription: String { name }

        static let all = [
            Trouble(name: "an unknown component", code: .componentUnknown, isParked: true) { _ in
                SystemText.update(of: "MOB-1", id: "u-1", component: "Nobody/1", status: "COMPLETE")
            },
            Trouble(name: "an unknown line", code: .lineUnknown, isParked: true) {
                SystemText.update(
                    of: "MOB-1",
                    id: "u-1",
                    component: $0,
                    status: "IN PROGRESS",
                    lines: [SystemReply.Line(lineID: "99", status: "COMPLETE")]
                )
            },
            Trouble(name: "an unknown status", code: .statusUnmapped, isParked: false) {
                SystemText.update(of: "MOB-1", id: "u-1", component: $0, status: "MELTED")
            },
        ]
    }

    @Test(
        "what names nothing we know is told, changes nothing, and the order completes",
        arguments: Trouble.all
    )
    func trouble(trouble: Trouble) throws {
        let loopback = try Loopback()
        let component = try Self.firstComponent(of: "MOB-1")
        let order = try SampleOrder(key: "MOB-1")
        loopback.put(order.body, into: Loopback.intake, id: order.messageID)
        try loopback.settle()
        let before = try loopback.outcomes()
        loopback.put(trouble.body(component), into: Loopback.updates, id: "u-1")
        try loopback.settle()
        #expect(try loopback.outcomes() == before)
        let fault = try #require(loopback.faults.first)
        #expect(fault.code == trouble.code.rawValue)
        #expect(fault.value("corecom:BusinessComponentID") == "MOB-1")
        #expect(fault.value("corecom:EBMID") == "u-1")
        #expect(fault.value("corecom:SenderResourceID") == Loopback.updates)
        #expect(fault.value("corecom:CorrectiveAction")?.isEmpty == false)
        #expect(try loopback.counter("error.\(trouble.code.rawValue)") == 1)
        let state = try #require(try loopback.state("COM", "MOB-1"))
        #expect(state.parked.count == (trouble.isParked ? 1 : 0))
        #expect(state.failures.map(\.code) == [trouble.code])
        try loopback.runToQuiet()
        #expect(try loopback.order("COM", "MOB-1")?.lifecycle == .completed)
        try loopback.expectConsistent()
    }

    @Test("late and repeated updates never take back what is complete (A29)")
    func late() throws {
        let loopback = try Loopback()
        let order = try SampleOrder(key: "MOB-1")
        loopback.put(order.body, into: Loopback.intake, id: order.messageID)
        try loopback.runToQuiet()
        let before = try loopback.outcomes()
        let component = try Self.firstComponent(of: "MOB-1")
        for (number, status) in ["IN PROGRESS", "COMPLETE", "FAILED", "CANCELLED"].enumerated() {
            loopback.put(
                SystemText.update(of: "MOB-1", id: "late-\(number)", component: component, status: status),
                into: Loopback.updates
            )
        }
        try loopback.runToQuiet()
        #expect(try loopback.outcomes() == before)
        try loopback.expectAllComplete()
    }

    @Test("what is due for a role that does not run is left alone until it does")
    func absentRole() throws {
        let loopback = try Loopback(emulates: false)
        loopback.put(
            SystemText.update(of: "NEVER-1", id: "u-1", component: "A", status: "COMPLETE"),
            into: Loopback.updates,
            id: "u-1"
        )
        let order = try SampleOrder("future-dated", original: "BB-2007", key: "BB-1")
        loopback.put(order.body, into: Loopback.intake, id: order.messageID)
        try loopback.settle()
        try loopback.restart(onlyRoles: ["SOM"])
        let due = try #require(try loopback.reader().timers(limit: 10).first).due
        loopback.clock.set(due)
        try loopback.process([])
        try loopback.settle()
        #expect(try loopback.reader().timers(limit: 10).count == 1)
        #expect(try loopback.reader().statistics().parked == 1)
        #expect(loopback.engine.nextTimerDue == nil)

        try loopback.restart()
        try loopback.settle()
        #expect(loopback.requests().keys.contains { $0.contains("SyncCustomer") })
        #expect(loopback.faults.map(\.code).contains("PARKED_TOO_LONG"))
    }
}
