package import Fulfillment
package import Orders

/// Catalogs and orders by chance, the same for the same seed; every catalog is free of cycles.
package struct RandomOrders {
    package var random: SeededRandom

    package init(seed: UInt64) { random = SeededRandom(seed: seed) }

    /// Two to five functions over two patterns, each waiting only for earlier ones.
    package mutating func catalog() -> FulfillmentCatalog {
        let names: [FunctionName] = ["A", "B", "C", "D", "E"]
        let functions = names.prefix(2 + random.below(4)).map { name in
            FulfillmentFunction(
                name: name,
                systems: [
                    SystemChoice(
                        system: SystemName(rawValue: "\(name)-north"),
                        condition: .isOneOf(name: "region", values: ["north"])
                    ),
                    SystemChoice(system: SystemName(rawValue: "\(name)-south")),
                ],
                skipsSystemStage: random.percent(20),
                granularity: granularity(),
                durationSeconds: Int64(random.below(3)) * 3_600
            )
        }
        var catalog = TestCatalogs.functions(
            functions,
            dependencies: dependencies(functions.map(\.name)),
            startPolicy: random.percent(30) ? .calculated : .immediate,
            unmapped: random.percent(50) ? .fallout : .ignore
        )
        catalog.productClasses["Other"] = "Other"
        let others = functions.filter { _ in random.percent(50) }.map { PatternStep(function: $0.name) }
        catalog.patterns["Other"] = FulfillmentPattern(
            name: "Other",
            ancestors: ["Thing"],
            steps: ["Deliver": others, "Qualify": []]
        )
        catalog.upstream.grouping = random.percent(50) ? .each : .together
        return catalog
    }

    private mutating func granularity() -> Granularity {
        switch random.below(6) {
        case 0: .order
        case 1: .bundle
        case 2: .offer
        case 3: .property("region")
        default: .line
        }
    }

    private mutating func dependencies(_ names: [FunctionName]) -> [DependencyRule] {
        var rules: [DependencyRule] = []
        for (at, blocked) in names.enumerated() where at > 0 {
            for _ in 0..<(1 + random.below(2)) {
                let relation: LineRelation =
                    switch random.below(4) {
                    case 0: .sameLine
                    case 1: .sameBundle
                    case 2: .wholeOrder
                    default: .sameProperty("region")
                    }
                let wait: WaitCondition =
                    switch random.below(5) {
                    case 0: .state("IN_PROGRESS-DESIGNED")
                    case 1: .milestone("DESIGNED")
                    case 2: .value(name: "serial", equals: nil)
                    default: .completed
                    }
                rules.append(
                    DependencyRule(
                        blocked: ComponentSelector(function: blocked),
                        blocking: ComponentSelector(function: names[random.below(at)]),
                        relation: relation,
                        wait: wait,
                        delaySeconds: random.percent(25) ? Int64(1 + random.below(7_200)) : 0
                    )
                )
            }
        }
        return rules
    }

    /// A valid order of at most that many lines, in a forest of offers, bundles and products.
    package mutating func order(linesMax: Int, key: OrderKey = "SO-1") -> OrderDraft {
        let count = 1 + random.below(linesMax)
        let lines = (1...count).map { number in
            let type = ["PRODUCT", "PRODUCT", "PRODUCT", "BUNDLE", "OFFER"][random.below(5)]
            let action = ["ADD", "ADD", "ADD", "UPDATE", "DELETE", "NONE"][random.below(6)]
            let region = ["north", "south", nil][random.below(3)]
            return LineDraft(
                id: "\(number)",
                parents: number > 1 && random.percent(60) ? ["\(1 + random.below(number - 1))"] : [],
                action: action,
                productClass: type == "PRODUCT" ? ["Thing", "Other"][random.below(2)] : nil,
                type: type,
                properties: region.map { ["Address/region": $0] } ?? [:]
            )
        }
        return OrderDraft(
            key: key,
            revision: "1",
            mode: random.percent(85) ? "Deliver" : "Qualify",
            requestedDelivery: random.percent(30) ? "2026-11-21T1\(random.below(10)):00:00Z" : nil,
            lines: lines.shuffled(using: &random)
        )
    }
}
