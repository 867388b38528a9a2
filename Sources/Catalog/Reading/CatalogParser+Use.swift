internal import Fulfillment
internal import Orders

// What nothing leads to.
extension CatalogParser {
    func checkUse(
        patterns: [PatternName: FulfillmentPattern],
        functions: [FunctionName: FulfillmentFunction],
        systems: [SystemName: FulfillmentSystem],
        classes: [String: PatternName],
        types: [String: PatternName?]
    ) {
        // Patterns in a cycle have no steps: whatever they lack was told.
        guard !patterns.isEmpty || names.patterns.isEmpty else { return }
        checkFunctions(patterns)
        checkSystems(functions)
        let assigned = Set(classes.values).union(types.values.compactMap { $0 })
        checkPatterns(patterns, assigned: assigned)
        // Where a class names no pattern that is there, it may have meant any.
        if root.mapping("productClasses").count == classes.count,
            root.mapping("lineTypes").count == types.count,
            !assigned.isEmpty
        {
            checkFunctionUse(patterns, assigned: assigned)
        }
        checkModes(patterns)
        checkMilestones(systems: systems)
        if root["productClasses"] == nil, root["lineTypes"] == nil {
            problems.error(
                .start,
                "the catalog maps no product class and no line type to a pattern",
                "add 'productClasses'"
            )
        }
    }

    private func checkFunctions(_ patterns: [PatternName: FulfillmentPattern]) {
        let performed = Set(patterns.values.flatMap(\.steps.values).joined().map(\.function.rawValue))
        for name in names.functions.sorted() where !performed.contains(name) && !problems.meant.contains(name)
        {
            problems.error(
                names.place(.function, name),
                "function '\(name)' is unreachable: no pattern has it as a step",
                "add it to a mode of a pattern, or remove it"
            )
        }
    }

    private func checkSystems(_ functions: [FunctionName: FulfillmentFunction]) {
        let chosen = Set(functions.values.flatMap(\.systems).map(\.system.rawValue))
        for name in names.systems.sorted() where !chosen.contains(name) && !problems.meant.contains(name) {
            problems.warning(
                names.place(.system, name),
                "system '\(name)' performs no function",
                "name it in 'systems' of a function, or remove it"
            )
        }
    }

    private func checkPatterns(_ patterns: [PatternName: FulfillmentPattern], assigned: Set<PatternName>) {
        let inherited = patterns.values.filter { assigned.contains($0.name) }.flatMap(\.ancestors)
        let used = assigned.union(inherited)
        for name in names.patterns.sorted()
        where !used.contains(PatternName(rawValue: name)) && !isMeant(name, patterns) {
            problems.warning(
                names.place(.pattern, name),
                "pattern '\(name)' is used by no product class and no line type",
                "map a product class to it, or remove it"
            )
        }
    }

    /// A misspelled name may have meant it, or one of its heirs.
    private func isMeant(_ name: String, _ patterns: [PatternName: FulfillmentPattern]) -> Bool {
        problems.meant.contains { meant in
            meant == name
                || patterns[PatternName(rawValue: meant)]?.ancestors.contains(PatternName(rawValue: name))
                    ?? false
        }
    }

    private func checkModes(_ patterns: [PatternName: FulfillmentPattern]) {
        let planned = Set(patterns.values.flatMap(\.steps.keys).map(\.rawValue))
        for (mode, place) in root.texts("modes")
        where !planned.contains(mode) && !problems.meant.contains(mode) {
            problems.warning(
                place,
                "no pattern has steps for mode '\(mode)': its orders would complete without any work",
                "add the mode to a pattern, or remove it"
            )
        }
    }
}
