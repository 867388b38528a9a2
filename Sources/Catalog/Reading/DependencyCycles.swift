internal import Fulfillment
internal import Orders

/// Finds functions that would wait for each other in some mode, whatever lines an order has.
///
/// A node is a function for the lines of one pattern; patterns that no rule tells apart stand for each other.
struct DependencyCycles {
    let rules: [DependencyRule]
    let patterns: [PatternName: FulfillmentPattern]

    /// A cycle, first node repeated at its end, and the rule of its first edge.
    struct Cycle {
        var steps: [String]
        var rule: Int
    }

    private struct Node: Hashable {
        var function: FunctionName
        var pattern: PatternName
    }

    func found() -> [Cycle] {
        let modes = Set(patterns.values.flatMap(\.steps.keys)).sorted()
        var told: Set<Set<String>> = []
        return modes.flatMap { mode in
            cycles(in: mode).filter { told.insert(Set($0.steps)).inserted }
        }
    }

    private func cycles(in mode: ModeName) -> [Cycle] {
        let nodes = nodes(in: mode)
        var graph = NamedGraph()
        var byName: [String: Node] = [:]
        var ruleOfEdge: [[String]: Int] = [:]
        for (index, rule) in rules.enumerated() {
            let blocked = nodes.filter { matches($0, rule.blocked) }
            let blocking = nodes.filter { matches($0, rule.blocking) }
            for node in blocked {
                for other in blocking where rule.relation != .sameLine || node.pattern == other.pattern {
                    let edge = [name(node), name(other)]
                    byName[edge[0]] = node
                    byName[edge[1]] = other
                    graph.add(edge[0], to: edge[1])
                    if ruleOfEdge[edge] == nil { ruleOfEdge[edge] = index }
                }
            }
        }
        return graph.cycles().map { path in
            let members = path.compactMap { byName[$0] }
            let isPlain = Set(members.map(\.function)).count == members.count
            let steps = (members + members.prefix(1)).map { node in
                isPlain ? node.function.rawValue : "\(node.function) (\(node.pattern))"
            }
            return Cycle(steps: steps, rule: ruleOfEdge[[path[0], path[path.count > 1 ? 1 : 0]]] ?? 0)
        }
    }

    private func name(_ node: Node) -> String { "\(node.function)\u{1}\(node.pattern)" }

    private func matches(_ node: Node, _ selector: ComponentSelector) -> Bool {
        node.function == selector.function
            && (selector.patterns.isEmpty || isSelected(node.pattern, by: selector.patterns))
    }

    private func isSelected(_ pattern: PatternName, by selected: Set<PatternName>) -> Bool {
        selected.contains(pattern) || !selected.isDisjoint(with: patterns[pattern]?.ancestors ?? [])
    }

    /// One pattern for all that have the same functions and are selected by the same rules.
    private func nodes(in mode: ModeName) -> [Node] {
        struct Likeness: Hashable {
            var functions: Set<FunctionName>
            var selections: [Bool]
        }
        let selectors = rules.flatMap { [$0.blocked.patterns, $0.blocking.patterns] }.filter { !$0.isEmpty }
        var seen: Set<Likeness> = []
        return patterns.keys.sorted().flatMap { pattern -> [Node] in
            let functions = Set((patterns[pattern]?.steps[mode] ?? []).map(\.function))
            let selections = selectors.map { isSelected(pattern, by: $0) }
            guard seen.insert(Likeness(functions: functions, selections: selections)).inserted else {
                return []
            }
            return functions.sorted().map { Node(function: $0, pattern: pattern) }
        }
    }
}
