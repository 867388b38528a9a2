internal import Orders

/// What value maps make of the values of one order or line.
struct PartTranslation {
    /// A value that a map changes, under its key in a ``Wording``.
    struct Change {
        var key: String
        var from: String
        var to: String
    }

    /// A value that a map lacks and refuses.
    struct Refusal {
        var key: String
        var value: String
        var map: String
    }

    private(set) var changes: [Change] = []
    private(set) var refusals: [Refusal] = []

    /// Applies the translations of the part's scope, in their order; the first that names a value decides.
    init(_ translations: [Translation], of part: some TranslatablePart) {
        let scope = Swift.type(of: part).scope
        var decided: Set<String> = []
        for translation in translations where translation.scope == scope {
            for (key, value) in part.values(named: translation.field) where decided.insert(key).inserted {
                guard let translated = translation.map.translated(value) else {
                    refusals.append(Refusal(key: key, value: value, map: translation.map.name))
                    continue
                }
                if translated != value { changes.append(Change(key: key, from: value, to: translated)) }
            }
        }
    }

    /// What the values are called now.
    var words: [String: String] { Dictionary(uniqueKeysWithValues: changes.map { ($0.key, $0.to) }) }
    /// What they were called before.
    var formerWords: [String: String] { Dictionary(uniqueKeysWithValues: changes.map { ($0.key, $0.from) }) }
}

extension Failure {
    init(_ refusal: PartTranslation.Refusal, line: LineID?, neededBy system: SystemName? = nil) {
        let whose = line.map { "line \($0)" } ?? "the order"
        let need = system.map { ", by which requests to \($0) are written" } ?? ""
        self.init(
            .valueUnmapped,
            "\(refusal.key) '\(refusal.value.prefix(60))' of \(whose) is not in value map \(refusal.map)\(need)",
            correctiveAction:
                "Add the value to value map \(refusal.map) in the catalog, or correct the order.",
            line: line
        )
    }
}
