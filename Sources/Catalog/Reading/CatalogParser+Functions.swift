internal import Fulfillment
internal import Orders

// Functions: who performs them, and which lines travel together.
extension CatalogParser {
    func functions() -> [FunctionName: FulfillmentFunction] {
        var functions: [FunctionName: FulfillmentFunction] = [:]
        for entry in root.mapping("functions") {
            let name = FunctionName(rawValue: entry.key)
            guard
                let fields = Fields(
                    entry.value,
                    "function \(entry.key)",
                    at: entry.place,
                    keys: [
                        "systems", "skipSystemStage", "granularity", "duration", "late", "pointsOfNoReturn",
                        "onChange", "onRemoval",
                    ],
                    required: ["systems"],
                    problems: problems
                )
            else { continue }
            let systems = choices(fields)
            let granularity = granularity(fields)
            let skipsSystemStage = fields.boolean("skipSystemStage") ?? false
            if skipsSystemStage { checkChoice(of: systems, granularity, fields) }
            functions[name] = FulfillmentFunction(
                name: name,
                systems: systems,
                skipsSystemStage: skipsSystemStage,
                granularity: granularity,
                durationSeconds: (fields.milliseconds("duration") ?? 0) / 1000,
                lateness: lateness(fields),
                pointsOfNoReturn: pointsOfNoReturn(fields),
                onChange: strategy(
                    fields,
                    "onChange",
                    of: [.redo, .undoThenDo, .none],
                    standard: .redo
                ),
                onRemoval: strategy(fields, "onRemoval", of: [.undo, .none], standard: .undo)
            )
        }
        return functions
    }

    /// One system, or several with conditions, of which the first that holds performs the function.
    private func choices(_ fields: Fields) -> [SystemChoice] {
        guard let node = fields["systems"] else { return [] }
        let items = node.scalar == nil ? problems.items(node, "'systems' of \(fields.what)") : [node]
        if case .list(let items) = node.content, items.isEmpty {
            problems.error(node.place, "\(fields.what) has no system", "name at least one")
        }
        var isDecided = false
        return items.compactMap { item in
            let choice = choice(item, fields)
            if isDecided {
                problems.warning(
                    item.place,
                    "this system of \(fields.what) is never chosen, one before it has no condition",
                    "put the system without condition last"
                )
            }
            isDecided = isDecided || !(item.entries ?? []).contains { $0.key == "when" }
            return choice
        }
    }

    private func choice(_ node: YAMLNode, _ function: Fields) -> SystemChoice? {
        if let name = node.scalar {
            return reference(.system, name, at: node.place).map {
                SystemChoice(system: SystemName(rawValue: $0))
            }
        }
        guard
            let fields = Fields(
                node,
                "a system of \(function.what)",
                keys: ["system", "when"],
                required: ["system"],
                problems: problems
            )
        else { return nil }
        let condition = ConditionParser(problems: problems, names: names).condition(fields)
        return reference(.system, in: fields, "system").map {
            SystemChoice(system: SystemName(rawValue: $0), condition: condition)
        }
    }

    /// A component whose id leaves the system out must have the same system in every revision: another one would be
    /// asked to redo or undo what it never did.
    private func checkChoice(of choices: [SystemChoice], _ granularity: Granularity, _ fields: Fields) {
        guard Set(choices.map(\.system)).count > 1 else { return }
        let asked = choices.reduce(into: Set<String>()) { $0.formUnion($1.condition.names) }
        // The key of the order is the same in all of its revisions.
        let changeable = asked.subtracting(granularity.names.union(["order"])).sorted()
        guard !changeable.isEmpty else { return }
        problems.error(
            fields.keyPlace("skipSystemStage"),
            "\(fields.what) has 'skipSystemStage', but which system performs a component of it depends on "
                + changeable.joined(separator: ", ") + ", which a revision can change within the component",
            "leave out 'skipSystemStage', or have the conditions ask nothing but the property of the granularity"
        )
    }

    private func granularity(_ fields: Fields) -> Granularity {
        guard let node = fields["granularity"] else { return .line }
        let right = "write order, bundle, offer, line or {property: name}"
        switch node.scalar {
        case "order": return .order
        case "bundle": return .bundle
        case "offer": return .offer
        case "line": return .line
        case .some(let text):
            problems.error(node.place, "unknown granularity '\(text)' of \(fields.what)", right)
            return .line
        case nil:
            return property(node, "'granularity' of \(fields.what)", right).map(Granularity.property) ?? .line
        }
    }

    /// `{property: name}`.
    func property(_ node: YAMLNode, _ what: String, _ right: String) -> String? {
        guard node.entries != nil else {
            problems.error(node.place, "\(what) is \(node.kind)", right)
            return nil
        }
        return Fields(node, what, keys: ["property"], required: ["property"], problems: problems)?.text(
            "property"
        )
    }
}

extension Granularity {
    /// The names under which conditions find what lines of one component have in common.
    fileprivate var names: Set<String> {
        switch self {
        case .order, .bundle, .offer: []
        case .line: ["line"]
        case .property(let name): [name]
        }
    }
}
