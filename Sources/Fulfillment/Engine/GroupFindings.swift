/// What groups were found to be while one component after the other is released, so that many who wait for many do not
/// look at each of these.
struct GroupFindings {
    private struct Question: Hashable {
        var group: Int
        var wait: WaitCondition
    }

    private var holds: [Question: Bool] = [:]
    /// Groups that are undone.
    private var undone: Set<Int> = []

    /// Whether what is waited for holds of all of a group; `nil` where that is to be found out.
    subscript(group: Int, wait: WaitCondition) -> Bool? {
        get { holds.isEmpty ? nil : holds[Question(group: group, wait: wait)] }
        set { holds[Question(group: group, wait: wait)] = newValue }
    }

    func isUndone(_ group: Int) -> Bool { undone.contains(group) }
    mutating func setUndone(_ group: Int) { undone.insert(group) }

    /// Forgets what may be otherwise after an event.
    mutating func forget(after event: OrderEvent) {
        switch event {
        case .componentScheduled, .waitHeld: break
        // Of a component that begins more may hold than before, and never less.
        case .componentReleased: if !holds.isEmpty { holds = holds.filter(\.value) }
        case .amended:
            holds = [:]
            undone = []
        default: if !holds.isEmpty { holds = [:] }
        }
    }
}
