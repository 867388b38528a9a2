package import Orders

/// Positions in an order's lines and components, derived once from the plan.
package final class OrderIndex: Sendable, Hashable {
    package let componentAt: [ComponentID: Int]
    package let lineAt: [LineID: Int]
    /// For each line: its components, and its position among each component's lines.
    package let componentsOfLine: [[(component: Int, position: Int)]]
    /// For each line: the lines whose structural parent it is.
    package let childrenOfLine: [[Int]]
    package let parentOfLine: [Int?]
    /// For each component: those that wait for it.
    package let dependants: [[Int]]

    package init(lines: [OrderLine] = [], components: [OrderComponent] = []) {
        componentAt = Dictionary(
            components.enumerated().map { ($0.element.id, $0.offset) }, uniquingKeysWith: { first, _ in first })
        let lineAt = Dictionary(
            lines.enumerated().map { ($0.element.id, $0.offset) }, uniquingKeysWith: { first, _ in first })
        self.lineAt = lineAt
        var componentsOfLine = [[(component: Int, position: Int)]](repeating: [], count: lines.count)
        var dependants = [[Int]](repeating: [], count: components.count)
        for (index, component) in components.enumerated() {
            for (position, line) in component.plan.lines.enumerated() {
                if let at = lineAt[line] { componentsOfLine[at].append((index, position)) }
            }
            for dependency in component.plan.dependsOn {
                if let blocking = componentAt[dependency.component], dependants[blocking].last != index {
                    dependants[blocking].append(index)
                }
            }
        }
        self.componentsOfLine = componentsOfLine
        self.dependants = dependants
        parentOfLine = lines.map { $0.parents.first.flatMap { lineAt[$0] } }
        var children = [[Int]](repeating: [], count: lines.count)
        for (index, parent) in parentOfLine.enumerated() {
            if let parent { children[parent].append(index) }
        }
        childrenOfLine = children
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
