package import Catalog
internal import Foundation
internal import Fulfillment
package import Orders
package import Station

/// What all runs share: the configuration, the catalogs and the example orders, read once.
package struct SimulationSite: Sendable {
    package let configuration: StationConfiguration
    package let catalogs: [RoleName: RoleCatalog]
    package let templates: [OrderTemplate]
    package let revisable: RevisableOrder

    /// Something the folder should hold and does not.
    package struct Problem: Error, CustomStringConvertible {
        package let description: String
    }

    /// Orders by how often they are chosen.
    private static let mixture = [
        ("mobile", 40), ("future-dated", 18), ("qualify", 12), ("urgent", 10), ("broadband-rio", 6),
        ("broadband-curitiba", 6), ("refused-speed", 3), ("triple-play", 2), ("invalid-content", 3),
        ("not-well-formed", 2),
    ]

    /// Systems that must answer in time, beside what the catalogs say.
    private static let watchedSystems: [SystemName] = ["Billing", "MobileNetwork"]
    private static let silenceSecondsMax: Int64 = 120

    /// Reads the folder of `queues.yaml` and `Examples`.
    ///
    /// - Throws: What is missing or wrong in it.
    package init(root: String) throws {
        configuration = try ConfigurationReader.read(
            path: "\(root)/queues.yaml",
            environment: ["WAYSTATION_DATA": "."]
        )
        var catalogs: [RoleName: RoleCatalog] = [:]
        for worker in configuration.workers {
            var catalog = try CatalogReader.read(path: worker.catalogPath)
            for system in Self.watchedSystems {
                catalog.fulfillment.systems[system]?.silenceSecondsMax = Self.silenceSecondsMax
            }
            catalogs[worker.role] = catalog
        }
        self.catalogs = catalogs
        templates = try Self.mixture.map { name, weight in
            let path = "\(root)/Examples/broadband/orders/\(name).xml"
            let text = try String(contentsOfFile: path, encoding: .utf8)
            guard let template = OrderTemplate(name: name, weight: weight, text: text) else {
                throw Problem(description: "\(path) is not built as the other example orders")
            }
            return template
        }
        let path = "\(root)/Examples/broadband/orders/revisions/5-mobile-again.xml"
        guard let revisable = RevisableOrder(text: try String(contentsOfFile: path, encoding: .utf8)) else {
            throw Problem(description: "\(path) is not built as the other example orders")
        }
        self.revisable = revisable
    }

    /// The configuration as one run has it.
    package func configuration(_ setup: SimulationSetup) -> StationConfiguration {
        var configuration = configuration
        configuration.limits.cachedOrders = setup.cachedOrders
        configuration.limits.inHandBytes = setup.inHandBytes
        for index in configuration.workers.indices {
            configuration.workers[index].prefetch = setup.prefetch
            configuration.workers[index].batchLimit = setup.batchLimit
            configuration.workers[index].consumers = setup.consumers
            configuration.workers[index].concurrency = setup.deciders
        }
        return configuration
    }

    /// Roles of a configuration of this site.
    package func roles(of configuration: StationConfiguration) -> [RoleRuntime] {
        configuration.workers.compactMap { worker in
            catalogs[worker.role].map {
                RoleRuntime(configuration: worker, catalog: $0, limits: configuration.limits)
            }
        }
    }
}
