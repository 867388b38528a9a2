import Fulfillment
import Orders
import TestSupport
import Testing

@Suite("Value maps of systems and of upstream (A33)")
struct RequestWordingTests {
    private static let debtors = ValueMap("Debtors", ["CRM-1": "BRM-77"], unmapped: .refuse)

    /// Functions A and B of systems A and B, of which A has words of its own.
    private static func catalog(_ translations: [Translation]) -> FulfillmentCatalog {
        var catalog = TestCatalogs.functions([TestCatalogs.function("A"), TestCatalogs.function("B")])
        catalog.systems["A"]?.translations = translations
        return catalog
    }

    private static func requests(_ decision: OrderDecision, _ run: OrderRun) throws -> [ComponentRequest] {
        let messages = OutboundMessages(catalog: run.decider.catalog, role: "COM", now: run.now)
            .messages(for: decision.events, state: try #require(decision.state))
        return messages.compactMap { if case .request(let request) = $0 { request } else { nil } }
    }

    @Test("a request carries the words of its system, and only of its own lines; other systems hear ours")
    func words() throws {
        var draft = TestOrders.things(2)
        draft.accountID = "CRM-1"
        draft.priority = "9"
        draft.lines[1].name = "Second"
        let translations = [
            Translation("account", scope: .order, map: Self.debtors),
            Translation("priority", scope: .order, map: ValueMap("Words", ["9": "URGENT"])),
            Translation("name", scope: .line, map: ValueMap("Names", ["Second": "Zweites"])),
            Translation("action", scope: .line, map: ValueMap("Verbs", ["ADD": "create"])),
        ]
        var run = OrderRun(Self.catalog(translations))
        let decision = run.submit(draft)
        let requests = try Self.requests(decision, run)
        let order = ["account": "BRM-77", "priority": "URGENT"]
        #expect(
            requests.filter { $0.system == "A" }.map(\.wording) == [
                Wording(order: order, lines: ["1": ["action": "create"]]),
                Wording(order: order, lines: ["2": ["action": "create", "name": "Zweites"]]),
            ]
        )
        #expect(requests.filter { $0.system == "B" }.map(\.wording) == [nil, nil])
        let state = try #require(run.state)
        #expect(state.order?.accountID == "CRM-1" && state.order?.sentAs == nil)
        let read = try JournalCodec.decodeState(JournalCodec.encode(state))
        #expect(read == state, "the words are part of the plan, and of what is stored")
    }

    @Test("a system's maps start from our words, and a mode of its own is translated as well")
    func afterArrival() throws {
        var catalog = Self.catalog([
            Translation("source", scope: .order, map: ValueMap("There", ["WEB": "internet", "7": "wrong"])),
            Translation("mode", scope: .order, map: ValueMap("Modes", ["Ask": "FRAGE", "Deliver": "wrong"])),
        ])
        catalog.translations = [
            Translation("source", scope: .order, map: ValueMap("Here", ["7": "WEB"]))
        ]
        catalog.systems["A"]?.requestMode = "Ask"
        var draft = TestOrders.things(1)
        draft.source = "7"
        var run = OrderRun(catalog)
        let request = try #require(try Self.requests(run.submit(draft), run).first { $0.system == "A" })
        #expect(request.wording == Wording(order: ["source": "internet", "mode": "FRAGE"]))
        #expect(request.mode == "FRAGE")
        #expect(run.state?.order?.source == "WEB")
        #expect(run.state?.order?.sentAs == Wording(order: ["source": "7"]))
    }

    @Test("what a system's map refuses is found at intake, told once, and nothing is sent to anybody")
    func refused() throws {
        let names = ValueMap("Names", ["Thing": "Ding"], unmapped: .refuse)
        let catalog = Self.catalog([
            Translation("account", scope: .order, map: Self.debtors),
            Translation("name", scope: .line, map: names),
        ])
        var draft = TestOrders.things(3)
        draft.accountID = "CRM-9"
        draft.lines[0].name = "Thing"
        draft.lines[1].name = "Other"
        draft.lines[2].name = "Strange"
        func failures(_ draft: OrderDraft) throws -> [Failure] {
            var run = OrderRun(catalog)
            let decision = run.submit(draft)
            #expect(run.state?.lifecycle == .failed)
            #expect(try Self.requests(decision, run).isEmpty)
            return run.state?.failures ?? []
        }
        let told = try failures(draft)
        #expect(
            told.map(\.text) == [
                "account 'CRM-9' of the order is not in value map Debtors, by which requests to A are written",
                "name 'Other' of line 2 is not in value map Names, by which requests to A are written",
                "name 'Strange' of line 3 is not in value map Names, by which requests to A are written",
            ]
        )
        #expect(told.allSatisfy { $0.code == .valueUnmapped } && told.map(\.line) == [nil, "2", "3"])
        draft.lines.reverse()
        #expect(try failures(draft) == told, "the order of the lines makes no difference")
        draft.lines.removeAll { $0.name != "Thing" }
        draft.accountID = "CRM-1"
        var run = OrderRun(catalog)
        run.submit(draft)
        #expect(run.state?.lifecycle == .inProgress)
    }

    @Test("a system that is not asked has nothing to refuse")
    func notAsked() {
        var catalog = Self.catalog([Translation("account", scope: .order, map: Self.debtors)])
        catalog.patterns["Thing"]?.steps["Deliver"]?.removeAll { $0.function == "A" }
        var draft = TestOrders.things(1)
        draft.accountID = "CRM-9"
        var run = OrderRun(catalog)
        run.submit(draft)
        #expect(run.state?.lifecycle == .inProgress)
        #expect(run.state?.components.map(\.plan.system) == ["B"])
    }

    // MARK: Upstream

    @Test("upstream knows a state by the code of it, or of the nearest state above it")
    func statusCodes() throws {
        var catalog = TestCatalogs.functions([TestCatalogs.function("A")])
        catalog.upstream.statusCodes = ["COMPLETE": "COMPLETED"]
        var run = OrderRun(catalog)
        func report(_ decision: OrderDecision) throws -> StatusReport {
            let state = try #require(decision.state)
            let all = OutboundMessages(catalog: catalog, role: "COM", now: run.now)
                .messages(for: decision.events, state: state)
            return try #require(
                all.compactMap { if case .report(let report) = $0 { report } else { nil } }.last
            )
        }
        let begun = try report(run.submit(TestOrders.things(1)))
        #expect(begun.root == .inProgress && begun.code == nil && begun.lines.map(\.code) == [nil])
        let done = try report(run.report("A/A/1/LineGranularity", "COMPLETE"))
        #expect(done.root == .complete && done.code == "COMPLETED" && done.lines.map(\.code) == ["COMPLETED"])
    }

    @Test("a state without a code of its own goes by the one above it")
    func statusCodeAbove() throws {
        var catalog = TestCatalogs.functions([TestCatalogs.function("A")])
        let known = catalog.states.add("IN_PROGRESS-BEGUN", below: "IN_PROGRESS")
        try #require(known)
        catalog.systems["A"]?.stateMap = [StateMapping(external: "begun", state: "IN_PROGRESS-BEGUN")]
        let begun = CompositionRule(
            state: "IN_PROGRESS-BEGUN",
            conditions: [CompositionCondition(.any, ["IN_PROGRESS-BEGUN"])]
        )
        catalog.lineComposition.insert(begun, at: 0)
        for (codes, expected) in [
            (["IN_PROGRESS": "WORKING"], "WORKING"),
            (["IN_PROGRESS": "WORKING", "IN_PROGRESS-BEGUN": "STARTED"], "STARTED"),
        ] as [([StateName: String], String)] {
            catalog.upstream.statusCodes = codes
            var run = OrderRun(catalog)
            run.submit(TestOrders.things(1))
            let decision = run.report("A/A/1/LineGranularity", "begun")
            let messages = OutboundMessages(catalog: catalog, role: "COM", now: run.now)
                .messages(for: decision.events, state: try #require(decision.state))
            let lines = messages.flatMap { message -> [LineReport] in
                if case .report(let report) = message { report.lines } else { [] }
            }
            #expect(lines.map(\.code) == [expected])
        }
    }
}
