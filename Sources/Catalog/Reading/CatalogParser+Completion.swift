internal import Fulfillment
internal import Orders

// What no order would ever reach, and what would keep its orders open for ever.
extension CatalogParser {
    /// Systems that would never end their work; of `incomplete` ones not all could be read: what they lack was told.
    func checkCompletion(
        functions: [FunctionName: FulfillmentFunction],
        systems: [SystemName: FulfillmentSystem],
        incomplete: Set<SystemName>
    ) {
        for system in systems.values.sorted(by: { $0.name < $1.name })
        where !incomplete.contains(system.name) && !system.stateMap.isEmpty {
            let endless = functions.values.filter { function in
                function.systems.contains { $0.system == system.name }
                    && !system.stateMap.contains { mapping in
                        names.states.root(of: mapping.state) == .complete
                            && (mapping.functions.isEmpty || mapping.functions.contains(function.name))
                    }
            }
            for function in endless.map(\.name).sorted() {
                problems.error(
                    names.place(.system, system.name.rawValue),
                    "no mapping of system \(system.name) yields a completed state for function \(function): "
                        + "its orders would never end",
                    "map the word with which it ends to COMPLETE, or to a state below it, in 'states'"
                )
            }
        }
    }

    /// States that neither an answer nor a rule leads to, nor to any state below them.
    func checkStates(
        systems: [SystemName: FulfillmentSystem],
        incomplete: Set<SystemName>,
        composition: ReadComposition
    ) {
        guard incomplete.isEmpty, composition.isComplete,
            // One without mappings speaks the catalog's own states, any of them.
            !systems.values.contains(where: \.stateMap.isEmpty)
        else { return }
        let yielded = Set(
            systems.values.flatMap { $0.stateMap.map(\.state) }
                + (composition.line + composition.order).map(\.state)
        )
        let roots = Set(StateTree.Root.allCases.map(\.name))
        for name in names.states.nodes.keys.sorted()
        where !roots.contains(name) && !problems.meant.contains(name.rawValue)
            && !yielded.contains(where: { names.states.state($0, isWithin: name) })
        {
            problems.warning(
                names.place(.state, name.rawValue),
                "nothing leads to state '\(name)': no mapping of a system and no composition rule yields it",
                "add it to a mapping or to a rule, or leave it out"
            )
        }
    }

    /// A list of rules of which none ends would keep every order open; one that ends only what systems completed would
    /// keep open what a person completes or leaves out.
    func checkEnds(_ rules: [CompositionRule], _ fields: Fields, _ key: String) {
        let right = "add a rule such as {state: COMPLETE, all: [COMPLETE, CANCELLED]}"
        guard rules.contains(where: { names.states.root(of: $0.state) == .complete }) else {
            return problems.error(
                fields.keyPlace(key),
                "no composition rule of '\(key)' yields a completed state: orders would never end",
                right
            )
        }
        let composed = ComposedStates(rules, names.states)
        let complete = StateTree.Root.complete.name
        for (parts, decision) in [
            ([complete], "completes"), ([complete, StateTree.Root.cancelled.name], "leaves out"),
        ] {
            let found = composed.state(ofPartsIn: parts)
            guard found.map({ names.states.root(of: $0) }) != .complete else { continue }
            problems.error(
                fields.keyPlace(key),
                "the composition rules of '\(key)' yield no completed state where all is "
                    + parts.map(\.rawValue).joined(separator: " or ")
                    + (found.map { ", but \($0)" } ?? "")
                    + ": orders of which a person \(decision) a part would never end",
                right
            )
            return
        }
    }

    /// Functions that only patterns have which nothing leads to.
    func checkFunctionUse(
        _ patterns: [PatternName: FulfillmentPattern],
        assigned: Set<PatternName>
    ) {
        let reachable = assigned.union(problems.meant.map(PatternName.init(rawValue:)))
        for name in names.functions.sorted() where !problems.meant.contains(name) {
            let having = patterns.values.filter { pattern in
                pattern.steps.values.joined().contains { $0.function.rawValue == name }
            }
            let havingNames = having.map(\.name).sorted()
            guard !having.isEmpty, reachable.isDisjoint(with: havingNames) else { continue }
            problems.warning(
                names.place(.function, name),
                "function '\(name)' is unreachable: no product class and no line type uses a pattern that has it ("
                    + havingNames.map(\.rawValue).joined(separator: ", ") + ")",
                "map a product class to such a pattern, or remove it"
            )
        }
    }
}
