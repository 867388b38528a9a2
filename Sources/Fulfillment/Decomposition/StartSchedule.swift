package import Orders

/// Calculates when components may start: the requested delivery less the durations that are still ahead.
package struct StartSchedule {
    private let order: Order
    private let catalog: FulfillmentCatalog

    package init(order: Order, catalog: FulfillmentCatalog) {
        self.order = order
        self.catalog = catalog
    }

    /// Sets `notBefore` where the calculated start lies in the future; a past one means at once.
    package func addStartDates(to components: inout [PlannedComponent], now: Timestamp) {
        let requestedByLine = Dictionary(
            order.lines.map { ($0.id, $0.requestedDelivery ?? order.requestedDelivery) },
            uniquingKeysWith: { first, _ in first }
        )
        let index = Dictionary(
            components.enumerated().map { ($0.element.id, $0.offset) },
            uniquingKeysWith: { first, _ in first }
        )
        var due = components.map { component in
            component.lines.compactMap { requestedByLine[$0] ?? nil }.min()
        }
        // Dependants first: what must be ready before them follows from their own start.
        for position in Self.dependantsFirst(components, index) {
            guard let ready = due[position] else { continue }
            let duration = catalog.functions[components[position].function]?.durationSeconds ?? 0
            let start = ready.advanced(bySeconds: -duration)
            if start > now { components[position].notBefore = start }
            for dependency in components[position].dependsOn {
                guard let blocking = index[dependency.component] else { continue }
                let latest = start.advanced(bySeconds: -dependency.delaySeconds)
                due[blocking] = due[blocking].map { min($0, latest) } ?? latest
            }
        }
    }

    private static func dependantsFirst(
        _ components: [PlannedComponent],
        _ index: [ComponentID: Int]
    ) -> [Int] {
        var dependants = [Int](repeating: 0, count: components.count)
        for component in components {
            for dependency in component.dependsOn {
                if let blocking = index[dependency.component] { dependants[blocking] += 1 }
            }
        }
        var ready = components.indices.filter { dependants[$0] == 0 }
        var sorted: [Int] = []
        while let position = ready.popLast() {
            sorted.append(position)
            for dependency in components[position].dependsOn {
                guard let blocking = index[dependency.component] else { continue }
                dependants[blocking] -= 1
                if dependants[blocking] == 0 { ready.append(blocking) }
            }
        }
        return sorted
    }
}
