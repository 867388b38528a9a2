import Fulfillment
import Orders
import TestSupport
import Testing

@Suite("Intake and revisions")
struct IntakeTests {
    @Test("what may start is released at intake, the rest waits (A19)")
    func release() {
        var run = OrderRun(TestCatalogs.broadband)
        let decision = run.submit(TestOrders.triplePlay())
        #expect(decision.outcome == .applied)
        #expect(decision.events.released == ["Sync/CRM/WholeOrder"])
        #expect(run.state?.lifecycle == .inProgress)
        #expect(run.state?.status == "IN_PROGRESS")
        #expect(run.component("Sync/CRM/WholeOrder")?.requestedAt == run.now)
        #expect(run.component("Sync/CRM/WholeOrder")?.lineStates.allSatisfy { $0 == "IN_PROGRESS" } == true)
    }

    @Test("an invalid order exists in Failed with its input and every reason (A14)")
    func invalid() throws {
        var run = OrderRun(TestCatalogs.chain(["A"]))
        var draft = TestOrders.things(2)
        draft.revision = "4"
        draft.lines[0].action = "JUMP"
        draft.lines[1].productClass = "Unheard Of"
        let decision = run.submit(draft)
        let state = try #require(run.state)
        #expect(decision.outcome == .applied)
        #expect(state.lifecycle == .failed)
        #expect(state.status == "FAILED")
        #expect(state.revision == 4)
        #expect(state.order == nil)
        #expect(state.rejectedDraft == draft)
        #expect(Set(state.failures.map(\.code)) == [.actionUnknown, .productClassUnmapped])
        #expect(state.origin.messageID == "message-1")
    }

    @Test("an order with a dependency cycle fails at birth and no component is started (A22)")
    func cycle() {
        var catalog = TestCatalogs.chain(["A", "B"])
        catalog.dependencies.append(
            DependencyRule(
                blocked: ComponentSelector(function: "A"),
                blocking: ComponentSelector(function: "B")
            )
        )
        var run = OrderRun(catalog)
        run.submit(TestOrders.things(1))
        #expect(run.state?.lifecycle == .failed)
        #expect(run.state?.failures.map(\.code) == [.dependencyCycle])
        #expect(run.events.released.isEmpty)
    }

    @Test("an order with nothing to do is complete at once (A10)")
    func nothingToDo() {
        var run = OrderRun(TestCatalogs.chain(["A"]))
        var draft = TestOrders.things(2)
        for index in draft.lines.indices { draft.lines[index].action = "NONE" }
        run.submit(draft)
        #expect(run.state?.lifecycle == .completed)
        #expect(run.state?.status == "COMPLETE")
        #expect(run.state?.closedAt == run.now)
        #expect(run.state?.lines.allSatisfy { $0.state == "COMPLETE" && !$0.hasWork } == true)
    }

    @Test("a priority out of range is told, and the order goes on (A13)")
    func warning() {
        var run = OrderRun(TestCatalogs.chain(["A"]))
        var draft = TestOrders.things(1)
        draft.priority = "42"
        let decision = run.submit(draft)
        #expect(decision.events.failures.map(\.code) == [.priorityOutOfRange])
        #expect(run.state?.lifecycle == .inProgress)
    }

    @Test("the mode Qualify asks for the qualification only (A12)")
    func qualify() {
        var run = OrderRun(TestCatalogs.chain(["A", "B"]))
        run.submit(TestOrders.things(1, mode: "Qualify"))
        run.report("A/A/1/LineGranularity", "COMPLETE")
        #expect(run.state?.components.count == 1)
        #expect(run.state?.lifecycle == .completed)
    }

    @Test("an update of an order that nobody knows is left to the caller")
    func unknownOrder() {
        let decider = OrderDecider(role: "COM", catalog: TestCatalogs.chain(["A"]))
        let update = FulfillmentUpdate(orderKey: "SO-9")
        let decision = decider.decide(.update(update, TestOrders.context()), state: nil, now: .testStart)
        #expect(decision.outcome == .orderUnknown)
        #expect(decision.events.isEmpty && decision.state == nil)
        #expect(decider.decide(.timeReached(), state: nil, now: .testStart).outcome == .orderUnknown)
    }

    // MARK: Revisions

    @Test(
        "an equal revision is a repetition, in whatever state the order is (A37)",
        arguments: [false, true]
    )
    func equalRevision(isInvalid: Bool) {
        var run = OrderRun(TestCatalogs.chain(["A"]))
        var draft = TestOrders.things(1)
        if isInvalid { draft.lines[0].action = "JUMP" }
        run.submit(draft)
        var before = run.state
        let decision = run.submit(TestOrders.things(1))
        #expect(decision.outcome == .nothingNew)
        #expect(decision.events.failures.isEmpty)
        before?.updatedAt = run.now
        #expect(run.state == before)
    }

    @Test("a lower revision is stale, told and not applied (A37)", arguments: [false, true])
    func lowerRevision(isInvalid: Bool) {
        var run = OrderRun(TestCatalogs.chain(["A"]))
        var draft = TestOrders.things(1)
        draft.revision = "5"
        if isInvalid { draft.lines[0].action = "JUMP" }
        run.submit(draft)
        draft.revision = "4"
        let decision = run.submit(draft)
        #expect(decision.events.failures.map(\.code) == [.revisionStale])
        #expect(run.state?.revision == 5)
        draft.revision = nil
        #expect(run.submit(draft).events.failures.map(\.code) == [.revisionStale], "none is 1")
    }

    @Test("a revision that is no number is told, not taken for the first")
    func unreadableRevision() {
        var run = OrderRun(TestCatalogs.chain(["A"]))
        run.submit(TestOrders.things(1))
        var draft = TestOrders.things(1)
        draft.revision = "two"
        #expect(run.submit(draft).events.failures.map(\.code) == [.revisionNotANumber])
        #expect(run.state?.revision == 1)
    }

    @Test("a higher revision of an order that failed at birth takes its place (A14)")
    func higherOfFailed() {
        var run = OrderRun(TestCatalogs.chain(["A"]))
        var draft = TestOrders.things(2)
        draft.lines[0].action = "JUMP"
        run.submit(draft)
        draft.revision = "2"
        run.submit(draft)
        #expect(run.state?.lifecycle == .failed)
        #expect(run.state?.revision == 2)
        draft.revision = "3"
        draft.lines[0].action = "ADD"
        let decision = run.submit(draft)
        #expect(decision.events.released.count == 2)
        #expect(run.state?.lifecycle == .inProgress)
        #expect(run.state?.revision == 3)
        #expect(run.state?.rejectedDraft == nil)
        #expect(run.state?.failures == [])
        #expect(run.state?.origin.messageID == "message-3")
    }

    @Test(
        "a higher revision of an order being fulfilled is applied; of one that is complete it is refused (A35)"
    )
    func higherOfOpen() {
        var run = OrderRun(TestCatalogs.chain(["A"]))
        run.submit(TestOrders.things(1))
        var draft = TestOrders.things(3)
        draft.revision = "2"
        let decision = run.submit(draft)
        #expect(decision.events.failures == [])
        #expect(decision.events.released == ["A/A/2/LineGranularity", "A/A/3/LineGranularity"])
        #expect(run.state?.revision == 2 && run.state?.lines.count == 3)
        for line in 1...3 {
            run.report(ComponentID(rawValue: "A/A/\(line)/LineGranularity"), "COMPLETE")
        }
        #expect(run.state?.lifecycle == .completed)
        draft.revision = "3"
        let refused = run.submit(draft).events.compactMap { event -> Failure? in
            if case .revisionRefused(let refused) = event { refused.failure } else { nil }
        }
        #expect(refused.map(\.code) == [.transactionNotPermitted])
        #expect(refused.first?.text.contains("Completed") == true)
        #expect(refused.first?.text.contains("submitAmendment") == true)
        #expect(run.state?.lifecycle == .completed)
        draft.revision = "3"
        #expect(run.submit(draft).outcome == .nothingNew)
    }

    @Test("a higher revision of an order that has not started takes its place, whatever it was to be")
    func higherOfNotStarted() {
        var run = OrderRun(TestCatalogs.chain(["A"]))
        var draft = TestOrders.things(1)
        draft.requestedDelivery = "2030-01-01"
        run.submit(draft)
        #expect(run.state?.lifecycle == .notStarted)
        draft.revision = "2"
        draft.requestedDelivery = nil
        #expect(run.submit(draft).events.released == ["A/A/1/LineGranularity"])
        #expect(run.state?.lifecycle == .inProgress)
    }

    @Test("where senders number nothing, a repetition is told by its content and what comes later is newer")
    func arrival() {
        var catalog = TestCatalogs.chain(["A"])
        catalog.revisionPolicy = .arrival
        var run = OrderRun(catalog)
        var draft = TestOrders.things(1)
        draft.revision = nil
        draft.lines[0].action = "JUMP"
        run.submit(draft)
        #expect(run.submit(draft).outcome == .nothingNew)
        draft.lines[0].action = "ADD"
        run.submit(draft)
        #expect(run.state?.revision == 2)
        #expect(run.state?.lifecycle == .inProgress)
        #expect(run.submit(draft).outcome == .nothingNew)
        draft.lines.append(TestOrders.thing("2"))
        #expect(run.submit(draft).events.released == ["A/A/2/LineGranularity"])
        #expect(run.state?.revision == 3)
    }

    @Test("an update of an order that failed at birth is kept and used when a revision brings its component")
    func updateOfFailed() {
        var run = OrderRun(TestCatalogs.chain(["A"]))
        var draft = TestOrders.things(1)
        draft.lines[0].action = "JUMP"
        run.submit(draft)
        let early = run.report("A/A/1/LineGranularity", "COMPLETE")
        #expect(early.events.failures.map(\.code) == [.componentUnknown])
        #expect(run.state?.parked.count == 1)
        draft.revision = "2"
        draft.lines[0].action = "ADD"
        run.submit(draft)
        #expect(run.state?.lifecycle == .completed)
        #expect(run.state?.parked.isEmpty == true)
    }
}
