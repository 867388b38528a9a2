package import Orders

/// Reads a configuration with all its catalogs and checks them against each other: what `waystation check` says.
package struct StationCheck: Sendable {
    /// `nil` when the configuration has errors.
    package var configuration: StationConfiguration?
    /// The catalogs without errors.
    package var catalogs: [RoleName: RoleCatalog]
    /// Everything there is to say, errors and warnings, file by file.
    package var diagnostics: [Diagnostic]

    /// Whether anything refuses the station.
    package var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }

    /// Reads and checks everything, or the catalogs of some roles only.
    package static func run(
        path: String,
        environment: [String: String],
        roles: Set<RoleName> = []
    ) -> StationCheck {
        let reading = ConfigurationReader.reading(path: path, environment: environment)
        var readings: [RoleName: CatalogReader.Reading] = [:]
        var byPath: [String: CatalogReader.Reading] = [:]
        for worker in reading.draft?.workers ?? [] where !worker.catalogPath.isEmpty {
            guard roles.isEmpty || roles.contains(worker.role) else { continue }
            let catalog = byPath[worker.catalogPath] ?? read(worker, reading)
            byPath[worker.catalogPath] = catalog
            guard let catalog else { continue }
            readings[worker.role] = catalog
            StationCrossCheck(configuration: reading, worker: worker, catalog: catalog).run()
        }
        let diagnostics = reading.diagnostics + byPath.values.flatMap(\.problems.diagnostics)
        return StationCheck(
            configuration: reading.configuration,
            catalogs: readings.compactMapValues(\.checkedCatalog),
            diagnostics: Set(diagnostics).sorted()
        )
    }

    /// A catalog file that is not there is told where the configuration names it.
    private static func read(
        _ worker: WorkerConfiguration,
        _ reading: ConfigurationReader.Reading
    ) -> CatalogReader.Reading? {
        do throws(UnreadableFile) {
            let bytes = try FileBytes.read(worker.catalogPath)
            return CatalogReader.reading(bytes: bytes, name: worker.catalogPath)
        } catch {
            reading.problems.error(
                reading.places["\(worker.role) catalog"] ?? .start,
                "the catalog of worker \(worker.role), \(worker.catalogPath), \(error.reason)",
                error.suggestion + "; a relative one begins at the folder of this file"
            )
            return nil
        }
    }
}
