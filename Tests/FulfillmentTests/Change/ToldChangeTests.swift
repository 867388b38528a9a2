import Fulfillment
import Orders
import TestSupport
import Testing

@Suite("What the world is told about changes")
struct ToldChangeTests {
    private let first: ComponentID = "A/A/1/LineGranularity"
    private let second: ComponentID = "A/A/2/LineGranularity"

    private func run(_ body: (inout FulfillmentCatalog) -> Void = { _ in }) -> OrderRun {
        var catalog = TestCatalogs.functions([TestCatalogs.function("A")])
        body(&catalog)
        return OrderRun(catalog)
    }

    @Test("how far a line can still be changed goes upstream whenever that changes, and only then (A32, A44)")
    func permissibility() {
        var run = run {
            $0.functions["A"]?.pointsOfNoReturn = [
                PointOfNoReturn(.soft, from: "IN_PROGRESS-STARTED"),
                PointOfNoReturn(.hard, from: "IN_PROGRESS-DESIGNED"),
            ]
        }
        #expect(Told(run.submit(TestOrders.lines(["1", "1"])), run).permissibilities(of: "1").isEmpty)
        let started = Told(run.report(first, "IN PROGRESS", milestone: "STARTED"), run)
        #expect(started.permissibilities(of: "1") == [.soft])
        #expect(started.permissibilities(of: "2").isEmpty)
        #expect(
            Told(run.report(first, "IN PROGRESS", milestone: "STARTED"), run).permissibilities(of: "1")
                .isEmpty
        )
        // What is asked for anew can be changed again.
        let revised = Told(run.submit(TestOrders.lines(["2", "1"], revision: 2)), run)
        #expect(revised.requests.map(\.execution) == [.redo])
        #expect(revised.permissibilities(of: "1") == [.notYet])
        let designed = Told(run.report(first, "IN PROGRESS", milestone: "DESIGNED"), run)
        #expect(designed.permissibilities(of: "1") == [.hard])
        #expect(Told(run.report(first, "COMPLETE"), run).permissibilities(of: "1").isEmpty)
    }

    @Test(
        "what failed and is to be done again in its turn is told as under way, not as failed again (A25, A42)"
    )
    func redoneInTurn() {
        var run = OrderRun(TestCatalogs.chain(["A", "B"], granularity: .order))
        run.submit(TestOrders.lines(["1"]))
        run.report("A/A/WholeOrder", "COMPLETE")
        run.report("B/B/WholeOrder", "FAILED")
        #expect(run.line("1")?.state == "FAILED")
        var reports = Told(run.submit(TestOrders.lines(["2"], revision: 2)), run).reports
        #expect(run.component("B/B/WholeOrder")?.task?.kind == .redo)
        reports += Told(run.report("A/A/WholeOrder", "IN PROGRESS", milestone: "STARTED"), run).reports
        #expect(reports.count == 2 && reports.allSatisfy { $0.root == .inProgress })
        #expect(reports.flatMap(\.lines).allSatisfy { $0.root == .inProgress })
        #expect(run.state?.status == "IN_PROGRESS")
        run.report("A/A/WholeOrder", "COMPLETE")
        let again = Told(run.report("B/B/WholeOrder", "FAILED"), run).reports
        #expect(again.map(\.root) == [.failed])
    }

    /// A and C of one line; A is complete, and C is taken back as a revision does without it.
    private func undoneLast() -> (run: OrderRun, revised: Told) {
        var catalog = TestCatalogs.functions([TestCatalogs.function("A"), TestCatalogs.function("C")])
        catalog.functions["A"]?.onChange = CompensationStrategy(.none)
        catalog.patterns["Thing"]?.steps["Deliver"]?[1].condition = .isOneOf(name: "speed", values: ["1"])
        var run = OrderRun(catalog)
        run.submit(TestOrders.lines(["1"]))
        run.report(first, "COMPLETE")
        let revised = run.submit(TestOrders.lines(["2"], revision: 2))
        return (run, Told(revised, run))
    }

    private static let undone: ComponentID = "C/C/1/LineGranularity"

    @Test(
        "an order that is complete but for an undo is told as under way, and as complete when that ends, once",
        arguments: [nil, .skip, .complete] as [OrderOperation.Action?],
        [false, true]
    )
    func undoneLast(action: OrderOperation.Action?, isSuspended: Bool) {
        var (run, revised) = undoneLast()
        #expect(revised.requests.map(\.execution) == [.undo])
        #expect(revised.reports.last?.root == .inProgress)
        #expect(run.line("1")?.state == "COMPLETE")
        var reports: [StatusReport] = []
        if isSuspended { reports += Told(run.operate(.suspend), run).reports }
        if let action {
            reports += Told(run.answer(Self.undone, "FAILED", request: 2), run).reports
            #expect(!reports.contains { $0.root == .complete })
            reports += Told(run.operate(action, component: Self.undone), run).reports
        } else {
            reports += Told(run.answer(Self.undone, "CANCELLED", request: 2), run).reports
        }
        if isSuspended { reports += Told(run.operate(.resume), run).reports }
        #expect(run.state?.lifecycle == .completed)
        #expect(reports.last?.root == .complete)
        #expect(reports.count { $0.root == .complete } == 1)
    }

    @Test("what was to be done anew and is not, as a person says it is done, is told as complete")
    func droppedLast() {
        var run = OrderRun(TestCatalogs.chain(["A", "B"], granularity: .order))
        run.submit(TestOrders.lines(["1"]))
        run.report("A/A/WholeOrder", "COMPLETE")
        run.report("B/B/WholeOrder", "FAILED")
        run.submit(TestOrders.lines(["2"], revision: 2))
        run.report("A/A/WholeOrder", "COMPLETE")
        run.report("B/B/WholeOrder", "FAILED")
        let told = Told(run.operate(.complete, component: "B/B/WholeOrder"), run).reports
        #expect(run.state?.lifecycle == .completed)
        #expect(told.map(\.root) == [.complete])
    }

    @Test("redo and undo name the work as its system does, and what it did (A42)")
    func externalID() throws {
        var run = run()
        let asked = Told(run.submit(TestOrders.lines(["1", "1"])), run).requests
        #expect(asked.map(\.externalID) == [nil, nil])
        run.answer(first, "IN PROGRESS", externalID: "EXT-1")
        run.answer(second, "COMPLETE", externalID: "EXT-2")
        let revision = Told(run.submit(TestOrders.lines(["2"], revision: 2)), run).requests
        #expect(revision.map(\.component) == [first, second])
        #expect(revision.map(\.execution) == [.redo, .undo])
        #expect(revision.map(\.externalID) == ["EXT-1", "EXT-2"])
        #expect(revision.map(\.correlation) == ["SO-1_\(first)~2", "SO-1_\(second)~2"])
        #expect(revision.map(\.revision) == [2, 2])
        let undone = try #require(revision.last)
        #expect(undone.lines == ["2"])
        #expect(undone.formerLines.map(\.id) == ["2"])
        #expect(undone.formerLines.first?.attributes == [LineAttribute(name: "speed", value: "1")])
    }

    @Test(
        "who asked for a revision that is refused is told which one, why, and how the order stands",
        arguments: [UpstreamFormat.salesOrderUpdate, .fulfillmentOrderUpdate]
    )
    func refusedRevision(format: UpstreamFormat) throws {
        var run = run { $0.upstream.format = format }
        run.submit(TestOrders.lines(["1"]))
        var wrong = TestOrders.lines(["2"], revision: 7)
        wrong.mode = "Nonsense"
        wrong.correlation = "COM-9_Provision~3"
        let told = Told(run.submit(wrong), run)
        let answer = try #require(told.reports.first)
        #expect(told.reports.count == 1)
        #expect(answer.format == format)
        #expect(answer.revision == 7)
        #expect(answer.correlation == "COM-9_Provision~3")
        #expect(answer.reason == "MODE_UNKNOWN")
        #expect(answer.description?.contains("revision 7 is not applied") == true)
        #expect(answer.lines.isEmpty)
        // A component that is an order here has failed to change; the order of order capture goes on.
        #expect(answer.root == (format == .fulfillmentOrderUpdate ? .failed : .inProgress))
        #expect(answer.status == answer.root.name)
        #expect(told.faults.map(\.failure.code) == [.modeUnknown])
        #expect(told.faults.map(\.revision) == ["7"])
        #expect(told.requests.isEmpty)
        #expect(run.state?.revision == 1)
    }

    @Test("a role that tells nobody how its orders stand does not answer refused revisions either")
    func noUpstream() {
        var run = run { $0.upstream.format = .none }
        run.submit(TestOrders.lines(["1"]))
        var wrong = TestOrders.lines(["2"], revision: 2)
        wrong.mode = "Nonsense"
        let told = Told(run.submit(wrong), run)
        #expect(told.reports.isEmpty)
        #expect(told.faults.count == 1)
    }
}
