/// Puts environment variables into the values of a document: `${NAME}`, `${NAME:-default}`; `$${` stands for `${`.
struct EnvironmentSubstitution {
    let environment: [String: String]
    let problems: Problems

    /// The document with every value substituted; keys stay as they are.
    func applied(to node: YAMLNode) -> YAMLNode {
        switch node.content {
        case .null: return node
        case .scalar(let text):
            guard text.contains("$"), let value = substituted(text, at: node.place) else { return node }
            return YAMLNode(content: value.isEmpty ? .null : .scalar(value), place: node.place)
        case .list(let items):
            return YAMLNode(content: .list(items.map { applied(to: $0) }), place: node.place)
        case .mapping(let entries):
            let entries = entries.map {
                YAMLEntry(key: $0.key, place: $0.place, value: applied(to: $0.value))
            }
            return YAMLNode(content: .mapping(entries), place: node.place)
        }
    }

    /// - Returns: `nil` when a variable is missing or badly written; the problem is told then.
    private func substituted(_ text: String, at place: Place) -> String? {
        var result = ""
        var rest = text[...]
        while let dollar = rest.firstIndex(of: "$") {
            result += rest[..<dollar]
            rest = rest[dollar...]
            if rest.hasPrefix("$${") {
                result += "${"
                rest = rest.dropFirst(3)
            } else if rest.hasPrefix("${") {
                guard let end = rest.firstIndex(of: "}") else {
                    problems.error(
                        place,
                        "'${' without '}'",
                        "write ${NAME} or ${NAME:-default}, or $${ for the text '${'"
                    )
                    return nil
                }
                guard let value = value(rest[..<end].dropFirst(2), at: place) else { return nil }
                result += value
                rest = rest[end...].dropFirst()
            } else {
                result += "$"
                rest = rest.dropFirst()
            }
        }
        return result + rest
    }

    private func value(_ inner: Substring, at place: Place) -> String? {
        let separator = inner.firstRange(of: ":-")
        let name = String(separator.map { inner[..<$0.lowerBound] } ?? inner)
        guard isName(name) else {
            problems.error(
                place,
                "'\(name)' is no name of an environment variable",
                "write letters, digits and underscores"
            )
            return nil
        }
        if let value = environment[name], !value.isEmpty { return value }
        if let separator { return String(inner[separator.upperBound...]) }
        problems.error(
            place,
            "the environment variable \(name) is not set",
            "set it, or give a default: ${\(name):-default}"
        )
        return nil
    }

    private func isName(_ name: String) -> Bool {
        guard let first = name.utf8.first, !(48...57).contains(first) else { return false }
        return name.utf8.allSatisfy { byte in
            byte == 95 || (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
        }
    }
}
