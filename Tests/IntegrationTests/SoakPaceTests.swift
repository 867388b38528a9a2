import Testing

@testable import soak

/// How the soak tells the pace of orders, on moments made by hand.
@Suite("The pace of orders in the soak") struct SoakPaceTests {
    private static let second: UInt64 = 1_000_000_000

    @Test(
        "Orders are counted when their end arrives, and timed when they are first sent; the first of each counts"
    )
    func pace() {
        let times = OrderTimes()
        times.noteSent([1, 2], at: 1 * Self.second)
        times.noteSent([3], at: 5 * Self.second)
        times.noteSent([1, 4], at: 9 * Self.second)
        times.noteEnded([1], at: 4 * Self.second)
        times.noteEnded([1, 2, 3], at: 8 * Self.second)
        #expect(times.open(in: 0..<2 * Self.second) == 0 && times.open(in: 0..<10 * Self.second) == 1)
        let early = times.pace(from: 0, to: 5 * Self.second)
        #expect((early.completed, early.perSecond) == (1, 0.2))
        #expect((early.latency.count, early.latency.p50, early.latency.max) == (2, 7, 7))
        let late = times.pace(from: 5 * Self.second, to: 10 * Self.second)
        #expect((late.completed, late.latency.count, late.latency.p99) == (2, 1, 3))
        let sum = Pace(sum: [early, late])
        #expect((sum.seconds, sum.completed, sum.perSecond) == (10, 3, 0.3))
        #expect((sum.latency.count, sum.latency.max) == (3, 7))
    }

    @Test(
        "A worker has caught up when no more orders than before are on their way, counted from the last fault"
    )
    func catchUp() {
        var catchUp = CatchUp(calmBacklog: 3, at: 10 * Self.second)
        catchUp.note(backlog: 80, at: 12 * Self.second)
        catchUp.noteFaultEnd(at: 13 * Self.second)
        catchUp.note(backlog: 4, at: 16 * Self.second)
        catchUp.note(backlog: 3, at: 18 * Self.second)
        #expect((catchUp.seconds, catchUp.calmSeconds(at: 20 * Self.second)) == (3, 4))
        catchUp.noteFaultEnd(at: 19 * Self.second)
        #expect(catchUp.seconds == 0)
    }

    @Test(
        "The pace is back with the last of as many orders in a second as 90 % of before are, and all after the fault"
    )
    func paceIsBack() {
        #expect(Course.ordersAwaited(perSecondBefore: 15) == 14)
        #expect(Course.ordersAwaited(perSecondBefore: 5) == 5)
        #expect(Course.ordersAwaited(perSecondBefore: 0) == 1)
        let times = OrderTimes()
        // A crowd before the fault has ended, then one order at a time, then three within a second.
        for (number, moment) in [1, 2, 3, 10, 12, 14, 30, 35, 40].enumerated() {
            times.noteEnded([number], at: UInt64(moment) * Self.second / 10)
        }
        func moment(_ count: Int, after tenths: UInt64) -> UInt64? {
            times.firstMoment(withEnds: count, within: Self.second, after: tenths * Self.second / 10)
        }
        #expect(moment(3, after: 0) == 3 * Self.second / 10)
        #expect(moment(3, after: 5) == 14 * Self.second / 10)
        #expect(moment(3, after: 10) == 40 * Self.second / 10)
        #expect(moment(1, after: 14) == 3 * Self.second)
        #expect(moment(4, after: 5) == nil)
    }

    private static let quick = CourseOptions(
        isQuick: true,
        seed: 1,
        load: Load(ordersPerSecond: 1, inFlightMax: 1)
    )
    private static let full = CourseOptions(seed: 1, load: Load(ordersPerSecond: 1, inFlightMax: 1))

    @Test("A full run ends some kinds of faults with long ones; a quick run has none")
    func longRounds() {
        func long(_ fault: FaultClass, _ options: CourseOptions) -> [Double] {
            (0..<options.rounds(fault)).compactMap { options.longSeconds(fault, round: $0) }
        }
        #expect(long(.workerFrozen, Self.full) == [60])
        #expect(long(.brokerFrozen, Self.full) == [60])
        #expect(long(.brokerAlarm, Self.full) == [60, 60])
        #expect(long(.blackHole, Self.full) == [120])
        #expect(long(.cutAtByte, Self.full) == [])
        for fault in FaultClass.allCases { #expect(long(fault, Self.quick) == []) }
    }
}
