internal import Orders

/// A line of a component that an update reports on, by positions in the order's state.
struct ReportedLine {
    var component: Int
    /// Among the component's lines.
    var position: Int
    /// Among the order's lines.
    var line: Int
}

/// What is to be told about an update, collected line by line: the same thing is told once, with all of its
/// lines.
struct UpdateRemarks {
    enum Remark: Hashable {
        case refused(ReportedStatus?)
        case cancelled(ReportedStatus?)
        case unmapped(String)
        case late(from: StateName, to: StateName)
        case lateMilestone(MilestoneName)
        case unknownMilestone(String)
        case tooManyValues
    }

    /// In the order in which they came up.
    private(set) var groups: [(remark: Remark, lines: [LineID])] = []
    private var groupOf: [Remark: Int] = [:]

    mutating func add(_ line: LineID, _ remark: Remark) {
        if let at = groupOf[remark] {
            if groups[at].lines.last != line { groups[at].lines.append(line) }
        } else {
            groupOf[remark] = groups.count
            groups.append((remark, [line]))
        }
    }
}
