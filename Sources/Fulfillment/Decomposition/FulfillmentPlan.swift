package import Orders

/// The order components of an order and what each waits for.
package struct FulfillmentPlan: Sendable, Hashable, Codable {
    /// By id.
    package var components: [PlannedComponent]
    /// What several components wait for together, where dependencies name it by its position; `nil` for small plans.
    package var groups: [ComponentGroup]?

    package init(components: [PlannedComponent], groups: [ComponentGroup]? = nil) {
        self.components = components
        self.groups = groups
    }

    /// All that a dependency of its components waits for.
    package func components(of dependency: PlannedDependency) -> [ComponentID] {
        dependency.components(of: groups)
    }
}

/// One order component as planned.
package struct PlannedComponent: Sendable, Hashable, Codable {
    package var id: ComponentID
    package var function: FunctionName
    package var system: SystemName
    /// In natural order, whatever the order of the message.
    package var lines: [LineID]
    package var dependsOn: [PlannedDependency]
    /// It does not start before; `nil` when it may start at once.
    package var notBefore: Timestamp?
    /// What its system calls values of the order, by the system's value maps; `nil` when nothing is called otherwise.
    package var wording: Wording?
    /// What of other orders it waits for, as a follow-on order does; `nil` for nothing.
    package var bases: [BaseReference]?

    package init(
        id: ComponentID,
        function: FunctionName,
        system: SystemName,
        lines: [LineID],
        dependsOn: [PlannedDependency] = [],
        notBefore: Timestamp? = nil,
        wording: Wording? = nil,
        bases: [BaseReference]? = nil
    ) {
        self.id = id
        self.function = function
        self.system = system
        self.lines = lines
        self.dependsOn = dependsOn
        self.notBefore = notBefore
        self.wording = wording
        self.bases = bases
    }
}
