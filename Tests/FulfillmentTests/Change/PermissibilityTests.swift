import Fulfillment
import Orders
import TestSupport
import Testing

@Suite("How far lines can still be changed")
struct PermissibilityTests {
    /// The first two functions work on each line by itself, the last on all lines of a bundle together.
    private static func catalog() -> FulfillmentCatalog {
        var catalog = TestCatalogs.functions([
            TestCatalogs.function("A"), TestCatalogs.function("B"),
            TestCatalogs.function("C", granularity: .offer),
        ])
        catalog.functions["A"]?.pointsOfNoReturn = [
            PointOfNoReturn(.soft, from: "IN_PROGRESS-STARTED"), PointOfNoReturn(.hard, from: "COMPLETE"),
        ]
        catalog.functions["C"]?.pointsOfNoReturn = [PointOfNoReturn(.hard, from: "IN_PROGRESS-DESIGNED")]
        return catalog
    }

    /// Two bundles of an offer, one below the other, whose lines come before and after those above them.
    private static let draft = OrderDraft(
        key: "SO-1",
        revision: "1",
        lines: [
            TestOrders.thing("1", under: "bundle"), TestOrders.bundle("offer", type: "OFFER"),
            TestOrders.bundle("bundle", under: "offer"), TestOrders.thing("2", under: "1"),
            TestOrders.bundle("deep", under: "bundle"), TestOrders.thing("3", under: "deep"),
            TestOrders.thing("4", under: "offer"), TestOrders.thing("5"),
        ]
    )

    /// Of a line and everything below it, by a walk through all of it.
    private static func walked(
        _ line: Int,
        _ state: OrderState,
        _ catalog: FulfillmentCatalog
    )
        -> RevisionPermissibility
    {
        let own = state.index.componentsOfLine[line].map(\.component)
            .filter { !state.components[$0].isWithdrawn || state.lines[line].isWithdrawn }
            .map { state.permissibility(ofComponent: $0, catalog: catalog) }
        let below = state.index.childrenOfLine[line].map { walked($0, state, catalog) }
        return (own + below).max() ?? .notYet
    }

    @Test("is at every time what a walk through all that is below says", arguments: 1...60)
    func asWalked(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let catalog = Self.catalog()
        var run = OrderRun(catalog)
        run.submit(Self.draft)
        var told = 0
        for _ in 0..<60 {
            guard !run.running.isEmpty else { break }
            let component = run.running[random.below(run.running.count)]
            let milestone = ["STARTED", "DESIGNED", nil][random.below(3)]
            let status = milestone == nil ? ["COMPLETE", "IN PROGRESS"][random.below(2)] : "IN PROGRESS"
            let lines = run.component(component)?.plan.lines ?? []
            let decision =
                random.percent(30)
                ? run.report(component, status, milestone: milestone)
                : run.report(
                    component,
                    nil,
                    lines: [
                        LineUpdate(
                            lineID: lines[random.below(lines.count)],
                            status: ReportedStatus(code: status),
                            milestone: milestone
                        )
                    ]
                )
            told += decision.events.count { if case .permissibilityChanged = $0 { true } else { false } }
            guard let state = run.state else { continue }
            for line in state.lines.indices {
                #expect(
                    state.lines[line].permissibility == Self.walked(line, state, catalog),
                    "line \(state.lines[line].id)"
                )
            }
        }
        #expect(told > 5)
    }

    @Test("is told in the order of the lines, each once, and not again while nothing changes")
    func told() throws {
        var run = OrderRun(Self.catalog())
        run.submit(Self.draft)
        let component = try #require(
            run.running.first {
                run.component($0)?.plan.function == "C" && run.component($0)?.plan.lines.count == 4
            }
        )
        func permissibilities(_ decision: OrderDecision) -> [LineID] {
            decision.events.compactMap {
                if case .permissibilityChanged(let line, .hard) = $0 { line } else { nil }
            }
        }
        let reported = run.report(
            component,
            nil,
            lines: [
                LineUpdate(lineID: "3", status: ReportedStatus(code: "IN PROGRESS"), milestone: "DESIGNED")
            ]
        )
        #expect(permissibilities(reported) == ["1", "offer", "bundle", "2", "deep", "3", "4"])
        #expect(permissibilities(run.report(component, "IN PROGRESS", milestone: "DESIGNED")).isEmpty)
    }
}
