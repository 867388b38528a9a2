import Fulfillment
import Orders
import TestSupport
import Testing

@Suite("Dependencies of a plan")
struct DependencyTests {
    private func catalog(_ relation: LineRelation, patterns: Set<PatternName> = []) -> FulfillmentCatalog {
        TestCatalogs.functions(
            [TestCatalogs.function("A"), TestCatalogs.function("B")],
            dependencies: [
                DependencyRule(
                    blocked: ComponentSelector(function: "B"),
                    blocking: ComponentSelector(function: "A", patterns: patterns),
                    relation: relation
                )
            ]
        )
    }

    private var draft: OrderDraft {
        OrderDraft(
            key: "SO-1",
            lines: [
                TestOrders.bundle("x"), TestOrders.bundle("y"),
                TestOrders.thing("1", under: "x", properties: ["site": "s"]),
                TestOrders.thing("2", under: "x"),
                TestOrders.thing("3", under: "y", properties: ["site": "s"]), TestOrders.thing("4"),
                TestOrders.thing("5"),
            ]
        )
    }

    @Test(
        "a component waits for those that its relation names (A19)",
        arguments: [
            (.sameLine, ["1": "1", "2": "2", "3": "3", "4": "4", "5": "5"]),
            (.sameBundle, ["1": "12", "2": "12", "3": "3", "4": "45", "5": "45"]),
            (.wholeOrder, ["1": "12345", "2": "12345", "3": "12345", "4": "12345", "5": "12345"]),
            (.sameProperty("site"), ["1": "13", "2": "", "3": "13", "4": "", "5": ""]),
        ] as [(LineRelation, [String: String])]
    )
    func relations(relation: LineRelation, expected: [String: String]) throws {
        let plan = try plan(draft, catalog(relation))
        for (line, blockers) in expected {
            let ids = Set(blockers.map { ComponentID(rawValue: "A/A/\($0)/LineGranularity") })
            #expect(plan.blockers(ComponentID(rawValue: "B/B/\(line)/LineGranularity")) == ids)
            #expect(plan.blockers(ComponentID(rawValue: "A/A/\(line)/LineGranularity")).isEmpty)
        }
    }

    @Test("fixed provisioning goes before broadband, and billing closes after all of it (A19)")
    func sample() throws {
        let plan = try plan(TestOrders.triplePlay(), TestCatalogs.broadband)
        let bills = Set(plan.ids.filter { $0.rawValue.hasPrefix("Bill/") })
        #expect(plan.blockers("Sync/CRM/WholeOrder").isEmpty)
        #expect(bills.allSatisfy { plan.blockers($0) == ["Sync/CRM/WholeOrder"] })
        #expect(plan.blockers("Provision/Fixed/2/BundleGranularity") == bills)
        #expect(
            plan.blockers("Provision/Region2/10/BundleGranularity")
                == bills.union(["Provision/Fixed/2/BundleGranularity"])
        )
        let work = Set(
            plan.ids.filter { $0.rawValue.hasPrefix("Provision/") || $0.rawValue.hasPrefix("Ship/") }
        )
        #expect(plan.blockers("CloseBill/6/BundleGranularity") == work)
    }

    @Test("a rule for a pattern holds for its heirs and for nobody else (A15)")
    func patterns() throws {
        var catalog = catalog(.wholeOrder, patterns: ["Special"])
        catalog.patterns["Special"] = FulfillmentPattern(name: "Special", steps: [:])
        catalog.patterns["Heir"] = FulfillmentPattern(
            name: "Heir",
            ancestors: ["Special"],
            steps: catalog.patterns["Thing"]?.steps ?? [:]
        )
        catalog.productClasses["Heir"] = "Heir"
        var draft = TestOrders.things(2)
        draft.lines[1].productClass = "Heir"
        let plan = try plan(draft, catalog)
        #expect(plan.blockers("B/B/1/LineGranularity") == ["A/A/2/LineGranularity"])
        #expect(plan.blockers("B/B/2/LineGranularity") == ["A/A/2/LineGranularity"])
    }

    @Test("two rules that say the same make one edge; different waits make two")
    func duplicates() throws {
        var catalog = catalog(.sameLine)
        catalog.dependencies.append(catalog.dependencies[0])
        #expect(try plan(TestOrders.things(1), catalog)["B/B/1/LineGranularity"]?.dependsOn.count == 1)
        catalog.dependencies[1].wait = .milestone("DESIGNED")
        #expect(try plan(TestOrders.things(1), catalog)["B/B/1/LineGranularity"]?.dependsOn.count == 2)
    }

    @Test("a cycle is listed and there is no plan (A22)")
    func cycle() throws {
        var catalog = TestCatalogs.chain(["A", "B", "C"])
        catalog.dependencies.append(
            DependencyRule(
                blocked: ComponentSelector(function: "A"),
                blocking: ComponentSelector(function: "C")
            )
        )
        let failures = try failures(TestOrders.things(1), catalog)
        #expect(failures.map(\.code) == [.dependencyCycle])
        let text = try #require(failures.first?.text)
        for name in ["A", "B", "C"] { #expect(text.contains("\(name)/\(name)/1/LineGranularity")) }
    }

    @Test("a chain of 20,000 components has no cycle, and closing it makes one")
    func longChain() {
        func id(_ number: Int) -> ComponentID { ComponentID(rawValue: "\(number)") }
        var components = (0..<20_000).map { number in
            PlannedComponent(
                id: id(number),
                function: "A",
                system: "S",
                lines: [],
                dependsOn: number + 1 < 20_000
                    ? [PlannedDependency(component: id(number + 1), wait: .completed)] : []
            )
        }
        #expect(DependencyCycle.find(in: components) == nil)
        components[19_999].dependsOn = [PlannedDependency(component: id(19_990), wait: .completed)]
        #expect(DependencyCycle.find(in: components)?.count == 11)
        components[19_999].dependsOn = [PlannedDependency(component: id(19_999), wait: .completed)]
        #expect(DependencyCycle.find(in: components) == [id(19_999), id(19_999)])
    }

    @Test(
        "where many wait for many they wait for a group: a thousand lines for a thousand make two thousand edges"
    )
    func group() throws {
        for count in [10, 100, 1_000] {
            let plan = try plan(TestOrders.things(count), catalog(.wholeOrder))
            #expect(plan.edges == 2 * count)
            #expect(plan.groups?.map(\.components.count) == [count])
            #expect(plan.blockers("B/B/1/LineGranularity").count == count)
        }
    }

    @Test("a group is made where it is shorter, and only there")
    func noGroup() throws {
        #expect(try plan(TestOrders.things(2), catalog(.wholeOrder)).groups == nil)
        var single = catalog(.wholeOrder)
        single.functions["B"]?.granularity = .order
        #expect(try plan(TestOrders.things(50), single).groups == nil)
        let three = try plan(TestOrders.things(3), catalog(.wholeOrder))
        #expect(three.groups?.count == 1 && three.edges == 6)
    }

    @Test("rules whose components wait for the same are taken together: two of one for five are a group")
    func groupOfRules() throws {
        var catalog = TestCatalogs.functions(
            [
                TestCatalogs.function("A"), TestCatalogs.function("B", granularity: .order),
                TestCatalogs.function("C", granularity: .order),
            ],
            dependencies: catalog(.wholeOrder).dependencies + catalog(.wholeOrder).dependencies
        )
        catalog.dependencies[1].blocked.function = "C"
        let plan = try plan(TestOrders.things(5), catalog)
        #expect(plan.groups?.map(\.components.count) == [5])
        #expect(plan.edges == 7)
        #expect(plan.blockers("B/B/WholeOrder") == plan.blockers("C/C/WholeOrder"))
    }

    @Test("rules that wait for the same components share a group, and two that say the same wait for it once")
    func sharedGroup() throws {
        var catalog = catalog(.wholeOrder)
        catalog.dependencies.append(catalog.dependencies[0])
        catalog.dependencies.append(catalog.dependencies[0])
        catalog.dependencies[2].wait = .milestone("DESIGNED")
        let plan = try plan(TestOrders.things(5), catalog)
        #expect(plan.groups?.count == 1)
        #expect(plan["B/B/1/LineGranularity"]?.dependsOn.count == 2)
    }

    @Test("one that belongs to a group waits for each of the others, and not for itself")
    func member() throws {
        // Each A of the pattern waits for all A but itself.
        var catalog = catalog(.wholeOrder)
        catalog.dependencies[0].blocked = ComponentSelector(function: "A", patterns: ["Special"])
        catalog.patterns["Special"] = FulfillmentPattern(
            name: "Special",
            steps: catalog.patterns["Thing"]?.steps ?? [:]
        )
        catalog.productClasses["Special"] = "Special"
        var draft = TestOrders.things(6)
        draft.lines[3].productClass = "Special"
        let plan = try plan(draft, catalog)
        let others = Set([1, 2, 3, 5, 6].map { ComponentID(rawValue: "A/A/\($0)/LineGranularity") })
        #expect(plan.blockers("A/A/4/LineGranularity") == others)
        #expect(plan.groups == nil)
        draft.lines[4].productClass = "Special"
        #expect(try failures(draft, catalog).map(\.code) == [.dependencyCycle])
    }

    @Test("a cycle through groups is told by its components")
    func cycleOfGroups() throws {
        var catalog = catalog(.wholeOrder)
        catalog.dependencies.append(catalog.dependencies[0])
        catalog.dependencies[1].blocked.function = "A"
        catalog.dependencies[1].blocking.function = "B"
        let failures = try failures(TestOrders.things(4), catalog)
        #expect(failures.map(\.code) == [.dependencyCycle])
        #expect(failures.first?.text.contains("group") == false)
        #expect(failures.first?.text.contains("A/A/1/LineGranularity") == true)
    }

    @Test("more edges than the limit make no plan, and the failure says what to do")
    func tooMany() throws {
        // Each waits for all others of its own function, which no group can say.
        var catalog = catalog(.wholeOrder)
        catalog.dependencies[0].blocked.function = "A"
        #expect(try failures(TestOrders.things(224), catalog).map(\.code) == [.dependencyCycle])
        let failures = try failures(TestOrders.things(225), catalog)
        #expect(failures.map(\.code) == [.lineLimitExceeded])
        #expect(failures.first?.correctiveAction.contains("granularity") == true)
    }

    @Test("a date to wait until is the latest of the component's lines, and must be readable (A20)")
    func delayUntil() throws {
        var catalog = catalog(.sameLine)
        catalog.dependencies[0].delayUntilProperty = "shelf"
        catalog.functions["B"]?.granularity = .order
        var draft = TestOrders.things(3)
        draft.lines[0].properties["shelf"] = "2026-12-01"
        draft.lines[1].properties["shelf"] = "2026-12-24T12:00:00Z"
        let until = try plan(draft, catalog)["B/B/WholeOrder"]?.dependsOn.compactMap(\.delayUntil?.text)
        #expect(until == Array(repeating: "2026-12-24T12:00:00.000Z", count: 3))
        draft.lines[2].properties["shelf"] = "Christmas"
        let failures = try failures(draft, catalog)
        #expect(failures.map(\.code) == [.dateNotReadable])
        #expect(failures.first?.line == "3")
    }
}

@Suite("Start dates")
struct StartScheduleTests {
    /// A takes one hour, B two; B waits for A and half an hour more.
    private var catalog: FulfillmentCatalog {
        TestCatalogs.functions(
            [
                TestCatalogs.function("A", durationSeconds: 3_600),
                TestCatalogs.function("B", durationSeconds: 7_200),
            ],
            dependencies: [
                DependencyRule(
                    blocked: ComponentSelector(function: "B"),
                    blocking: ComponentSelector(function: "A"),
                    delaySeconds: 1_800
                )
            ]
        )
    }

    private func starts(
        _ requested: String?,
        line: String? = nil,
        now: String = "2026-11-21T08:00:00Z"
    ) throws -> [String?] {
        var draft = TestOrders.things(1)
        draft.requestedDelivery = requested
        draft.lines[0].requestedDelivery = line
        let now = try #require(Timestamp(text: now, zone: .utc))
        return try plan(draft, catalog, now: now).components.map { $0.notBefore?.text }
    }

    @Test("a future delivery starts each component the durations ahead of it before (A23)")
    func future() throws {
        #expect(
            try starts("2026-11-21T20:00:00Z") == ["2026-11-21T16:30:00.000Z", "2026-11-21T18:00:00.000Z"]
        )
    }

    @Test("no date, a past one and one that is too near start at once (A23)")
    func past() throws {
        #expect(try starts(nil) == [nil, nil])
        #expect(try starts("2020-01-01") == [nil, nil])
        #expect(try starts("2026-11-21T11:00:00Z") == [nil, "2026-11-21T09:00:00.000Z"])
        #expect(try starts("2026-11-21T10:00:00Z") == [nil, nil], "due exactly now")
    }

    @Test("a line's own date goes before the order's")
    func ownDate() throws {
        #expect(
            try starts("2027-01-01", line: "2026-11-21T20:00:00Z")
                == ["2026-11-21T16:30:00.000Z", "2026-11-21T18:00:00.000Z"]
        )
    }

    @Test("of several lines the earliest date counts, and a blocker is in time for all that wait for it")
    func earliest() throws {
        var catalog = catalog
        catalog.functions["A"]?.granularity = .order
        var draft = TestOrders.things(2)
        draft.lines[0].requestedDelivery = "2026-12-01T12:00:00Z"
        draft.lines[1].requestedDelivery = "2026-11-30T12:00:00Z"
        let plan = try plan(draft, catalog)
        #expect(plan["A/A/WholeOrder"]?.notBefore?.text == "2026-11-30T08:30:00.000Z")
        #expect(plan["B/B/1/LineGranularity"]?.notBefore?.text == "2026-12-01T10:00:00.000Z")
    }

    @Test("an immediate catalog ignores dates")
    func immediate() throws {
        var catalog = catalog
        catalog.startPolicy = .immediate
        var draft = TestOrders.things(1)
        draft.requestedDelivery = "2030-01-01"
        #expect(try plan(draft, catalog).components.allSatisfy { $0.notBefore == nil })
    }

    @Test("durations longer than time itself start at once instead of wrapping around")
    func absurd() throws {
        var catalog = catalog
        catalog.functions["B"]?.durationSeconds = .max
        var draft = TestOrders.things(1)
        draft.requestedDelivery = "2030-01-01"
        #expect(try plan(draft, catalog).components.allSatisfy { $0.notBefore == nil })
    }
}
