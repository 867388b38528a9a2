package import Orders

/// Whose undo waits for that of others, by positions, derived from what an amendment has still to do.
package struct UndoIndex: Sendable {
    /// Those that wait for something, and the groups that it is part of.
    struct Waiting {
        fileprivate(set) var components: [Int] = []
        fileprivate(set) var groups: [Int] = []
    }

    /// Components, and further groups, that are waited for together.
    struct Group {
        fileprivate(set) var components: [Int] = []
        fileprivate(set) var groups: [Int] = []
    }

    let groups: [Group]
    /// For each component, and for each group; empty where nothing is to be undone after anything.
    private let ofComponent: [Waiting]
    private let ofGroup: [Waiting]

    package init(
        _ components: [OrderComponent],
        groups planned: [UndoGroup]?,
        at positions: [ComponentID: Int]
    ) {
        let isNeeded = planned != nil || components.contains { $0.task?.waitsForUndo ?? false }
        let planned = planned ?? []
        var ofComponent = [Waiting](repeating: Waiting(), count: isNeeded ? components.count : 0)
        var ofGroup = [Waiting](repeating: Waiting(), count: planned.count)
        let groups = planned.enumerated().map { number, group in
            // Only earlier ones, so that no group can ever be part of itself.
            Group(
                components: group.components.compactMap { positions[$0] },
                groups: (group.groups ?? []).filter { (0..<number).contains($0) }
            )
        }
        for (number, group) in groups.enumerated() {
            for member in group.components { ofComponent[member].groups.append(number) }
            for part in group.groups { ofGroup[part].groups.append(number) }
        }
        for (at, component) in components.enumerated() where isNeeded {
            guard let task = component.task else { continue }
            for other in task.undoAfter.compactMap({ positions[$0] }) {
                ofComponent[other].components.append(at)
            }
            for group in task.undoAfterGroups ?? [] where groups.indices.contains(group) {
                ofGroup[group].components.append(at)
            }
        }
        self.groups = groups
        self.ofComponent = ofComponent
        self.ofGroup = ofGroup
    }

    /// Who waits for the undo of a component.
    func waiting(forComponent at: Int) -> Waiting { ofComponent.isEmpty ? Waiting() : ofComponent[at] }

    /// Who waits for the undo of all of a group.
    func waiting(forGroup number: Int) -> Waiting { ofGroup[number] }
}
