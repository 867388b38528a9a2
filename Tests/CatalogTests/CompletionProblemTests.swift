import Testing

@Suite("Catalogs whose orders would never end, or with parts that nothing leads to")
struct CompletionProblemTests {
    private static let billing =
        "    queue: BILLING\n    format: ProcessFulfillmentOrderEBM\n    states: Plain"

    private static func billing(states: String) -> String {
        Sample.replace("states: Plain", "states: [\(states)]", in: billing)
    }

    private static let mend =
        "map the word with which it ends to COMPLETE, or to a state below it, in 'states'"
    private static let rule = "add a rule such as {state: COMPLETE, all: [COMPLETE, CANCELLED]}"

    static let cases = [
        WrongCatalog(
            "states that no mapping and no rule yields",
            "  IN_PROGRESS: [IN_PROGRESS-STARTED]",
            """
              IN_PROGRESS: [IN_PROGRESS-STARTED, IN_PROGRESS-LOST]
              FAILED: {FAILED-HARD: [FAILED-HARDER]}
            """,
            [
                "25:38: warning: nothing leads to state 'IN_PROGRESS-LOST': "
                    + "no mapping of a system and no composition rule yields it; "
                    + "add it to a mapping or to a rule, or leave it out",
                "26:12: warning: nothing leads to state 'FAILED-HARD': "
                    + "no mapping of a system and no composition rule yields it; "
                    + "add it to a mapping or to a rule, or leave it out",
                "26:26: warning: nothing leads to state 'FAILED-HARDER': "
                    + "no mapping of a system and no composition rule yields it; "
                    + "add it to a mapping or to a rule, or leave it out",
            ]
        ),
        WrongCatalog(
            "a state above one that is yielded",
            "  IN_PROGRESS: [IN_PROGRESS-STARTED]",
            "  IN_PROGRESS: {IN_PROGRESS-BEGUN: [IN_PROGRESS-STARTED]}",
            []
        ),
        WrongCatalog(
            "a state that a composition rule yields",
            "  IN_PROGRESS: [IN_PROGRESS-STARTED]",
            """
              IN_PROGRESS: [IN_PROGRESS-STARTED]
              COMPLETE: [DONE]
            composition:
              order:
                - {state: DONE, all: [COMPLETE, CANCELLED]}
            """,
            []
        ),
        WrongCatalog(
            "a system that never says that it is done",
            billing,
            billing(states: "{external: BILLED, state: IN_PROGRESS-STARTED}"),
            [
                "32:3: no mapping of system Billing yields a completed state for function Bill: "
                    + "its orders would never end; \(mend)"
            ]
        ),
        WrongCatalog(
            "a system that is done with another function only",
            billing,
            billing(states: "{external: COMPLETE, functions: [Provision], state: COMPLETE}"),
            [
                "32:3: no mapping of system Billing yields a completed state for function Bill: "
                    + "its orders would never end; \(mend)"
            ]
        ),
        WrongCatalog(
            "a system that is done with this function",
            billing,
            billing(states: "{external: COMPLETE, functions: [Bill], state: COMPLETE}"),
            []
        ),
        WrongCatalog(
            "a system that speaks the catalog's own states",
            "states: Plain\n  Network",
            "states: []\n  Network",
            []
        ),
        WrongCatalog(
            "rules that never complete a line or an order",
            "upstream:",
            """
            composition:
              line:
                - {state: FAILED, any: [FAILED]}
                - {state: IN_PROGRESS, any: [IN_PROGRESS, COMPLETE]}
              order: []
            upstream:
            """,
            [
                "48:3: no composition rule of 'line' yields a completed state: orders would never end; \(rule)",
                "51:3: no composition rule of 'order' yields a completed state: orders would never end; \(rule)",
            ]
        ),
        WrongCatalog(
            "rules that complete what systems completed, and not what a person completed or left out",
            "  IN_PROGRESS: [IN_PROGRESS-STARTED]",
            """
              IN_PROGRESS: [IN_PROGRESS-STARTED]
              COMPLETE: [DONE]
            composition:
              line:
                - {state: DONE, all: [COMPLETE]}
                - {state: CANCELLED, any: [CANCELLED]}
              order:
                - {state: DONE, any: [DONE], all: [COMPLETE, CANCELLED]}
                - {state: IN_PROGRESS, any: [IN_PROGRESS, COMPLETE]}
            """,
            [
                "28:3: the composition rules of 'line' yield no completed state where all is COMPLETE or CANCELLED, "
                    + "but CANCELLED: orders of which a person leaves out a part would never end; \(rule)",
                "31:3: the composition rules of 'order' yield no completed state where all is COMPLETE, "
                    + "but IN_PROGRESS: orders of which a person completes a part would never end; \(rule)",
            ]
        ),
        WrongCatalog(
            "rules of which none fits to what is completed in part",
            "upstream:",
            """
            composition:
              order:
                - {state: COMPLETE, all: [COMPLETE]}
            upstream:
            """,
            [
                "48:3: the composition rules of 'order' yield no completed state where all is COMPLETE or CANCELLED: "
                    + "orders of which a person leaves out a part would never end; \(rule)"
            ]
        ),
        WrongCatalog(
            "a function that only an unused pattern has",
            "functions:",
            """
              Spare:
                inherits: Service
                modes:
                  Deliver: [Inspect]
            functions:
              Inspect:
                systems: Network
            """,
            [
                "15:3: warning: pattern 'Spare' is used by no product class and no line type; "
                    + "map a product class to it, or remove it",
                "20:3: warning: function 'Inspect' is unreachable: "
                    + "no product class and no line type uses a pattern that has it (Spare); "
                    + "map a product class to such a pattern, or remove it",
            ]
        ),
        WrongCatalog(
            "a function that every used heir omits",
            "      Deliver: [Provision]",
            "      Deliver: [Provision, {omit: Bill}]",
            [
                "16:3: warning: function 'Bill' is unreachable: "
                    + "no product class and no line type uses a pattern that has it (Base); "
                    + "map a product class to such a pattern, or remove it"
            ]
        ),
    ]

    @Test("Everything is told, with its place and what would be right", arguments: cases)
    func told(_ wrong: WrongCatalog) { #expect(Sample.problems(wrong.text) == wrong.problems) }
}
