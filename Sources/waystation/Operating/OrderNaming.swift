import ArgumentParser
import Catalog

/// Which order a command is about.
struct OrderNaming: ParsableArguments {
    @Argument(help: "The order's key, or ROLE/KEY.")
    var key: String

    @Option(name: .long, help: "The role whose order is meant.")
    var role: String?

    func lookup(in configuration: StationConfiguration) throws -> OrderLookup {
        OrderLookup(key: key, role: try configuration.role(named: role))
    }
}
