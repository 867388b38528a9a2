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
            for assigned in entry.entries?.first(where: { $0.key == "assign" })?.value.entries ?? [] {
                names.addProperty(assigned.key)
            }
        }
        for format in root["recognize"]?.entries ?? [] {
            for part in format.value.entries ?? [] {
                for property in part.value.entries?.first(where: { $0.key == "properties" })?.value.entries
                    ?? []
                {
                    names.addProperty(property.key)
                }
            }
        }
    }
}
