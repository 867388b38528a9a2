import Orders

/// Names a few things in a sentence and counts the others.
enum NameList {
    static func text(_ names: [String], shownMax: Int = 12) -> String {
        let shown = names.prefix(shownMax).joined(separator: ", ")
        return names.count > shownMax ? "\(shown) … (\(names.count) in all)" : shown
    }

    static func text(_ names: [some TextIdentifier], shownMax: Int = 12) -> String {
        text(names.map(\.rawValue), shownMax: shownMax)
    }

    /// `1 line`, `3 lines`.
    static func count(_ number: Int, _ one: String, _ many: String? = nil) -> String {
        "\(number) \(number == 1 ? one : many ?? one + "s")"
    }
}
