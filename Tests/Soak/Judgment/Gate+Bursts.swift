extension Gate {
    /// What a worker must do after its faults when many orders come at once, as a share of what it did before.
    ///
    /// The middle one of a few crowds is compared; on a machine that does other things each of them may be a fifth off.
    static let burstShareMin = 0.8

    /// What crowds of orders say against a worker that has gone through its faults, in words: a pace far below what it can
    /// do hides that it has slowed down.
    static func burstProblems(of courses: [CourseFigures]) -> [String] {
        courses.compactMap { course in
            guard let share = course.bursts?.share, share < burstShareMin else { return nil }
            return
                "\(course.fault.rawValue): when many orders come at once \(SoakReport.number(share)) of those a second "
                + "that were before the faults; \(burstShareMin) at least"
        }
    }
}
