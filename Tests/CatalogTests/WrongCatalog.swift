import Testing

/// The sample catalog with one text replaced, and all that must be said of it.
struct WrongCatalog: Sendable, CustomTestStringConvertible {
    let what: String
    let text: String
    /// `line:column: message; suggestion`, in the order of the file.
    let problems: [String]

    init(_ what: String, _ old: String, _ new: String, _ problems: [String]) {
        self.what = what
        text = Sample.catalog(old, new)
        self.problems = problems
    }

    var testDescription: String { what }
}
