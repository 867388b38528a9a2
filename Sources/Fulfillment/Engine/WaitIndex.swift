package import Orders

/// Who waits for whom in an order, by positions.
package struct WaitIndex: Sendable {
    /// Who is waited for.
    package enum Blocking: Sendable, Hashable {
        case component(Int)
        case group(Int)
    }

    /// Components that others wait for together.
    package struct Group: Sendable {
        package fileprivate(set) var members: [Int] = []
        /// Whether the order has all of them; else nothing that is waited for of them ever holds.
        package fileprivate(set) var isWhole = true
        /// Those that wait for it.
        package fileprivate(set) var dependants: [Int] = []
        /// What these wait for, each once.
        package fileprivate(set) var waits: [Wait] = []
    }

    /// Something that is waited for of a group.
    package struct Wait: Sendable {
        package let condition: WaitCondition
        /// Those that wait for it.
        package fileprivate(set) var dependants: [Int]
    }

    /// For each component: those it waits for, one for each of the plan's dependencies.
    package let dependencies: [[Blocking?]]
    /// For each component: those that wait for it by itself.
    package let dependants: [[Int]]
    /// For each component: whether a delay counts once something it waits for holds.
    package let hasDelays: [Bool]
    package let groups: [Group]
    /// For each component: the groups it belongs to; empty where there are no groups at all.
    private let groupsByMember: [[Int]]

    package init(
        _ components: [OrderComponent],
        groups planned: [ComponentGroup]?,
        at positions: [ComponentID: Int]
    ) {
        var groups: [Group] = []
        var groupsByMember = [[Int]](repeating: [], count: planned == nil ? 0 : components.count)
        for (number, group) in (planned ?? []).enumerated() {
            var made = Group()
            for id in group.components {
                guard let member = positions[id] else {
                    made.isWhole = false
                    continue
                }
                made.members.append(member)
                if groupsByMember[member].last != number { groupsByMember[member].append(number) }
            }
            groups.append(made)
        }
        dependencies = components.map { component in
            component.plan.dependsOn.map { dependency in
                switch dependency.target {
                case .component(let id): positions[id].map { .component($0) }
                case .group(let group): groups.indices.contains(group) ? .group(group) : nil
                }
            }
        }
        hasDelays = components.map { $0.plan.dependsOn.contains { $0.hasDelay } }
        var dependants = [[Int]](repeating: [], count: components.count)
        for at in components.indices {
            for (position, blocking) in dependencies[at].enumerated() {
                switch blocking {
                case .component(let other):
                    if dependants[other].last != at { dependants[other].append(at) }
                case .group(let group):
                    groups[group].add(at, components[at].plan.dependsOn[position].wait)
                case nil: break
                }
            }
        }
        self.dependants = dependants
        self.groups = groups
        self.groupsByMember = groupsByMember
    }

    /// The groups that a component belongs to.
    package func groups(of component: Int) -> [Int] {
        groupsByMember.isEmpty ? [] : groupsByMember[component]
    }
}

extension WaitIndex.Group {
    fileprivate mutating func add(_ dependant: Int, _ condition: WaitCondition) {
        if dependants.last != dependant { dependants.append(dependant) }
        if let at = waits.firstIndex(where: { $0.condition == condition }) {
            if waits[at].dependants.last != dependant { waits[at].dependants.append(dependant) }
        } else {
            waits.append(WaitIndex.Wait(condition: condition, dependants: [dependant]))
        }
    }
}
