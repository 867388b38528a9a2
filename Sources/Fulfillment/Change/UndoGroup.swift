package import Orders

/// Components that are to be undone before others, so that many who wait for many need not each name them all.
package struct UndoGroup: Sendable, Hashable, Codable {
    package var components: [ComponentID]
    /// Further groups, by their positions before this one; `nil` for none.
    package var groups: [Int]?

    package init(components: [ComponentID], groups: [Int]? = nil) {
        self.components = components
        self.groups = groups
    }
}

extension Amendment {
    /// All that are undone before the undo of a step begins.
    package func componentsUndone(before step: CompensationStep) -> [ComponentID] {
        var found = Set(step.undoAfter)
        var open = step.undoAfterGroups ?? []
        if open.isEmpty { return step.undoAfter }
        var seen = Set(open)
        while let number = open.popLast() {
            guard let groups = undoGroups, groups.indices.contains(number) else { continue }
            found.formUnion(groups[number].components)
            open += (groups[number].groups ?? []).filter { seen.insert($0).inserted }
        }
        return found.sorted()
    }
}
