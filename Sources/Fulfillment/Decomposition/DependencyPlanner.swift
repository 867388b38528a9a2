package import Orders

/// Draws the edges of a plan by the catalog's dependency rules.
package struct DependencyPlanner {
    private let order: Order
    private let catalog: FulfillmentCatalog
    private let structure: LineStructure

    package init(order: Order, catalog: FulfillmentCatalog, structure: LineStructure) {
        self.order = order
        self.catalog = catalog
        self.structure = structure
    }

    package func addDependencies(to components: inout [PlannedComponent]) {
        for rule in catalog.dependencies {
            let blocking = components.indices.filter { components[$0].function == rule.blocking.function }
            guard !blocking.isEmpty else { continue }
            var blockingByToken: [Token: [Int]] = [:]
            for index in blocking {
                for token in tokens(components[index], rule.relation, rule.blocking.patterns) {
                    blockingByToken[token, default: []].append(index)
                }
            }
            for index in components.indices where components[index].function == rule.blocked.function {
                var found: Set<Int> = []
                for token in tokens(components[index], rule.relation, rule.blocked.patterns) {
                    found.formUnion(blockingByToken[token] ?? [])
                }
                found.remove(index)
                guard !found.isEmpty else { continue }
                let until = delayUntil(rule, components[index])
                for other in found.sorted() {
                    let dependency = PlannedDependency(
                        component: components[other].id, wait: rule.wait, delaySeconds: rule.delaySeconds,
                        delayUntil: until)
                    if !components[index].dependsOn.contains(dependency) {
                        components[index].dependsOn.append(dependency)
                    }
                }
            }
        }
    }

    /// Components relate when they have a token in common.
    private enum Token: Hashable {
        case line(LineID)
        case bundle(LineID?)
        case order
        case value(String)
    }

    private func tokens(
        _ component: PlannedComponent, _ relation: LineRelation, _ patterns: Set<PatternName>
    ) -> Set<Token> {
        var tokens: Set<Token> = []
        for id in component.lines {
            guard let line = structure.line(id) else { continue }
            let subject = catalog.subject(line, of: order)
            if !patterns.isEmpty && patterns.isDisjoint(with: subject.patterns) { continue }
            switch relation {
            case .sameLine: tokens.insert(.line(id))
            case .sameBundle: tokens.insert(.bundle(structure.bundle(of: line)))
            case .wholeOrder: tokens.insert(.order)
            case .sameProperty(let name):
                if let value = subject.value(name) { tokens.insert(.value(value)) }
            }
        }
        return tokens
    }

    private func delayUntil(_ rule: DependencyRule, _ component: PlannedComponent) -> Timestamp? {
        guard let name = rule.delayUntilProperty else { return nil }
        return component.lines.compactMap { structure.line($0) }
            .compactMap { catalog.subject($0, of: order).value(name) }
            .compactMap { Timestamp(text: $0, zone: catalog.zone) }
            .max()
    }
}
