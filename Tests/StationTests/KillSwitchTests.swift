import Broker
import Catalog
import Foundation
import Orders
import Station
import Store
import TestSupport
import Testing

@Suite("When everything fails the same way", .timeLimit(Patience.minutes(10)))
struct KillSwitchTests {
    private static func junk(_ number: Int) -> (queue: String, message: Message) {
        (
            Loopback.intake,
            Message(properties: MessageProperties(messageID: "junk-\(number)"), body: Array("no".utf8))
        )
    }

    @Test(
        "the queue pauses, what is in hand is kept; it tries a message now and then, and goes on with the first good one"
    )
    func pausesAndProbes() async throws {
        let site = try EmbeddedSite { $0.killSwitch = KillSwitchConfiguration(failures: 5, probeSeconds: 1) }
        try await site.submit((1...8).map(Self.junk))
        try await site.submit(orders: [try SampleOrder(key: "MOB-1")])
        let station = site.startStation()
        try await eventually("the pause") { station.station.status.current.pausedQueues == [Loopback.intake] }
        #expect(!station.station.status.current.isReady)
        // Two more are tried, a second each; then the good order sets it going.
        try await eventually("the end of the pause") { station.station.status.current.pausedQueues.isEmpty }
        try await eventually("the order") {
            try site.reader().orders(matching: OrderFilter(role: "COM")).map(\.id.key) == ["MOB-1"]
        }
        #expect(try site.reader().statistics().counters["error.MESSAGE_NOT_XML"] == 8)
        #expect(try await station.stop() == .stopped)
    }

    @Test("what is kept of a paused queue returns to its queue when the station stops")
    func stopsWhilePaused() async throws {
        let site = try EmbeddedSite {
            $0.killSwitch = KillSwitchConfiguration(failures: 3, probeSeconds: 3_600)
        }
        try await site.submit((1...10).map(Self.junk))
        let station = site.startStation()
        try await eventually("the pause") { station.station.status.current.pausedQueues == [Loopback.intake] }
        #expect(try await station.stop() == .stopped)
        let refused = try site.reader().statistics().counters["error.MESSAGE_NOT_XML"] ?? 0
        #expect(refused >= 3 && refused < 10)
        let kept = try await site.leftovers(in: [Loopback.intake])
        #expect(kept[Loopback.intake] == 10 - Int(refused))
    }

    @Test("other queues of the role go on, also when what is kept takes all that may be in hand")
    func othersGoOn() async throws {
        let site = try EmbeddedSite {
            $0.killSwitch = KillSwitchConfiguration(failures: 3, probeSeconds: 3_600)
            $0.limits.inHandBytes = 8
        }
        try await site.submit((1...40).map { ("AIA_UPDFO_IN_JMSQ", Self.junk($0).message) })
        let station = site.startStation()
        try await eventually("the pause") {
            station.station.status.current.pausedQueues == ["AIA_UPDFO_IN_JMSQ"]
        }
        try await site.submit(orders: [try SampleOrder(key: "MOB-1")])
        try await eventually("the order") {
            try site.reader().orders(matching: OrderFilter(role: "COM")).map(\.id.key) == ["MOB-1"]
        }
        #expect(station.station.status.current.pausedQueues == ["AIA_UPDFO_IN_JMSQ"])
        #expect(try await station.stop() == .stopped)
    }

    @Test("failures of different kinds, or with good messages in between, pause nothing")
    func mixed() async throws {
        let site = try EmbeddedSite {
            $0.killSwitch = KillSwitchConfiguration(failures: 3, probeSeconds: 3_600)
        }
        var messages: [(queue: String, message: Message)] = []
        for round in 1...4 {
            messages += [Self.junk(round * 10), Self.junk(round * 10 + 1)]
            let order = try SampleOrder(key: "MOB-\(round)")
            messages.append(
                (
                    Loopback.intake,
                    Message(properties: MessageProperties(messageID: order.messageID), body: order.body)
                )
            )
        }
        try await site.submit(messages)
        let station = site.startStation()
        try await eventually("all of them") { station.station.status.current.hops >= messages.count }
        #expect(station.station.status.current.pausedQueues == [])
        #expect(try await station.stop() == .stopped)
        #expect(try site.reader().statistics().counters["error.MESSAGE_NOT_XML"] == 8)
    }

    @Test("orders that are all invalid in the same way pause their queue, too; none of them is lost (A14)")
    func invalidOrders() async throws {
        let site = try EmbeddedSite {
            $0.killSwitch = KillSwitchConfiguration(failures: 4, probeSeconds: 1)
        }
        let wrong = try (1...5).map { number in
            try SampleOrder(key: "BAD-\(number)").replacingFirst(
                "<sordebo:ServiceActionCode>ADD<",
                with: "<sordebo:ServiceActionCode>JUMP<"
            )
        }
        try await site.submit(orders: wrong)
        let station = site.startStation()
        try await eventually("the pause") { station.station.status.current.pausedQueues == [Loopback.intake] }
        try await site.submit(orders: [try SampleOrder(key: "MOB-1")])
        try await eventually("the end of the pause") { station.station.status.current.pausedQueues.isEmpty }
        try await eventually("all orders") {
            try site.reader().orders(matching: OrderFilter(role: "COM")).count == 6
        }
        let orders = try site.reader().orders(matching: OrderFilter(role: "COM"))
        let failed = orders.filter { $0.lifecycle == .failed }.map(\.id.key.rawValue)
        #expect(failed.sorted() == ["BAD-1", "BAD-2", "BAD-3", "BAD-4", "BAD-5"])
        #expect(try site.reader().statistics().counters["error.ACTION_UNKNOWN"] == 5)
        #expect(try await station.stop() == .stopped)
    }
}
