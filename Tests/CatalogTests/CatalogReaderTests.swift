import Catalog
import Foundation
import Fulfillment
import Messages
import Orders
import Testing

@Suite("What a catalog says")
struct CatalogReaderTests {
    private func read(_ text: String) throws -> RoleCatalog {
        try CatalogReader.read(bytes: Array(text.utf8), name: "c.yaml")
    }

    @Test("The version follows the content and nothing else")
    func version() throws {
        let once = try read(Sample.catalog).fulfillment.version
        let again = try CatalogReader.read(bytes: Array(Sample.catalog.utf8), name: "elsewhere.yaml")
            .fulfillment.version
        #expect(once == again)
        #expect(once == "d1e31677c9960bb2")
        #expect(try read(Sample.catalog + "# a comment\n").fulfillment.version != once)
    }

    @Test("Two readings of one file give equal values, diagnostics included")
    func determinism() throws {
        let text = Array(Sample.catalog.utf8)
        #expect(try CatalogReader.read(bytes: text, name: "a") == CatalogReader.read(bytes: text, name: "a"))
        let wrong = Sample.replace("state: COMPLETE}", "state: DONE}", in: Sample.catalog)
        #expect(Sample.problems(wrong) == Sample.problems(wrong))
    }

    @Test("The text is kept, so that open orders can end on it")
    func text() throws {
        let catalog = try read(Sample.catalog)
        #expect(catalog.text == Array(Sample.catalog.utf8))
        #expect(try CatalogReader.read(bytes: catalog.text, name: "old version") == catalog)
    }

    @Test("Names, modes and policies")
    func header() throws {
        let text = Sample.replace(
            "modes: [Deliver, Qualify]\n",
            """
            modes: [Deliver, Qualify]
            timeZone: America/Sao_Paulo
            defaultMode: Qualify
            priorityOutOfRange: refuse
            revisions: arrival
            start: immediate
            bundles: [PACK, KIT]
            offers: []
            lineTypes: {PACK: ~, OFFER: Base}

            """,
            in: Sample.catalog
        )
        let catalog = try read(text)
        let fulfillment = catalog.fulfillment
        #expect(fulfillment.name == "sample")
        #expect(fulfillment.zone.identifier == "America/Sao_Paulo")
        #expect(fulfillment.modes == ["Deliver", "Qualify"])
        #expect(fulfillment.defaultMode == "Qualify")
        #expect(fulfillment.priorityPolicy == .refuse)
        #expect(fulfillment.revisionPolicy == .arrival)
        #expect(fulfillment.startPolicy == .immediate)
        #expect(fulfillment.bundleTypes == ["PACK", "KIT"])
        #expect(fulfillment.offerTypes == [])
        #expect(fulfillment.lineTypes == ["PACK": nil, "OFFER": "Base"])
        #expect(fulfillment.productClasses == ["Plan": "Service"])
        #expect(catalog.acceptedMessages == ["ProcessSalesOrderFulfillmentEBM"])
    }

    @Test("What the header says of a system beside its identification")
    func targetDetails() throws {
        let text = Sample.catalog(
            "    target: BRM_01\n",
            "    target: BRM_01\n    targetApplicationType: BRM\n    targetServiceName: Billing\n"
        )
        let system = try #require(try read(text).fulfillment.systems["Billing"])
        #expect(system.target == Rare(TargetDetails(applicationType: "BRM", serviceName: "Billing")))
    }

    @Test("Systems with their state maps and emulation")
    func systems() throws {
        let system = try #require(try read(Sample.catalog).fulfillment.systems["Network"])
        #expect(system.targetID == "Network" && system.target == nil)
        #expect(system.requestQueue == "NETWORK")
        #expect(system.requestFormat == .provisioningOrder)
        #expect(
            system.stateMap == [
                StateMapping(external: "IN PROGRESS", state: "IN_PROGRESS-STARTED", milestone: "STARTED"),
                StateMapping(external: "COMPLETE", state: "COMPLETE"),
                StateMapping(external: "FAILED", state: "FAILED"),
            ]
        )
        #expect(
            system.emulation?.replies == [
                EmulatedReply(status: "in progress", afterMilliseconds: 50),
                EmulatedReply(status: "COMPLETE", afterMilliseconds: 1000),
            ]
        )
    }

    @Test("Granularity, duration and dependencies")
    func plan() throws {
        let text = Sample.replace(
            "  - {function: Bill, waitsFor: Provision, relation: order}",
            """
              - function: Bill
                patterns: [Service]
                waitsFor:
                  - Provision
                  - {function: Provision, patterns: [Base]}
                relation: {property: siteId}
                until: {value: port, equals: open}
                delay: PT90S
                delayUntil: installationDate
            """,
            in: Sample.replace("granularity: order", "granularity: {property: siteId}", in: Sample.catalog)
        )
        let catalog = try read(text).fulfillment
        #expect(catalog.functions["Bill"]?.granularity == .property("siteId"))
        #expect(catalog.functions["Provision"]?.granularity == .line)
        #expect(catalog.functions["Provision"]?.durationSeconds == 3600)
        let blocked = ComponentSelector(function: "Bill", patterns: ["Service"])
        let wait = WaitCondition.value(name: "port", equals: "open")
        #expect(
            catalog.dependencies
                == [[], ["Base"]].map { patterns in
                    DependencyRule(
                        blocked: blocked,
                        blocking: ComponentSelector(function: "Provision", patterns: patterns),
                        relation: .sameProperty("siteId"),
                        wait: wait,
                        delaySeconds: 90,
                        delayUntilProperty: "installationDate"
                    )
                }
        )
    }

    @Test("One function may wait for itself where the patterns differ")
    func selfDependency() {
        let text = Sample.replace(
            "  Service:\n    inherits: Base\n",
            "  Other:\n    inherits: Service\n  Service:\n    inherits: Base\n",
            in: Sample.replace("  Plan: Service", "  Plan: Service\n  Extra: Other", in: Sample.catalog)
        )
        func rule(_ rule: String) -> [String] {
            Sample.problems(
                Sample.replace("  - {function: Bill, waitsFor: Provision, relation: order}", rule, in: text)
            )
        }
        #expect(
            rule(
                "  - {function: Provision, patterns: [Other], waitsFor: {function: Bill}}\n"
                    + "  - {function: Bill, waitsFor: {function: Provision, patterns: [Other]}, relation: order}"
            )
                == [
                    "25:5: functions wait for each other: Bill -> Provision -> Bill; "
                        + "remove one of these dependencies"
                ].map { $0.replacing("25:5", with: "27:5") }
        )
        let only =
            "  - {function: Provision, patterns: [Other], waitsFor: {function: Bill, patterns: [Other]}}\n"
        #expect(rule(only) == [])
    }

    @Test("Conditions of every kind")
    func conditions() throws {
        let text = Sample.replace(
            "    systems: Billing",
            """
                systems:
                  - {system: Network, when: {CityName: [Rio, Niteroi], priority: {atLeast: 7, atMost: 9}}}
                  - {system: Network, when: {any: [{name: {like: "Fiber*"}}, {not: {mode: Qualify}}]}}
                  - {system: Network, when: {region: {not: North}, siteId: {present: true}, note: {present: false}}}
                  - Billing
            """,
            in: Sample.catalog
        )
        let choices = try #require(try read(text).fulfillment.functions["Bill"]?.systems)
        #expect(
            choices.map(\.condition) == [
                .all([
                    .isOneOf(name: "CityName", values: ["Rio", "Niteroi"]),
                    .isWithin(name: "priority", atLeast: 7, atMost: 9),
                ]),
                .any([
                    .isLike(name: "name", pattern: "Fiber*"),
                    .not(.isOneOf(name: "mode", values: ["Qualify"])),
                ]),
                .all([
                    .not(.isOneOf(name: "region", values: ["North"])), .isPresent(name: "siteId"),
                    .not(.isPresent(name: "note")),
                ]),
                .always,
            ]
        )
    }

    @Test("A child's step replaces the inherited one, and an omitted one is gone")
    func inheritance() throws {
        let text = Sample.replace(
            "  Service:\n    inherits: Base\n    modes:\n      Deliver: [Provision]",
            """
              Careful:
                inherits: [Service, Base]
                modes:
                  Deliver:
                    - {function: Bill, when: {action: ADD}}
                  Qualify: [{omit: Provision}]
              Service:
                inherits: Base
                modes:
                  Deliver: [Provision]
            """,
            in: Sample.replace("  Plan: Service", "  Plan: Careful", in: Sample.catalog)
        )
        let patterns = try read(text).fulfillment.patterns
        let careful = try #require(patterns["Careful"])
        #expect(careful.ancestors == ["Service", "Base"])
        #expect(
            careful.steps == [
                "Deliver": [
                    PatternStep(function: "Bill", condition: .isOneOf(name: "action", values: ["ADD"])),
                    PatternStep(function: "Provision"),
                ],
                "Qualify": [],
            ]
        )
        #expect(patterns["Base"]?.ancestors == [])
    }

    @Test("A foreign format with all its expressions")
    func mapping() throws {
        let catalog = try CatalogReader.read(path: Sample.path("Examples/broadband/com.yaml"))
        let mapping = try #require(catalog.mappings.first)
        #expect(mapping.name == "CentralOrder")
        #expect(mapping.rootNamespace == "http://xmlns.oracle.com/InputMessage")
        #expect(mapping.rootName == "order")
        #expect(mapping.order.key == "im:numSalesOrder")
        #expect(mapping.order.revision == nil)
        #expect(mapping.lines.parents.count == 3)
        #expect(mapping.lines.properties["ServiceAddress/CityName"] == "im:serviceAddress/im:city")
        #expect(mapping.lines.attributes?.value == "im:value")
    }

    @Test("A file that is not there is told without a place")
    func missingFile() {
        let examined = CatalogReader.examine(path: "/nowhere/c.yaml")
        #expect(
            examined.diagnostics.map(\.description) == [
                "/nowhere/c.yaml: the file is not there; check its path"
            ]
        )
        #expect(throws: CatalogProblems(examined.diagnostics)) {
            try CatalogReader.read(path: "/nowhere/c.yaml")
        }
    }
}
