internal import Broker
internal import Foundation

/// Reads the file that an operator edits (`queues.yaml`) and tells everything that is wrong with it at once.
package enum ConfigurationReader {
    /// Names the file where nobody does.
    package static let configurationVariable = "WAYSTATION_CONFIG"
    /// Overrides the broker of the file.
    package static let brokerVariable = "WAYSTATION_BROKER"
    /// Overrides the store of the file.
    package static let storeVariable = "WAYSTATION_STORE"

    /// Reads a file for use.
    ///
    /// - Throws: Everything that is wrong with it, when anything is.
    package static func read(
        path: String,
        environment: [String: String]
    ) throws(CatalogProblems) -> StationConfiguration {
        try examine(path: path, environment: environment).get()
    }

    /// Reads and checks a file, warnings included; its catalogs are not read.
    package static func examine(path: String, environment: [String: String]) -> Examined<StationConfiguration>
    {
        let reading = reading(path: path, environment: environment)
        return Examined(value: reading.configuration, diagnostics: reading.diagnostics)
    }

    /// Checks a file's content; paths in it are resolved against `folder`.
    package static func examine(
        bytes: [UInt8],
        name: String,
        folder: String,
        environment: [String: String]
    ) -> Examined<StationConfiguration> {
        let reading = reading(bytes: bytes, name: name, folder: folder, environment: environment)
        return Examined(value: reading.configuration, diagnostics: reading.diagnostics)
    }

    /// A configuration with the places that the check of its catalogs needs.
    struct Reading {
        /// There even with errors, as far as it could be read.
        var draft: StationConfiguration?
        var problems: Problems
        /// Problems of variables that override the file.
        var overrideDiagnostics: [Diagnostic] = []
        /// Where things are said, by role and key, and ``ConfigurationReader/brokerAddressPlace``.
        var places: [String: Place] = [:]
        /// Files of passwords, keys and certificates that it names, and where.
        var credentialFiles: [(path: String, place: Place)] = []

        var diagnostics: [Diagnostic] { (problems.diagnostics + overrideDiagnostics).sorted() }
        var configuration: StationConfiguration? {
            diagnostics.contains { $0.severity == .error } ? nil : draft
        }
    }

    static let brokerAddressPlace = "broker address"

    static func reading(path: String, environment: [String: String]) -> Reading {
        let problems = Problems(file: path)
        let bytes: [UInt8]
        do throws(UnreadableFile) {
            bytes = try FileBytes.read(path)
        } catch {
            let other = "name another with --config or \(configurationVariable)"
            problems.error(.none, "the file \(error.reason)", "\(error.suggestion), or \(other)")
            return Reading(problems: problems)
        }
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        return reading(bytes: bytes, name: path, folder: folder, environment: environment)
    }

    static func reading(
        bytes: [UInt8],
        name: String,
        folder: String,
        environment: [String: String]
    ) -> Reading {
        let problems = Problems(file: name)
        var reading = Reading(problems: problems)
        guard let written = YAMLLoader.load(bytes, problems: problems) else { return reading }
        let node = EnvironmentSubstitution(environment: environment, problems: problems).applied(to: written)
        guard var parser = ConfigurationParser(node, folder: folder, problems: problems) else {
            return reading
        }
        var configuration = parser.configuration()
        reading.overrideDiagnostics = override(&configuration, environment)
        reading.draft = configuration
        reading.places = parser.places
        reading.credentialFiles = parser.credentialFiles
        return reading
    }

    private static func override(
        _ configuration: inout StationConfiguration,
        _ environment: [String: String]
    ) -> [Diagnostic] {
        var diagnostics: [Diagnostic] = []
        if let address = environment[brokerVariable], !address.isEmpty {
            let problems = Problems(file: "environment variable \(brokerVariable)")
            AddressCheck.checkBroker(address, at: .none, problems: problems)
            diagnostics += problems.diagnostics
            configuration.broker.address = address
        }
        if let address = environment[storeVariable], !address.isEmpty {
            let problems = Problems(file: "environment variable \(storeVariable)")
            AddressCheck.checkStore(address, at: .none, problems: problems)
            diagnostics += problems.diagnostics
            configuration.storeAddress = address
        }
        return diagnostics
    }
}

/// Checks the form of addresses; they may hold passwords, so they are not repeated in messages.
enum AddressCheck {
    /// Whether an address is of a kind that there is; what else is in it only that kind of broker can tell.
    static func isKnownBroker(_ address: String) -> Bool {
        ["amqp://", "amqps://", "embedded:"]
            .contains { address.hasPrefix($0) && address.utf8.count > $0.utf8.count }
    }

    static func checkBroker(_ address: String, at place: Place, problems: Problems) {
        if isKnownBroker(address) { return }
        problems.error(
            place,
            "the broker's address is of no kind that is known",
            "write amqp://user@host:port/vhost, amqps://… or embedded:FOLDER"
        )
    }

    static func checkStore(_ address: String, at place: Place, problems: Problems) {
        let scheme = "sqlite:"
        guard address.hasPrefix(scheme), address.utf8.count > scheme.utf8.count else {
            problems.error(place, "the store's address is of no kind that is known", "write sqlite:FILE")
            return
        }
    }
}
