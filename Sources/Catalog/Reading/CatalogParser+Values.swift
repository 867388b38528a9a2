internal import Fulfillment
internal import Orders

/// A value map with the places of its values, for what is checked where it is applied.
struct ReadValueMap {
    var map: ValueMap
    /// The left column.
    var keys: [(text: String, place: Place)]
    /// The right column, with the default where there is one.
    var values: [(text: String, place: Place)]
}

// Tables of values, and the codes of states.
extension CatalogParser {
    func valueMaps() -> [String: ReadValueMap] {
        var maps: [String: ReadValueMap] = [:]
        for entry in root.mapping("valueMaps") {
            guard
                let fields = Fields(
                    entry.value,
                    "value map \(entry.key)",
                    at: entry.place,
                    keys: ["values", "unmapped"],
                    required: ["values"],
                    problems: problems
                )
            else { continue }
            let (unmapped, standard) = unmapped(fields)
            let table = fields.table("values")
            let rows = (fields["values"]?.entries ?? []).filter { table[$0.key] != nil }
            maps[entry.key] = ReadValueMap(
                map: ValueMap(entry.key, table, unmapped: unmapped),
                keys: rows.map { ($0.key, $0.place) },
                values: rows.map { ($0.value.scalar ?? "", $0.value.place) } + (standard.map { [$0] } ?? [])
            )
        }
        return maps
    }

    private func unmapped(_ fields: Fields) -> (ValueMap.Unmapped, standard: (text: String, place: Place)?) {
        guard let node = fields["unmapped"] else { return (.keep, nil) }
        let what = "'unmapped' of \(fields.what)"
        if node.entries != nil {
            guard
                let choice = Fields(node, what, keys: ["default"], required: ["default"], problems: problems),
                let text = choice.text("default"), let place = choice["default"]?.place
            else { return (.keep, nil) }
            return (.replace(with: text), (text, place))
        }
        switch node.scalar {
        case "keep": return (.keep, nil)
        case "refuse": return (.refuse, nil)
        default:
            problems.error(
                node.place,
                "\(what) is \(node.scalar.map { "'\($0)'" } ?? node.kind)",
                "write keep, refuse or {default: value}"
            )
            return (.keep, nil)
        }
    }

    /// What `translate` says, of arriving orders or of requests to a system.
    func translations(
        _ fields: Fields,
        _ maps: [String: ReadValueMap],
        system: String? = nil
    ) -> [Translation] {
        TranslationParser(problems: problems, names: names, maps: maps, system: system).translations(fields)
    }

    /// Tables that nothing applies.
    func checkValueMapUse() {
        let silent = Problems(file: problems.file)
        let lists =
            [root["translate"]]
            + (root["systems"]?.entries ?? []).map { system in
                system.value.entries?.first { $0.key == "translate" }?.value
            }
        let applied = Set(
            lists.compactMap { $0 }.flatMap { silent.items($0, "") }.compactMap { item in
                item.entries?.first { $0.key == "map" }?.value.scalar
            }
        )
        for entry in root["valueMaps"]?.entries ?? []
        where !applied.contains(entry.key) && !problems.meant.contains(entry.key) {
            problems.warning(
                entry.place,
                "value map '\(entry.key)' is applied to no field",
                "name it in 'translate' of the catalog or of a system, or remove it"
            )
        }
    }

    /// The codes that upstream knows states by.
    func statusCodes(_ fields: Fields) -> [StateName: String] {
        var codes: [StateName: String] = [:]
        for entry in fields.mapping("statusCodes") {
            guard let state = reference(.state, entry.key, at: entry.place),
                let code = problems.text(entry.value, "'\(state)' in 'statusCodes' of \(fields.what)")
            else { continue }
            codes[StateName(rawValue: state)] = code
        }
        return codes
    }
}
