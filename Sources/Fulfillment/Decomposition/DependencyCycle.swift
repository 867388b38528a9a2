package import Orders

/// Finds components that wait for each other.
package enum DependencyCycle {
    private enum Mark {
        case new
        case onPath
        case done
    }

    /// The first cycle, its first component repeated at the end; `nil` when there is none.
    package static func find(
        in components: [PlannedComponent],
        groups: [ComponentGroup]? = nil
    ) -> [ComponentID]? {
        let graph = DependencyGraph(components, groups: groups)
        var marks = [Mark](repeating: .new, count: graph.awaited.count)
        for start in components.indices where marks[start] == .new {
            // An explicit stack: a chain of thousands of components must not exhaust the thread's.
            var path: [(at: Int, next: Int)] = [(start, 0)]
            marks[start] = .onPath
            while let (at, next) = path.last {
                guard next < graph.awaited[at].count else {
                    marks[at] = .done
                    path.removeLast()
                    continue
                }
                path[path.count - 1].next += 1
                let other = graph.awaited[at][next]
                switch marks[other] {
                case .onPath:
                    let begin = path.firstIndex { $0.at == other } ?? 0
                    // A group is no component: it only says who waits for whom.
                    let cycle = path[begin...].map(\.at).filter(graph.isComponent)
                    return (cycle + cycle.prefix(1)).map { components[$0].id }
                case .done: break
                case .new:
                    marks[other] = .onPath
                    path.append((other, 0))
                }
            }
        }
        return nil
    }
}
