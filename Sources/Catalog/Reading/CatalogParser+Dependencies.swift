internal import Fulfillment
internal import Orders

// Which components wait for which.
extension CatalogParser {
    func dependencies(patterns: [PatternName: FulfillmentPattern]) -> [DependencyRule] {
        var rules: [DependencyRule] = []
        var places: [Place] = []
        for item in root.items("dependencies") {
            for rule in dependency(item) {
                rules.append(rule)
                places.append(item.place)
            }
        }
        for cycle in DependencyCycles(rules: rules, patterns: patterns).found() {
            problems.error(
                places[cycle.rule],
                "functions wait for each other: " + cycle.steps.joined(separator: " -> "),
                "remove one of these dependencies"
            )
        }
        return rules
    }

    private func dependency(_ node: YAMLNode) -> [DependencyRule] {
        let keys = ["function", "patterns", "waitsFor", "relation", "until", "delay", "delayUntil"]
        guard
            let fields = Fields(
                node,
                "a dependency",
                keys: keys,
                required: ["function", "waitsFor"],
                problems: problems
            )
        else { return [] }
        let function = reference(.function, in: fields, "function")
        let patterns = Set(references(.pattern, in: fields, "patterns").map(PatternName.init(rawValue:)))
        let blocking = fields["waitsFor"].map { selectors($0, fields) } ?? []
        let relation = relation(fields)
        let wait = wait(fields)
        let delaySeconds = (fields.milliseconds("delay") ?? 0) / 1000
        let delayUntil = fields.text("delayUntil")
        guard let function else { return [] }
        return blocking.map { blocking in
            DependencyRule(
                blocked: ComponentSelector(function: FunctionName(rawValue: function), patterns: patterns),
                blocking: blocking,
                relation: relation,
                wait: wait,
                delaySeconds: delaySeconds,
                delayUntilProperty: delayUntil
            )
        }
    }

    /// A function, a function with patterns, or a list of them.
    private func selectors(_ node: YAMLNode, _ dependency: Fields) -> [ComponentSelector] {
        if case .list(let items) = node.content { return items.flatMap { selectors($0, dependency) } }
        if let name = node.scalar {
            return reference(.function, name, at: node.place)
                .map { [ComponentSelector(function: FunctionName(rawValue: $0))] } ?? []
        }
        guard
            let fields = Fields(
                node,
                "'waitsFor' of a dependency",
                keys: ["function", "patterns"],
                required: ["function"],
                problems: problems
            )
        else { return [] }
        let patterns = Set(references(.pattern, in: fields, "patterns").map(PatternName.init(rawValue:)))
        return reference(.function, in: fields, "function")
            .map { [ComponentSelector(function: FunctionName(rawValue: $0), patterns: patterns)] } ?? []
    }

    private func relation(_ fields: Fields) -> LineRelation {
        guard let node = fields["relation"] else { return .sameLine }
        let right = "write line, bundle, order or {property: name}"
        switch node.scalar {
        case "line": return .sameLine
        case "bundle": return .sameBundle
        case "order": return .wholeOrder
        case .some(let text):
            problems.error(node.place, "unknown relation '\(text)' of a dependency", right)
            return .sameLine
        case nil:
            return property(node, "'relation' of a dependency", right).map(LineRelation.sameProperty)
                ?? .sameLine
        }
    }

    private func wait(_ fields: Fields) -> WaitCondition {
        guard let node = fields["until"] else { return .completed }
        let right = "write completed, {state: …}, {milestone: …}, or {value: name} with or without 'equals'"
        if let text = node.scalar {
            if text != "completed" { problems.error(node.place, "unknown wait condition '\(text)'", right) }
            return .completed
        }
        guard
            let until = Fields(
                node,
                "'until' of a dependency",
                keys: ["state", "milestone", "value", "equals"],
                problems: problems
            )
        else { return .completed }
        let said = ["state", "milestone", "value"].filter { until[$0] != nil }
        guard said.count == 1, until["equals"] == nil || said == ["value"] else {
            problems.error(node.place, "'until' of a dependency asks \(said.count) things", right)
            return .completed
        }
        if let state = reference(.state, in: until, "state") { return .state(StateName(rawValue: state)) }
        if let milestone = reference(.milestone, in: until, "milestone") {
            return .milestone(MilestoneName(rawValue: milestone))
        }
        return until.text("value").map { .value(name: $0, equals: until.text("equals")) } ?? .completed
    }
}
