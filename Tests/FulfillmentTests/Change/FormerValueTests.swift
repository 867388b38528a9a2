import Fulfillment
import Orders
import TestSupport
import Testing

@Suite("Values that were reported before a change (A20, A42)")
struct FormerValueTests {
    private let a: ComponentID = "A/A/1/LineGranularity"
    private let b: ComponentID = "B/B/1/LineGranularity"
    private let c: ComponentID = "C/C/1/LineGranularity"

    /// B waits for a value of A, and C for nothing; all are asked for.
    private func run(_ kind: CompensationKind, reportedBy reporter: ComponentID) -> OrderRun {
        var catalog = TestCatalogs.functions(["A", "B", "C"].map { TestCatalogs.function($0) })
        catalog.dependencies = [
            DependencyRule(
                blocked: ComponentSelector(function: "B"),
                blocking: ComponentSelector(function: "A"),
                wait: .value(name: "port", equals: nil)
            )
        ]
        catalog.functions["A"]?.onChange = CompensationStrategy(kind)
        catalog.functions["C"]?.onChange = CompensationStrategy(.none)
        var run = OrderRun(catalog)
        run.submit(TestOrders.lines(["1"]))
        report(&run, reporter, "P1")
        run.report(a, "COMPLETE")
        return run
    }

    @discardableResult
    private func report(_ run: inout OrderRun, _ component: ComponentID, _ port: String) -> [ComponentID] {
        let line = LineUpdate(lineID: "1", attributes: [LineAttribute(name: "port", value: port)])
        let decision = run.report(component, nil, lines: [line])
        return Told(decision, run).requests.map(\.component)
    }

    /// A revision takes effect, so that A is asked anew: by itself, or after its undo.
    private func revise(_ run: inout OrderRun, _ kind: CompensationKind) -> [ComponentID] {
        let revised = Told(run.submit(TestOrders.lines(["2"], revision: 2)), run).requests
        guard kind == .undoThenDo else { return revised.map(\.component) }
        #expect(revised.map(\.execution) == [.undo])
        return Told(run.answer(a, "CANCELLED", request: 2), run).requests.map(\.component)
    }

    @Test(
        "what waits for a value is not done again by the former one, but once it is reported again, be it the same",
        arguments: [CompensationKind.redo, .undoThenDo],
        ["P1", "P2"]
    )
    func reportedAgain(kind: CompensationKind, port: String) throws {
        var run = run(kind, reportedBy: a)
        #expect(run.component(b)?.processing == .inProgress)
        #expect(revise(&run, kind) == [a])
        #expect(report(&run, a, port) == [b])
        #expect(report(&run, a, port).isEmpty)
        let id = try #require(run.state?.id)
        let folded = try JournalCodec.fold(
            run.hops.filter { !$0.events.isEmpty }.map { ($0.at, try JournalCodec.encode($0.events)) },
            onto: nil,
            id: id
        )
        #expect(folded == run.state)
    }

    @Test("a value stands that is not named again until the work is done", arguments: ["COMPLETE", "FAILED"])
    func notNamedAgain(status: String) {
        var run = run(.redo, reportedBy: a)
        #expect(revise(&run, .redo) == [a])
        let told = Told(run.report(a, status), run).requests.map(\.component)
        #expect(told == (status == "COMPLETE" ? [b] : []))
    }

    @Test("a value that another component of the line reported, which is not done again, is no former one")
    func reportedByAnother() {
        var run = run(.redo, reportedBy: c)
        #expect(revise(&run, .redo) == [a, b])
    }

    @Test("a new value that another component of the line reports is waited for; the same again is not")
    func reportedAgainByAnother() {
        var run = run(.redo, reportedBy: a)
        #expect(revise(&run, .redo) == [a])
        #expect(report(&run, c, "P1").isEmpty)
        #expect(report(&run, c, "P2") == [b])
    }
}
