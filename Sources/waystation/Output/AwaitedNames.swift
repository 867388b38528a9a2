import Fulfillment
import Orders

/// What components wait for, in JSON: by the names of them all, or by groups where that would be too long.
struct AwaitedNames {
    /// More names than this, in all of a plan, are left to its groups.
    static let namesMax = 1_000

    static let help = """
        What a component waits for is told in dependsOn and waits, component by component. Where that would be over \
        \(namesMax) in the whole order, components that many wait for together are in groups, each a list of ids: \
        dependsOnGroups and the group of a wait are positions in that list. Of undoAfter, undoAfterGroups and undoGroups the \
        same holds.
        """

    private let groups: [ComponentGroup]?
    private let isLong: Bool

    init(_ components: some Sequence<PlannedComponent>, groups: [ComponentGroup]?) {
        self.groups = groups
        isLong =
            groups.map { groups in
                components.lazy.flatMap(\.dependsOn).reduce(0) { sum, dependency in
                    guard case .group(let number) = dependency.target, groups.indices.contains(number) else {
                        return sum + 1
                    }
                    return sum + groups[number].components.count
                } > Self.namesMax
            } ?? false
    }

    /// Of the plan as a whole.
    var json: JSONValue { isLong ? .array((groups ?? []).map { JSONValue($0.components) }) : [] }

    /// Of one component.
    func fields(of component: PlannedComponent) -> [String: JSONValue] {
        var names: [ComponentID] = []
        var numbers: [Int] = []
        var waits: [JSONValue] = []
        for dependency in component.dependsOn {
            if isLong, case .group(let number) = dependency.target {
                numbers.append(number)
                waits.append(dependency.json(nil, group: number))
            } else {
                let components = dependency.components(of: groups)
                names += components
                waits += components.map { dependency.json($0, group: nil) }
            }
        }
        return [
            "dependsOn": JSONValue(names.uniqued), "waits": .array(waits),
            "dependsOnGroups": .array(numbers.uniqued.map { JSONValue($0) }),
        ]
    }
}

/// What is undone before the steps of an amendment, likewise.
struct UndoneNames {
    private let amendment: Amendment
    private let isLong: Bool

    init(_ amendment: Amendment) {
        self.amendment = amendment
        // Counted with those that are named twice, and of long groups up to the limit only.
        var sizes: [Int] = []
        for group in amendment.undoGroups ?? [] {
            let parts = (group.groups ?? []).filter(sizes.indices.contains).map { sizes[$0] }.reduce(0, +)
            sizes.append(min(AwaitedNames.namesMax + 1, group.components.count + parts))
        }
        isLong =
            amendment.steps.reduce(0) { sum, step in
                let parts = (step.undoAfterGroups ?? []).filter(sizes.indices.contains).map { sizes[$0] }
                return sum + parts.reduce(step.undoAfter.count, +)
            } > AwaitedNames.namesMax
    }

    /// Of the amendment as a whole.
    var json: JSONValue {
        guard isLong else { return [] }
        return .array(
            (amendment.undoGroups ?? []).map {
                [
                    "components": JSONValue($0.components),
                    "groups": .array(($0.groups ?? []).map { JSONValue($0) }),
                ]
            }
        )
    }

    /// Of one step.
    func fields(of step: CompensationStep) -> [String: JSONValue] {
        let names = isLong ? step.undoAfter : amendment.componentsUndone(before: step)
        let groups = isLong ? step.undoAfterGroups ?? [] : []
        return ["undoAfter": JSONValue(names), "undoAfterGroups": .array(groups.map { JSONValue($0) })]
    }

    /// For people, a few names of each step.
    var texts: [String] {
        var known: [CompensationStep: String] = [:]
        return amendment.steps.map { step in
            // What many steps are undone after is put together once.
            let same = CompensationStep(
                component: "",
                kind: .undo,
                undoAfter: step.undoAfter,
                undoAfterGroups: step.undoAfterGroups,
                reason: ""
            )
            if let text = known[same] { return text }
            let text = NameList.text(amendment.componentsUndone(before: step))
            known[same] = text
            return text
        }
    }
}

extension PlannedDependency {
    fileprivate func json(_ component: ComponentID?, group: Int?) -> JSONValue {
        [
            "component": JSONValue(component), "group": group.map { JSONValue($0) } ?? .null,
            "until": JSONValue(wait.text ?? "completed"),
            "delaySeconds": JSONValue(delaySeconds), "delayUntil": JSONValue(delayUntil),
        ]
    }
}
