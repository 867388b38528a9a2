internal import Orders

extension FulfillmentPlan: JournalObject {
    func writeFields(to json: inout JSONWriter) {
        json.field("components", components)
        json.field("groups", groups)
    }

    init(fieldsOf json: inout JSONReader) throws(JSONDamage) {
        self.init(
            components: try json.value("components"),
            groups: try json.optional("groups")
        )
    }
}

extension ComponentGroup: JournalObject {
    func writeFields(to json: inout JSONWriter) {
        json.field("components", components)
    }

    init(fieldsOf json: inout JSONReader) throws(JSONDamage) {
        self.init(components: try json.value("components"))
    }
}

extension PlannedComponent: JournalObject {
    func writeFields(to json: inout JSONWriter) {
        json.field("id", id)
        json.field("function", function)
        json.field("system", system)
        json.field("lines", lines)
        json.field("dependsOn", dependsOn)
        json.field("notBefore", notBefore)
        json.field("wording", wording)
        json.field("bases", bases)
    }

    init(fieldsOf json: inout JSONReader) throws(JSONDamage) {
        self.init(
            id: try json.value("id"),
            function: try json.value("function"),
            system: try json.value("system"),
            lines: try json.value("lines"),
            dependsOn: try json.value("dependsOn"),
            notBefore: try json.optional("notBefore"),
            wording: try json.optional("wording"),
            bases: try json.optional("bases")
        )
    }
}

extension PlannedDependency: JournalObject {
    func writeFields(to json: inout JSONWriter) {
        switch target {
        case .component(let component): json.field("component", component)
        case .group(let group): json.field("group", group)
        }
        json.field("wait", wait)
        json.field("delaySeconds", delaySeconds)
        json.field("delayUntil", delayUntil)
    }

    init(fieldsOf json: inout JSONReader) throws(JSONDamage) {
        let target: Target
        if let component: ComponentID = try json.optional("component") {
            target = .component(component)
        } else {
            target = .group(try json.value("group"))
        }
        self.init(
            target,
            wait: try json.value("wait"),
            delaySeconds: try json.value("delaySeconds"),
            delayUntil: try json.optional("delayUntil")
        )
    }
}

extension WaitCondition: JournalValue {
    /// The conditions, by the names under which the journal has them.
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        case completed, state, milestone, value

        static let names = VariantNames<Kind>(of: "condition")
    }

    func write(to json: inout JSONWriter) {
        switch self {
        case .completed: json.openVariant(Kind.completed.rawValue)
        case .state(let state):
            json.openVariant(Kind.state.rawValue)
            json.field("_0", state)
        case .milestone(let milestone):
            json.openVariant(Kind.milestone.rawValue)
            json.field("_0", milestone)
        case .value(let name, let equals):
            json.openVariant(Kind.value.rawValue)
            json.field("name", name)
            json.field("equals", equals)
        }
        json.closeVariant()
    }

    init(reading json: inout JSONReader) throws(JSONDamage) {
        switch try json.openVariant(Kind.names) {
        case .completed: self = .completed
        case .state: self = .state(try json.value("_0"))
        case .milestone: self = .milestone(try json.value("_0"))
        case .value: self = .value(name: try json.value("name"), equals: try json.optional("equals"))
        }
        try json.closeVariant()
    }
}
