package import Orders

/// The order components of an order and what each waits for.
package struct FulfillmentPlan: Sendable, Hashable, Codable {
    /// By id.
    package var components: [PlannedComponent]

    package init(components: [PlannedComponent]) { self.components = components }
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

/// A component that another one waits for, and until when.
package struct PlannedDependency: Sendable, Hashable, Codable {
    package var component: ComponentID
    package var wait: WaitCondition
    package var delaySeconds: Int64
    package var delayUntil: Timestamp?

    package init(
        component: ComponentID,
        wait: WaitCondition,
        delaySeconds: Int64 = 0,
        delayUntil: Timestamp? = nil
    ) {
        self.component = component
        self.wait = wait
        self.delaySeconds = delaySeconds
        self.delayUntil = delayUntil
    }

    /// Whether the blocked component waits on after the condition holds.
    package var hasDelay: Bool { delaySeconds > 0 || delayUntil != nil }
}
