internal import Fulfillment

// Rules that run before decomposition.
extension CatalogParser {
    func policies() -> [Policy] {
        var seen: [String: Place] = [:]
        return root.items("policies").compactMap { item in
            guard
                let fields = Fields(
                    item,
                    "a policy",
                    keys: ["name", "scope", "when", "assign", "refuse"],
                    required: ["name", "scope"],
                    problems: problems
                )
            else { return nil }
            if let name = fields.text("name") {
                if let first = seen[name] {
                    problems.error(
                        item.place,
                        "two policies are named '\(name)'",
                        "the first is in line \(first.line); names are told in the history of an order"
                    )
                }
                seen[name] = seen[name] ?? item.place
            }
            let condition = ConditionParser(problems: problems, names: names).condition(fields)
            return Policy(
                name: fields.text("name") ?? "",
                scope: fields.choice("scope") ?? .order,
                condition: condition,
                effect: effect(fields)
            )
        }
    }

    private func effect(_ fields: Fields) -> PolicyEffect {
        let assigned = fields.table("assign")
        guard (fields["assign"] == nil) != (fields["refuse"] == nil) else {
            problems.error(
                fields.place,
                "a policy must either assign or refuse",
                "write 'assign' with names and values, or 'refuse' with a reason"
            )
            return .assign([:])
        }
        return fields.text("refuse").map { .refuse(reason: $0) } ?? .assign(assigned)
    }

    /// Property names that recognition rules and policies set, gathered without telling problems.
    mutating func gatherProperties() {
        let silent = Problems(file: problems.file)
        for entry in root["policies"].map({ silent.items($0, "") }) ?? [] {
            let scope = Self.value("scope", in: entry)?.scalar.flatMap(Translation.Scope.init(rawValue:))
            for assigned in Self.value("assign", in: entry)?.entries ?? [] {
                names.addAssigned(assigned.key, to: scope ?? .order)
            }
        }
        for format in root["recognize"]?.entries ?? [] {
            for (part, scope) in [("order", Translation.Scope.order), ("lines", .line)] {
                guard let node = Self.value(part, in: format.value) else { continue }
                for property in Self.value("properties", in: node)?.entries ?? [] {
                    names.addRead(property.key, of: scope)
                }
                if Self.value("attributes", in: node) != nil { names.readsAttributes = true }
            }
        }
        let accepted = root["accept"]?.content ?? .list([])
        names.takesMessages = root["recognize"] == nil || accepted != .list([])
    }

    private static func value(_ key: String, in node: YAMLNode) -> YAMLNode? {
        node.entries?.first { $0.key == key }?.value
    }
}
