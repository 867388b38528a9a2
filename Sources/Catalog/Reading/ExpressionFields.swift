internal import XML

/// XPath expressions under the keys of a mapping, each compiled once to see whether it can be.
struct ExpressionFields {
    /// The prefixes that the expressions may use.
    let namespaces: [String: String]

    func expression(_ fields: Fields, _ key: String) -> String? {
        guard let node = fields[key], let text = fields.text(key) else { return nil }
        check(text, at: node.place, "'\(key)' of \(fields.what)", fields.problems)
        return text
    }

    func list(_ fields: Fields, _ key: String) -> [String] {
        fields.texts(key).map { text, place in
            check(text, at: place, "'\(key)' of \(fields.what)", fields.problems)
            return text
        }
    }

    func table(_ fields: Fields, _ key: String) -> [String: String] {
        for entry in fields[key]?.entries ?? [] {
            if let text = entry.value.scalar {
                check(
                    text,
                    at: entry.value.place,
                    "'\(entry.key)' in '\(key)' of \(fields.what)",
                    fields.problems
                )
            }
        }
        return fields.table(key)
    }

    private func check(_ text: String, at place: Place, _ what: String, _ problems: Problems) {
        do {
            _ = try XPathExpression(compile: text, namespaces: namespaces)
        } catch {
            let column = error.column.map { " at its character \($0)" } ?? ""
            let prefixes = namespaces.keys.sorted().joined(separator: ", ")
            problems.error(
                place,
                "\(what) is not valid XPath: \(error.message)\(column)",
                error.message.contains("prefix")
                    ? "declared prefixes: \(prefixes.isEmpty ? "none" : prefixes)" : "correct the expression"
            )
        }
    }
}
