internal import Orders

// How far what is to be undone has come.
extension OrderState {
    /// Whether all is undone that is to be undone before a task.
    func isUndoOver(before task: PendingCompensation, _ findings: inout GroupFindings) -> Bool {
        // From the last one on: of many, those that come first are mostly undone first.
        for id in task.undoAfter.reversed() {
            if let at = index.componentAt[id], isToBeUndone(at) { return false }
        }
        for group in task.undoAfterGroups ?? [] where index.undo.groups.indices.contains(group) {
            if !isUndoOver(ofGroup: group, &findings) { return false }
        }
        return true
    }

    /// Whether all of a group of ``ChangeState/undoGroups`` is undone.
    func isUndoOver(ofGroup number: Int, _ findings: inout GroupFindings) -> Bool {
        if findings.isUndone(number) { return true }
        let group = index.undo.groups[number]
        for at in group.components.reversed() where isToBeUndone(at) { return false }
        for part in group.groups where !isUndoOver(ofGroup: part, &findings) { return false }
        findings.setUndone(number)
        return true
    }

    private func isToBeUndone(_ at: Int) -> Bool { components[at].task?.isUndo ?? false }
}
