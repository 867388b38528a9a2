import Fulfillment
import Orders
import TestSupport
import Testing

@Suite("Corrections keep to the life cycle (A35, A36, A46, A47, A56)")
struct CorrectionGateTests {
    private let a: ComponentID = "A/A/WholeOrder"
    private let b: ComponentID = "B/B/WholeOrder"
    private static let corrections: [OrderOperation.Action] = [
        .retry, .resolve, .skip, .complete, .fix, .assign,
    ]

    private func failed(_ changes: ChangePolicy = .standard, segment: String = "Home") -> OrderRun {
        var catalog = TestCatalogs.functions([
            TestCatalogs.function("A", granularity: .order), TestCatalogs.function("B", granularity: .order),
        ])
        catalog.changes = changes
        var run = OrderRun(catalog)
        var draft = TestOrders.things(1)
        draft.properties["segment"] = segment
        run.submit(draft)
        run.report(a, "FAILED")
        return run
    }

    private func operation(
        _ action: OrderOperation.Action,
        _ component: ComponentID? = nil
    ) -> OrderOperation {
        OrderOperation(
            action: action,
            by: "Ann",
            component: component,
            fixes: action == .fix ? [DataFix(line: "1", name: "speed", value: "16")] : []
        )
    }

    private func requests(_ decision: OrderDecision, _ run: OrderRun) throws -> [ComponentID] {
        OutboundMessages(catalog: run.decider.catalog, role: "COM", now: run.now)
            .messages(for: decision.events, state: try #require(decision.state))
            .compactMap { if case .request(let request) = $0 { request.component } else { nil } }
    }

    private func undo(_ id: ComponentID, _ run: inout OrderRun) {
        let key = run.state?.id.key ?? ""
        let requests = run.component(id)?.requests ?? 1
        run.receive(
            FulfillmentUpdate(
                orderKey: key,
                correlation: ComponentCorrelation.text(order: key, component: id, request: requests),
                component: id,
                status: ReportedStatus(code: "CANCELLED")
            )
        )
    }

    @Test("a value is fixed by its path or the end of it; an end that is not one path's alone is refused")
    func fixedByEnd() throws {
        var run = OrderRun(TestCatalogs.functions([TestCatalogs.function("A", granularity: .order)]))
        var draft = TestOrders.things(1)
        draft.properties = ["home/city": "Rio", "home/street": "A", "work/street": "B"]
        run.submit(draft)
        run.report(a, "FAILED")
        var fix = OrderOperation(action: .fix, by: "Ann", fixes: [DataFix(name: "street", value: "C")])
        #expect(run.operate(fix).events.failures.map(\.code) == [.operationInvalid])
        fix.fixes = [
            DataFix(name: "city", value: "Niteroi"), DataFix(name: "work/street", value: "C"),
            DataFix(name: "note", value: "new"),
        ]
        #expect(run.operate(fix).events.failures.isEmpty)
        #expect(
            run.state?.order?.properties
                == ["home/city": "Niteroi", "home/street": "A", "work/street": "C", "note": "new"]
        )
    }

    @Test("of an order that is over nothing is corrected, and nobody is asked", arguments: corrections)
    func over(action: OrderOperation.Action) throws {
        for end in [OrderOperation.Action.abort, .cancel] {
            var run = failed()
            run.operate(operation(end))
            if end == .cancel { for id in [a, b] { undo(id, &run) } }
            #expect(run.state?.lifecycle == (end == .abort ? .aborted : .cancelled))
            let before = run.state
            for component in [nil, a, b] as [ComponentID?] {
                let decision = run.operate(operation(action, component))
                #expect(decision.events.failures.map(\.code) == [.transactionNotPermitted])
                #expect(try requests(decision, run).isEmpty)
            }
            #expect(run.state?.components == before?.components)
        }
    }

    @Test(
        "of a suspended order it is asked again once it is resumed, with the data that was fixed",
        arguments: [false, true]
    )
    func suspended(isFixed: Bool) throws {
        var run = failed()
        run.operate(operation(.suspend))
        let retried = run.operate(operation(isFixed ? .fix : .retry))
        #expect(try requests(retried, run).isEmpty)
        #expect(run.state?.incidents.isEmpty == true)
        #expect(try requests(run.timeReached(afterSeconds: 5), run).isEmpty)
        let resumed = run.operate(operation(.resume))
        #expect(try requests(resumed, run) == [a])
        #expect(run.component(a)?.processing == .inProgress)
        #expect((run.state?.order?.lines.first?.properties["speed"] == "16") == isFixed)
    }

    @Test("what a system is working on is not asked for again while the order is suspended")
    func workedOn() throws {
        var run = failed()
        run.operate(operation(.suspend))
        run.report(b, "IN_PROGRESS")
        let decision = run.operate(operation(.retry, b))
        #expect(try requests(decision, run).isEmpty)
        #expect(decision.events.failures.map(\.code) == [.transactionNotPermitted])
    }

    @Test(
        "a failed order goes on by resolve, by retry and by fix",
        arguments: [OrderOperation.Action.resolve, .retry, .fix]
    )
    func failedOrder(action: OrderOperation.Action) throws {
        var run = failed()
        run.operate(operation(.fail))
        #expect(run.state?.lifecycle == .failed)
        let decision = run.operate(operation(action))
        #expect(run.state?.lifecycle == .inProgress)
        #expect(try requests(decision, run) == (action == .resolve ? [] : [a]))
        #expect(run.component(a)?.processing == .inProgress)
    }

    @Test("a transition condition refuses with its message and severity, where it holds")
    func forbidden() throws {
        let rule = ForbiddenTransaction(
            [.cancel, .resolveFailure],
            in: [.inProgress],
            when: .isOneOf(name: "segment", values: ["Systems"]),
            message: "systems customers call their account manager",
            severity: .critical
        )
        var changes = ChangePolicy.standard
        changes.forbidden = [rule]
        for segment in ["Systems", "Home"] {
            let isForbidden = segment == "Systems"
            var run = failed(changes, segment: segment)
            let retried = run.operate(operation(.retry))
            #expect(retried.events.failures.map(\.severity) == (isForbidden ? [.critical] : []))
            #expect(try requests(retried, run) == (isForbidden ? [] : [a]))
            guard isForbidden else { continue }
            let cancellation = OrderDraft(key: run.state?.id.key ?? "", revision: "2")
            let refused = run.submit(cancellation).events.compactMap { event -> Failure? in
                if case .revisionRefused(let refused) = event { refused.failure } else { nil }
            }
            #expect(refused.map(\.correctiveAction) == [rule.message])
            let cancelled = run.operate(operation(.cancel))
            #expect(cancelled.events.failures.first?.text.contains(rule.message) == true)
            #expect(run.state?.lifecycle == .inProgress)
            // In another state it does not hold.
            run.operate(operation(.suspend))
            run.operate(operation(.cancel))
            #expect(run.state?.lifecycle == .cancelling)
        }
    }

    @Test("a revision that waits when its order is cancelled by an operation is told, and does not come back")
    func cancelledWithRevisionWaiting() {
        var run = failed()
        run.operate(operation(.suspend))
        var revision = TestOrders.things(2)
        revision.revision = "2"
        run.submit(revision)
        #expect(run.state?.change?.value.queued?.revision == 2)
        let cancelled = run.operate(operation(.cancel))
        #expect(cancelled.events.refused.map(\.failure.code) == [.revisionStale])
        #expect(run.state?.change?.value.queued == nil)
        // The number counts as known.
        #expect(run.state?.highestRevision == 2)
    }

    @Test(
        "a cancellation that an operator asks for in vain is told as a fault; who sent the order is told nothing"
    )
    func refusedOperation() throws {
        var function = TestCatalogs.function("A", granularity: .order)
        function.pointsOfNoReturn = [PointOfNoReturn(.hard, from: StateTree.Root.complete.name)]
        var catalog = TestCatalogs.functions([function, TestCatalogs.function("B", granularity: .order)])
        catalog.upstream = UpstreamPolicy(format: .fulfillmentOrderUpdate)
        var run = OrderRun(catalog)
        run.submit(TestOrders.things(1))
        run.report(a, "COMPLETE")
        let refused = run.operate(operation(.cancel))
        #expect(refused.events.failures.map(\.code) == [.pointOfNoReturn])
        let told = OutboundMessages(catalog: catalog, role: "COM", now: run.now)
            .messages(for: refused.events, state: try #require(refused.state))
        #expect(told.count == 1)
        guard case .fault = told.first else {
            Issue.record("no fault, but \(told)")
            return
        }
        #expect(run.state?.lifecycle == .inProgress)
    }

    @Test("what fails once its order is over is told, and waits for nobody's decision")
    func lateFailure() {
        var function = TestCatalogs.function("A", granularity: .order)
        function.onRemoval = CompensationStrategy(.none)
        var run = OrderRun(TestCatalogs.functions([function]))
        run.submit(TestOrders.things(1))
        run.operate(operation(.cancel))
        #expect(run.state?.lifecycle == .cancelled)
        let late = run.report(a, "FAILED")
        #expect(late.events.failures.map(\.code) == [.systemRefused])
        #expect(run.state?.incidents.isEmpty == true)
        #expect(run.state?.lifecycle == .cancelled)
    }

    @Test("two orders that are followed in vain have two tickets, each closed with its own")
    func ticketsOfBases() throws {
        var catalog = TestCatalogs.functions([TestCatalogs.function("A", granularity: .order)])
        catalog.tickets = TicketPolicy()
        var run = OrderRun(catalog)
        let bases = [BaseReference(order: "SO-A"), BaseReference(order: "SO-B")]
        var draft = TestOrders.things(1)
        draft.bases = bases
        run.submit(draft)
        for base in bases { run.operate(.baseReport(base, .unknown, role: "COM")) }
        #expect(run.state?.tickets.map(\.base) == bases)
        #expect(run.state?.componentsFailed == 2)
        run.operate(OrderOperation(action: .resolve, by: "Ann", incident: 1))
        #expect(run.state?.tickets.map(\.base) == [bases[1]])
        run.operate(.baseReport(bases[1], .done, role: "COM"))
        #expect(run.state?.tickets.isEmpty == true)
        #expect(run.component(a)?.processing == .inProgress)
    }
}
