import Broker
import Catalog
import Store
import TestSupport
import Testing

@testable import Station

/// The decider as the station runs it, stepped by hand, with deliveries as a consumer link hands them on.
@Suite("Urgent orders in the station")
struct UrgencyTests {
    private final class Desk {
        static let groupMax = 8
        let line: DecisionLine
        let decider: DeciderStage
        private let dispatcher: Dispatcher
        private let committer = Mailbox<CommitterEvent>()
        /// The order of each delivery.
        private var keys: [DeliveryTag: String] = [:]

        init() throws {
            let line = try DecisionLine()
            self.line = line
            let inHand = InHand()
            decider = DeciderStage(
                engine: line.deciders[0],
                committer: committer,
                coordinator: Mailbox<CoordinatorEvent>(),
                inHand: inHand,
                steadyClock: MonotonicClock(),
                number: 0,
                killSwitch: KillSwitch(KillSwitchConfiguration()),
                groupMax: Self.groupMax,
                itemsInFlightMax: 1_000
            )
            dispatcher = Dispatcher(
                intake: line.intake,
                shares: Shares(count: 1, roles: []),
                deciders: [decider.inbox],
                inHand: inHand,
                steadyClock: MonotonicClock()
            )
        }

        func deliver(_ keys: [String], from queue: String) throws {
            let deliveries = try keys.map { key in
                let order = try SampleOrder(key: key)
                let tag = DeliveryTag(epoch: 1, number: UInt64(self.keys.count) + 1)
                self.keys[tag] = key
                return Delivery(
                    tag: tag,
                    queue: queue,
                    message: Message(
                        properties: MessageProperties(messageID: order.messageID),
                        body: order.body
                    )
                )
            }
            dispatcher.deliver(deliveries, role: 0, link: 0)
        }

        /// The orders of the next group, in the order in which they were decided.
        func nextGroup() -> [String] {
            _ = decider.step(waitingMilliseconds: 0)
            for case .group(let group) in committer.take(waitingMilliseconds: 0) {
                return group.acknowledged.compactMap { keys[$0.tag] }
            }
            return []
        }
    }

    private static let urgentQueue = "AIA_CRTFO_IN_URGENT_JMSQ"

    @Test("A hundred orders wait; an urgent one that comes then is the first of the next group (A13)")
    func overtakes() throws {
        let desk = try Desk()
        let waiting = (1...100).map { "W-\($0)" }
        try desk.deliver(waiting, from: Loopback.intake)
        #expect(desk.nextGroup() == Array(waiting.prefix(Desk.groupMax)))
        try desk.deliver(["URGENT-1", "URGENT-2"], from: Self.urgentQueue)
        let next = desk.nextGroup()
        #expect(next == ["URGENT-1", "URGENT-2"] + waiting[8..<14])
        #expect(desk.nextGroup() == Array(waiting[14..<22]))
    }

    @Test("More urgent orders than a group holds fill it; nobody else is taken before them (A13)")
    func fullGroup() throws {
        let desk = try Desk()
        try desk.deliver((1...20).map { "W-\($0)" }, from: Loopback.intake)
        try desk.deliver((1...10).map { "URGENT-\($0)" }, from: Self.urgentQueue)
        #expect(desk.nextGroup() == (1...8).map { "URGENT-\($0)" })
        #expect(desk.nextGroup() == ["URGENT-9", "URGENT-10"] + (1...6).map { "W-\($0)" })
    }
}
