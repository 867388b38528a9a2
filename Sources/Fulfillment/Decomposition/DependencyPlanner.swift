package import Orders

/// Draws the edges of a plan by the catalog's dependency rules.
package struct DependencyPlanner {
    private let order: Order
    private let catalog: FulfillmentCatalog
    private let structure: LineStructure

    /// More edges than this make no plan: where every line waits for every line, they grow with the square.
    package static let dependenciesMax = 50_000

    package init(order: Order, catalog: FulfillmentCatalog, structure: LineStructure) {
        self.order = order
        self.catalog = catalog
        self.structure = structure
    }

    /// - Returns: Every reason why there are none.
    package func addDependencies(to components: inout [PlannedComponent]) -> [Failure] {
        var failures: [Failure] = []
        var count = 0
        for rule in catalog.dependencies {
            let blockingByToken = blockingByToken(rule, components)
            guard !blockingByToken.isEmpty else { continue }
            for index in components.indices where components[index].function == rule.blocked.function {
                var found: Set<Int> = []
                for token in tokens(components[index], rule.relation, rule.blocked.patterns) {
                    found.formUnion(blockingByToken[token] ?? [])
                }
                found.remove(index)
                guard !found.isEmpty else { continue }
                count += found.count
                guard count <= Self.dependenciesMax else { return failures + [Self.tooMany(rule)] }
                let until = delayUntil(rule, components[index], &failures)
                let dependencies = found.sorted().map { other in
                    PlannedDependency(
                        component: components[other].id,
                        wait: rule.wait,
                        delaySeconds: rule.delaySeconds,
                        delayUntil: until
                    )
                }
                Self.add(dependencies, to: &components[index].dependsOn)
            }
        }
        return failures
    }

    private func blockingByToken(_ rule: DependencyRule, _ components: [PlannedComponent]) -> [Token: [Int]] {
        var blocking: [Token: [Int]] = [:]
        for index in components.indices where components[index].function == rule.blocking.function {
            for token in tokens(components[index], rule.relation, rule.blocking.patterns) {
                blocking[token, default: []].append(index)
            }
        }
        return blocking
    }

    /// Adds what one rule says, without what another one has said already.
    private static func add(_ more: [PlannedDependency], to dependencies: inout [PlannedDependency]) {
        guard !dependencies.isEmpty else {
            dependencies = more
            return
        }
        guard let rule = more.first else { return }
        let alike = dependencies.filter {
            $0.wait == rule.wait && $0.delaySeconds == rule.delaySeconds && $0.delayUntil == rule.delayUntil
        }
        guard !alike.isEmpty else {
            dependencies += more
            return
        }
        let known = Set(alike.map(\.component))
        dependencies += more.filter { !known.contains($0.component) }
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

    /// Components relate when they have a token in common.
    private enum Token: Hashable {
        case line(LineID)
        case bundle(LineID?)
        case order
        case value(String)
    }

    private func tokens(
        _ component: PlannedComponent,
        _ relation: LineRelation,
        _ patterns: Set<PatternName>
    ) -> Set<Token> {
        if relation == .wholeOrder && patterns.isEmpty { return [.order] }
        var tokens: Set<Token> = []
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
