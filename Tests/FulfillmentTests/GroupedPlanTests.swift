import Fulfillment
import Orders
import TestSupport
import Testing

@Suite("Groups of a plan beside edges that are drawn one by one")
struct GroupedPlanTests {
    /// One edge, of no group.
    private struct Edge: Hashable {
        var blocking: ComponentID
        var wait: WaitCondition
        var delaySeconds: Int64
        var delayUntil: Timestamp?
    }

    /// A catalog and an order by chance, with rules for patterns and for dates, too.
    private static func chance(_ seed: UInt64) -> (FulfillmentCatalog, OrderDraft, RandomOrders) {
        var source = RandomOrders(seed: seed)
        var catalog = source.catalog()
        for at in catalog.dependencies.indices {
            if source.random.percent(20) { catalog.dependencies[at].blocked.patterns = ["Other"] }
            if source.random.percent(20) { catalog.dependencies[at].blocking.patterns = ["Thing"] }
            if source.random.percent(20) { catalog.dependencies[at].delayUntilProperty = "shelf" }
        }
        if source.random.percent(30), let last = catalog.dependencies.last {
            catalog.dependencies.append(last)
            if source.random.percent(50) {
                catalog.dependencies[catalog.dependencies.count - 1].relation = .wholeOrder
            }
        }
        var draft = source.order(linesMax: 40)
        for at in draft.lines.indices where source.random.percent(30) {
            draft.lines[at].properties["shelf"] = "2026-11-2\(1 + source.random.below(3))"
        }
        return (catalog, draft, source)
    }

    /// Every edge by the rules' definition: each pair of components is looked at.
    private func edges(
        of plan: FulfillmentPlan,
        _ order: Order,
        _ catalog: FulfillmentCatalog
    )
        -> [ComponentID: Set<Edge>]
    {
        let structure = LineStructure(order: order, catalog: catalog)
        var edges: [ComponentID: Set<Edge>] = [:]
        for rule in catalog.dependencies {
            for blocked in plan.components where blocked.function == rule.blocked.function {
                let lines = lines(of: blocked, rule.blocked, order, catalog)
                let dates = blocked.lines.compactMap { id in order.lines.first { $0.id == id } }
                    .compactMap { catalog.subject($0, of: order).value(rule.delayUntilProperty ?? "") }
                    .compactMap { Timestamp(text: $0, zone: catalog.zone) }
                for blocking in plan.components
                where blocking.function == rule.blocking.function && blocking.id != blocked.id {
                    let others = self.lines(of: blocking, rule.blocking, order, catalog)
                    let isRelated = lines.contains { line in
                        others.contains { other in
                            switch rule.relation {
                            case .sameLine: line.id == other.id
                            case .sameBundle: structure.bundle(of: line) == structure.bundle(of: other)
                            case .wholeOrder: true
                            case .sameProperty(let name):
                                catalog.subject(line, of: order).value(name).map {
                                    $0 == catalog.subject(other, of: order).value(name)
                                } ?? false
                            }
                        }
                    }
                    guard isRelated else { continue }
                    edges[blocked.id, default: []].insert(
                        Edge(
                            blocking: blocking.id,
                            wait: rule.wait,
                            delaySeconds: rule.delaySeconds,
                            delayUntil: dates.max()
                        )
                    )
                }
            }
        }
        return edges
    }

    private func lines(
        of component: PlannedComponent,
        _ selector: ComponentSelector,
        _ order: Order,
        _ catalog: FulfillmentCatalog
    ) -> [OrderLine] {
        order.lines.filter { line in
            component.lines.contains(line.id)
                && (selector.patterns.isEmpty
                    || line.pattern.map { !selector.patterns.isDisjoint(with: catalog.patternChain($0)) }
                        ?? false)
        }
    }

    @Test(
        "say the same, whatever the relations, patterns, waits and delays; and are fewer",
        arguments: 0..<10
    )
    func sameEdges(block: UInt64) throws {
        var grouped = 0
        var written = 0
        var drawn = 0
        for seed in block * 60..<block * 60 + 60 {
            let (catalog, draft, _) = Self.chance(seed)
            let order = try #require(
                OrderValidation.validate(draft, catalog: catalog, linesMax: 1_000).order
            )
            let plan = try Decomposer.plan(order, catalog: catalog, now: .testStart).get()
            let wanted = edges(of: plan, order, catalog)
            for component in plan.components {
                let found = component.dependsOn.flatMap { dependency in
                    awaited(dependency, plan.groups).map {
                        Edge(
                            blocking: $0,
                            wait: dependency.wait,
                            delaySeconds: dependency.delaySeconds,
                            delayUntil: dependency.delayUntil
                        )
                    }
                }
                #expect(Set(found) == wanted[component.id] ?? [], "seed \(seed), \(component.id)")
            }
            guard let groups = plan.groups else { continue }
            grouped += 1
            #expect(Set(groups).count == groups.count, "seed \(seed): no group twice")
            // However many components have something in common, a line has it once.
            #expect(plan.edges <= 2 * catalog.dependencies.count * order.lines.count, "seed \(seed)")
            written += plan.edges
            drawn += wanted.values.map(\.count).reduce(0, +)
        }
        #expect(grouped > 5)
        #expect(written < drawn)
    }

    /// The order as it would be without groups.
    private func expanded(_ state: OrderState) throws -> OrderState {
        var state = state
        for at in state.components.indices {
            var dependsOn: [PlannedDependency] = []
            var heldSince: [Int: Timestamp] = [:]
            for (position, dependency) in state.components[at].plan.dependsOn.enumerated() {
                for id in awaited(dependency, state.groups) {
                    heldSince[dependsOn.count] = state.components[at].heldSince[position]
                    var single = dependency
                    single.target = .component(id)
                    dependsOn.append(single)
                }
            }
            state.components[at].plan.dependsOn = dependsOn
            state.components[at].heldSince = heldSince
        }
        state.groups = nil
        // Read back, since the index is made of it then.
        return try JournalCodec.decodeState(JournalCodec.encode(state))
    }

    @Test("release every component at the same moment, whatever is reported when", arguments: 0..<10)
    func sameMoments(block: UInt64) throws {
        var grouped = 0
        for seed in block * 20..<block * 20 + 20 {
            var (catalog, draft, source) = Self.chance(seed)
            draft.requestedDelivery = nil
            var together = OrderRun(catalog)
            together.submit(draft)
            guard together.state?.groups != nil else { continue }
            grouped += 1
            var single = together
            single.state = try single.state.map(expanded)
            for step in 0..<400 where together.state?.lifecycle != .completed {
                let running = together.running
                let states = [
                    ("IN PROGRESS", "STARTED"), ("IN PROGRESS", "DESIGNED"), ("COMPLETE", "FINISHED"),
                ]
                let decisions: [OrderDecision]
                if running.isEmpty || source.random.percent(15) {
                    let seconds = Int64(source.random.below(100_000))
                    decisions = [
                        together.timeReached(afterSeconds: seconds),
                        single.timeReached(afterSeconds: seconds),
                    ]
                } else {
                    let id = running[source.random.below(running.count)]
                    let (status, milestone) = states[source.random.below(states.count)]
                    let serial = LineUpdate(
                        lineID: together.component(id)?.plan.lines.first ?? "",
                        attributes: [LineAttribute(name: "serial", value: "1")]
                    )
                    let lines = source.random.percent(40) ? [serial] : []
                    decisions = [
                        together.report(id, status, milestone: milestone, lines: lines),
                        single.report(id, status, milestone: milestone, lines: lines),
                    ]
                }
                #expect(
                    Set(decisions[0].events.released) == Set(decisions[1].events.released),
                    "seed \(seed), step \(step)"
                )
                #expect(
                    together.state?.components.map(\.scheduledFor)
                        == single.state?.components.map(\.scheduledFor),
                    "seed \(seed), step \(step)"
                )
            }
            #expect(together.state?.lifecycle == single.state?.lifecycle, "seed \(seed)")
        }
        #expect(grouped > 2)
    }
}
