import Catalog
import Orders
import Store
import TestSupport
import Testing

@testable import Station

@Suite("What is removed keeps pace with what arrives")
struct RetentionPaceTests {
    private static let day: Int64 = 86_400

    /// A station whose store holds so many messages, each with an order of its own, which are old enough to go.
    private static func station(expired count: Int) throws -> SteppedStation {
        let station = try SteppedStation {
            $0.retention = RetentionConfiguration(inboxDays: 1, closedOrderDays: 1)
        }
        try station.store.commit(Self.hops(0..<count, at: station.clock.now(), isClosed: true))
        station.clock.advance(bySeconds: 2 * day)
        return station
    }

    /// A message and a new order each.
    private static func hops(_ numbers: Range<Int>, at moment: Timestamp, isClosed: Bool) -> HopGroup {
        var group = HopGroup()
        for number in numbers {
            let row = Int64(number + 1)
            let id = StoreSamples.orderID(number)
            group.inbox.append(StoreSamples.inbox(number, key: id.key, receivedAt: moment))
            group.orders.append(
                StoreSamples.order(
                    row: row,
                    id: id,
                    lifecycle: isClosed ? .completed : .inProgress,
                    updatedAt: moment,
                    closedAt: isClosed ? moment : nil
                )
            )
            group.journal.append(StoreSamples.journal(row: row, sequence: 1))
        }
        return group
    }

    private static func decided(_ changes: HopGroup, serial: Int) -> DecidedGroup {
        DecidedGroup(
            decider: 0,
            serial: serial,
            changes: changes,
            acknowledged: [],
            rejected: [],
            timersDone: [],
            expiriesDone: [],
            notes: [],
            hops: changes.inbox.count,
            outcomes: [],
            measures: []
        )
    }

    private static func orders(_ station: SteppedStation) throws -> Int {
        try station.reader().statistics().ordersByLifecycle.values.reduce(0, +)
    }

    @Test("An idle station removes step after step, not one in each idle wait, and tells of all in one line")
    func idle() throws {
        let station = try Self.station(expired: 2_000)
        let committer = station.stages.committer
        let idleWait = committer.waitMilliseconds
        var waited: Int64 = 0
        var left = 2_000
        while left > 0, waited < idleWait {
            #expect(committer.step(waitingMilliseconds: 0))
            let before = left
            left = try station.reader().statistics().inbox
            #expect((1...200).contains(before - left), "a step of \(before - left)")
            waited += committer.waitMilliseconds
        }
        #expect(left == 0, "removed within one idle wait")
        #expect(waited < idleWait)
        #expect(try Self.orders(station) == 0)
        try station.settle()
        #expect(committer.waitMilliseconds == idleWait, "nothing is left to be done")
        let lines = station.log.lines.filter { $0.contains("removed what was old enough") }
        #expect(lines.count == 1, "\(lines)")
        #expect(try station.reader().consistencyProblems(limit: 9) == [])
        try station.stop()
    }

    @Test("Under load as much is removed as arrives, in steps that are no larger than a few commits")
    func busy() throws {
        let expired = 12_000
        let arriving = 256
        let station = try Self.station(expired: expired)
        let committer = station.stages.committer
        var last = (inbox: expired, orders: expired)
        var most = last
        for round in 0..<32 {
            let first = expired + round * arriving
            let numbers = first..<first + arriving
            let changes = Self.hops(numbers, at: station.clock.now(), isClosed: false)
            committer.inbox.post(.group(Self.decided(changes, serial: round)))
            #expect(committer.step(waitingMilliseconds: 0))
            // 6,200 messages a second.
            station.clock.set(station.clock.now().advanced(byMilliseconds: 41))
            let now = try station.reader().statistics()
            let orders = try Self.orders(station)
            #expect(last.inbox + arriving - now.inbox <= 2_000, "a step of the inbox")
            #expect(last.orders + arriving - orders <= 2_000, "a step of orders")
            last = (now.inbox, orders)
            most = (max(most.inbox, last.inbox), max(most.orders, last.orders))
        }
        #expect(last.inbox <= expired && last.orders <= expired, "\(last) are left of \(expired)")
        #expect(most.inbox <= expired + 2_000 && most.orders <= expired + 2_000, "\(most)")
        #expect(try station.reader().consistencyProblems(limit: 9) == [])
        try station.stop()
    }
}
