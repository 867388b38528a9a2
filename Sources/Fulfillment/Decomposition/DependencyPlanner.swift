package import Orders

/// Draws the edges of a plan by the catalog's dependency rules.
package struct DependencyPlanner {
    private let order: Order
    private let catalog: FulfillmentCatalog
    private let structure: LineStructure

    /// More edges than this make no plan: one for each component that is waited for by itself, for each group that is
    /// waited for, and for each component of a group.
    package static let dependenciesMax = 50_000

    package init(order: Order, catalog: FulfillmentCatalog, structure: LineStructure) {
        self.order = order
        self.catalog = catalog
        self.structure = structure
    }

    /// - Returns: Every reason why there are none.
    package func addDependencies(to plan: inout FulfillmentPlan) -> [Failure] {
        var failures: [Failure] = []
        let relations = catalog.dependencies.map { relation($0, plan.components) }
        let groups = DependencyGroups(relations)
        var count = groups.memberCount
        for (rule, relation) in zip(catalog.dependencies, relations) {
            let grouped = groups.groups(of: relation)
            for blocked in relation.blocked {
                let awaited = groups.awaited(by: blocked, relation, grouped)
                let targets: [PlannedDependency.Target] =
                    awaited.components.map { .component(plan.components[$0].id) }
                    + awaited.groups.map { .group($0) }
                guard !targets.isEmpty else { continue }
                count += targets.count
                guard count <= Self.dependenciesMax else {
                    return failures + [Self.tooMany(rule)]
                }
                let until = delayUntil(rule, plan.components[blocked.at], &failures)
                let dependencies = targets.map { target in
                    PlannedDependency(
                        target,
                        wait: rule.wait,
                        delaySeconds: rule.delaySeconds,
                        delayUntil: until
                    )
                }
                Self.add(dependencies, to: &plan.components[blocked.at].dependsOn)
            }
        }
        plan.groups = groups.planned(plan.components)
        return failures
    }

    /// Who may have to wait for whom by a rule.
    private func relation(_ rule: DependencyRule, _ components: [PlannedComponent]) -> DependencyRelation {
        var relation = DependencyRelation()
        for at in components.indices where components[at].function == rule.blocking.function {
            for token in tokens(components[at], rule.relation, rule.blocking.patterns) {
                relation.blocking[token, default: []].append(at)
            }
        }
        if relation.blocking.isEmpty { return relation }
        for at in components.indices where components[at].function == rule.blocked.function {
            let tokens = tokens(components[at], rule.relation, rule.blocked.patterns)
            relation.blocked.append(DependencyRelation.Blocked(at: at, tokens: tokens))
        }
        return relation
    }

    /// Adds what one rule says, without what another one has said already.
    private static func add(_ more: [PlannedDependency], to dependencies: inout [PlannedDependency]) {
        guard !dependencies.isEmpty else {
            dependencies = more
            return
        }
        guard let rule = more.first else { return }
        let alike = dependencies.filter { $0.isAlike(rule) }
        guard !alike.isEmpty else {
            dependencies += more
            return
        }
        let known = Set(alike.map(\.target))
        dependencies += more.filter { !known.contains($0.target) }
    }

    private static func tooMany(_ rule: DependencyRule) -> Failure {
        Failure(
            .lineLimitExceeded,
            "the components wait for each other in more than \(dependenciesMax) ways, counted up to "
                + "\(rule.blocked.function) waits for \(rule.blocking.function)",
            correctiveAction:
                "Split the order, or let more lines travel together in the catalog's granularity."
        )
    }

    private func tokens(
        _ component: PlannedComponent,
        _ relation: LineRelation,
        _ patterns: Set<PatternName>
    ) -> Set<DependencyToken> {
        if relation == .wholeOrder && patterns.isEmpty { return [.order] }
        var tokens: Set<DependencyToken> = []
        for id in component.lines {
            guard let line = structure.line(id) else { continue }
            if !patterns.isEmpty {
                let chain = line.pattern.map(catalog.patternChain) ?? []
                if patterns.isDisjoint(with: chain) { continue }
            }
            switch relation {
            case .sameLine: tokens.insert(.line(id))
            case .sameBundle: tokens.insert(.bundle(structure.bundle(of: line)))
            case .wholeOrder: return [.order]
            case .sameProperty(let name):
                if let value = catalog.subject(line, of: order).value(name) { tokens.insert(.value(value)) }
            }
        }
        return tokens
    }

    private func delayUntil(
        _ rule: DependencyRule,
        _ component: PlannedComponent,
        _ failures: inout [Failure]
    ) -> Timestamp? {
        guard let name = rule.delayUntilProperty else { return nil }
        var latest: Timestamp?
        for line in component.lines.compactMap({ structure.line($0) }) {
            guard let text = catalog.subject(line, of: order).value(name) else { continue }
            if let moment = Timestamp(text: text, zone: catalog.zone) {
                latest = max(latest ?? moment, moment)
            } else {
                failures.append(
                    Failure(
                        .dateNotReadable,
                        "line \(line.id): '\(text.prefix(40))' in \(name) is not a date, and \(rule.blocked.function) "
                            + "waits until then",
                        line: line.id
                    )
                )
            }
        }
        return latest
    }
}
