internal import Orders

/// Undo goes against the dependencies: what depended on a component is undone before it, also where something that stays
/// was between the two.
///
/// What many are undone after together is named once, as a group: else a cancellation would grow with the square of the
/// order.
struct UndoOrder {
    /// What is undone before, by positions.
    private struct Before {
        var components: Set<Int> = []
        var groups: Set<Int> = []

        var count: Int { components.count + groups.count }
    }

    private let state: OrderState
    private let isUndone: [Bool]
    /// By node: components by their positions, followed by the groups that were waited for together.
    private var before: [Before?]
    /// For each node how many others look through it.
    private var references: [Int]
    private var numbers: [Int: Int] = [:]
    private var groups: [UndoGroup] = []

    /// Writes to each step what is undone before it.
    ///
    /// - Returns: The groups that the steps name; `nil` for none.
    static func add(to steps: inout [CompensationStep], of state: OrderState) -> [UndoGroup]? {
        let undone = Set(
            steps.filter { $0.kind == .undo || $0.kind == .undoThenDo }.map(\.component)
        )
        guard undone.count > 1 else { return nil }
        var order = UndoOrder(state, undone)
        let positions = undone.compactMap { state.index.componentAt[$0] }.sorted()
        let nodes = order.dependantsFirst(from: positions)
        for node in nodes { order.settle(node) }
        for at in steps.indices where undone.contains(steps[at].component) {
            guard let node = state.index.componentAt[steps[at].component], var before = order.before[node]
            else { continue }
            before.components.remove(node)
            steps[at].undoAfter = order.names(before.components)
            if !before.groups.isEmpty { steps[at].undoAfterGroups = before.groups.sorted() }
        }
        return order.groups.isEmpty ? nil : order.groups
    }

    private init(_ state: OrderState, _ undone: Set<ComponentID>) {
        self.state = state
        isUndone = state.components.map { undone.contains($0.id) }
        let nodes = state.components.count + state.index.waits.groups.count
        before = Array(repeating: nil, count: nodes)
        references = Array(repeating: 0, count: nodes)
    }

    private func isComponent(_ node: Int) -> Bool { node < isUndone.count }

    /// Whether what depends on it is undone before what it depends on: that stays in between, or is being undone already
    /// and waits for nobody.
    private func isLookedThrough(_ node: Int) -> Bool {
        !isComponent(node) || !isUndone[node] || state.components[node].processing == .undoing
    }

    /// What depends on a node.
    private func dependants(of node: Int) -> [Int] {
        let waits = state.index.waits
        guard isComponent(node) else { return waits.groups[node - isUndone.count].dependants }
        let groups = waits.groups(of: node)
        return groups.isEmpty
            ? waits.dependants[node] : waits.dependants[node] + groups.map { $0 + isUndone.count }
    }

    /// What is undone, and all that is looked through from there, each after what depends on it.
    private mutating func dependantsFirst(from undone: [Int]) -> [Int] {
        var isSeen = [Bool](repeating: false, count: before.count)
        var sorted: [Int] = []
        for start in undone where !isSeen[start] {
            isSeen[start] = true
            // An explicit stack: a chain of thousands of components must not exhaust the thread's.
            var path = [(node: start, rest: dependants(of: start)[...])]
            while let node = path.last?.node {
                guard let next = path[path.count - 1].rest.popFirst() else {
                    sorted.append(node)
                    path.removeLast()
                    continue
                }
                guard isLookedThrough(next) else { continue }
                references[next] += 1
                if isSeen[next] { continue }
                isSeen[next] = true
                path.append((next, dependants(of: next)[...]))
            }
        }
        return sorted
    }

    /// Gathers what is undone before a node, once that is known of what depends on it.
    private mutating func settle(_ node: Int) {
        var found = Before()
        for next in dependants(of: node) {
            if isComponent(next), isUndone[next] { found.components.insert(next) }
            guard isLookedThrough(next), let beyond = before[next] else { continue }
            if let number = numbers[next] {
                found.groups.insert(number)
            } else if found.count == 0 {
                found = beyond
            } else {
                found.components.formUnion(beyond.components)
                found.groups.formUnion(beyond.groups)
            }
        }
        before[node] = found
        guard references[node] * found.count > references[node] + found.count else { return }
        numbers[node] = groups.count
        groups.append(
            UndoGroup(
                components: names(found.components),
                groups: found.groups.isEmpty ? nil : found.groups.sorted()
            )
        )
    }

    private func names(_ components: Set<Int>) -> [ComponentID] {
        components.map { state.components[$0].id }.sorted()
    }
}
