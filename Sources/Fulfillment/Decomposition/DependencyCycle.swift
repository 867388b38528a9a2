package import Orders

/// Finds components that wait for each other.
package enum DependencyCycle {
    private enum Mark {
        case onPath
        case done
    }

    /// The first cycle, its first component repeated at the end; `nil` when there is none.
    package static func find(in components: [PlannedComponent]) -> [ComponentID]? {
        let byID = Dictionary(components.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        var marks: [ComponentID: Mark] = [:]
        for component in components where marks[component.id] == nil {
            // An explicit stack: a chain of thousands of components must not exhaust the thread's.
            var path: [(id: ComponentID, next: Int)] = [(component.id, 0)]
            marks[component.id] = .onPath
            while let (id, next) = path.last {
                let dependsOn = byID[id]?.dependsOn ?? []
                guard next < dependsOn.count else {
                    marks[id] = .done
                    path.removeLast()
                    continue
                }
                path[path.count - 1].next += 1
                let other = dependsOn[next].component
                switch marks[other] {
                case .onPath:
                    let start = path.firstIndex { $0.id == other } ?? 0
                    return path[start...].map(\.id) + [other]
                case .done: break
                case nil:
                    marks[other] = .onPath
                    path.append((other, 0))
                }
            }
        }
        return nil
    }
}
