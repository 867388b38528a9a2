extension Gate {
    /// What must be completed a second after the faults, as a share of what was before, in all courses together.
    ///
    /// A course that does more than before makes up for nothing. Orders come at a pace far below what the worker can do:
    /// that it has slowed down shows in how long they take, of which half is judged, too.
    static let paceShareMin = 0.95
    /// The same of one course, of which a window of some seconds tells less: one or two orders at its edges, or a moment in
    /// which the machine did something else, count for much.
    static let paceShareOfCourseMin = 0.8
    /// Orders completed before the faults from which on a share is more than chance: in all courses, and in one.
    static let paceOrdersMin = 500
    static let paceOrdersOfCourseMin = 60
    /// How long the half of all orders may take at most after the faults: so many times as long as before, and so much more.
    static let latencyTimesMax = 1.5
    static let latencySecondsSpare = 0.05

    /// What the paces of a full run say against a worker that has gone through its faults, in words.
    static func paceProblems(of courses: [CourseFigures]) -> [String] {
        let paced = courses.compactMap { course in course.paces.map { (course, $0) } }
        var problems: [String] = []
        for (course, paces) in paced {
            let name = course.fault.rawValue
            if course.caughtUpSeconds == nil {
                problems.append(
                    "\(name): as few orders on their way as before were not seen after the faults"
                )
            }
            if paces.before.completed >= paceOrdersOfCourseMin, let share = paces.share,
                share < paceShareOfCourseMin
            {
                problems.append("\(name): " + text(paces, share, paceShareOfCourseMin))
            }
        }
        guard let all = Paces(sum: paced.map(\.1)), isJudged(all) else { return problems }
        let kept = paced.map { min($0.1.after.perSecond, $0.1.before.perSecond) * $0.1.before.seconds }
        let share = kept.reduce(0, +) / Double(all.before.completed)
        if share < paceShareMin { problems.append(text(all, share, paceShareMin)) }
        let half = (before: all.before.latency.p50, after: all.after.latency.p50)
        if half.after > half.before * latencyTimesMax + latencySecondsSpare {
            problems.append(
                "half of all orders take up to \(SoakReport.number(half.after)) s after the faults, "
                    + "\(SoakReport.number(half.before)) s before"
            )
        }
        return problems
    }

    /// Whether there were enough orders to say anything of all courses together.
    static func isJudged(_ all: Paces) -> Bool { all.before.completed >= paceOrdersMin }

    private static func text(_ paces: Paces, _ share: Double, _ least: Double) -> String {
        "\(SoakReport.number(paces.after.perSecond)) orders a second after the faults, "
            + "\(SoakReport.number(paces.before.perSecond)) before: \(SoakReport.number(share)) of it; \(least) at least"
    }
}
