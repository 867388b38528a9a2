import Broker
import Catalog
import Station

/// Which queues lead out of the station, and to whom.
struct StationQueues: Sendable {
    enum Purpose: Sendable {
        case upstream
        case system
        case errors
        case fallout
    }

    /// By role, as its catalog has them.
    let systems: [EmulatedSystems]
    let entrance: String
    private let purposes: [String: Purpose]

    init(roles: [RoleRuntime]) {
        systems = roles.map { EmulatedSystems(role: $0, options: EmulationOptions()) }
        var purposes: [String: Purpose] = [:]
        for queue in systems.flatMap(\.queues) { purposes[queue] = .system }
        for role in roles {
            for queue in role.configuration.falloutQueues { purposes[queue] = .fallout }
            purposes[role.configuration.errors.routingKey] = .errors
        }
        // The first role's; those of the others lead back into the station.
        if let upstream = roles.first?.configuration.upstream { purposes[upstream.routingKey] = .upstream }
        self.purposes = purposes
        entrance = roles.first?.configuration.orders.first ?? ""
    }

    var all: [String] { purposes.keys.sorted() }

    func purpose(of queue: String) -> Purpose { purposes[queue] ?? .errors }
}
