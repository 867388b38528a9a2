import ArgumentParser
import Catalog
import Orders

/// Narrows a list to one role.
struct RoleOption: ParsableArguments {
    @Option(name: .customLong("role"), help: "Only of this role.")
    var name: String?

    /// - Throws: ``CommandFailure`` when no worker has that role.
    func role(in configuration: StationConfiguration) throws -> RoleName? {
        try configuration.role(named: name)
    }
}
