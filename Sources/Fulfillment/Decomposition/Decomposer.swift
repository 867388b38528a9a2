package import Orders

/// Decomposes a valid order into its plan: function, then system, then granularity, then dependencies and
/// start dates.
///
/// The result depends on the order's content and the catalog only, never on the order of lines in the
/// message.
package struct Decomposer {
    private let order: Order
    private let catalog: FulfillmentCatalog
    private let structure: LineStructure
    private var components: [ComponentID: PlannedComponent] = [:]
    /// For components whose id leaves the system out: the first system of the catalog that fits to any line.
    private var systemRanks: [ComponentID: Int] = [:]
    private var failures: [Failure] = []

    /// - Returns: The plan, or every reason why there is none.
    package static func plan(
        _ order: Order,
        catalog: FulfillmentCatalog,
        now: Timestamp
    ) -> Result<FulfillmentPlan, DecompositionFailure> {
        var decomposer = Decomposer(order: order, catalog: catalog)
        return decomposer.plan(now: now)
    }

    private init(order: Order, catalog: FulfillmentCatalog) {
        self.order = order
        self.catalog = catalog
        structure = LineStructure(order: order, catalog: catalog)
    }

    private mutating func plan(now: Timestamp) -> Result<FulfillmentPlan, DecompositionFailure> {
        for line in order.lines where line.action != .none { decompose(line) }
        guard failures.isEmpty else { return .failure(DecompositionFailure(failures: failures)) }
        var planned = components.values.sorted { NaturalOrder.precedes($0.id.rawValue, $1.id.rawValue) }
        for index in planned.indices {
            planned[index].lines.sort { NaturalOrder.precedes($0.rawValue, $1.rawValue) }
        }
        addBases(to: &planned)
        var wording = RequestWording(order: order, catalog: catalog)
        for index in planned.indices { planned[index].wording = wording.wording(of: planned[index]) }
        failures += wording.failures
        var plan = FulfillmentPlan(components: planned)
        let planner = DependencyPlanner(order: order, catalog: catalog, structure: structure)
        failures += planner.addDependencies(to: &plan)
        guard failures.isEmpty else { return .failure(DecompositionFailure(failures: failures)) }
        if let cycle = DependencyCycle.find(in: plan.components, groups: plan.groups) {
            failures.append(
                Failure(
                    .dependencyCycle,
                    "the components wait for each other: \(Listing.path(cycle))",
                    component: cycle.first
                )
            )
            return .failure(DecompositionFailure(failures: failures))
        }
        if catalog.startPolicy == .calculated {
            StartSchedule(order: order, catalog: catalog).addStartDates(to: &plan, now: now)
        }
        return .success(plan)
    }

    /// A component waits for whatever any of its lines waits for.
    private func addBases(to planned: inout [PlannedComponent]) {
        guard order.bases != nil || order.lines.contains(where: { $0.bases != nil }) else { return }
        for index in planned.indices {
            var bases = order.bases ?? []
            for line in planned[index].lines.compactMap({ structure.line($0) }) { bases += line.bases ?? [] }
            var seen: Set<BaseReference> = []
            let found = bases.filter { seen.insert($0).inserted }
            planned[index].bases = found.isEmpty ? nil : found
        }
    }

    private mutating func decompose(_ line: OrderLine) {
        guard let pattern = line.pattern.flatMap({ catalog.patterns[$0] }) else { return }
        let subject = catalog.subject(line, of: order)
        for step in pattern.steps[order.mode] ?? [] where step.condition.holds(for: subject) {
            guard let function = catalog.functions[step.function] else { continue }
            guard let rank = function.systems.firstIndex(where: { $0.condition.holds(for: subject) }) else {
                failures.append(
                    Failure(
                        .systemNotFound,
                        "line \(line.id): no system for function \(function.name) fits product class "
                            + "'\(line.productClass ?? "")' of pattern \(pattern.name)",
                        line: line.id
                    )
                )
                continue
            }
            let system = function.systems[rank].system
            let key = structure.granularityKey(function.granularity, line: line, subject: subject)
            let name =
                function.skipsSystemStage ? "\(function.name)/\(key)" : "\(function.name)/\(system)/\(key)"
            add(line, to: ComponentID(rawValue: name), of: function, rank: rank)
        }
    }

    private mutating func add(
        _ line: OrderLine,
        to id: ComponentID,
        of function: FulfillmentFunction,
        rank: Int
    ) {
        let system = function.systems[rank].system
        components[id, default: PlannedComponent(id: id, function: function.name, system: system, lines: [])]
            .lines.append(line.id)
        // Where lines of one component fit to several systems, the catalog's order decides, not that of the
        // lines.
        guard function.skipsSystemStage else { return }
        let best = min(systemRanks[id] ?? rank, rank)
        systemRanks[id] = best
        components[id]?.system = function.systems[best].system
    }
}

/// Why an order could not be decomposed.
package struct DecompositionFailure: Error, Sendable, Hashable {
    package var failures: [Failure]

    package init(failures: [Failure]) { self.failures = failures }
}
