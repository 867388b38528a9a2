package import Broker
internal import Foundation
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
    ///
    /// `addressFailure` says what is wrong with the broker's address, which only that kind of broker can tell.
    package static func run(
        path: String,
        environment: [String: String],
        roles: Set<RoleName> = [],
        addressFailure: (BrokerConfiguration) -> BrokerError? = { _ in nil }
    ) -> StationCheck {
        var reading = ConfigurationReader.reading(path: path, environment: environment)
        if let broker = reading.draft?.broker, AddressCheck.isKnownBroker(broker.address),
            let failure = addressFailure(broker)
        {
            note(failure, in: &reading, environment: environment)
        }
        for file in reading.credentialFiles where !FileManager.default.isReadableFile(atPath: file.path) {
            reading.problems.warning(
                file.place,
                "the file \(file.path) is not there or not readable for this user",
                "nobody connects without it; a relative one begins at the folder of this file"
            )
        }
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

    /// Told where the address stands: in the file, or in the variable that overrides it.
    private static func note(
        _ failure: BrokerError,
        in reading: inout ConfigurationReader.Reading,
        environment: [String: String]
    ) {
        func tell(_ problems: Problems, at place: Place) {
            problems.error(place, inSentence(failure.message), inSentence(failure.remedy))
        }
        let variable = ConfigurationReader.brokerVariable
        guard environment[variable, default: ""].isEmpty else {
            let problems = Problems(file: "environment variable \(variable)")
            tell(problems, at: .none)
            reading.overrideDiagnostics += problems.diagnostics
            return
        }
        tell(reading.problems, at: reading.places[ConfigurationReader.brokerAddressPlace] ?? .start)
    }

    /// As it is written behind a place or a semicolon.
    private static func inSentence(_ text: String) -> String {
        text.prefix(1).lowercased() + text.dropFirst()
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
