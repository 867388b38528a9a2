internal import Orders

/// The groups of a plan: where N components wait for the same M, one group makes N + M of N x M dependencies.
struct DependencyGroups {
    /// By position, ascending.
    private var members: [[Int]] = []
    private var numbers: [[Int]: Int] = [:]
    private(set) var memberCount = 0

    /// Makes groups of what is waited for by all rules together, where that is shorter.
    init(_ relations: [DependencyRelation]) {
        var waiting: [[Int]: Int] = [:]
        for relation in relations where relation.blocking.values.contains(where: { $0.count > 1 }) {
            var waitingForToken: [DependencyToken: Int] = [:]
            for blocked in relation.blocked {
                for token in blocked.tokens {
                    guard let blocking = relation.blocking[token], blocking.count > 1,
                        !Self.contains(blocking, blocked.at)
                    else { continue }
                    waitingForToken[token, default: 0] += 1
                }
            }
            for (token, count) in waitingForToken {
                if let blocking = relation.blocking[token] { waiting[blocking, default: 0] += count }
            }
        }
        members = waiting.filter { $0.key.count * $0.value > $0.key.count + $0.value }.map(\.key)
        // Sorted, so that a group has the same number every time.
        members.sort { $0.lexicographicallyPrecedes($1) }
        for (number, components) in members.enumerated() {
            numbers[components] = number
            memberCount += components.count
        }
    }

    /// The groups that a rule's components wait for, by what they have in common.
    func groups(of relation: DependencyRelation) -> [DependencyToken: Int] {
        if members.isEmpty { return [:] }
        return relation.blocking.compactMapValues { $0.count > 1 ? numbers[$0] : nil }
    }

    /// What a component waits for: one that belongs to a group itself waits for each of the others by itself.
    func awaited(
        by blocked: DependencyRelation.Blocked,
        _ relation: DependencyRelation,
        _ grouped: [DependencyToken: Int]
    ) -> (components: [Int], groups: [Int]) {
        var components: Set<Int> = []
        var groups: Set<Int> = []
        for token in blocked.tokens {
            guard let blocking = relation.blocking[token] else { continue }
            if let group = grouped[token], !Self.contains(blocking, blocked.at) {
                groups.insert(group)
            } else {
                components.formUnion(blocking)
            }
        }
        components.remove(blocked.at)
        if !groups.isEmpty, !components.isEmpty {
            components = components.filter { component in
                !groups.contains { Self.contains(members[$0], component) }
            }
        }
        return (components.sorted(), groups.sorted())
    }

    /// - Returns: `nil` where there are none.
    func planned(_ components: [PlannedComponent]) -> [ComponentGroup]? {
        if members.isEmpty { return nil }
        return members.map { ComponentGroup(components: $0.map { components[$0].id }) }
    }

    /// Whether one is among those in ascending order.
    private static func contains(_ sorted: [Int], _ wanted: Int) -> Bool {
        var range = sorted[...]
        while let middle = range.indices.dropFirst(range.count / 2).first {
            if range[middle] == wanted { return true }
            range = range[middle] < wanted ? range[(middle + 1)...] : range[..<middle]
        }
        return false
    }
}
