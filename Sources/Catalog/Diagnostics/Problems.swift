/// Gathers what is wrong with one file while it is read, so that everything is told at once.
///
/// Used by one reader at a time, which makes it, fills it and takes its list.
final class Problems {
    let file: String
    private var list: Set<Diagnostic> = []
    /// Known names that misspelled ones probably meant: what would be said of their absence is no news.
    private(set) var meant: Set<String> = []

    /// More than this many are of no help to anybody.
    static let countMax = 500

    init(file: String) { self.file = file }

    func error(_ place: Place, _ message: String, _ suggestion: String? = nil) {
        add(.error, place, message, suggestion)
    }

    func warning(_ place: Place, _ message: String, _ suggestion: String? = nil) {
        add(.warning, place, message, suggestion)
    }

    /// What a name that nothing defines might have meant.
    func unknown(_ kind: String, _ name: String, at place: Place, among known: some Collection<String>) {
        if let nearest = NearestName.nearest(to: name, among: known) { meant.insert(nearest) }
        error(place, "unknown \(kind) '\(name)'", NearestName.suggestion(for: name, among: known, kind: kind))
    }

    var count: Int { list.count }

    /// In the order of the file.
    var diagnostics: [Diagnostic] { list.sorted() }

    private func add(
        _ severity: Diagnostic.Severity,
        _ place: Place,
        _ message: String,
        _ suggestion: String?
    ) {
        guard list.count < Self.countMax else { return }
        list.insert(
            Diagnostic(
                severity: severity,
                file: file,
                line: place.line,
                column: place.column,
                message: message,
                suggestion: suggestion
            )
        )
    }
}

/// A place in a file, counted from 1; columns count Unicode scalars.
struct Place: Sendable, Hashable {
    var line: Int
    var column: Int

    /// Of what comes from outside any file.
    static let none = Place(line: 0, column: 0)
    static let start = Place(line: 1, column: 1)
}
