/// Reads catalog files: the whole file is checked, and everything wrong with it is told at once.
package enum CatalogReader {
    /// Reads and checks a file, warnings included.
    package static func examine(path: String) -> Examined<RoleCatalog> {
        let problems = Problems(file: path)
        do throws(UnreadableFile) {
            return examine(bytes: try FileBytes.read(path), name: path)
        } catch {
            problems.error(.none, "the file \(error.reason)", error.suggestion)
            return Examined(value: nil, diagnostics: problems.diagnostics)
        }
    }

    /// Checks a file's content; `name` stands in the diagnostics.
    package static func examine(bytes: [UInt8], name: String) -> Examined<RoleCatalog> {
        let reading = reading(bytes: bytes, name: name)
        return Examined(value: reading.catalog, diagnostics: reading.problems.diagnostics)
    }

    /// Reads a file for use.
    ///
    /// - Throws: Everything that is wrong with it, when anything is.
    package static func read(path: String) throws(CatalogProblems) -> RoleCatalog {
        try examine(path: path).get()
    }

    /// Reads a file's content for use, such as an old version that open orders run on.
    ///
    /// - Throws: Everything that is wrong with it, when anything is.
    package static func read(bytes: [UInt8], name: String) throws(CatalogProblems) -> RoleCatalog {
        try examine(bytes: bytes, name: name).get()
    }

    /// A catalog with the places that other files' checks need.
    struct Reading {
        var catalog: RoleCatalog?
        var problems: Problems
        /// Where each system's queue is named.
        var queuePlaces: [String: Place] = [:]
    }

    static func reading(bytes: [UInt8], name: String) -> Reading {
        let problems = Problems(file: name)
        var reading = Reading(problems: problems)
        guard let node = YAMLLoader.load(bytes, problems: problems),
            var parser = CatalogParser(node, version: ContentDigest.text(of: bytes), problems: problems)
        else { return reading }
        let catalog = parser.catalog(text: bytes)
        for system in parser.root["systems"]?.entries ?? [] {
            reading.queuePlaces[system.key] = system.value.entries?.first { $0.key == "queue" }?.value.place
        }
        if !problems.diagnostics.contains(where: { $0.severity == .error }) { reading.catalog = catalog }
        return reading
    }
}
