package import Orders

/// What a component waits for, and until when.
package struct PlannedDependency: Sendable, Hashable {
    /// Who is waited for.
    package enum Target: Sendable, Hashable {
        case component(ComponentID)
        /// All components of the group at this position of the plan's, or the order's.
        case group(Int)

        /// All that are waited for; nobody where the group is not among these.
        package func components(of groups: [ComponentGroup]?) -> [ComponentID] {
            switch self {
            case .component(let id): return [id]
            case .group(let number):
                guard let groups, groups.indices.contains(number) else { return [] }
                return groups[number].components
            }
        }
    }

    package var target: Target
    package var wait: WaitCondition
    /// Counted from when the condition holds: of a group, of all its components at once.
    package var delaySeconds: Int64
    package var delayUntil: Timestamp?

    package init(
        _ target: Target,
        wait: WaitCondition,
        delaySeconds: Int64 = 0,
        delayUntil: Timestamp? = nil
    ) {
        self.target = target
        self.wait = wait
        self.delaySeconds = delaySeconds
        self.delayUntil = delayUntil
    }

    package init(
        component: ComponentID,
        wait: WaitCondition,
        delaySeconds: Int64 = 0,
        delayUntil: Timestamp? = nil
    ) {
        self.init(.component(component), wait: wait, delaySeconds: delaySeconds, delayUntil: delayUntil)
    }

    /// Whether the blocked component waits on after the condition holds.
    package var hasDelay: Bool { delaySeconds > 0 || delayUntil != nil }

    /// Whether it waits for the same of whomever it waits for.
    package func isAlike(_ other: PlannedDependency) -> Bool {
        wait == other.wait && delaySeconds == other.delaySeconds && delayUntil == other.delayUntil
    }

    /// All that it waits for; nobody where its group is not among these.
    package func components(of groups: [ComponentGroup]?) -> [ComponentID] { target.components(of: groups) }
}

extension PlannedDependency: Codable {
    private enum CodingKeys: String, CodingKey {
        case component, group, wait, delaySeconds, delayUntil
    }

    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        if let id = try values.decodeIfPresent(ComponentID.self, forKey: .component) {
            target = .component(id)
        } else {
            target = .group(try values.decode(Int.self, forKey: .group))
        }
        wait = try values.decode(WaitCondition.self, forKey: .wait)
        delaySeconds = try values.decode(Int64.self, forKey: .delaySeconds)
        delayUntil = try values.decodeIfPresent(Timestamp.self, forKey: .delayUntil)
    }

    package func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        switch target {
        case .component(let id): try values.encode(id, forKey: .component)
        case .group(let number): try values.encode(number, forKey: .group)
        }
        try values.encode(wait, forKey: .wait)
        try values.encode(delaySeconds, forKey: .delaySeconds)
        try values.encodeIfPresent(delayUntil, forKey: .delayUntil)
    }
}

/// Components that others wait for together, so that many who wait for many need not each name them all.
package struct ComponentGroup: Sendable, Hashable, Codable {
    /// In the order of the plan.
    package var components: [ComponentID]

    package init(components: [ComponentID]) { self.components = components }
}
