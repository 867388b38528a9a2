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
    package func addStartDates(to plan: inout FulfillmentPlan, now: Timestamp) {
        let requestedByLine = Dictionary(
            order.lines.map { ($0.id, $0.requestedDelivery ?? order.requestedDelivery) },
            uniquingKeysWith: { first, _ in first }
        )
        let graph = DependencyGraph(plan.components, groups: plan.groups)
        var due = plan.components.map { component in
            component.lines.compactMap { requestedByLine[$0] ?? nil }.min()
        }
        due += Array(repeating: nil, count: plan.groups?.count ?? 0)
        // Dependants first: what must be ready before them follows from their own start.
        for node in Self.dependantsFirst(graph) {
            guard let ready = due[node] else { continue }
            guard graph.isComponent(node) else {
                for member in graph.awaited[node] {
                    due[member] = due[member].map { min($0, ready) } ?? ready
                }
                continue
            }
            let component = plan.components[node]
            let duration = catalog.functions[component.function]?.durationSeconds ?? 0
            let start = ready.advanced(bySeconds: -duration)
            if start > now { plan.components[node].notBefore = start }
            for dependency in component.dependsOn {
                guard let blocking = graph.node(of: dependency) else { continue }
                let latest = start.advanced(bySeconds: -dependency.delaySeconds)
                due[blocking] = due[blocking].map { min($0, latest) } ?? latest
            }
        }
    }

    private static func dependantsFirst(_ graph: DependencyGraph) -> [Int] {
        var dependants = [Int](repeating: 0, count: graph.awaited.count)
        for blocking in graph.awaited.joined() { dependants[blocking] += 1 }
        var ready = dependants.indices.filter { dependants[$0] == 0 }
        var sorted: [Int] = []
        while let node = ready.popLast() {
            sorted.append(node)
            for blocking in graph.awaited[node] {
                dependants[blocking] -= 1
                if dependants[blocking] == 0 { ready.append(blocking) }
            }
        }
        return sorted
    }
}
