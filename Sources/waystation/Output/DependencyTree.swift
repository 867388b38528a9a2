import Fulfillment
import Orders

/// The graph of a plan laid out as a tree: each component hangs under the one it waits for longest.
struct DependencyTree {
    struct Place {
        /// Position among the components.
        var component: Int
        /// Counted from 1 from top to bottom.
        var number: Int
        /// How deep in the tree.
        var depth: Int
        /// What is drawn before it.
        var branch: String
    }

    private(set) var places: [Place] = []
    private var numbers: [ComponentID: Int] = [:]
    private var numbersByPosition: [Int]
    private let parents: [Int?]

    init(_ components: [PlannedComponent], groups: [ComponentGroup]?) {
        let graph = DependencyGraph(components, groups: groups)
        let ranks = Self.ranks(graph)
        func last(_ nodes: [Int]) -> Int? { nodes.max { (ranks[$0], $0) < (ranks[$1], $1) } }
        // In place of a group stands the last of it.
        let shown = graph.awaited.indices.map { graph.isComponent($0) ? $0 : last(graph.awaited[$0]) }
        let parents = components.indices.map { last(graph.awaited[$0].compactMap { shown[$0] }) }
        self.parents = parents
        numbersByPosition = [Int](repeating: 0, count: components.count)
        var children = [[Int]](repeating: [], count: components.count)
        for (child, parent) in parents.enumerated() {
            if let parent { children[parent].append(child) }
        }
        // An explicit stack: a chain of thousands of components must not exhaust the thread's.
        var stack = components.indices.filter { parents[$0] == nil }.reversed().map {
            (at: $0, depth: 0, rail: "", tip: "")
        }
        while let next = stack.popLast() {
            places.append(
                Place(
                    component: next.at,
                    number: places.count + 1,
                    depth: next.depth,
                    branch: next.rail + next.tip
                )
            )
            numbers[components[next.at].id] = places.count
            numbersByPosition[next.at] = places.count
            let rail = next.tip.isEmpty ? next.rail : next.rail + (next.tip == "└─ " ? "   " : "│  ")
            for (position, child) in children[next.at].enumerated().reversed() {
                let isLast = position == children[next.at].count - 1
                stack.append((child, next.depth + 1, rail, isLast ? "└─ " : "├─ "))
            }
        }
    }

    /// The number under which a component is shown; 0 for one that is not part of the plan.
    func number(of component: ComponentID) -> Int { numbers[component] ?? 0 }

    /// The numbers of the components in whose branch it hangs.
    func ancestors(of component: Int) -> [Int] {
        var found: [Int] = []
        var current = parents[component]
        while let at = current {
            found.append(numbersByPosition[at])
            current = parents[at]
        }
        return found
    }

    /// For each component the length of the longest chain it waits for, for each group that of its components.
    private static func ranks(_ graph: DependencyGraph) -> [Int] {
        var ranks = [Int](repeating: 0, count: graph.awaited.count)
        var waiting = graph.awaited.map(\.count)
        var dependants = [[Int]](repeating: [], count: graph.awaited.count)
        for (node, awaited) in graph.awaited.enumerated() {
            for other in awaited { dependants[other].append(node) }
        }
        var ready = ranks.indices.filter { waiting[$0] == 0 }
        while let node = ready.popLast() {
            for other in dependants[node] {
                ranks[other] = max(ranks[other], graph.isComponent(other) ? ranks[node] + 1 : ranks[node])
                waiting[other] -= 1
                if waiting[other] == 0 { ready.append(other) }
            }
        }
        return ranks
    }
}
