/// A directed graph of names, in which cycles are looked for.
struct NamedGraph {
    private(set) var edges: [String: Set<String>] = [:]

    mutating func add(_ from: String, to other: String) { edges[from, default: []].insert(other) }

    /// One shortest cycle for every group of nodes that reach each other, in a fixed order.
    func cycles() -> [[String]] {
        var found: [[String]] = []
        var covered: Set<String> = []
        for name in edges.keys.sorted() where !covered.contains(name) {
            guard let cycle = shortestCycle(through: name), covered.isDisjoint(with: cycle) else { continue }
            covered.formUnion(cycle)
            found.append(cycle)
        }
        return found
    }

    /// Breadth first from a node back to itself.
    private func shortestCycle(through start: String) -> [String]? {
        var cameFrom: [String: String] = [:]
        var frontier = [start]
        while !frontier.isEmpty {
            var next: [String] = []
            for node in frontier {
                for neighbor in (edges[node] ?? []).sorted() {
                    if neighbor == start {
                        var path = [node]
                        while let last = path.last, last != start, let before = cameFrom[last] {
                            path.append(before)
                        }
                        return path.reversed()
                    }
                    guard cameFrom[neighbor] == nil else { continue }
                    cameFrom[neighbor] = node
                    next.append(neighbor)
                }
            }
            frontier = next
        }
        return nil
    }
}
