package import Fulfillment
package import Orders

/// Small catalogs for tests.
package enum TestCatalogs {
    /// What a system says in tests: the roots' own words, and a word for each of the states below them.
    package static let stateMap: [StateMapping] = [
        StateMapping(
            external: "IN PROGRESS",
            externalMilestone: "STARTED",
            state: "IN_PROGRESS-STARTED",
            milestone: "STARTED"
        ),
        StateMapping(
            external: "IN PROGRESS",
            externalMilestone: "DESIGNED",
            state: "IN_PROGRESS-DESIGNED",
            milestone: "DESIGNED"
        ),
        StateMapping(external: "IN PROGRESS", state: "IN_PROGRESS"),
        StateMapping(external: "COMPLETE", state: "COMPLETE", milestone: "FINISHED"),
        StateMapping(external: "FAILED", state: "FAILED"),
        StateMapping(external: "CANCELLED", state: "CANCELLED"),
        StateMapping(external: "OPEN", state: "OPEN"),
    ]

    package static let milestones: [MilestoneName] = ["STARTED", "DESIGNED", "FINISHED"]

    /// The five roots with two states below IN_PROGRESS.
    package static var states: StateTree {
        var tree = StateTree()
        _ = tree.add("IN_PROGRESS-STARTED", below: "IN_PROGRESS")
        _ = tree.add("IN_PROGRESS-DESIGNED", below: "IN_PROGRESS")
        return tree
    }

    package static func system(
        _ name: SystemName,
        unmapped: UnmappedStatusPolicy = .ignore,
        map: [StateMapping] = stateMap
    ) -> FulfillmentSystem {
        FulfillmentSystem(
            name: name,
            targetID: "\(name)_01",
            requestQueue: "\(name)_Q",
            requestFormat: .fulfillmentOrder,
            stateMap: map,
            unmappedStatus: unmapped
        )
    }

    /// Each line of class `Thing` needs every function, each function by a system of its own.
    package static func functions(
        _ functions: [FulfillmentFunction],
        dependencies: [DependencyRule] = [],
        startPolicy: StartPolicy = .calculated,
        unmapped: UnmappedStatusPolicy = .ignore
    ) -> FulfillmentCatalog {
        let systems = Set(functions.flatMap { $0.systems.map(\.system) })
        return FulfillmentCatalog(
            name: "test",
            version: "1",
            modes: ["Deliver", "Qualify"],
            defaultMode: "Deliver",
            startPolicy: startPolicy,
            productClasses: ["Thing": "Thing"],
            lineTypes: ["BUNDLE": nil, "OFFER": nil],
            patterns: [
                "Thing": FulfillmentPattern(
                    name: "Thing",
                    steps: [
                        "Deliver": functions.map { PatternStep(function: $0.name) },
                        "Qualify": functions.prefix(1).map { PatternStep(function: $0.name) },
                    ]
                )
            ],
            functions: Dictionary(uniqueKeysWithValues: functions.map { ($0.name, $0) }),
            systems: Dictionary(uniqueKeysWithValues: systems.map { ($0, system($0, unmapped: unmapped)) }),
            dependencies: dependencies,
            states: states,
            milestones: milestones,
            upstream: UpstreamPolicy(format: .salesOrderUpdate)
        )
    }

    /// A function that the system of the same name performs.
    package static func function(
        _ name: FunctionName,
        granularity: Granularity = .line,
        durationSeconds: Int64 = 0
    ) -> FulfillmentFunction {
        FulfillmentFunction(
            name: name,
            systems: [SystemChoice(system: SystemName(rawValue: name.rawValue))],
            granularity: granularity,
            durationSeconds: durationSeconds
        )
    }

    /// One after the other: A, then B, then …, each for every line.
    package static func chain(
        _ names: [FunctionName],
        granularity: Granularity = .line,
        wait: WaitCondition = .completed,
        delaySeconds: Int64 = 0
    ) -> FulfillmentCatalog {
        functions(
            names.map { function($0, granularity: granularity) },
            dependencies: zip(names, names.dropFirst()).map { blocking, blocked in
                DependencyRule(
                    blocked: ComponentSelector(function: blocked),
                    blocking: ComponentSelector(function: blocking),
                    wait: wait,
                    delaySeconds: delaySeconds
                )
            }
        )
    }
}
