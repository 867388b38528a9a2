import ArgumentParser
import Catalog
import Foundation
import Orders
import Station

/// The option that every command about a station has.
struct ConfigurationOption: ParsableArguments {
    @Option(
        name: .long,
        help:
            "The station's configuration file."
    )
    var config =
        ProcessInfo.processInfo.environment[ConfigurationReader.configurationVariable] ?? "queues.yaml"

    /// Reads the configuration; environment variables override broker and store.
    func load(
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws -> StationConfiguration {
        try ConfigurationReader.read(path: config, environment: environment)
    }

    /// Reads the configuration and the catalogs of all its workers, or of some roles, checked as `check` does.
    func loadStation(
        roles names: [String] = [],
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws -> LoadedStation {
        let check = StationCheck.whole(
            path: config,
            environment: environment,
            roles: Set(names.map { RoleName(rawValue: $0) })
        )
        guard let configuration = check.configuration, !check.hasErrors else {
            throw CatalogProblems(check.diagnostics)
        }
        for name in names { _ = try configuration.role(named: name) }
        let roles = configuration.workers.compactMap { worker in
            check.catalogs[worker.role].map {
                RoleRuntime(configuration: worker, catalog: $0, limits: configuration.limits)
            }
        }
        return LoadedStation(configuration: configuration, roles: roles)
    }
}

/// A configuration with the catalogs it names.
struct LoadedStation {
    var configuration: StationConfiguration
    var roles: [RoleRuntime]
}
