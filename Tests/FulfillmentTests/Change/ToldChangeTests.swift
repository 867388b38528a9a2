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
