import Fulfillment
import Orders
import TestSupport
import Testing

/// A plan of a draft that must be valid.
func plan(
    _ draft: OrderDraft,
    _ catalog: FulfillmentCatalog,
    now: Timestamp = .testStart
) throws -> FulfillmentPlan {
    let result = OrderValidation.validate(draft, catalog: catalog, linesMax: 10_000)
    let order = try #require(result.order, "\(result.failures)")
    return try Decomposer.plan(order, catalog: catalog, now: now).get()
}

func failures(_ draft: OrderDraft, _ catalog: FulfillmentCatalog) throws -> [Failure] {
    let order = try #require(OrderValidation.validate(draft, catalog: catalog, linesMax: 10_000).order)
    switch Decomposer.plan(order, catalog: catalog, now: .testStart) {
    case .success: return []
    case .failure(let failure): return failure.failures
    }
}

extension FulfillmentPlan {
    subscript(_ id: ComponentID) -> PlannedComponent? { components.first { $0.id == id } }
    var ids: [ComponentID] { components.map(\.id) }
    /// All that is written to say who waits for whom.
    var edges: Int {
        components.map(\.dependsOn.count).reduce(0, +) + (groups ?? []).map(\.components.count).reduce(0, +)
    }
    /// What a component waits for, by id.
    func blockers(_ id: ComponentID) -> Set<ComponentID> {
        Set(self[id]?.dependsOn.flatMap { awaited($0, groups) } ?? [])
    }
}

@Suite("Decomposition")
struct DecompositionTests {
    @Test("sixteen lines in nested bundles become these components, in three stages (A16, A17, A18)")
    func triplePlay() throws {
        let plan = try plan(TestOrders.triplePlay(), TestCatalogs.broadband)
        let expected: [ComponentID: [LineID]] = [
            "Bill/2/BundleGranularity": ["3", "4", "5"], "Bill/6/BundleGranularity": ["7", "8", "9"],
            "Bill/10/BundleGranularity": ["11", "12", "13", "14", "15"],
            "Bill/ALL_OFFERS_AND_NON_SERVICE_BILLING/BundleGranularity": ["1", "16"],
            "CloseBill/2/BundleGranularity": ["3", "4", "5"],
            "CloseBill/6/BundleGranularity": ["7", "8", "9"],
            "CloseBill/10/BundleGranularity": ["11", "12", "13", "14", "15"],
            "CloseBill/ALL_OFFERS_AND_NON_SERVICE_BILLING/BundleGranularity": ["1", "16"],
            "Provision/Fixed/2/BundleGranularity": ["3", "4", "5"],
            "Provision/Mobile/6/BundleGranularity": ["7", "8", "9"],
            "Provision/Region2/10/BundleGranularity": ["11", "12", "13", "15"],
            "Ship/Shipping/WholeOrder": ["14", "16"],
            "Sync/CRM/WholeOrder": ["1", "3", "4", "5", "7", "8", "9", "11", "12", "13", "14", "15", "16"],
        ]
        #expect(Dictionary(uniqueKeysWithValues: plan.components.map { ($0.id, $0.lines) }) == expected)
        #expect(plan.ids == plan.ids.sorted { NaturalOrder.precedes($0.rawValue, $1.rawValue) })
    }

    @Test(
        "topology conditions choose the system by region (A17)",
        arguments: [("Rio de Janeiro", "Region2"), ("Santos", "Region1")]
    )
    func regions(city: String, system: SystemName) throws {
        let plan = try plan(TestOrders.triplePlay(city: city), TestCatalogs.broadband)
        let component = try #require(
            plan.components.first { $0.lines.contains("11") && $0.function == "Provision" }
        )
        #expect(component.system == system)
        #expect(component.id.rawValue == "Provision/\(system)/10/BundleGranularity")
    }

    @Test("the mode chooses the plan: qualification only asks the provisioning systems (A12)")
    func qualify() throws {
        let plan = try plan(TestOrders.triplePlay(mode: "Qualify"), TestCatalogs.broadband)
        #expect(Set(plan.components.map(\.function)) == ["Provision"])
        #expect(plan.components.count == 3)
    }

    @Test(
        "each granularity has its keys, with the fallback for lines under no bundle or offer (A18)",
        arguments: [
            (.order, ["WholeOrder": ["1", "2", "3", "4"]]),
            (
                .bundle,
                [
                    "b/BundleGranularity": ["1"], "c/BundleGranularity": ["2"],
                    "ALL_OFFERS_AND_NON_SERVICE_BILLING/BundleGranularity": ["3", "4"],
                ]
            ),
            (.offer, ["o/OfferGranularity": ["1", "2", "3"], "WholeOrder": ["4"]]),
            (
                .line,
                [
                    "1/LineGranularity": ["1"], "2/LineGranularity": ["2"], "3/LineGranularity": ["3"],
                    "4/LineGranularity": ["4"],
                ]
            ),
            (.property("site"), ["x/site": ["1", "2"], "NONE/site": ["3", "4"]]),
        ] as [(Granularity, [String: [LineID]])]
    )
    func granularities(granularity: Granularity, keys: [String: [LineID]]) throws {
        let catalog = TestCatalogs.functions([TestCatalogs.function("A", granularity: granularity)])
        let draft = OrderDraft(
            key: "SO-1",
            lines: [
                TestOrders.bundle("o", type: "OFFER"), TestOrders.bundle("b", under: "o"),
                TestOrders.bundle("c", under: "b"),
                TestOrders.thing("1", under: "b", properties: ["site": "x"]),
                TestOrders.thing("2", under: "c", properties: ["site": "x"]),
                TestOrders.thing("3", under: "o"),
                TestOrders.thing("4"),
            ]
        )
        let plan = try plan(draft, catalog)
        let found = Dictionary(uniqueKeysWithValues: plan.components.map { ($0.id.rawValue, $0.lines) })
        #expect(found == Dictionary(uniqueKeysWithValues: keys.map { ("A/A/\($0.key)", $0.value) }))
    }

    @Test(
        "a skipped stage leaves the system out of the id; lines of two systems then go to the catalog's first"
    )
    func skippedStage() throws {
        var function = TestCatalogs.function("A", granularity: .order)
        function.skipsSystemStage = true
        function.systems = [
            SystemChoice(system: "S1", condition: .isOneOf(name: "line", values: ["2"])),
            SystemChoice(system: "S2"),
        ]
        var draft = TestOrders.things(3)
        let first = try plan(draft, TestCatalogs.functions([function]))
        #expect(first.ids == ["A/WholeOrder"])
        #expect(first.components.first?.system == "S1")
        draft.lines.reverse()
        #expect(try plan(draft, TestCatalogs.functions([function])) == first)
    }

    @Test("lines without work have no component: action NONE, and types that only hold others (A10)")
    func withoutWork() throws {
        var draft = TestOrders.things(2)
        draft.lines[1].action = "NONE"
        draft.lines.append(TestOrders.bundle("b"))
        let plan = try plan(draft, TestCatalogs.chain(["A"]))
        #expect(plan.components.map(\.lines) == [["1"]])
    }

    @Test("a step is left out for lines that do not meet its condition")
    func stepCondition() throws {
        var draft = TestOrders.triplePlay()
        draft.lines[13].action = "UPDATE"
        let plan = try plan(draft, TestCatalogs.broadband)
        #expect(plan["Ship/Shipping/WholeOrder"]?.lines == ["16"])
    }

    @Test("every line for which no system fits is named")
    func noSystem() throws {
        var function = TestCatalogs.function("A")
        function.systems[0].condition = .isOneOf(name: "line", values: ["2"])
        let failures = try failures(TestOrders.things(3), TestCatalogs.functions([function]))
        #expect(failures.map(\.code) == [.systemNotFound, .systemNotFound])
        #expect(failures.map(\.line) == ["1", "3"])
        #expect(failures.first?.text.contains("Thing") == true)
    }

    @Test("the plan does not depend on the order of the lines, nor on the run (A16, A18)", arguments: 0..<60)
    func shuffled(seed: UInt64) throws {
        var source = RandomOrders(seed: seed)
        let catalog = source.catalog()
        var draft = source.order(linesMax: 200)
        let first = Result { try plan(draft, catalog) }
        for _ in 0..<4 {
            draft.lines.shuffle(using: &source.random)
            let again = Result { try plan(draft, catalog) }
            #expect(try again.get() == first.get())
        }
    }

    @Test(
        "ids are unique, every line with work is in one component a function, and all edges lead to components",
        arguments: 100..<140
    )
    func complete(seed: UInt64) throws {
        var source = RandomOrders(seed: seed)
        let catalog = source.catalog()
        let draft = source.order(linesMax: 120)
        let order = try #require(OrderValidation.validate(draft, catalog: catalog, linesMax: 10_000).order)
        let plan = try Decomposer.plan(order, catalog: catalog, now: .testStart).get()
        #expect(Set(plan.ids).count == plan.components.count)
        var expected: [String: Int] = [:]
        for line in order.lines where line.action != .none {
            guard let pattern = line.pattern.flatMap({ catalog.patterns[$0] }) else { continue }
            for step in pattern.steps[order.mode] ?? [] {
                expected["\(step.function) \(line.id)", default: 0] += 1
            }
        }
        let found = plan.components.flatMap { component in
            component.lines.map { "\(component.function) \($0)" }
        }
        #expect(Dictionary(found.map { ($0, 1) }, uniquingKeysWith: +) == expected)
        let ids = Set(plan.ids)
        for component in plan.components {
            #expect(
                plan.blockers(component.id).isSubset(of: ids.subtracting([component.id]))
            )
        }
    }
}
