internal import Fulfillment
internal import Orders

/// Reads `translate`: which value map applies to which field, of arriving orders or of requests to a system.
struct TranslationParser {
    let problems: Problems
    let names: CatalogNames
    let maps: [String: ReadValueMap]
    /// Whose requests; `nil` for arriving orders.
    let system: String?

    private typealias Scope = Translation.Scope

    func translations(_ fields: Fields) -> [Translation] {
        var earlier: [(translation: Translation, place: Place)] = []
        for item in fields.items("translate") {
            guard let translation = translation(item) else { continue }
            checkReach(translation, at: item.place, after: earlier)
            earlier.append((translation, item.place))
        }
        return earlier.map(\.translation)
    }

    private func translation(_ item: YAMLNode) -> Translation? {
        guard
            let fields = Fields(
                item,
                system.map { "a translation for system \($0)" } ?? "a translation",
                keys: ["field", "scope", "map"],
                required: ["field", "map"],
                problems: problems
            )
        else { return nil }
        let map = map(fields)
        guard let node = fields["field"], let field = fields.text("field"),
            let scope = scope(of: field, at: node.place, fields), let map
        else { return nil }
        checkWords(map, field, scope)
        return Translation(field, scope: scope, map: map.map)
    }

    private func map(_ fields: Fields) -> ReadValueMap? {
        guard let node = fields["map"], let name = fields.text("map") else { return nil }
        guard names.valueMaps.contains(name) else {
            problems.unknown(
                CatalogNames.Kind.valueMap.rawValue,
                name,
                at: node.place,
                among: names.valueMaps
            )
            return nil
        }
        return maps[name]
    }

    // MARK: Fields

    /// Whose field it is, by what is said of it and by what is known of the field; `nil` when it cannot be right.
    private func scope(of field: String, at place: Place, _ fields: Fields) -> Translation.Scope? {
        let said: Translation.Scope? = fields.choice("scope")
        if said == nil, fields["scope"] != nil { return nil }
        if field.hasPrefix("order.") {
            problems.error(
                place,
                "'\(field)' is no field",
                "write '\(field.dropFirst(6))' with 'scope: order'"
            )
            return nil
        }
        let owners = Scope.allCases.filter { $0.fields.contains(field) }
        if !owners.isEmpty { return chosen(said, among: owners, field, at: place, fields) }
        guard !ConditionSubject.builtInNames.contains(field) else {
            problems.error(
                place,
                "'\(field)' cannot be translated",
                field == "orderType"
                    ? "write 'type' with 'scope: order'" : "name a property, or one of \(Self.fieldList)"
            )
            return nil
        }
        return scopeOfProperty(field, said, at: place, fields)
    }

    private static let fieldList = Set(Scope.allCases.flatMap(\.fields)).sorted().joined(separator: ", ")

    /// The scope said, where it is one of those that have the field; the only one there is needs no saying.
    private func chosen(
        _ said: Translation.Scope?,
        among owners: [Translation.Scope],
        _ field: String,
        at place: Place,
        _ fields: Fields
    ) -> Translation.Scope? {
        guard let said else {
            if owners.count == 1 { return owners.first }
            problems.error(
                place,
                "orders and lines may have '\(field)'",
                "add 'scope: order' or 'scope: line'"
            )
            return nil
        }
        guard !owners.contains(said), let only = owners.first else { return said }
        problems.error(
            fields["scope"]?.place ?? place,
            "'\(field)' is a field of \(only == .line ? "lines" : "orders")",
            "write 'scope: \(only.rawValue)', or leave it out"
        )
        return nil
    }

    /// Properties may have any name where messages may bring any; what looks like a misspelled known one is told.
    private func scopeOfProperty(
        _ field: String,
        _ said: Translation.Scope?,
        at place: Place,
        _ fields: Fields
    ) -> Translation.Scope? {
        let owners = Scope.allCases.filter { known($0).contains(field) }
        let scopes = said.map { [$0] } ?? Scope.allCases
        if !owners.isEmpty, said.map({ owners.contains($0) || !names.mayHaveOtherValues($0) }) ?? true {
            return chosen(said, among: owners, field, at: place, fields)
        }
        let all = scopes.reduce(into: Set<String>()) { $0.formUnion(known($1)) }
        let open = scopes.filter { names.mayHaveOtherValues($0) }
        guard !open.isEmpty else {
            problems.unknown("field", field, at: place, among: all)
            return nil
        }
        if owners.isEmpty, let meant = NearestName.misspelled(field, among: all) {
            problems.error(
                place,
                "nothing defines '\(field)', which is close to a known field",
                "did you mean '\(meant)'?"
            )
            return nil
        }
        return chosen(said, among: open, field, at: place, fields)
    }

    /// The names that a part of an order is known to have values under.
    private func known(_ scope: Translation.Scope) -> Set<String> {
        var known = scope.fields.union(names.readProperties[scope] ?? [])
        // Policies run after arriving orders were translated.
        if system != nil { known.formUnion(names.assignedProperties[scope] ?? []) }
        return known
    }

    // MARK: What applies in vain

    private func checkReach(
        _ translation: Translation,
        at place: Place,
        after earlier: [(translation: Translation, place: Place)]
    ) {
        let alike = earlier.filter { $0.translation.scope == translation.scope }
        if let first = alike.first(where: { $0.translation.field == translation.field }) {
            problems.error(
                place,
                "'\(translation.field)' of \(Self.plural(translation.scope)) is translated twice",
                "the first is in line \(first.place.line) and decides; remove one of them"
            )
        } else if let first = alike.first(where: { translation.field.hasSuffix("/" + $0.translation.field) })
        {
            problems.warning(
                place,
                "'\(first.translation.field)' in line \(first.place.line) names '\(translation.field)', too, and decides",
                "put the longer path first"
            )
        }
    }

    private static func plural(_ scope: Translation.Scope) -> String { scope == .line ? "lines" : "orders" }

    /// Words that are ours, where this catalog or the language knows all there are.
    private func checkWords(_ map: ReadValueMap, _ field: String, _ scope: Translation.Scope) {
        let ours = system == nil ? map.values : map.keys
        switch field {
        case "mode": check(ours, are: .mode)
        case "productClass": check(ours, are: .productClass)
        case "action":
            let known = ServiceAction.allCases.map(\.rawValue)
            for (text, place) in ours where !known.contains(text) {
                problems.unknown("action", text, at: place, among: known)
            }
        case "priority":
            for (text, place) in ours where Int(text).flatMap({ OrderPriority($0) }) == nil {
                problems.error(
                    place,
                    "value map \(map.map.name) applies to the priority, and '\(text)' is none",
                    "write a number from 0 to 9"
                )
            }
        default: break
        }
    }

    private func check(_ words: [(text: String, place: Place)], are kind: CatalogNames.Kind) {
        let known = names.known(kind)
        for (text, place) in words where !known.contains(text) {
            problems.unknown(kind.rawValue, text, at: place, among: known)
        }
    }
}
