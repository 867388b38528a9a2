internal import Catalog
package import Foundation
package import Station

/// The shipped configuration with its catalogs, read as the station reads them.
package struct StationFiles: Sendable {
    package let roles: [RoleRuntime]
    package let folder: URL

    /// Reads the configuration of the checkout in `folder`, or another one.
    package init(folder: URL, configuration: URL? = nil) throws {
        self.folder = folder
        let path = (configuration ?? folder.appendingPathComponent("queues.yaml")).path
        let read = try ConfigurationReader.read(path: path, environment: [:])
        roles = try read.workers.map { worker in
            RoleRuntime(
                configuration: worker,
                catalog: try CatalogReader.read(path: worker.catalogPath),
                limits: read.limits
            )
        }
    }

    /// The orders of the full flow: one of 16 lines, one of three, in turn.
    package func orders() throws -> OrderStream { try orders("triple-play.xml", "broadband-rio.xml") }

    /// Orders after these examples, in turn.
    package func orders(_ names: String...) throws -> OrderStream {
        try orders(names.map(example))
    }

    /// Orders after these files, in turn.
    package func orders(_ files: [URL]) throws -> OrderStream {
        guard let role = roles.first else { throw WorkloadProblem("the configuration has no worker") }
        return try OrderStream(files: files, role: role)
    }

    /// One of the example orders.
    package func example(_ name: String) -> URL {
        folder.appendingPathComponent("Examples/broadband/orders/\(name)")
    }
}
