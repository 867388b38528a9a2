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
        let clock = HandClock()
        /// The order of each delivery.
        private var keys: [DeliveryTag: String] = [:]

        init(killSwitch: KillSwitchConfiguration = KillSwitchConfiguration()) throws {
            let line = try DecisionLine()
            self.line = line
            let inHand = InHand()
            decider = DeciderStage(
                engine: line.deciders[0],
                committer: committer,
                coordinator: Mailbox<CoordinatorEvent>(),
                inHand: inHand,
                steadyClock: clock,
                number: 0,
                killSwitch: KillSwitch(killSwitch),
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

        /// Keys that begin so are of messages that nobody can read.
        static let junk = "JUNK"

        func deliver(_ keys: [String], from queue: String) throws {
            let deliveries = try keys.map { key in
                let order = try SampleOrder(key: key)
                let body = key.hasPrefix(Self.junk) ? Array(key.utf8) : order.body
                let tag = DeliveryTag(epoch: 1, number: UInt64(self.keys.count) + 1)
                self.keys[tag] = key
                return Delivery(
                    tag: tag,
                    queue: queue,
                    message: Message(
                        properties: MessageProperties(messageID: order.messageID),
                        body: body
                    )
                )
            }
            dispatcher.deliver(deliveries, role: 0, link: 0)
        }

        /// Says that nothing of what was decided is in the store.
        func undo() {
            decider.inbox.post(.undone(generation: 1))
            decider.inbox.post(.resume)
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

    @Test("What was decided in vain is decided again before the urgent orders that came later")
    func inVain() throws {
        let desk = try Desk()
        try desk.deliver(["URGENT-1", "URGENT-2"], from: Self.urgentQueue)
        try desk.deliver(["W-1", "W-2"], from: Loopback.intake)
        #expect(desk.nextGroup() == ["URGENT-1", "URGENT-2", "W-1", "W-2"])
        try desk.deliver(["URGENT-3"], from: Self.urgentQueue)
        try desk.deliver(["W-3"], from: Loopback.intake)
        desk.undo()
        #expect(desk.nextGroup() == ["URGENT-1", "URGENT-2", "W-1", "W-2", "URGENT-3", "W-3"])
    }

    @Test("A message of a paused queue is tried when its time has come, however much else is on its way")
    func probeUnderLoad() throws {
        let desk = try Desk(killSwitch: KillSwitchConfiguration(failures: 3, probeSeconds: 10))
        try desk.deliver((1...5).map { "JUNK-\($0)" }, from: Self.urgentQueue)
        #expect(desk.nextGroup() == ["JUNK-1", "JUNK-2", "JUNK-3"])
        #expect(desk.nextGroup() == [])
        #expect(desk.decider.waitMilliseconds == 500)
        try desk.deliver((1...30).map { "W-\($0)" }, from: Loopback.intake)
        #expect(desk.nextGroup() == (1...8).map { "W-\($0)" })
        desk.clock.advance(microseconds: 10_000_000)
        #expect(desk.nextGroup() == ["JUNK-4"] + (9...15).map { "W-\($0)" })
        #expect(desk.nextGroup() == (16...23).map { "W-\($0)" })
        desk.clock.advance(microseconds: 10_000_000)
        #expect(desk.nextGroup() == ["JUNK-5"] + (24...30).map { "W-\($0)" })
        // Nothing of it is left to try: no time of waiting is cut short for that.
        desk.clock.advance(microseconds: 60_000_000)
        #expect(desk.decider.waitMilliseconds == 500)
        try desk.deliver(["GOOD"], from: Self.urgentQueue)
        #expect(desk.nextGroup() == ["GOOD"])
    }
}
