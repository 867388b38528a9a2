internal import Orders

/// A plan as a graph: its components by position, followed by its groups.
package struct DependencyGraph {
    /// For each component what it waits for, for each group its components.
    package private(set) var awaited: [[Int]] = []
    private let positions: [ComponentID: Int]
    private let componentCount: Int
    private let groupCount: Int

    package init(_ components: [PlannedComponent], groups: [ComponentGroup]?) {
        let positions = Dictionary(
            components.indices.lazy.map { (components[$0].id, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        self.positions = positions
        let groups = groups ?? []
        componentCount = components.count
        groupCount = groups.count
        for component in components { awaited.append(component.dependsOn.compactMap(node)) }
        for group in groups { awaited.append(group.components.compactMap { positions[$0] }) }
    }

    /// Whether a node is a component, else a group.
    package func isComponent(_ node: Int) -> Bool { node < componentCount }

    /// What a dependency waits for; `nil` where that is not among them.
    func node(of dependency: PlannedDependency) -> Int? {
        switch dependency.target {
        case .component(let id): positions[id]
        case .group(let group): (0..<groupCount).contains(group) ? componentCount + group : nil
        }
    }
}
