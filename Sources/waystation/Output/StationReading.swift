import Catalog
import Orders
import Store

extension StationConfiguration {
    /// The role of that name; `nil` when none was named.
    func role(named name: String?) throws -> RoleName? {
        guard let name else { return nil }
        guard let worker = workers.first(where: { $0.role.rawValue == name }) else {
            let known = workers.map(\.role.rawValue).joined(separator: ", ")
            throw CommandFailure(.usage, "no worker has the role '\(name.printable)'; there are \(known)")
        }
        return worker.role
    }

    /// The store, to be read beside the worker.
    func openReader() throws -> any StoreReader { try StoreAddress(storeAddress).openReader() }
}

extension ConfigurationOption {
    /// Reads the configuration and its catalogs; of one role only when it is named.
    func loadStation(role: String?) throws -> LoadedStation {
        try loadStation(roles: role.map { [$0] } ?? [])
    }
}
