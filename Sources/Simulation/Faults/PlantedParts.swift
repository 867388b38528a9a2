internal import Broker
internal import Orders
internal import Store

/// The station's surroundings with a bug built in, or as they are.
struct PlantedParts {
    let bug: PlantedBug?
    let clock: SimulatedClock

    func store(_ store: any Store) -> any Store { store }
    func broker(_ broker: any Broker) -> any Broker { broker }
    func ids(_ ids: any IDSource) -> any IDSource { ids }
}
