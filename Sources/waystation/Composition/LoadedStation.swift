import ArgumentParser
import Catalog
import Foundation
import Orders
import Station

/// The option that every command about a station has.
struct ConfigurationOption: ParsableArguments {
    @Option(name: .long, help: "The station's configuration file.")
    var config = "queues.yaml"

    /// Reads the configuration; environment variables override broker and store.
    func load(
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws -> StationConfiguration {
        try ConfigurationReader.read(path: config, environment: environment)
    }

    /// Reads the configuration and the catalogs of all its workers, or of some roles.
    func loadStation(
        roles names: [String] = [],
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws -> LoadedStation {
        let configuration = try load(environment: environment)
        let known = configuration.workers.map(\.role.rawValue)
        if let unknown = names.first(where: { !known.contains($0) }) {
            throw CommandFailure(
                .badConfiguration,
                "\(config): no worker has the role \(unknown); there are \(known.joined(separator: ", "))"
            )
        }
        let roles = try configuration.workers
            .filter { names.isEmpty || names.contains($0.role.rawValue) }
            .map { worker in
                RoleRuntime(
                    configuration: worker,
                    catalog: try CatalogReader.read(path: worker.catalogPath),
                    limits: configuration.limits
                )
            }
        return LoadedStation(configuration: configuration, roles: roles)
    }
}

/// A configuration with the catalogs it names.
struct LoadedStation {
    var configuration: StationConfiguration
    var roles: [RoleRuntime]
}
