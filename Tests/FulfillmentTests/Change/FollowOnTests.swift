import Fulfillment
import Orders
import TestSupport
import Testing

@Suite("Follow-on orders: work that waits for a line of another order (A21)")
struct FollowOnTests {
    private static let base = BaseReference(order: "SO-BASE", line: "7")
    private let a: ComponentID = "A/A/1/LineGranularity"
    private let b: ComponentID = "B/B/WholeOrder"

    /// A for line 1, which follows; B for the whole order, which waits for nothing of it.
    private static var catalog: FulfillmentCatalog {
        TestCatalogs.functions([
            TestCatalogs.function("A", granularity: .line), TestCatalogs.function("B", granularity: .order),
        ])
    }

    private func followOn(of bases: [BaseReference] = [base]) -> OrderDraft {
        var draft = TestOrders.things(2)
        draft.lines[0].bases = bases
        return draft
    }

    private func report(_ outcome: BaseOutcome, _ base: BaseReference = base) -> OrderOperation {
        .baseReport(base, outcome, role: "COM")
    }

    private func operations(_ decision: OrderDecision, _ run: OrderRun) throws -> [(OrderOperation, OrderKey)]
    {
        OutboundMessages(catalog: run.decider.catalog, role: "COM", now: run.now)
            .messages(for: decision.events, state: try #require(decision.state))
            .compactMap {
                if case .operation(let operation, on: let key) = $0 { (operation, key) } else { nil }
            }
    }

    // MARK: The order that follows

    @Test("whoever was aborted is told nothing more of what it followed")
    func reportAfterAbort() {
        var run = OrderRun(Self.catalog)
        run.submit(followOn())
        run.operate(OrderOperation(action: .abort, by: "Ann"))
        let late = run.operate(report(.cancelled))
        #expect(late.events.failures.isEmpty && late.events.ignored.count == 1)
        #expect(run.state?.incidents.isEmpty == true)
    }

    @Test("components with a line that follows wait and the base is asked; others start; then it goes on")
    func waits() throws {
        var run = OrderRun(Self.catalog)
        var draft = TestOrders.things(3)
        draft.lines[0].bases = [Self.base]
        let taken = run.submit(draft)
        #expect(taken.events.released == ["A/A/2/LineGranularity", "A/A/3/LineGranularity"])
        let asked = try operations(taken, run)
        #expect(asked.map(\.0.action) == [.follow])
        #expect(asked.map(\.1) == ["SO-BASE"])
        #expect(asked.first?.0.value == run.state?.id.key.rawValue)
        #expect(asked.first?.0.line == "7")

        let done = run.operate(report(.done))
        // B holds all lines, one of which followed.
        #expect(done.events.released == [a, b])
        #expect(run.operate(report(.done)).events.released.isEmpty)
        #expect(run.state?.incidents.isEmpty == true)
    }

    @Test(
        "what is unknown or cancelled is an incident; retry asks again, resolve goes on alone",
        arguments: [true, false]
    )
    func inVain(isRetried: Bool) throws {
        var run = OrderRun(Self.catalog)
        run.submit(followOn())
        let missed = run.operate(report(isRetried ? .unknown : .cancelled))
        #expect(missed.events.failures.map(\.code) == [isRetried ? .baseOrderUnknown : .baseOrderEnded])
        #expect(run.state?.incidents.map(\.base) == [Self.base])
        #expect(run.component(a)?.processing == .notStarted)
        if isRetried {
            let asked = run.operate(OrderOperation(action: .retry, by: "Ann"))
            #expect(try operations(asked, run).map(\.0.action) == [.follow])
            #expect(run.state?.incidents.isEmpty == true)
            #expect(run.component(a)?.processing == .notStarted)
            #expect(run.operate(report(.done)).events.released == [a, b])
        } else {
            #expect(run.operate(OrderOperation(action: .resolve, by: "Ann")).events.released == [a, b])
            #expect(run.state?.incidents.isEmpty == true)
        }
    }

    @Test("an incident about an unknown base ends when the base comes after all")
    func comesLater() {
        var run = OrderRun(Self.catalog)
        run.submit(followOn())
        run.operate(report(.unknown))
        #expect(run.state?.incidents.count == 1)
        #expect(run.operate(report(.done)).events.released == [a, b])
        #expect(run.state?.incidents.isEmpty == true)
    }

    @Test("a revision that follows something else asks that; one that follows nothing starts")
    func revised() throws {
        var run = OrderRun(Self.catalog)
        run.submit(followOn())
        let other = BaseReference(order: "SO-OTHER")
        var revision = followOn(of: [other])
        revision.revision = "2"
        let asked = try operations(run.submit(revision), run)
        #expect(asked.map(\.1) == ["SO-OTHER"])
        #expect(run.operate(report(.done)).events.released.isEmpty)
        var free = followOn(of: [])
        free.revision = "3"
        #expect(run.submit(free).events.released == [a, b])
    }

    /// A of line 1, which is in progress and is to be done otherwise once another order is done.
    private func followingLater(_ kind: CompensationKind) -> (run: OrderRun, revised: OrderDecision) {
        var catalog = TestCatalogs.functions([TestCatalogs.function("A", granularity: .line)])
        catalog.functions["A"]?.onChange = CompensationStrategy(kind)
        var run = OrderRun(catalog)
        run.submit(TestOrders.lines(["1", "1"]))
        run.report(a, "IN PROGRESS")
        var revision = TestOrders.lines(["2", "1"], revision: 2)
        revision.lines[0].bases = [Self.base]
        let revised = run.submit(revision)
        return (run, revised)
    }

    @Test(
        "a revision that lets started work follow has the base asked, and the work is done anew after it",
        arguments: [CompensationKind.redo, .undoThenDo]
    )
    func followsLater(kind: CompensationKind) throws {
        var (run, revised) = followingLater(kind)
        #expect(try operations(revised, run).map(\.1) == ["SO-BASE"])
        #expect(Told(revised, run).requests.map(\.execution) == (kind == .redo ? [] : [.undo]))
        if kind == .undoThenDo {
            #expect(Told(run.answer(a, "CANCELLED", request: 2), run).requests.isEmpty)
            #expect(run.component(a)?.processing == .notStarted)
        }
        let done = Told(run.operate(report(.done)), run).requests
        #expect(done.map(\.component) == [a])
        #expect(done.map(\.execution) == [kind == .redo ? .redo : .perform])
        run.answer(a, "COMPLETE", request: kind == .redo ? 2 : 3)
        run.report("A/A/2/LineGranularity", "COMPLETE")
        #expect(run.state?.lifecycle == .completed)
    }

    @Test("started work that follows in vain is an incident; resolved, it is done anew alone")
    func followsLaterInVain() {
        var (run, _) = followingLater(.redo)
        let missed = run.operate(report(.cancelled))
        #expect(missed.events.failures.map(\.code) == [.baseOrderEnded])
        #expect(run.state?.incidents.map(\.base) == [Self.base])
        let resolved = run.operate(OrderOperation(action: .resolve, by: "Ann"))
        #expect(Told(resolved, run).requests.map(\.execution) == [.redo])
        #expect(run.state?.incidents.isEmpty == true)
    }

    @Test("an order cannot follow itself")
    func itself() {
        var run = OrderRun(Self.catalog)
        let key = TestOrders.things(2).key
        let decision = run.submit(followOn(of: [BaseReference(order: key, line: "2")]))
        #expect(run.state?.lifecycle == .failed)
        guard case .rejected(let rejection) = decision.events.first else {
            Issue.record("it was not rejected")
            return
        }
        #expect(rejection.failures.map(\.code) == [.baseOrderUnknown])
    }

    @Test("a cancelled follower asks nothing any more, and what its base says changes nothing")
    func cancelledFollower() {
        var run = OrderRun(Self.catalog)
        run.submit(followOn())
        run.operate(OrderOperation(action: .cancel, by: "Ann"))
        run.report("A/A/2/LineGranularity", "COMPLETE")
        #expect(run.operate(report(.done)).events.released.isEmpty)
        #expect(run.component(a) == nil)
    }

    // MARK: The order that is followed

    private func follow(_ line: LineID?, by key: String = "SO-FOLLOW") -> OrderOperation {
        OrderOperation(action: .follow, by: "COM order \(key)", value: key, line: line)
    }

    @Test("a base tells once its line is done, and at once when it was done before")
    func base() throws {
        var run = OrderRun(TestCatalogs.functions([TestCatalogs.function("A", granularity: .line)]))
        run.submit(TestOrders.things(2))
        #expect(try operations(run.operate(follow("1")), run).isEmpty)
        #expect(try operations(run.report("A/A/2/LineGranularity", "COMPLETE"), run).isEmpty)
        let told = try operations(run.report("A/A/1/LineGranularity", "COMPLETE"), run)
        #expect(told.map(\.1) == ["SO-FOLLOW"])
        #expect(
            told.first?.0
                == .baseReport(BaseReference(order: run.state?.id.key ?? "", line: "1"), .done, role: "COM")
        )
        #expect(run.state?.lifecycle == .completed)
        #expect(try operations(run.operate(follow(nil, by: "SO-LATE")), run).first?.0.value == "done")
        // Who asks again, because the answer was lost on him, is told again.
        #expect(try operations(run.operate(follow("1")), run).count == 1)
    }

    @Test("a base whose line is withdrawn, or that is cancelled or aborted, says so", arguments: 0...2)
    func cancelledBase(way: Int) throws {
        var run = OrderRun(TestCatalogs.functions([TestCatalogs.function("A", granularity: .line)]))
        run.submit(TestOrders.things(2))
        run.operate(follow("2"))
        let decision: OrderDecision
        switch way {
        case 0:
            var revision = TestOrders.things(1)
            revision.revision = "2"
            decision = run.submit(revision)
        case 1: decision = run.operate(OrderOperation(action: .cancel, by: "Ann"))
        default: decision = run.operate(OrderOperation(action: .abort, by: "Ann"))
        }
        #expect(try operations(decision, run).map(\.0.value) == ["cancelled"])
    }

    @Test("a line that the base lacks is awaited, or unknown at once, as the catalog has it")
    func unknownLine() throws {
        var catalog = TestCatalogs.functions([TestCatalogs.function("A", granularity: .line)])
        for policy in UnknownBasePolicy.allCases {
            catalog.unknownBase = policy
            var run = OrderRun(catalog)
            run.submit(TestOrders.things(1))
            let told = try operations(run.operate(follow("9")), run).map(\.0.value)
            #expect(told == (policy == .wait ? [] : ["unknown"]))
            guard policy == .wait else { continue }
            #expect(
                try operations(run.report("A/A/1/LineGranularity", "COMPLETE"), run).map(\.0.value) == [
                    "unknown"
                ]
            )
        }
    }

    /// An order of one line that as many follow as may.
    private func followed(told: BaseOutcome?) -> OrderRun {
        var run = OrderRun(TestCatalogs.functions([TestCatalogs.function("A", granularity: .line)]))
        run.submit(TestOrders.things(1))
        if told != nil { run.report(a, "COMPLETE") }
        var relations = OrderRelations()
        relations.followers = (1...OrderRelations.followersMax).map {
            Follower(order: OrderKey("SO-F\($0)"), line: "1", told: told)
        }
        run.state?.relations = Rare(relations)
        return run
    }

    @Test("who was told makes room for one more: the oldest is forgotten, and the newest hears at once")
    func fullOfTold() throws {
        var run = followed(told: .done)
        let decision = run.operate(follow("1", by: "SO-LATE"))
        #expect(decision.events.failures.isEmpty)
        #expect(try operations(decision, run).map(\.1) == ["SO-LATE"])
        #expect(try operations(decision, run).map(\.0.value) == ["done"])
        let followers = try #require(run.state?.relations?.value.followers)
        #expect(followers.count == OrderRelations.followersMax)
        #expect(followers.first?.order == "SO-F2" && followers.last?.order == "SO-LATE")
    }

    @Test("where all wait there is no place for one more, who is told so and does not wait")
    func fullOfWaiting() throws {
        var run = followed(told: nil)
        let decision = run.operate(follow("1", by: "SO-LATE"))
        #expect(decision.events.failures.map(\.code) == [.operationInvalid])
        #expect(try operations(decision, run).map(\.1) == ["SO-LATE"])
        #expect(try operations(decision, run).map(\.0.value) == ["unknown"])
        #expect(run.state?.relations?.value.followers.count == OrderRelations.followersMax)
        #expect(run.state?.relations?.value.followers.last?.order != "SO-LATE")
        let done = try operations(run.report(a, "COMPLETE"), run)
        #expect(done.count == OrderRelations.followersMax)
        #expect(try operations(run.operate(follow("1", by: "SO-LATE")), run).map(\.0.value) == ["done"])
    }

    @Test("without the words that it needs, an operation between orders is refused")
    func senseless() {
        var run = OrderRun(Self.catalog)
        run.submit(TestOrders.things(1))
        for action in [OrderOperation.Action.follow, .baseReport] {
            let decision = run.operate(OrderOperation(action: action, by: "somebody"))
            #expect(decision.events.failures.map(\.code) == [.operationInvalid])
        }
    }
}
