import ArgumentParser
import Catalog
import Fulfillment
import Orders
import Store

/// Which incidents a command is about.
struct FalloutSelection: ParsableArguments {
    @Argument(help: "Only of this order: its key, or ROLE/KEY.")
    var key: String?

    @OptionGroup var only: RoleOption

    @Option(name: .long, help: "Only this incident of the order.")
    var incident: Int?

    @Option(name: .long, help: "Only of this component, or of components of this function.")
    var component: String?

    @Option(name: .long, help: "Only failures of this code, ours or the system's own.")
    var code: String?

    @Option(name: .long, help: "Only failures of this system.")
    var system: String?

    @Flag(name: .long, help: "All that are open.")
    var all = false

    func validate() throws {
        if incident != nil, key == nil {
            throw ValidationError("--incident is a number within an order; give the order's key, too")
        }
    }

    /// Whether it says which at all.
    var isGiven: Bool { key != nil || component != nil || code != nil || system != nil || all }

    private static let pageSize = 500

    /// What fits, in order of the orders' intake.
    func items(in reader: any StoreReader, configuration: StationConfiguration) throws -> [FalloutItem] {
        let named = try only.role(in: configuration)
        if let key {
            return try OrderLookup(key: key, role: named).find(in: reader).flatMap { order in
                try items(of: order, in: reader)
            }
        }
        var found: [FalloutItem] = []
        var row: Int64 = 0
        while case let page = try reader.orders(afterRow: row, limit: Self.pageSize), let last = page.last {
            row = last.row
            for order in page where (named == nil || order.id.role == named) && FalloutItem.mayHave(order) {
                found += try items(of: order, in: reader)
            }
        }
        return found
    }

    private func items(of order: OrderRecord, in reader: any StoreReader) throws -> [FalloutItem] {
        // Removed by retention since it was listed.
        guard let stored = try reader.history(order.id) else { return [] }
        return try FalloutItem.items(of: stored).filter(fits)
    }

    private func fits(_ item: FalloutItem) -> Bool {
        (incident.map { item.incident.id == $0 } ?? true)
            && (component.map {
                item.incident.failure.component?.rawValue == $0 || item.function?.rawValue == $0
            }
                ?? true)
            && (code.map {
                item.incident.failure.code.rawValue == $0.uppercased()
                    || item.incident.failure.externalCode == $0
            }
                ?? true)
            && (system.map { item.system?.rawValue == $0 } ?? true)
    }
}
