internal import Fulfillment
internal import Orders

/// Reads `when`: names with the values they may have, all of which must hold, and `any`, `all`, `not`.
struct ConditionParser {
    let problems: Problems
    let names: CatalogNames

    private static let operators = ["not", "like", "atLeast", "atMost", "present"]

    /// The condition under `when`; without one it always holds.
    func condition(_ fields: Fields) -> Condition {
        guard let node = fields["when"] else { return .always }
        return condition(node, "'when' of \(fields.what)")
    }

    private func condition(_ node: YAMLNode, _ what: String) -> Condition {
        if case .list(let items) = node.content {
            return combined(items.map { condition($0, what) })
        }
        guard node.entries != nil else {
            problems.error(
                node.place,
                "\(what) is \(node.kind)",
                "write names with their values, such as {action: ADD}"
            )
            return .always
        }
        return combined(
            problems.mapping(node, what).map { entry in
                switch entry.key {
                case "any": .any(conditions(entry.value, "'any' in \(what)"))
                case "all": .all(conditions(entry.value, "'all' in \(what)"))
                case "not": .not(condition(entry.value, "'not' in \(what)"))
                default: named(entry)
                }
            }
        )
    }

    private func conditions(_ node: YAMLNode, _ what: String) -> [Condition] {
        problems.items(node, what).map { condition($0, what) }
    }

    private func combined(_ conditions: [Condition]) -> Condition {
        switch conditions.count {
        case 0: .always
        case 1: conditions[0]
        default: .all(conditions)
        }
    }

    private func named(_ entry: YAMLEntry) -> Condition {
        checkName(entry)
        guard case .mapping = entry.value.content else { return isOneOf(entry.key, entry.value) }
        let what = "the condition on '\(entry.key)'"
        guard
            let fields = Fields(entry.value, what, at: entry.place, keys: Self.operators, problems: problems)
        else { return .always }
        var parts: [Condition] = []
        if let node = fields["not"] { parts.append(.not(isOneOf(entry.key, node))) }
        if let pattern = fields.text("like") { parts.append(.isLike(name: entry.key, pattern: pattern)) }
        let atLeast = fields["atLeast"].flatMap { problems.number($0, "'atLeast' of \(what)") }
        let atMost = fields["atMost"].flatMap { problems.number($0, "'atMost' of \(what)") }
        if atLeast != nil || atMost != nil {
            parts.append(.isWithin(name: entry.key, atLeast: atLeast, atMost: atMost))
        }
        if let isPresent = fields.boolean("present") {
            parts.append(isPresent ? .isPresent(name: entry.key) : .not(.isPresent(name: entry.key)))
        }
        if parts.isEmpty, entry.value.entries?.isEmpty ?? true {
            problems.error(
                entry.place,
                "\(what) asks nothing",
                "write a value, a list of values, or one of "
                    + Self.operators.joined(separator: ", ")
            )
        }
        return combined(parts)
    }

    private func isOneOf(_ name: String, _ node: YAMLNode) -> Condition {
        if node.isNull {
            problems.error(
                node.place,
                "the condition on '\(name)' has no value",
                "write a value, or {present: false}"
            )
            return .always
        }
        let values = problems.texts(node, "the condition on '\(name)'")
        for (value, place) in values { checkValue(value, of: name, at: place) }
        return .isOneOf(name: name, values: Set(values.map(\.text)))
    }

    /// Values of built-in names that this catalog or the language knows completely.
    private func checkValue(_ value: String, of name: String, at place: Place) {
        let kind: CatalogNames.Kind
        switch name {
        case "pattern": kind = .pattern
        case "mode", "order.mode": kind = .mode
        case "productClass": kind = .productClass
        case "action":
            let actions = ServiceAction.allCases.map(\.rawValue)
            if !actions.contains(value) { problems.unknown("action", value, at: place, among: actions) }
            return
        default: return
        }
        if !names.known(kind).contains(value) {
            problems.unknown(kind.rawValue, value, at: place, among: names.known(kind))
        }
    }

    /// Properties may have any name, so only what looks like a misspelled built-in name is told.
    private func checkName(_ entry: YAMLEntry) {
        let name = entry.key.hasPrefix("order.") ? String(entry.key.dropFirst(6)) : entry.key
        guard !names.properties.contains(name),
            let meant = NearestName.misspelled(name, among: ConditionSubject.builtInNames)
        else { return }
        problems.error(
            entry.place,
            "nothing defines '\(entry.key)', which is close to a built-in name",
            "did you mean '\(meant)'?"
        )
    }
}
