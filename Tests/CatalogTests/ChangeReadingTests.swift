import Catalog
import Fulfillment
import Orders
import Testing

@Suite("What a catalog says of changes and fallout")
struct ChangeReadingTests {
    private func read(_ old: String, _ new: String) throws -> FulfillmentCatalog {
        try CatalogReader.read(bytes: Array(Sample.catalog(old, new).utf8), name: "c.yaml").fulfillment
    }

    @Test("Without a word: no point of no return, redo and undo, no grace, no table")
    func standard() throws {
        let catalog = try CatalogReader.read(bytes: Array(Sample.catalog.utf8), name: "c.yaml").fulfillment
        #expect(catalog.changes == .standard)
        #expect(catalog.fallout.isEmpty)
        let function = try #require(catalog.functions["Provision"])
        #expect(function.pointsOfNoReturn.isEmpty)
        #expect(function.onChange == .redo && function.onRemoval == .undo)
        #expect(catalog.systems["Network"]?.silenceSecondsMax == nil)
    }

    @Test("Points of no return and strategies of a function (A42, A52)")
    func function() throws {
        let catalog = try read(
            "    duration: PT1H",
            """
                duration: PT1H
                pointsOfNoReturn:
                  - {state: IN_PROGRESS-STARTED, is: soft, patterns: [Service]}
                  - {state: COMPLETE, is: hard}
                onChange:
                  - {do: undo then do, when: {action: ADD}}
                  - {do: none, when: {quantity: {atMost: 1}}}
                  - redo
                onRemoval:
                  - {do: none, when: {action: DELETE}}
                  - {do: undo}
            """
        )
        let function = try #require(catalog.functions["Provision"])
        #expect(
            function.pointsOfNoReturn == [
                PointOfNoReturn(.soft, from: "IN_PROGRESS-STARTED", patterns: ["Service"]),
                PointOfNoReturn(.hard, from: "COMPLETE"),
            ]
        )
        #expect(
            function.onChange
                == CompensationStrategy(
                    .redo,
                    choices: [
                        .init(.undoThenDo, when: .isOneOf(name: "action", values: ["ADD"])),
                        .init(.none, when: .isWithin(name: "quantity", atLeast: nil, atMost: 1)),
                    ]
                )
        )
        #expect(
            function.onRemoval
                == CompensationStrategy(
                    .undo,
                    choices: [.init(.none, when: .isOneOf(name: "action", values: ["DELETE"]))]
                )
        )
    }

    @Test("A strategy in one word", arguments: ["redo", "undo then do", "none"])
    func word(_ word: String) throws {
        let catalog = try read("    duration: PT1H", "    onChange: \(word)")
        #expect(catalog.functions["Provision"]?.onChange.otherwise.rawValue == word)
        #expect(catalog.functions["Provision"]?.onChange.choices == [])
    }

    @Test("Grace periods: so long, for as long as it takes, not at all")
    func grace() throws {
        let catalog = try read(
            "upstream:",
            """
            changes:
              beyondReturn: park
              afterEnd: reopen
              grace:
                suspend: {max: PT1H, jeopardyEvery: PT10M}
                amend: {max: unlimited}
            upstream:
            """
        )
        #expect(
            catalog.changes
                == ChangePolicy(
                    beyondReturn: .park,
                    afterEnd: .reopen,
                    suspendGrace: GracePeriod(secondsMax: 3600, jeopardyEverySeconds: 600),
                    amendGrace: GracePeriod(secondsMax: nil, jeopardyEverySeconds: 3600),
                    cancelGrace: .none
                )
        )
    }

    @Test("Transition conditions: of what, in which states, when, what is said and how grave it is (A36)")
    func forbidden() throws {
        let catalog = try read(
            "upstream:",
            """
            changes:
              forbid:
                - transactions: [cancel, submitAmendment]
                  states: [In Progress, Suspended]
                  when: {order.segment: Systems}
                  message: Corporate orders are changed by their account manager
                  severity: WARNING
                - {transactions: delete, message: Nothing is deleted here}
            upstream:
            """
        )
        #expect(catalog.changes.forbidden.count == 2)
        let first = try #require(catalog.changes.forbidden.first)
        #expect(first.transactions == [.cancel, .submitAmendment])
        #expect(first.states == [.inProgress, .suspended])
        #expect(first.condition != .always)
        #expect(first.message == "Corporate orders are changed by their account manager")
        #expect(first.severity == .warning)
        #expect(
            catalog.changes.forbidden.last
                == ForbiddenTransaction([.delete], message: "Nothing is deleted here")
        )
    }

    @Test("The fallout table in its order, and how long a system may be silent (A34)")
    func fallout() throws {
        let text = Sample.replace(
            "    queue: NETWORK",
            "    queue: NETWORK\n    silence: PT30M",
            in: Sample.catalog(
                "upstream:",
                """
                fallout:
                  - {systems: [Network], codes: [SYSTEM_SILENT], do: {retry: 5, first: PT0.5S}}
                  - {functions: Bill, do: roll back}
                  - {codes: [SYSTEM_REFUSED, "4711"], do: abort}
                  - {codes: SYSTEM_REFUSED, systems: Billing, do: {retry: 1}}
                  - {do: downstream}
                  - {do: wait}
                upstream:
                """
            )
        )
        let catalog = try CatalogReader.read(bytes: Array(text.utf8), name: "c.yaml").fulfillment
        #expect(
            catalog.fallout == [
                FalloutRule(
                    systems: ["Network"],
                    codes: ["SYSTEM_SILENT"],
                    action: .retry(times: 5, firstMilliseconds: 500)
                ),
                FalloutRule(functions: ["Bill"], action: .rollBack),
                FalloutRule(codes: ["SYSTEM_REFUSED", "4711"], action: .abort),
                FalloutRule(
                    systems: ["Billing"],
                    codes: ["SYSTEM_REFUSED"],
                    action: .retry(times: 1, firstMilliseconds: 2000)
                ),
                FalloutRule(action: .downstream),
                FalloutRule(action: .wait),
            ]
        )
        #expect(catalog.systems["Network"]?.silenceSecondsMax == 1800)
    }

    @Test("When a component is late, by its function and by its system, which goes before (A72)")
    func late() throws {
        let text = Sample.replace(
            "    queue: NETWORK",
            "    queue: NETWORK\n    late: {after: P3D}",
            in: Sample.catalog(
                "    duration: PT1H",
                "    duration: PT1H\n    late: {after: PT4H, jeopardyEvery: PT30M}"
            )
        )
        let catalog = try CatalogReader.read(bytes: Array(text.utf8), name: "c.yaml").fulfillment
        #expect(
            catalog.functions["Provision"]?.lateness
                == Lateness(afterSeconds: 14_400, jeopardyEverySeconds: 1_800)
        )
        #expect(catalog.systems["Network"]?.lateness == Lateness(afterSeconds: 259_200))
        #expect(catalog.systems["Network"]?.lateness?.jeopardyEverySeconds == 259_200)
    }
}
