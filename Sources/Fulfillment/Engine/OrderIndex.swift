package import Orders

/// Positions in an order's lines and components, derived once from the plan.
package final class OrderIndex: Sendable, Hashable {
    package let componentAt: [ComponentID: Int]
    package let lineAt: [LineID: Int]
    /// For each line: its components, and its position among each component's lines.
    package let componentsOfLine: [[(component: Int, position: Int)]]
    /// For each component: its lines, in the order of the plan.
    package let linesOfComponent: [[Int]]
    /// For each line: the lines whose structural parent it is.
    package let childrenOfLine: [[Int]]
    package let parentOfLine: [Int?]
    /// For each line: how many lines are above it.
    package let depthOfLine: [Int]
    /// Who waits for whom to be done.
    package let waits: WaitIndex
    /// Who waits for whom to be undone.
    package let undo: UndoIndex

    package convenience init(
        lines: [OrderLine] = [],
        components: [OrderComponent] = [],
        groups: [ComponentGroup]? = nil,
        undoGroups: [UndoGroup]? = nil
    ) {
        let lineAt = Dictionary(
            lines.enumerated().lazy.map { ($0.element.id, $0.offset) },
            uniquingKeysWith: { first, _ in first }
        )
        let parentOfLine = lines.map { $0.parents.first.flatMap { lineAt[$0] } }
        var children = [[Int]](repeating: [], count: lines.count)
        for (index, parent) in parentOfLine.enumerated() {
            if let parent { children[parent].append(index) }
        }
        self.init(
            lineAt: lineAt,
            parentOfLine: parentOfLine,
            childrenOfLine: children,
            depthOfLine: Self.depths(parentOfLine, children),
            components: components,
            groups: groups,
            undoGroups: undoGroups
        )
    }

    /// The same lines with other components, of which nothing is to be undone.
    convenience init(linesOf other: OrderIndex, components: [OrderComponent], groups: [ComponentGroup]?) {
        self.init(
            lineAt: other.lineAt,
            parentOfLine: other.parentOfLine,
            childrenOfLine: other.childrenOfLine,
            depthOfLine: other.depthOfLine,
            components: components,
            groups: groups,
            undoGroups: nil
        )
    }

    private init(
        lineAt: [LineID: Int],
        parentOfLine: [Int?],
        childrenOfLine: [[Int]],
        depthOfLine: [Int],
        components: [OrderComponent],
        groups: [ComponentGroup]?,
        undoGroups: [UndoGroup]?
    ) {
        self.lineAt = lineAt
        self.parentOfLine = parentOfLine
        self.childrenOfLine = childrenOfLine
        self.depthOfLine = depthOfLine
        let componentAt = Dictionary(
            components.enumerated().lazy.map { ($0.element.id, $0.offset) },
            uniquingKeysWith: { first, _ in first }
        )
        self.componentAt = componentAt
        linesOfComponent = components.map { component in component.plan.lines.compactMap { lineAt[$0] } }
        waits = WaitIndex(components, groups: groups, at: componentAt)
        undo = UndoIndex(components, groups: undoGroups, at: componentAt)
        var componentsOfLine = [[(component: Int, position: Int)]](repeating: [], count: parentOfLine.count)
        for (index, component) in components.enumerated() {
            for (position, line) in component.plan.lines.enumerated() {
                if let at = lineAt[line] { componentsOfLine[at].append((index, position)) }
            }
        }
        self.componentsOfLine = componentsOfLine
    }

    /// From the top down; lines of a cycle, which validation refuses, stay at 0.
    private static func depths(_ parents: [Int?], _ children: [[Int]]) -> [Int] {
        var depths = [Int](repeating: 0, count: parents.count)
        var level = parents.indices.filter { parents[$0] == nil }
        var depth = 0
        while !level.isEmpty {
            for line in level { depths[line] = depth }
            level = level.flatMap { children[$0] }
            depth += 1
        }
        return depths
    }

    /// Where a line stands among a component's lines; `nil` when it is none of them.
    package func place(of line: LineID, in component: ComponentID) -> (component: Int, position: Int)? {
        guard let at = lineAt[line], let wanted = componentAt[component] else { return nil }
        return componentsOfLine[at].first { $0.component == wanted }
    }

    /// Derived data: any two are equal wherever what they derive from is.
    package static func == (left: OrderIndex, right: OrderIndex) -> Bool { true }
    package func hash(into hasher: inout Hasher) {}
}
