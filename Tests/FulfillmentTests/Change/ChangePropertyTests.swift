import Fulfillment
import Orders
import TestSupport
import Testing

@Suite("Changes, by chance")
struct ChangePropertyTests {
    static let groups = 0..<20
    static let sequencesPerGroup = 110
    static let steps = 30

    @Test(
        "whatever is revised, cancelled, suspended, refused, repeated or late: the order ends, and systems hold what the last accepted revision wants (A37-A46)",
        arguments: groups
    )
    func sequences(group: Int) {
        for seed in group * Self.sequencesPerGroup..<(group + 1) * Self.sequencesPerGroup {
            var course = ChangeCourse(seed: UInt64(seed))
            course.submit()
            for _ in 0..<Self.steps { course.step() }
            course.settle()
            course.checkEnd()
            guard course.problems.isEmpty else {
                Issue.record(
                    """
                    sequence \(seed): \(course.problems.prefix(3).joined(separator: "; "))
                    \(course.story.joined(separator: "\n"))
                    """
                )
                return
            }
        }
    }

    @Test("it can fail: components that are undone whatever depends on them are noticed")
    func planted() {
        let found = (0..<400).contains { seed in
            var course = ChangeCourse(seed: UInt64(seed), forgetsUndoOrder: true)
            course.submit()
            for _ in 0..<Self.steps { course.step() }
            course.settle()
            return course.problems.contains { $0.contains("is undone before") }
        }
        #expect(found)
    }
}
