import Testing

@Suite("Plans that are wrong in a catalog")
struct PlanProblemTests {
    static let cases = [
        WrongCatalog(
            "a pattern that inherits from itself",
            "    inherits: Base",
            "    inherits: Service",
            [
                "10:3: patterns inherit from each other: Service -> Service; remove one 'inherits'"
            ]
        ),
        WrongCatalog(
            "patterns that inherit from each other",
            "      Deliver: [Bill]",
            """
                  Deliver: [Bill]
                inherits: Service
            """,
            [
                "7:3: patterns inherit from each other: Base -> Service -> Base; remove one 'inherits'"
            ]
        ),
        WrongCatalog(
            "functions that wait for each other",
            "  - {function: Bill, waitsFor: Provision, relation: order}",
            """
              - {function: Bill, waitsFor: Provision, relation: order}
              - {function: Provision, waitsFor: Bill}
            """,
            [
                "23:5: functions wait for each other: Bill -> Provision -> Bill; "
                    + "remove one of these dependencies"
            ]
        ),
        WrongCatalog(
            "a function that waits for itself",
            "  - {function: Bill, waitsFor: Provision, relation: order}",
            "  - {function: Bill, waitsFor: Bill}",
            [
                "23:5: functions wait for each other: Bill -> Bill; remove one of these dependencies"
            ]
        ),
        WrongCatalog(
            "a function that no pattern has",
            "      Deliver: [Bill]",
            "      Deliver: []",
            [
                "16:3: function 'Bill' is unreachable: no pattern has it as a step; "
                    + "add it to a mode of a pattern, or remove it"
            ]
        ),
        WrongCatalog(
            "a system that performs nothing",
            "    systems: Network",
            "    systems: Billing",
            [
                "37:3: warning: system 'Network' performs no function; "
                    + "name it in 'systems' of a function, or remove it"
            ]
        ),
        WrongCatalog(
            "a milestone that nothing reaches",
            "milestones: [STARTED]",
            "milestones: [STARTED, ENDED]",
            [
                "26:23: warning: no state map reaches milestone 'ENDED'; "
                    + "add it to a mapping, or leave it out"
            ]
        ),
        WrongCatalog(
            "a system that is never chosen",
            "    systems: Billing",
            """
                systems:
                  - Billing
                  - Network
            """,
            [
                "19:9: warning: this system of function Bill is never chosen, one before it has no condition; "
                    + "put the system without condition last"
            ]
        ),
        WrongCatalog(
            "a component that is the same whatever system a revision leads to",
            "    systems: Billing\n    granularity: order",
            """
                systems:
                  - {system: Network, when: {all: [{region: N}, {segment: {not: [A]}}, {order: SO-1}]}}
                  - Billing
                skipSystemStage: true
                granularity: order
            """,
            [
                "20:5: function Bill has 'skipSystemStage', but which system performs a component of it depends on "
                    + "region, segment, which a revision can change within the component; "
                    + "leave out 'skipSystemStage', or have the conditions ask nothing but the property of the "
                    + "granularity"
            ]
        ),
        WrongCatalog(
            "a component whose name has all that its system depends on",
            "    systems: Billing\n    granularity: order",
            """
                systems:
                  - {system: Network, when: {region: N}}
                  - Billing
                skipSystemStage: true
                granularity: {property: region}
            """,
            []
        ),
        WrongCatalog(
            "a component of one system, chosen by whatever condition",
            "    systems: Billing\n    granularity: order",
            """
                systems:
                  - {system: Billing, when: {region: N}}
                  - {system: Billing, when: {region: S}}
                skipSystemStage: true
                granularity: order
            """,
            []
        ),
        WrongCatalog(
            "an emulated status that no mapping maps",
            "{status: COMPLETE, after: PT1S}",
            "{status: COMPLETED, after: PT1S}",
            [
                "46:20: no state map of system Network maps status 'COMPLETED'; "
                    + "did you mean 'COMPLETE'?"
            ]
        ),
        WrongCatalog(
            "wait conditions that are none",
            "  - {function: Bill, waitsFor: Provision, relation: order}",
            """
              - {function: Bill, waitsFor: Provision, until: {milestone: STARTED, state: OPEN}}
              - {function: Bill, waitsFor: Provision, until: done}
              - {function: Bill, waitsFor: Provision, until: {state: OPN}, delay: P1Y}
            """,
            [
                "23:50: 'until' of a dependency asks 2 things; "
                    + "write completed, {state: …}, {milestone: …}, or {value: name} with or without 'equals'",
                "24:50: unknown wait condition 'done'; "
                    + "write completed, {state: …}, {milestone: …}, or {value: name} with or without 'equals'",
                "25:58: unknown state 'OPN'; did you mean 'OPEN'?",
                "25:71: 'delay' of a dependency is 'P1Y'; "
                    + "write an ISO 8601 duration, such as PT30M, P2D or PT0.5S",
            ]
        ),
        WrongCatalog(
            "policies that do two things or none",
            "upstream:",
            """
            policies:
              - {name: A, scope: order, assign: {x: y}, refuse: no}
              - {name: A, scope: lines}
            upstream:
            """,
            [
                "48:5: a policy must either assign or refuse; "
                    + "write 'assign' with names and values, or 'refuse' with a reason",
                "49:5: a policy must either assign or refuse; "
                    + "write 'assign' with names and values, or 'refuse' with a reason",
                "49:5: two policies are named 'A'; "
                    + "the first is in line 48; names are told in the history of an order",
                "49:22: 'scope' of a policy is 'lines'; did you mean 'line'?",
            ]
        ),
    ]

    @Test("Everything is told, with its place and what would be right", arguments: cases)
    func told(_ wrong: WrongCatalog) { #expect(Sample.problems(wrong.text) == wrong.problems) }
}
