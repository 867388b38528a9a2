import Testing

@Suite("References that are wrong in a catalog")
struct ReferenceProblemTests {
    static let cases = [
        WrongCatalog(
            "an unknown system",
            "    systems: Billing",
            "    systems: Biling",
            [
                "17:14: unknown system 'Biling'; did you mean 'Billing'?"
            ]
        ),
        WrongCatalog(
            "an unknown function",
            "      Deliver: [Bill]",
            "      Deliver: [Bil]",
            [
                "9:17: unknown function 'Bil'; did you mean 'Bill'?"
            ]
        ),
        WrongCatalog(
            "an unknown mode",
            "      Deliver: [Bill]",
            "      Delivr: [Bill]",
            [
                "9:7: unknown mode 'Delivr'; did you mean 'Deliver'?"
            ]
        ),
        WrongCatalog(
            "an unknown parent pattern",
            "    inherits: Base",
            "    inherits: Bass",
            [
                "11:15: unknown pattern 'Bass'; did you mean 'Base'?"
            ]
        ),
        WrongCatalog(
            "an unknown pattern of a product class",
            "  Plan: Service",
            "  Plan: Servise",
            [
                "5:9: unknown pattern 'Servise'; did you mean 'Service'?"
            ]
        ),
        WrongCatalog(
            "an unknown state in a state map",
            "state: COMPLETE}",
            "state: COMPLET}",
            [
                "29:35: unknown state 'COMPLET'; did you mean 'COMPLETE'?"
            ]
        ),
        WrongCatalog(
            "an unknown milestone",
            "milestone: STARTED}",
            "milestone: STARTD}",
            [
                "41:72: unknown milestone 'STARTD'; did you mean 'STARTED'?"
            ]
        ),
        WrongCatalog(
            "an unknown state map",
            "      - Plain",
            "      - Plane",
            [
                "42:9: unknown state map 'Plane'; known: 'Plain'"
            ]
        ),
        WrongCatalog(
            "an unknown function and relation of a dependency",
            "waitsFor: Provision, relation: order",
            "waitsFor: Provison, relation: all",
            [
                "23:32: unknown function 'Provison'; did you mean 'Provision'?",
                "23:52: unknown relation 'all' of a dependency; "
                    + "write line, bundle, order or {property: name}",
            ]
        ),
        WrongCatalog(
            "an unknown root of the states",
            "  IN_PROGRESS: [IN_PROGRESS-STARTED]",
            "  IN_PROGRES: [IN_PROGRESS-STARTED]",
            [
                "25:3: 'IN_PROGRES' is no root of the states; did you mean 'IN_PROGRESS'?"
            ]
        ),
        WrongCatalog(
            "a state twice",
            "  IN_PROGRESS: [IN_PROGRESS-STARTED]",
            "  IN_PROGRESS: [IN_PROGRESS-STARTED, IN_PROGRESS-STARTED]",
            [
                "25:38: state 'IN_PROGRESS-STARTED' is there already; "
                    + "each state has one place in the tree"
            ]
        ),
        WrongCatalog(
            "an unknown message",
            "accept: [ProcessSalesOrderFulfillmentEBM]",
            "accept: [ProcessSalesOrderEBM]",
            [
                "3:10: unknown order message 'ProcessSalesOrderEBM'; "
                    + "known: 'ProcessProvisioningOrderEBM', 'ProcessSalesOrderFulfillmentEBM'"
            ]
        ),
        WrongCatalog(
            "an unknown default mode, and a mode without work",
            "modes: [Deliver, Qualify]",
            """
            modes: [Deliver, Qualify, Cancel]
            defaultMode: Delivr
            """,
            [
                "2:27: warning: no pattern has steps for mode 'Cancel': its orders would complete without any work; "
                    + "add the mode to a pattern, or remove it",
                "3:14: unknown mode 'Delivr'; did you mean 'Deliver'?",
            ]
        ),
        WrongCatalog(
            "unknown names in a state mapping, and a map within itself",
            "    - {external: FAILED, state: FAILED}",
            """
                - {external: FAILED, state: FAILED, functions: [Bil], patterns: [X], modes: [Y], productClasses: [Z]}
                - Plain
            """,
            [
                "30:53: unknown function 'Bil'; did you mean 'Bill'?",
                "30:70: unknown pattern 'X'; known: 'Base', 'Service'",
                "30:82: unknown mode 'Y'; known: 'Deliver', 'Qualify'",
                "30:103: unknown product class 'Z'; known: 'Plan'",
                "31:7: state maps contain each other: Plain -> Plain; remove one of these names",
            ]
        ),
        WrongCatalog(
            "unknown states in composition rules",
            "upstream:",
            """
            composition:
              line:
                - {state: DONE, all: [COMPLETE]}
                - {state: COMPLETE}
              order:
                - {state: COMPLETE, al: [COMPLETE]}
            upstream:
            """,
            [
                "49:15: unknown state 'DONE'; "
                    + "known: 'CANCELLED', 'COMPLETE', 'FAILED', 'IN_PROGRESS', 'IN_PROGRESS-STARTED', 'OPEN'",
                "50:7: a composition rule of 'line' has no condition; "
                    + "add 'any', 'all' or 'none' with a list of states",
                "52:25: unknown key 'al' in a composition rule of 'order'; did you mean 'all'?",
            ]
        ),
    ]

    @Test("Everything is told, with its place and what would be right", arguments: cases)
    func told(_ wrong: WrongCatalog) { #expect(Sample.problems(wrong.text) == wrong.problems) }
}
