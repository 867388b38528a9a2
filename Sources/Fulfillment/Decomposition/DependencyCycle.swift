package import Orders

/// Finds components that wait for each other.
package enum DependencyCycle {
    private enum Mark {
        case new
        case onPath
        case done
    }

    /// The first cycle, its first component repeated at the end; `nil` when there is none.
    package static func find(in components: [PlannedComponent]) -> [ComponentID]? {
        let positions = Dictionary(
            components.indices.lazy.map { (components[$0].id, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        var marks = [Mark](repeating: .new, count: components.count)
        for start in components.indices where marks[start] == .new {
            // An explicit stack: a chain of thousands of components must not exhaust the thread's.
            var path: [(at: Int, next: Int)] = [(start, 0)]
            marks[start] = .onPath
            while let (at, next) = path.last {
                guard next < components[at].dependsOn.count else {
                    marks[at] = .done
                    path.removeLast()
                    continue
                }
                path[path.count - 1].next += 1
                // What is not among them waits for nothing here.
                guard let other = positions[components[at].dependsOn[next].component] else { continue }
                switch marks[other] {
                case .onPath:
                    let begin = path.firstIndex { $0.at == other } ?? 0
                    return path[begin...].map { components[$0.at].id } + [components[other].id]
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
