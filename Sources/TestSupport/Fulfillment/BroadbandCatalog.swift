package import Fulfillment
internal import Orders

extension TestCatalogs {
    /// Telephony, mobile and broadband over the three stages, with systems by pattern and region.
    package static var broadband: FulfillmentCatalog {
        FulfillmentCatalog(
            name: "broadband",
            version: "1",
            zone: ZoneRule(identifier: "America/Sao_Paulo") ?? .utc,
            modes: ["Deliver", "Qualify"],
            productClasses: [
                "Fixed": "Service.Fixed", "Mobile": "Service.Mobile", "Internet": "Service.Broadband",
                "Modem": "Equipment",
            ],
            lineTypes: ["BUNDLE": nil, "OFFER": "Offer"],
            patterns: patterns,
            functions: functions,
            systems: Dictionary(
                uniqueKeysWithValues: ["CRM", "Billing", "Fixed", "Mobile", "Region1", "Region2", "Shipping"]
                    .map {
                        ($0, system($0))
                    }
            ),
            dependencies: dependencies,
            states: states,
            milestones: milestones,
            upstream: UpstreamPolicy(format: .salesOrderUpdate)
        )
    }

    private static var patterns: [PatternName: FulfillmentPattern] {
        let base: [PatternStep] = [
            PatternStep(function: "Sync"), PatternStep(function: "Bill"), PatternStep(function: "CloseBill"),
        ]
        let service: [ModeName: [PatternStep]] = [
            "Deliver": base + [PatternStep(function: "Provision")],
            "Qualify": [PatternStep(function: "Provision")],
        ]
        let ship = PatternStep(
            function: "Ship",
            condition: .isOneOf(name: "action", values: ["ADD", "MOVE-ADD"])
        )
        let patterns = [
            FulfillmentPattern(name: "Base", steps: ["Deliver": base]),
            FulfillmentPattern(name: "Service", ancestors: ["Base"], steps: service),
            FulfillmentPattern(name: "Service.Fixed", ancestors: ["Service", "Base"], steps: service),
            FulfillmentPattern(name: "Service.Mobile", ancestors: ["Service", "Base"], steps: service),
            FulfillmentPattern(name: "Service.Broadband", ancestors: ["Service", "Base"], steps: service),
            FulfillmentPattern(name: "Equipment", ancestors: ["Base"], steps: ["Deliver": base + [ship]]),
            FulfillmentPattern(name: "Offer", ancestors: ["Base"], steps: ["Deliver": base]),
        ]
        return Dictionary(uniqueKeysWithValues: patterns.map { ($0.name, $0) })
    }

    private static var functions: [FunctionName: FulfillmentFunction] {
        let provision: [SystemChoice] = [
            SystemChoice(system: "Fixed", condition: .isOneOf(name: "pattern", values: ["Service.Fixed"])),
            SystemChoice(system: "Mobile", condition: .isOneOf(name: "pattern", values: ["Service.Mobile"])),
            SystemChoice(
                system: "Region2",
                condition: .all([
                    .isOneOf(name: "pattern", values: ["Service.Broadband"]),
                    .isOneOf(name: "CityName", values: ["Rio de Janeiro"]),
                ])
            ),
            SystemChoice(system: "Region1", condition: .isOneOf(name: "pattern", values: ["Service"])),
        ]
        let functions = [
            FulfillmentFunction(name: "Sync", systems: [SystemChoice(system: "CRM")], granularity: .order),
            FulfillmentFunction(
                name: "Bill",
                systems: [SystemChoice(system: "Billing")],
                skipsSystemStage: true,
                granularity: .bundle
            ),
            FulfillmentFunction(name: "Provision", systems: provision, granularity: .bundle),
            FulfillmentFunction(
                name: "Ship",
                systems: [SystemChoice(system: "Shipping")],
                granularity: .order
            ),
            FulfillmentFunction(
                name: "CloseBill",
                systems: [SystemChoice(system: "Billing")],
                skipsSystemStage: true,
                granularity: .bundle
            ),
        ]
        return Dictionary(uniqueKeysWithValues: functions.map { ($0.name, $0) })
    }

    private static var dependencies: [DependencyRule] {
        func rule(_ blocked: FunctionName, _ blocking: FunctionName) -> DependencyRule {
            DependencyRule(
                blocked: ComponentSelector(function: blocked),
                blocking: ComponentSelector(function: blocking),
                relation: .wholeOrder
            )
        }
        return [
            rule("Bill", "Sync"), rule("Provision", "Bill"), rule("Ship", "Bill"),
            DependencyRule(
                blocked: ComponentSelector(function: "Provision", patterns: ["Service.Broadband"]),
                blocking: ComponentSelector(function: "Provision", patterns: ["Service.Fixed"]),
                relation: .wholeOrder
            ),
            rule("CloseBill", "Provision"), rule("CloseBill", "Ship"),
        ]
    }
}
