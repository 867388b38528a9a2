extension Gate {
    /// What must be completed a second after the faults, as a share of what was before.
    ///
    /// It holds for all courses together. One course has a window of some seconds on either side: one or two orders more
    /// or fewer at its edges, or a moment in which the machine did something else, are as much as what is looked for.
    static let paceShareMin = 0.95
    /// Orders completed before the faults, in all courses, from which on a twentieth of them is more than chance.
    static let paceOrdersMin = 500

    /// What all courses together say against a worker that has gone through their faults, in words.
    static func paceProblems(of paces: Paces) -> [String] {
        guard paces.before.completed >= paceOrdersMin, let share = paces.share, share < paceShareMin else {
            return []
        }
        return [
            "\(paces.after.perSecond) orders a second after the faults, \(paces.before.perSecond) before: "
                + "\(share) of it; \(paceShareMin) at least"
        ]
    }
}
