internal import Broker
internal import Fulfillment
internal import Orders

/// Checks one worker's catalog against the configuration.
struct StationCrossCheck {
    let configuration: ConfigurationReader.Reading
    let worker: WorkerConfiguration
    let catalog: CatalogReader.Reading

    func run() {
        guard let topology = configuration.draft?.topology, let fulfillment = catalog.catalog?.fulfillment
        else {
            return
        }
        let queues = Set(topology.queues.map(\.name))
        for system in fulfillment.systems.values where !queues.contains(system.requestQueue) {
            let meant = NearestName.nearest(to: system.requestQueue, among: queues).map {
                "did you mean '\($0)'?"
            }
            catalog.problems.error(
                catalog.queuePlaces[system.name.rawValue] ?? .start,
                "queue '\(system.requestQueue)' of system \(system.name) is not declared in the topology of "
                    + configuration.problems.file,
                meant ?? "declare it there under 'queues'"
            )
        }
        checkUrgentRoutes(fulfillment)
        checkUpstream(fulfillment)
        checkTickets(fulfillment)
        checkOwnQueues(fulfillment)
    }

    private func checkTickets(_ fulfillment: FulfillmentCatalog) {
        if worker.tickets == nil, fulfillment.tickets != nil {
            configuration.problems.error(
                place("tickets"),
                "worker \(worker.role) has no 'tickets', but its catalog makes tickets of failures",
                "name the queue of the ticket system, or remove 'tickets' from the catalog"
            )
        }
    }

    private func checkUrgentRoutes(_ fulfillment: FulfillmentCatalog) {
        let requestQueues = Set(fulfillment.systems.values.map(\.requestQueue))
        for queue in worker.urgentRoutes.keys.sorted() where !requestQueues.contains(queue) {
            configuration.problems.error(
                place("urgentRoutes \(queue)"),
                "no system of catalog \(fulfillment.name) is asked on queue '\(queue)' of 'urgentRoutes'",
                NearestName.suggestion(for: queue, among: requestQueues, kind: "request queue")
            )
        }
    }

    private func checkUpstream(_ fulfillment: FulfillmentCatalog) {
        if worker.upstream == nil, fulfillment.upstream.format != .none {
            configuration.problems.error(
                place("upstream"),
                "worker \(worker.role) has no 'upstream', but its catalog reports by \(fulfillment.upstream.format.rawValue)",
                "name the queue of whoever sends it orders, or write 'format: none' in the catalog"
            )
        }
    }

    /// A worker that asks itself would answer itself for ever.
    private func checkOwnQueues(_ fulfillment: FulfillmentCatalog) {
        let own = Set(worker.orders + worker.urgentOrders + worker.updates + worker.operations)
        for system in fulfillment.systems.values where own.contains(system.requestQueue) {
            catalog.problems.error(
                catalog.queuePlaces[system.name.rawValue] ?? .start,
                "system \(system.name) is asked on queue '\(system.requestQueue)', which worker \(worker.role) reads itself",
                "use another queue"
            )
        }
    }

    private func place(_ key: String) -> Place { configuration.places["\(worker.role) \(key)"] ?? .start }
}

extension CatalogReader.Reading {
    /// The catalog, unless the check against the configuration found an error in it.
    var checkedCatalog: RoleCatalog? {
        problems.diagnostics.contains { $0.severity == .error } ? nil : catalog
    }
}
