import Fulfillment
import Messages
import Orders
import TestSupport
import Testing

@Suite("What is undone is undone as it was asked for: account, mode and the system's own words (A42)")
struct FormerTermsTests {
    private let whole: ComponentID = "A/A/WholeOrder"

    /// Systems that call classes and speeds otherwise.
    private static func catalog(_ function: FulfillmentFunction) -> FulfillmentCatalog {
        var catalog = TestCatalogs.functions([function], startPolicy: .immediate)
        catalog.productClasses["Other"] = "Thing"
        for name in catalog.systems.keys {
            catalog.systems[name]?.requestFormat = .provisioningOrder
            catalog.systems[name]?.translations = [
                Translation(
                    "productClass",
                    scope: .line,
                    map: ValueMap("Classes", ["Thing": "T1", "Other": "O1"])
                ),
                Translation("speed", scope: .line, map: ValueMap("Speeds", ["1": "slow", "2": "fast"])),
            ]
        }
        return catalog
    }

    private static func draft(
        revision: Int,
        account: String,
        lines: Int = 1,
        _ productClass: String = "Thing"
    ) -> OrderDraft {
        var draft = TestOrders.things(lines)
        draft.revision = String(revision)
        draft.accountID = account
        draft.accountName = "Name of \(account)"
        for line in draft.lines.indices {
            draft.lines[line].productClass = productClass
            draft.lines[line].attributes = [LineAttribute(name: "speed", value: "1")]
        }
        return draft
    }

    /// The requests of a decision, as their systems read them.
    private func asked(_ decision: OrderDecision, _ run: OrderRun) throws -> [OrderDraft] {
        let state = try #require(decision.state)
        let order = try #require(state.order)
        let messages = OutboundMessages(catalog: run.decider.catalog, role: "COM", now: run.now)
            .messages(for: decision.events, state: state)
        return try messages.compactMap { message in
            guard case .request(let request) = message else { return nil }
            let body = MessageEncoder().encode(request, of: order, context: Sample.context())
            let content = try MessageDecoder().decode(body, transport: TransportContext(queue: "Q")).content
            guard case .order(let draft) = content else { throw UnexpectedContent() }
            return draft
        }
    }

    private func expect(
        _ draft: OrderDraft?,
        account: String,
        mode: String = "Deliver",
        _ productClass: String,
        isUndo: Bool,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(draft?.accountID == account, sourceLocation: sourceLocation)
        #expect(draft?.accountName == "Name of \(account)", sourceLocation: sourceLocation)
        #expect(draft?.mode == mode, sourceLocation: sourceLocation)
        #expect(draft?.lines.map(\.productClass) == [productClass], sourceLocation: sourceLocation)
        #expect((draft?.type == "CANCEL") == isUndo, sourceLocation: sourceLocation)
    }

    @Test("undo then do: the undo tells what the system was told, then it is asked with what holds now")
    func undoThenDo() throws {
        var function = TestCatalogs.function("A", granularity: .order)
        function.onChange = CompensationStrategy(.undoThenDo)
        var run = OrderRun(Self.catalog(function))
        let first = try asked(run.submit(Self.draft(revision: 1, account: "AC-1")), run)
        expect(first.first, account: "AC-1", "T1", isUndo: false)
        run.report(whole, "IN PROGRESS")
        var revision = Self.draft(revision: 2, account: "AC-2", "Other")
        revision.mode = "Qualify"
        expect(try asked(run.submit(revision), run).first, account: "AC-1", "T1", isUndo: true)
        let anew = try asked(run.report(whole, "CANCELLED"), run)
        expect(anew.first, account: "AC-2", mode: "Qualify", "O1", isUndo: false)
        let hops = try run.hops.map { ($0.at, try JournalCodec.encode($0.events)) }
        let id = OrderID(role: "COM", key: "SO-1")
        #expect(try JournalCodec.fold(hops, onto: nil, id: id) == run.state)
    }

    @Test("an undo that is refused and asked again tells the same, also after a snapshot")
    func refused() throws {
        var function = TestCatalogs.function("A", granularity: .order)
        function.onChange = CompensationStrategy(.undoThenDo)
        var run = OrderRun(Self.catalog(function))
        run.submit(Self.draft(revision: 1, account: "AC-1"))
        run.submit(Self.draft(revision: 2, account: "AC-2", "Other"))
        run.receive(
            FulfillmentUpdate(
                orderKey: "SO-1",
                correlation: ComponentCorrelation.text(order: "SO-1", component: whole, request: 2),
                status: ReportedStatus(code: "FAILED")
            )
        )
        #expect(run.component(whole)?.processing == .undoFailed)
        run.state = try JournalCodec.decodeState(JournalCodec.encode(try #require(run.state)))
        let again = try asked(run.operate(OrderOperation(action: .retry, by: "Ann")), run)
        expect(again.first, account: "AC-1", "T1", isUndo: true)
    }

    @Test("what the same revision withdraws is undone with the account that it was asked for")
    func withdrawn() throws {
        var function = TestCatalogs.function("A")
        function.onChange = CompensationStrategy(.none)
        var run = OrderRun(Self.catalog(function))
        run.submit(Self.draft(revision: 1, account: "AC-1", lines: 2))
        let undo = try asked(run.submit(Self.draft(revision: 2, account: "AC-2")), run)
        #expect(undo.map { $0.lines.map(\.id) } == [["2"]])
        expect(undo.first, account: "AC-1", "T1", isUndo: true)
    }

    @Test("what was left as it is through several revisions is undone as it was asked for")
    func left() throws {
        var function = TestCatalogs.function("A", granularity: .order)
        function.onChange = CompensationStrategy(.none)
        var run = OrderRun(Self.catalog(function))
        run.submit(Self.draft(revision: 1, account: "AC-1"))
        run.submit(Self.draft(revision: 2, account: "AC-2", "Other"))
        run.submit(Self.draft(revision: 3, account: "AC-3", "Other"))
        let undo = try asked(run.operate(OrderOperation(action: .cancel, by: "Ann")), run)
        expect(undo.first, account: "AC-1", "T1", isUndo: true)
    }

    @Test("nothing is kept of what would be told the same now, and of the rest what differs alone")
    func whatDiffers() {
        var function = TestCatalogs.function("A", granularity: .order)
        function.onChange = CompensationStrategy(.none)
        var run = OrderRun(Self.catalog(function))
        run.submit(Self.draft(revision: 1, account: "AC-1"))
        var revision = Self.draft(revision: 2, account: "AC-1")
        revision.lines[0].quantity = "2"
        run.submit(revision)
        #expect(run.component(whole)?.rework?.value.linesAsAsked?.count == 1)
        #expect(run.component(whole)?.rework?.value.termsAsAsked == nil)
        run.submit(Self.draft(revision: 3, account: "AC-2"))
        let account = FormerTerms.Account(id: "AC-1", name: "Name of AC-1")
        #expect(run.component(whole)?.rework?.value.termsAsAsked?.value == FormerTerms(account: account))
        run.submit(Self.draft(revision: 4, account: "AC-1"))
        #expect(run.component(whole)?.rework?.value.termsAsAsked == nil)
    }

    @Test(
        "fix: what was done before is undone in the words it was asked with, what is asked again in the new ones"
    )
    func fixed() throws {
        var catalog = TestCatalogs.chain(["A", "B"], granularity: .order)
        catalog.systems = Self.catalog(TestCatalogs.function("A")).systems.merging(
            Self.catalog(TestCatalogs.function("B")).systems
        ) { $1 }
        var run = OrderRun(catalog)
        run.submit(Self.draft(revision: 1, account: "AC-1"))
        run.report(whole, "COMPLETE")
        run.report("B/B/WholeOrder", "FAILED")
        let fix = DataFix(line: "1", name: "speed", value: "2")
        let operation = OrderOperation(action: .fix, by: "Ann", component: "B/B/WholeOrder", fixes: [fix])
        func speeds(_ drafts: [OrderDraft]) -> [String?] {
            drafts.map { $0.lines.first?.attributes.first?.value }
        }
        #expect(speeds(try asked(run.operate(operation), run)) == ["fast"])
        let cancelled = run.operate(OrderOperation(action: .cancel, by: "Ann"))
        #expect(speeds(try asked(cancelled, run)) == ["fast"])
        #expect(speeds(try asked(run.report("B/B/WholeOrder", "CANCELLED"), run)) == ["slow"])
        let hops = try run.hops.map { ($0.at, try JournalCodec.encode($0.events)) }
        let id = OrderID(role: "COM", key: "SO-1")
        #expect(try JournalCodec.fold(hops, onto: nil, id: id) == run.state)
    }
}
