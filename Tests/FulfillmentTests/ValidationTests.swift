import Fulfillment
import Orders
import TestSupport
import Testing

@Suite("Validation")
struct ValidationTests {
    private var catalog: FulfillmentCatalog {
        TestCatalogs.functions([TestCatalogs.function("A")])
    }

    private func validate(
        _ draft: OrderDraft,
        _ change: (inout FulfillmentCatalog) -> Void = { _ in },
        linesMax: Int = 2_000
    ) -> ValidationResult {
        var catalog = catalog
        change(&catalog)
        return OrderValidation.validate(draft, catalog: catalog, linesMax: linesMax)
    }

    private func codes(_ result: ValidationResult) -> [FailureCode] { result.failures.map(\.code) }

    @Test("a valid draft becomes an order with everything it says")
    func valid() throws {
        var draft = TestOrders.things(2)
        draft.priority = "9"
        draft.requestedDelivery = "2026-12-01T00:00:00Z"
        draft.properties = ["a": "b"]
        draft.extensions = ["<x/>"]
        draft.lines[1].sourceLines = ["S-1", "S-2"]
        draft.lines[1].parents = ["1", "2"]
        draft.lines[1].attributes = [LineAttribute(name: "n", value: "v")]
        let order = try #require(validate(draft).order)
        #expect(order.priority.value == 9)
        #expect(order.requestedDelivery?.text == "2026-12-01T00:00:00.000Z")
        #expect(order.properties == ["a": "b"] && order.extensions == ["<x/>"])
        #expect(order.lines.map(\.id) == ["1", "2"])
        #expect(order.lines[1].parents == ["1", "2"], "a line keeps all of its parents (A9)")
        #expect(order.lines[1].sourceLines == ["S-1", "S-2"])
        #expect(order.lines[1].pattern == "Thing")
    }

    /// Something wrong with an order of three lines, and how it is to be called.
    struct Mistake: Sendable, CustomTestStringConvertible {
        let code: FailureCode
        let text: String
        let make: @Sendable (inout OrderDraft) -> Void

        init(_ code: FailureCode, _ text: String, _ make: @escaping @Sendable (inout OrderDraft) -> Void) {
            self.code = code
            self.text = text
            self.make = make
        }

        var testDescription: String { "\(code.rawValue), \(text)" }
    }

    private static let mistakes = [
        Mistake(.actionUnknown, "another word") { $0.lines[0].action = "ADDED" },
        Mistake(.actionUnknown, "no word") { $0.lines[0].action = nil },
        Mistake(.modeUnknown, "another word") { $0.mode = "Teleport" },
        Mistake(.revisionNotANumber, "a word") { $0.revision = "one" },
        Mistake(.revisionNotANumber, "negative") { $0.revision = "-1" },
        Mistake(.revisionNotANumber, "a fraction") { $0.revision = "1.5" },
        Mistake(.revisionNotANumber, "the largest number of the machine") {
            $0.revision = "9223372036854775807"
        },
        Mistake(.revisionNotANumber, "more than that") { $0.revision = "99999999999999999999" },
        Mistake(.dateNotReadable, "order date") { $0.orderDate = "yesterday" },
        Mistake(.dateNotReadable, "delivery of the order") { $0.requestedDelivery = "21.11.2026" },
        Mistake(.dateNotReadable, "delivery of a line") { $0.lines[2].requestedDelivery = "soon" },
        Mistake(.lineIDMissing, "none") { $0.lines[1].id = nil },
        Mistake(.lineIDRepeated, "twice") { $0.lines[1].id = "1" },
        Mistake(.orderWithoutLines, "none") { $0.lines = [] },
        Mistake(.parentLineUnknown, "the parent") { $0.lines[0].parents = ["99"] },
        Mistake(.parentLineUnknown, "a further parent") { $0.lines[0].parents = ["2", "99"] },
        Mistake(.parentLineCycle, "of one line") { $0.lines[0].parents = ["1"] },
        Mistake(.productClassUnmapped, "unknown class") { $0.lines[0].productClass = "Unheard Of" },
        Mistake(.productClassUnmapped, "unknown type") {
            $0.lines[0].productClass = nil
            $0.lines[0].type = "SPARE"
        },
        Mistake(.productClassUnmapped, "neither class nor type") {
            $0.lines[0].productClass = nil
            $0.lines[0].type = nil
        },
    ]

    @Test("one thing wrong is one failure of its own code", arguments: mistakes)
    func one(mistake: Mistake) {
        var draft = TestOrders.things(3)
        mistake.make(&draft)
        let result = validate(draft)
        #expect(codes(result) == [mistake.code])
        #expect(result.order == nil)
        #expect(result.failures.first?.text.isEmpty == false)
    }

    @Test("everything wrong is told at once")
    func everything() {
        var draft = TestOrders.things(6)
        draft.mode = "Teleport"
        draft.priority = "42"
        draft.revision = "x"
        draft.orderDate = "x"
        draft.requestedDelivery = "x"
        draft.lines[0].action = "JUMP"
        draft.lines[0].productClass = "Unheard Of"
        draft.lines[1].requestedDelivery = "x"
        draft.lines[2].id = nil
        draft.lines[3].id = "2"
        draft.lines[4].parents = ["99", "98"]
        draft.lines[5].parents = ["6"]
        draft.lines[5].productClass = "Neither"
        let result = validate(draft) { $0.priorityPolicy = .refuse }
        let expected: [FailureCode: Int] = [
            .modeUnknown: 1, .priorityOutOfRange: 1, .revisionNotANumber: 1, .dateNotReadable: 3,
            .actionUnknown: 1,
            .productClassUnmapped: 2, .lineIDMissing: 1, .lineIDRepeated: 1, .parentLineUnknown: 2,
            .parentLineCycle: 1,
        ]
        #expect(Dictionary(codes(result).map { ($0, 1) }, uniquingKeysWith: +) == expected)
    }

    @Test(
        "all eight actions are taken, whatever their case (A10)",
        arguments: ["add", " UPDATE\n", "Delete", "SUSPEND", "resume", "Move-Add", "MOVE-DELETE", "NONE"]
    )
    func actions(text: String) throws {
        var draft = TestOrders.things(1)
        draft.lines[0].action = text
        let order = try #require(validate(draft).order)
        #expect(order.lines[0].action == ServiceAction(code: text))
    }

    @Test("a line for which nothing is to be done needs no pattern (A10)")
    func none() {
        var draft = TestOrders.things(2)
        draft.lines[1].action = "NONE"
        draft.lines[1].productClass = "Unheard Of"
        #expect(validate(draft).order?.lines[1].pattern == nil)
        #expect(validate(draft).failures.isEmpty)
    }

    @Test("a failure of a line names the line, the document line and the product class (A15)")
    func places() throws {
        var draft = TestOrders.things(2)
        draft.lines[1].productClass = "Unheard Of"
        draft.lines[0].action = "JUMP"
        draft.lines[0].documentLine = 17
        let result = validate(draft)
        let unmapped = try #require(result.failures.first { $0.code == .productClassUnmapped })
        #expect(unmapped.line == "2")
        #expect(unmapped.text.contains("Unheard Of"))
        let action = try #require(result.failures.first { $0.code == .actionUnknown })
        #expect(action.text.contains("document line 17") && action.text.contains("JUMP"))
    }

    @Test(
        "priorities from 0 to 9 are used as they are (A13)",
        arguments: [("0", 0), ("5", 5), ("9", 9), (nil, 5)] as [(String?, Int)]
    )
    func priorities(text: String?, value: Int) {
        var draft = TestOrders.things(1)
        draft.priority = text
        let result = validate(draft)
        #expect(result.order?.priority.value == value)
        #expect(result.warnings.isEmpty)
    }

    @Test(
        "another priority is 5 with a warning, or refused, as the catalog says (A13)",
        arguments: ["42", "-1", "high"]
    )
    func priorityOutOfRange(text: String) {
        var draft = TestOrders.things(1)
        draft.priority = text
        let lenient = validate(draft)
        #expect(lenient.order?.priority == .standard)
        #expect(lenient.warnings.map(\.code) == [.priorityOutOfRange])
        let strict = validate(draft) { $0.priorityPolicy = .refuse }
        #expect(strict.order == nil)
        #expect(codes(strict) == [.priorityOutOfRange])
    }

    @Test("a mode is found whatever its case; none is the default one, where there is one (A12)")
    func modes() {
        var draft = TestOrders.things(1, mode: "qualify")
        #expect(validate(draft).order?.mode == "Qualify")
        draft.mode = nil
        #expect(validate(draft).order?.mode == "Deliver")
        let result = validate(draft) { $0.defaultMode = nil }
        #expect(codes(result) == [.modeUnknown])
        #expect(result.failures.first?.text.contains("Deliver, Qualify") == true)
    }

    @Test("a missing revision is 1, and an arrival policy ignores what the sender says")
    func revisions() {
        var draft = TestOrders.things(1)
        draft.revision = nil
        #expect(validate(draft).order?.revision == 1)
        draft.revision = "007"
        #expect(validate(draft).order?.revision == 7)
        draft.revision = "not at all"
        var catalog = catalog
        catalog.revisionPolicy = .arrival
        let result = OrderValidation.validate(draft, catalog: catalog, linesMax: 10, arrivalRevision: 4)
        #expect(result.order?.revision == 4)
    }

    @Test("the line limit is exact")
    func lineLimit() {
        #expect(validate(TestOrders.things(5), linesMax: 5).order != nil)
        let result = validate(TestOrders.things(6), linesMax: 5)
        #expect(codes(result) == [.lineLimitExceeded])
        #expect(result.failures.first?.text.contains("6") == true)
    }

    @Test("a cycle of parents is listed once, and lines that lead into it are not blamed")
    func parentCycle() throws {
        var draft = TestOrders.things(5)
        draft.lines[0].parents = ["2"]
        draft.lines[1].parents = ["3"]
        draft.lines[2].parents = ["4"]
        draft.lines[3].parents = ["2"]
        draft.lines[4].parents = ["1"]
        let result = validate(draft)
        #expect(codes(result) == [.parentLineCycle])
        #expect(result.failures.first?.text.contains("2 -> 3 -> 4 -> 2") == true)
    }

    @Test("parents 5,000 deep are walked without exhausting the stack; a cycle of 5,000 is listed in short")
    func deepParents() throws {
        var draft = TestOrders.things(5_000)
        for index in 1..<5_000 { draft.lines[index].parents = ["\(index)"] }
        let straight = validate(draft, linesMax: 5_000)
        #expect(straight.failures.isEmpty)
        draft.lines[0].parents = ["5000"]
        let round = validate(draft, linesMax: 5_000)
        #expect(codes(round) == [.parentLineCycle])
        let text = try #require(round.failures.first?.text)
        #expect(text.count < 500 && text.contains("more"))
    }

    @Test("only the first parent makes the tree: further ones may point back")
    func furtherParents() {
        var draft = TestOrders.things(2)
        draft.lines[0].parents = ["1"]
        #expect(codes(validate(draft)) == [.parentLineCycle])
        draft.lines[0].parents = ["2", "1"]
        #expect(validate(draft).failures.isEmpty)
    }

    @Test("failures are told up to a limit, and their number beyond it")
    func manyFailures() {
        var draft = TestOrders.things(1_500)
        for index in draft.lines.indices { draft.lines[index].action = "JUMP" }
        let result = validate(draft)
        #expect(result.failures.count == OrderValidation.failuresMax)
        #expect(result.failures.last?.text.contains("501") == true)
    }

    @Test("a policy assigns, and later policies and conditions see it")
    func assigning() throws {
        let result = validate(TestOrders.things(2)) {
            $0.policies = [
                Policy(
                    name: "segment",
                    scope: .order,
                    condition: .always,
                    effect: .assign(["segment": "gold"])
                ),
                Policy(
                    name: "speed",
                    scope: .line,
                    condition: .all([
                        .isOneOf(name: "segment", values: ["gold"]), .isOneOf(name: "line", values: ["2"]),
                        .isOneOf(name: "pattern", values: ["Thing"]),
                    ]),
                    effect: .assign(["speed": "fast"])
                ),
            ]
        }
        let order = try #require(result.order)
        #expect(order.properties["segment"] == "gold")
        #expect(order.lines.map { $0.properties["speed"] } == [nil, "fast"])
    }

    @Test("a policy refuses with its reason, for the order or for each line it holds for")
    func refusing() {
        let result = validate(TestOrders.things(3)) {
            $0.policies = [
                Policy(
                    name: "credit",
                    scope: .order,
                    condition: .always,
                    effect: .refuse(reason: "No credit.")
                ),
                Policy(
                    name: "stock",
                    scope: .line,
                    condition: .isOneOf(name: "line", values: ["2", "3"]),
                    effect: .refuse(reason: "Out of stock.")
                ),
                Policy(
                    name: "never",
                    scope: .order,
                    condition: .not(.always),
                    effect: .refuse(reason: "Impossible.")
                ),
            ]
        }
        #expect(codes(result) == [.policyRefused, .policyRefused, .policyRefused])
        #expect(result.failures.map(\.line) == [nil, "2", "3"])
        #expect(result.failures.map(\.correctiveAction) == ["No credit.", "Out of stock.", "Out of stock."])
    }

    @Test("dates without a zone are read in the catalog's (A76)")
    func zones() throws {
        var draft = TestOrders.things(1)
        draft.orderDate = "2026-11-21"
        let zone = try #require(ZoneRule(identifier: "America/Sao_Paulo"))
        #expect(validate(draft) { $0.zone = zone }.order?.orderDate?.text == "2026-11-21T03:00:00.000Z")
    }
}
