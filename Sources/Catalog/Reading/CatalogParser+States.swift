internal import Fulfillment
internal import Orders

// States, milestones and the rules that compose them.
extension CatalogParser {
    /// The five roots with the catalog's own states below them.
    mutating func states() -> StateTree {
        var tree = StateTree.standard
        let roots = StateTree.Root.allCases.map(\.rawValue)
        for entry in root.mapping("states") {
            var name = entry.key
            if !roots.contains(name) {
                problems.error(
                    entry.place,
                    "'\(name)' is no root of the states",
                    NearestName.suggestion(for: name, among: roots, kind: "root")
                )
                // What is below it is judged as if it were spelled right.
                name = NearestName.nearest(to: name, among: roots) ?? StateTree.Root.open.rawValue
            }
            add(entry.value, below: StateName(rawValue: name), to: &tree)
        }
        return tree
    }

    /// A list of names or of mappings, or a mapping of names to what is below them.
    private mutating func add(_ node: YAMLNode, below parent: StateName, to tree: inout StateTree) {
        switch node.content {
        case .null: return
        case .scalar(let name): add(name, at: node.place, below: parent, to: &tree)
        case .list(let items):
            for item in items { add(item, below: parent, to: &tree) }
        case .mapping:
            for entry in problems.mapping(node, "'states'") {
                add(entry.key, at: entry.place, below: parent, to: &tree)
                add(entry.value, below: StateName(rawValue: entry.key), to: &tree)
            }
        }
    }

    private mutating func add(
        _ name: String,
        at place: Place,
        below parent: StateName,
        to tree: inout StateTree
    ) {
        guard tree.add(StateName(rawValue: name), below: parent) else {
            problems.error(place, "state '\(name)' is there already", "each state has one place in the tree")
            return
        }
        names.setPlace(.state, name, place)
    }

    /// The composition rules as they were read.
    struct ReadComposition {
        var line = CompositionRule.standardLineRules
        var order = CompositionRule.standardOrderRules
        /// Whether no rule had an error.
        var isComplete = true
    }

    /// The rules for lines and for the order.
    func composition() -> ReadComposition {
        var composition = ReadComposition()
        guard let node = root["composition"],
            let fields = Fields(node, "composition", keys: ["line", "order"], problems: problems)
        else { return composition }
        for (key, rules) in [("line", \ReadComposition.line), ("order", \ReadComposition.order)]
        where fields[key] != nil {
            let told = problems.count
            composition[keyPath: rules] = self.rules(fields, key)
            if problems.count == told {
                checkEnds(composition[keyPath: rules], fields, key)
            } else {
                composition.isComplete = false
            }
        }
        return composition
    }

    private func rules(_ fields: Fields, _ key: String) -> [CompositionRule] {
        fields.items(key).compactMap { item in
            let what = "a composition rule of '\(key)'"
            guard
                let rule = Fields(
                    item,
                    what,
                    keys: ["state", "any", "all", "none"],
                    required: ["state"],
                    problems: problems
                )
            else { return nil }
            let conditions = CompositionCondition.Quantifier.allCases.compactMap { quantifier in
                rule[quantifier.rawValue].map { _ in
                    CompositionCondition(
                        quantifier,
                        Set(references(.state, in: rule, quantifier.rawValue).map(StateName.init(rawValue:)))
                    )
                }
            }
            if conditions.isEmpty, item.entries?.count ?? 0 <= 1 {
                problems.error(
                    item.place,
                    "\(what) has no condition",
                    "add 'any', 'all' or 'none' with a list of states"
                )
            }
            guard let state = reference(.state, in: rule, "state") else { return nil }
            return CompositionRule(state: StateName(rawValue: state), conditions: conditions)
        }
    }

    /// Milestones that no system's answer reaches.
    func checkMilestones(systems: [SystemName: FulfillmentSystem]) {
        let reached = Set(systems.values.flatMap { $0.stateMap.compactMap(\.milestone?.rawValue) })
        for (milestone, place) in root.texts("milestones")
        where !reached.contains(milestone) && !problems.meant.contains(milestone) {
            problems.warning(
                place,
                "no state map reaches milestone '\(milestone)'",
                "add it to a mapping, or leave it out"
            )
        }
    }
}
