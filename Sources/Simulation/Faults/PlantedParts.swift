internal import Broker
internal import Orders
internal import Station
internal import Store

/// What the station stands on, with a bug built in, or as it is.
final class PlantedParts {
    let bug: PlantedBug?

    init(bug: PlantedBug?, roles: [RoleRuntime]) { self.bug = bug }

    /// A new process begins, with an empty memory.
    func beginProcess() {}

    func store(_ store: any Store) -> any Store { store }
    func broker(_ broker: any Broker) -> any Broker { broker }
    func ids(_ ids: any IDSource) -> any IDSource { ids }
    func roles(_ roles: [RoleRuntime]) -> [RoleRuntime] { roles }
}
