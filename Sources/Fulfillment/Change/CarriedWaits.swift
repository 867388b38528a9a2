internal import Orders

/// What becomes of groups that are waited for, and of delays that count, when an amendment brings another plan.
struct CarriedWaits {
    /// Those of the new plan, followed by older ones that what is withdrawn had waited for.
    private(set) var groups: [ComponentGroup]?
    private let before: [ComponentGroup]?
    private var places: [ComponentGroup: Int] = [:]
    /// By their positions before.
    private var carried: [Int: Int] = [:]
    /// By what held: since when each component did.
    private var moments: [Held: [ComponentID: Timestamp]] = [:]
    private var momentsOfGroups: [HeldOfGroup: Timestamp?] = [:]

    /// What held since when, of what was waited for alike.
    private typealias Held = [PlannedDependency.Target: Timestamp]

    private struct HeldOfGroup: Hashable {
        var group: Int
        var held: Held
    }

    init(from before: [ComponentGroup]?, to planned: [ComponentGroup]?) {
        self.before = before
        groups = planned
        for (place, group) in (planned ?? []).enumerated() { places[group] = place }
    }

    /// What is withdrawn keeps what it had waited for, which its undo goes against.
    mutating func carry(_ plan: inout PlannedComponent) {
        for at in plan.dependsOn.indices {
            guard case .group(let number) = plan.dependsOn[at].target, let place = place(of: number) else {
                continue
            }
            plan.dependsOn[at].target = .group(place)
        }
    }

    private mutating func place(of number: Int) -> Int? {
        if let place = carried[number] { return place }
        guard let before, before.indices.contains(number) else { return nil }
        let group = before[number]
        let place = places[group] ?? groups?.count ?? 0
        if places[group] == nil {
            groups = (groups ?? []) + [group]
            places[group] = place
        }
        carried[number] = place
        return place
    }

    /// Delays that began go on where the revision has the same dependencies.
    mutating func heldSince(_ known: OrderComponent, _ plan: PlannedComponent) -> [Int: Timestamp] {
        if known.heldSince.isEmpty { return [:] }
        var since: [Int: Timestamp] = [:]
        var last: (dependency: PlannedDependency, held: Held, moments: [ComponentID: Timestamp])?
        for (position, dependency) in plan.dependsOn.enumerated() {
            if last?.dependency.isAlike(dependency) != true {
                let held = held(known, dependency)
                last = (dependency, held, moments(held))
            }
            guard let last, !last.held.isEmpty else { continue }
            switch dependency.target {
            case .component(let id): since[position] = last.moments[id]
            case .group(let group):
                since[position] = moment(HeldOfGroup(group: group, held: last.held), last.moments)
            }
        }
        return since
    }

    private func held(_ known: OrderComponent, _ dependency: PlannedDependency) -> Held {
        var held: Held = [:]
        for (position, moment) in known.heldSince where known.plan.dependsOn.indices.contains(position) {
            let earlier = known.plan.dependsOn[position]
            if earlier.isAlike(dependency) { held[earlier.target] = moment }
        }
        return held
    }

    /// Components that wait for the same mostly held it since the same moments, which is found out once.
    private mutating func moments(_ held: Held) -> [ComponentID: Timestamp] {
        if let known = moments[held] { return known }
        var since: [ComponentID: Timestamp] = [:]
        for (target, moment) in held {
            for id in target.components(of: before) {
                since[id] = min(since[id] ?? moment, moment)
            }
        }
        moments[held] = since
        return since
    }

    /// Since when all of a group held; `nil` where some of it did not.
    private mutating func moment(
        _ question: HeldOfGroup,
        _ moments: [ComponentID: Timestamp]
    ) -> Timestamp? {
        if let known = momentsOfGroups[question] { return known }
        let members = groups.flatMap {
            $0.indices.contains(question.group) ? $0[question.group].components : nil
        }
        let held = (members ?? []).map { moments[$0] }
        let since = held.contains(nil) ? nil : held.compactMap(\.self).max()
        momentsOfGroups[question] = .some(since)
        return since
    }
}
