/// The keys of one mapping: unknown, repeated and missing ones are told when it is opened.
struct Fields {
    /// What the mapping describes, for messages: `system Billing`.
    let what: String
    /// Where it is.
    let place: Place
    let problems: Problems
    private let entries: [String: YAMLEntry]

    /// - Returns: `nil` when the node is no mapping; the problem is told then. An empty node is an empty mapping.
    init?(
        _ node: YAMLNode,
        _ what: String,
        at place: Place? = nil,
        keys: [String],
        required: [String] = [],
        problems: Problems
    ) {
        self.what = what
        self.place = place ?? node.place
        self.problems = problems
        guard let found = node.isNull ? [] : node.entries else {
            let listed = keys.prefix(4).joined(separator: ", ") + (keys.count > 4 ? ", …" : "")
            problems.error(
                node.place,
                "\(what) is \(node.kind)",
                "it must be a mapping with the keys \(listed)"
            )
            return nil
        }
        let unique = Self.unique(found, in: what, problems: problems)
        for entry in unique where !keys.contains(entry.key) {
            problems.error(
                entry.place,
                "unknown key '\(entry.key)' in \(what)",
                NearestName.suggestion(for: entry.key, among: keys, kind: "key")
            )
        }
        entries = Dictionary(unique.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
        for key in required where self[key] == nil {
            problems.error(
                entries[key]?.place ?? self.place,
                "\(what) has no '\(key)'",
                "add the key '\(key)'"
            )
        }
    }

    /// The value under a key; `nil` when there is none or it is empty.
    subscript(key: String) -> YAMLNode? {
        guard let value = entries[key]?.value, !value.isNull else { return nil }
        return value
    }

    /// Where a key stands.
    func keyPlace(_ key: String) -> Place { entries[key]?.place ?? place }

    /// The entries of a mapping, the first of each name; the others are told.
    static func unique(_ entries: [YAMLEntry], in what: String, problems: Problems) -> [YAMLEntry] {
        var seen: [String: Place] = [:]
        return entries.filter { entry in
            if let first = seen[entry.key] {
                problems.error(
                    entry.place,
                    "duplicate key '\(entry.key)' in \(what)",
                    "it is already in line \(first.line); remove or rename one of them"
                )
                return false
            }
            seen[entry.key] = entry.place
            return true
        }
    }
}

// Values of one key each: `nil` when the key is absent, or of a wrong type, which is told.
extension Fields {
    func text(_ key: String) -> String? { self[key].flatMap { problems.text($0, "'\(key)' of \(what)") } }

    func integer(_ key: String, in range: ClosedRange<Int>) -> Int? {
        self[key].flatMap { problems.integer($0, "'\(key)' of \(what)", in: range) }
    }

    func boolean(_ key: String) -> Bool? { self[key].flatMap { problems.boolean($0, "'\(key)' of \(what)") } }

    func choice<Choice: RawRepresentable & CaseIterable>(_ key: String) -> Choice?
    where Choice.RawValue == String {
        self[key].flatMap { problems.choice($0, "'\(key)' of \(what)") }
    }

    /// A list of texts with their places; one text alone is a list of one.
    func texts(_ key: String) -> [(text: String, place: Place)] {
        self[key].map { problems.texts($0, "'\(key)' of \(what)") } ?? []
    }

    /// The items of a list.
    func items(_ key: String) -> [YAMLNode] {
        self[key].map { problems.items($0, "'\(key)' of \(what)") } ?? []
    }

    /// The entries of a mapping of names.
    func mapping(_ key: String) -> [YAMLEntry] {
        self[key].map { problems.mapping($0, "'\(key)' of \(what)") } ?? []
    }

    /// A mapping of names to texts.
    func table(_ key: String) -> [String: String] {
        var table: [String: String] = [:]
        for entry in mapping(key) {
            if let text = problems.text(entry.value, "'\(entry.key)' in '\(key)' of \(what)") {
                table[entry.key] = text
            }
        }
        return table
    }

    /// An ISO 8601 duration.
    func milliseconds(_ key: String) -> Int64? {
        self[key].flatMap { problems.milliseconds($0, "'\(key)' of \(what)") }
    }
}
