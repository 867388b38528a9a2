internal import Fulfillment
internal import Orders

// Patterns with their inheritance, and what maps to them.
extension CatalogParser {
    private struct WrittenPattern {
        var parents: [(name: String, place: Place)] = []
        var modes: [(mode: ModeName, steps: [WrittenStep])] = []
    }

    private enum WrittenStep {
        case perform(PatternStep)
        case omit(FunctionName, Place)
    }

    func productClasses() -> [String: PatternName] {
        var classes: [String: PatternName] = [:]
        for entry in root.mapping("productClasses") {
            guard let text = problems.text(entry.value, "product class '\(entry.key)'") else { continue }
            classes[entry.key] = reference(.pattern, text, at: entry.value.place).map(
                PatternName.init(rawValue:)
            )
        }
        return classes
    }

    func lineTypes() -> [String: PatternName?] {
        var types: [String: PatternName?] = [:]
        for entry in root.mapping("lineTypes") {
            if entry.value.isNull {
                types[entry.key] = .some(nil)
            } else if let text = problems.text(entry.value, "line type '\(entry.key)'"),
                let name = reference(.pattern, text, at: entry.value.place)
            {
                types[entry.key] = PatternName(rawValue: name)
            }
        }
        return types
    }

    /// Every pattern with the steps it inherits.
    func patterns() -> [PatternName: FulfillmentPattern] {
        var written: [String: WrittenPattern] = [:]
        for entry in root.mapping("patterns") { written[entry.key] = writtenPattern(entry) }
        let isCyclic = tellCycles(written)
        var resolved: [PatternName: FulfillmentPattern] = [:]
        guard !isCyclic else { return resolved }
        for name in written.keys.sorted() { resolve(name, written, into: &resolved) }
        return resolved
    }

    private func writtenPattern(_ entry: YAMLEntry) -> WrittenPattern {
        var pattern = WrittenPattern()
        guard
            let fields = Fields(
                entry.value,
                "pattern \(entry.key)",
                at: entry.place,
                keys: ["inherits", "modes"],
                problems: problems
            )
        else { return pattern }
        pattern.parents = fields.texts("inherits").filter {
            reference(.pattern, $0.text, at: $0.place) != nil
        }
        .map { (name: $0.text, place: $0.place) }
        for mode in fields.mapping("modes") {
            _ = reference(.mode, mode.key, at: mode.place)
            let what = "mode \(mode.key) of pattern \(entry.key)"
            let items = mode.value.isNull ? [] : problems.items(mode.value, what)
            pattern.modes.append((ModeName(rawValue: mode.key), items.compactMap { step($0, what) }))
        }
        return pattern
    }

    private func step(_ node: YAMLNode, _ what: String) -> WrittenStep? {
        if let name = node.scalar {
            return reference(.function, name, at: node.place)
                .map { .perform(PatternStep(function: FunctionName(rawValue: $0))) }
        }
        guard
            let fields = Fields(
                node,
                "a step in \(what)",
                keys: ["function", "when", "omit"],
                problems: problems
            )
        else { return nil }
        if let omitted = reference(.function, in: fields, "omit") {
            return .omit(FunctionName(rawValue: omitted), fields["omit"]?.place ?? node.place)
        }
        if fields["function"] == nil, fields["omit"] == nil {
            problems.error(
                node.place,
                "\(fields.what) names no function",
                "add 'function', or 'omit' an inherited one"
            )
        }
        let condition = ConditionParser(problems: problems, names: names).condition(fields)
        return reference(.function, in: fields, "function").map {
            .perform(PatternStep(function: FunctionName(rawValue: $0), condition: condition))
        }
    }

    private func tellCycles(_ written: [String: WrittenPattern]) -> Bool {
        var graph = NamedGraph()
        for (name, pattern) in written { for parent in pattern.parents { graph.add(name, to: parent.name) } }
        let cycles = graph.cycles()
        for cycle in cycles {
            problems.error(
                names.place(.pattern, cycle[0]),
                "patterns inherit from each other: "
                    + (cycle + [cycle[0]]).joined(separator: " -> "),
                "remove one 'inherits'"
            )
        }
        return !cycles.isEmpty
    }

    private func resolve(
        _ name: String,
        _ written: [String: WrittenPattern],
        into resolved: inout [PatternName: FulfillmentPattern]
    ) {
        let key = PatternName(rawValue: name)
        guard resolved[key] == nil, let own = written[name] else { return }
        var ancestors: [PatternName] = []
        var steps: [ModeName: [PatternStep]] = [:]
        for parent in own.parents { resolve(parent.name, written, into: &resolved) }
        let parents = own.parents.compactMap { resolved[PatternName(rawValue: $0.name)] }
        // Nearest first: the parents, then theirs; of two parents' steps of one function the first parent's counts.
        for ancestor in parents.map(\.name) + parents.flatMap(\.ancestors) where !ancestors.contains(ancestor)
        {
            ancestors.append(ancestor)
        }
        for parent in parents {
            for (mode, inherited) in parent.steps {
                let known = Set(steps[mode, default: []].map(\.function))
                steps[mode, default: []] += inherited.filter { !known.contains($0.function) }
            }
        }
        for (mode, written) in own.modes {
            for step in written { apply(step, to: &steps[mode, default: []], pattern: name) }
        }
        resolved[key] = FulfillmentPattern(name: key, ancestors: ancestors, steps: steps)
    }

    private func apply(_ step: WrittenStep, to steps: inout [PatternStep], pattern: String) {
        switch step {
        case .perform(let step):
            if let index = steps.firstIndex(where: { $0.function == step.function }) {
                steps[index] = step
            } else {
                steps.append(step)
            }
        case .omit(let function, let place):
            guard let index = steps.firstIndex(where: { $0.function == function }) else {
                problems.error(
                    place,
                    "pattern \(pattern) omits '\(function)', which it does not inherit in this mode",
                    "remove the 'omit'"
                )
                return
            }
            steps.remove(at: index)
        }
    }
}
