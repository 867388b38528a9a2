/// One thing that is wrong with a file: where, what, and what would be right.
package struct Diagnostic: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// Whether the file is refused for it.
    package enum Severity: String, Sendable, Hashable, CaseIterable {
        case error
        case warning
    }

    package var severity: Severity
    /// The file's name as the user gave it, or the environment variable it is about.
    package var file: String
    /// Counted from 1; 0 where there is no place in a file.
    package var line: Int
    package var column: Int
    package var message: String
    package var suggestion: String?

    package init(
        severity: Severity = .error,
        file: String,
        line: Int,
        column: Int,
        message: String,
        suggestion: String? = nil
    ) {
        self.severity = severity
        self.file = file
        self.line = line
        self.column = column
        self.message = message
        self.suggestion = suggestion
    }

    /// `file:line:column: what is wrong; what would be right`, as editors and terminals know it.
    package var description: String {
        let place = line > 0 ? "\(file):\(line):\(column): " : "\(file): "
        let kind = severity == .warning ? "warning: " : ""
        return place + kind + message + (suggestion.map { "; " + $0 } ?? "")
    }

    package static func < (left: Diagnostic, right: Diagnostic) -> Bool {
        (left.file, left.line, left.column, left.message) < (
            right.file, right.line, right.column, right.message
        )
    }
}

/// A file that was refused, with everything that is wrong with it (and its warnings), in the order of the file.
package struct CatalogProblems: Error, Sendable, Hashable, CustomStringConvertible {
    package var diagnostics: [Diagnostic]

    package init(_ diagnostics: [Diagnostic]) { self.diagnostics = diagnostics }

    package var description: String { diagnostics.map(\.description).joined(separator: "\n") }
}

/// What came of reading a file: its value where it has one, and everything there is to say about it.
package struct Examined<Value: Sendable>: Sendable {
    /// `nil` when there are errors.
    package var value: Value?
    /// Errors and warnings, in the order of the file.
    package var diagnostics: [Diagnostic]

    package init(value: Value?, diagnostics: [Diagnostic]) {
        self.value = value
        self.diagnostics = diagnostics
    }

    /// Whether anything refuses the file.
    package var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }

    /// The value, or every problem as an error.
    package func get() throws(CatalogProblems) -> Value {
        guard let value, !hasErrors else { throw CatalogProblems(diagnostics) }
        return value
    }
}
