import Testing

@testable import soak

/// How the soak judges what a worker does when many orders come at once, on figures made by hand.
@Suite("Many orders at once in the soak") struct SoakBurstTests {
    private static func problems(_ before: [Double], _ after: [Double], isQuick: Bool = false) -> [String] {
        var figures = CourseFigures(fault: .brokerFrozen, rounds: 2, seconds: 60, verdict: Verdict())
        figures.bursts = Bursts(before: before, after: after)
        let options = CourseOptions(
            isQuick: isQuick,
            seed: 1,
            load: Load(ordersPerSecond: 1, inFlightMax: 1)
        )
        return SoakReport(options: options, seconds: 1, courses: [figures], simulator: nil).problems
    }

    @Test(
        "The middle crowds are compared: one that was slow by chance says nothing, slowness that stays fails"
    )
    func share() {
        #expect(Bursts.middle([3, 1, 2]) == 2 && Bursts.middle([4, 1]) == 2.5 && Bursts.middle([]) == nil)
        #expect(Self.problems([100, 200, 90], [80, 81, 20]) == [])
        let slow = Self.problems([100, 100, 100], [79, 300, 10])
        #expect(slow.count == 1 && slow.allSatisfy { $0.contains("0.79 of those a second") }, "\(slow)")
        #expect(Self.problems([100], [10], isQuick: true) == [])
        #expect(Self.problems([], []) == [])
    }
}
