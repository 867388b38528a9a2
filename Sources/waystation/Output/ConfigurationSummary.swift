import Broker
import Catalog
import Fulfillment
import Messages
import Orders

/// What a configuration without errors sets up: what `waystation check` tells when all is well.
struct ConfigurationSummary {
    var configuration: StationConfiguration
    var catalogs: [RoleName: RoleCatalog]
    /// Without secrets.
    var broker: String

    var json: JSONValue {
        [
            "broker": JSONValue(broker), "store": JSONValue(configuration.storeAddress),
            "queues": .array(configuration.topology.queues.map { JSONValue($0.name) }),
            "roles": .array(
                configuration.workers.map { worker in
                    let catalog = catalogs[worker.role]
                    return [
                        "role": JSONValue(worker.role), "catalog": JSONValue(catalog?.fulfillment.name),
                        "catalogVersion": JSONValue(catalog?.fulfillment.version),
                        "catalogPath": JSONValue(worker.catalogPath),
                        "accepts": .array(accepted(worker).map { .text($0) }),
                        "orders": .array(worker.orders.map { .text($0) }),
                        "urgentOrders": .array(worker.urgentOrders.map { .text($0) }),
                        "updates": .array(worker.updates.map { .text($0) }),
                        "operations": .array(worker.operations.map { .text($0) }),
                        "patterns": JSONValue(catalog?.fulfillment.patterns.count ?? 0),
                        "functions": JSONValue(catalog?.fulfillment.functions.keys.sorted() ?? []),
                        "systems": JSONValue(catalog?.fulfillment.systems.keys.sorted() ?? []),
                    ]
                }
            ),
        ]
    }

    var text: String {
        var lines = [
            "Everything is in order.", "  broker  \(broker)", "  store   \(configuration.storeAddress)",
            "  topology  \(NameList.count(configuration.topology.queues.count, "queue")), "
                + "\(NameList.count(configuration.topology.exchanges.count, "exchange")), "
                + NameList.count(configuration.topology.bindings.count, "binding"),
        ]
        for worker in configuration.workers {
            guard let catalog = catalogs[worker.role]?.fulfillment else { continue }
            lines.append("  role \(worker.role): catalog \(catalog.name) \(catalog.version)")
            lines.append("    takes \(accepted(worker).joined(separator: ", "))")
            lines.append("    orders from \((worker.urgentOrders + worker.orders).joined(separator: ", "))")
            lines.append("    updates from \(worker.updates.joined(separator: ", "))")
            if !worker.operations.isEmpty {
                lines.append("    operations from \(worker.operations.joined(separator: ", "))")
            }
            lines.append("    functions \(NameList.text(catalog.functions.keys.sorted()))")
            lines.append("    systems \(NameList.text(catalog.systems.keys.sorted()))")
        }
        return lines.map(\.printable).joined(separator: "\n")
    }

    private func accepted(_ worker: WorkerConfiguration) -> [String] {
        guard let catalog = catalogs[worker.role] else { return [] }
        return catalog.acceptedMessages.sorted() + catalog.mappings.map(\.name).sorted()
    }
}
