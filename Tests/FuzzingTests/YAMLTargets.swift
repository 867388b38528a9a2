import Catalog

/// Catalog files.
struct CatalogTarget: FuzzTarget {
    func read(_ bytes: [UInt8]) throws {
        let examined = CatalogReader.examine(bytes: bytes, name: "fuzz.yaml")
        try checkTold(isUsable: examined.value != nil, diagnostics: examined.diagnostics)
        guard let catalog = examined.value else { return }
        guard catalog.text == bytes else {
            throw Finding("the catalog keeps another text than it was read from")
        }
    }
}

/// Configuration files.
struct ConfigurationTarget: FuzzTarget {
    private let environment = [
        "BROKER_HOST": "localhost", "EMPTY": "", "LONG": String(repeating: "x", count: 300),
    ]

    func read(_ bytes: [UInt8]) throws {
        let examined = ConfigurationReader.examine(
            bytes: bytes,
            name: "fuzz.yaml",
            folder: "/nowhere",
            environment: environment
        )
        try checkTold(isUsable: examined.value != nil, diagnostics: examined.diagnostics)
    }
}

extension FuzzTarget {
    /// A file is refused with a reason, or used without an error; and every sentence can be printed.
    fileprivate func checkTold(isUsable: Bool, diagnostics: [Diagnostic]) throws {
        let hasError = diagnostics.contains { $0.severity == .error }
        guard isUsable != hasError else {
            throw Finding("usable: \(isUsable), but told as errors: \(hasError)")
        }
        for diagnostic in diagnostics { _ = "\(diagnostic)".utf8.count }
    }
}
