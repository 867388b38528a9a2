import Broker
import Catalog
import Fulfillment
import Messages
import Orders
import Store
import TestSupport
import Testing

@testable import Station

@Suite("Several deciders")
struct SharesTests {
    private static let count = 4
    private static let keys = (1...40).map { "MOB-\($0)" }

    /// What concerns each order, in order of arrival, named by the order and its place among that order's.
    private static func items(_ line: DecisionLine) throws -> [WorkItem] {
        try (0..<5).flatMap { step in
            try keys.map { key in
                let name = "\(key) \(step)"
                switch step {
                case 0: return line.message(try SampleOrder(key: key).body, from: Loopback.intake, id: name)
                case 1, 2: return line.update(key, id: name, component: "A", status: "COMPLETE")
                case 3: return line.message(suspension(key, name), from: "AIA_ORDEROPS_IN_JMSQ", id: name)
                default:
                    let order = OrderID(role: "COM", key: OrderKey(key))
                    return .timer(
                        TimerRecord(id: 1, order: order, kind: "release", component: nil, due: .testStart)
                    )
                }
            }
        }
    }

    private static func suspension(_ key: String, _ id: String) -> [UInt8] {
        let context = EncodingContext.ofOperation(MessageID(id))
        let suspend = OrderOperation(action: .suspend, by: "ana")
        return MessageEncoder().encode(suspend, on: OrderKey(key), context: context)
    }

    private static func name(_ item: WorkItem) -> String {
        switch item {
        case .message(let message): message.inbound.delivery.message.properties.messageID ?? ""
        case .timer(let timer): "\(timer.order.key) 4"
        case .expiry, .trouble: "no part of this"
        }
    }

    /// What each decider is handed, in order, by the names of ``items(_:)``.
    private static func dispatched() throws -> [[String]] {
        let line = try DecisionLine()
        let inboxes = (0..<count).map { _ in Mailbox<DeciderEvent>() }
        let dispatcher = Dispatcher(
            intake: line.intake,
            shares: Shares(count: count, roles: line.roles),
            deciders: inboxes,
            inHand: InHand(),
            steadyClock: MonotonicClock()
        )
        let items = try items(line)
        // In several handfuls, as they come from a link.
        for start in stride(from: 0, to: items.count, by: 16) {
            dispatcher.dispatch(Array(items[start..<min(start + 16, items.count)]))
        }
        return inboxes.map { inbox in
            inbox.take(waitingMilliseconds: 0).flatMap { event -> [String] in
                guard case .work(let items, _) = event else { return [] }
                return items.map(name)
            }
        }
    }

    @Test("All that concerns an order goes to one of them, in order of arrival; other orders to others (A61)")
    func oneDeciderAnOrder() throws {
        let lines = try Self.dispatched()
        #expect(lines.map(\.count).reduce(0, +) == Self.keys.count * 5)
        for key in Self.keys {
            let places = lines.map { line in line.filter { $0.hasPrefix("\(key) ") } }.filter { !$0.isEmpty }
            #expect(places == [(0..<5).map { "\(key) \($0)" }])
        }
    }

    @Test("Orders numbered one after the other spread over all of them (A61)", arguments: [4, 8])
    func spread(count: Int) throws {
        let line = try DecisionLine()
        let shares = Shares(count: count, roles: line.roles)
        for start in stride(from: 1_000, to: 2_000, by: 100) {
            let places = (start..<start + 100).map { number in
                shares.share(of: line.update("ORD-\(number)", id: "u", component: "A", status: "COMPLETE"))
            }
            let sizes = Dictionary(grouping: places) { $0 }.mapValues(\.count)
            #expect(sizes.count == count && sizes.values.allSatisfy { $0 * count > 25 }, "\(start): \(sizes)")
            // Ten that come together, too.
            for ten in stride(from: 0, to: 100, by: 10) { #expect(Set(places[ten..<ten + 10]).count > 1) }
        }
    }

    @Test(
        "Two orders under one message id, decided side by side: one is taken, the other told, nothing stops (A60)"
    )
    func oneMessageIDForTwo() async throws {
        let site = try EmbeddedSite { $0.workers[0].concurrency = 8 }
        let systems = site.startSystems()
        let station = site.startStation()
        let pairs = try (1...30).flatMap { number in
            try ["A", "B"].map { half in
                let order = try SampleOrder(key: "\(half)-\(number)")
                return order.replacing(order.messageID, with: "shared-\(number)")
            }
        }
        try await site.submit(
            pairs.map { (Loopback.intake, Message(properties: MessageProperties(), body: $0.body)) }
        )
        try await eventually("an end for each of them") {
            try site.completed(role: "COM") == 30
                && site.reader().statistics().counters["error.MESSAGE_ID_REUSED"] == 30
        }
        #expect(try await station.stop() == .stopped)
        try await systems.stop()
        let taken = try site.reader().orders(matching: OrderFilter(role: "COM")).map(\.id.key.rawValue)
        #expect(Set(taken.compactMap { $0.split(separator: "-").last }).count == 30, "\(taken)")
        let left = try await site.leftovers(in: [Loopback.intake, Loopback.errorQueue])
        #expect(left == [Loopback.errorQueue: 30])
        #expect(try site.reader().consistencyProblems(limit: 10) == [])
    }
}
