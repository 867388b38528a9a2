import Fulfillment
import Orders
import TestSupport
import Testing

@Suite("Changes of orders in which many wait for many")
struct GroupedChangeTests {
    /// Each line needs A, B and C, each of which waits for all of the one before.
    private func catalog(delaySeconds: Int64 = 0) -> FulfillmentCatalog {
        var catalog = TestCatalogs.chain(["A", "B", "C"], delaySeconds: delaySeconds)
        for at in catalog.dependencies.indices { catalog.dependencies[at].relation = .wholeOrder }
        return catalog
    }

    private func started(_ count: Int, _ catalog: FulfillmentCatalog) -> OrderRun {
        var run = OrderRun(catalog)
        run.submit(TestOrders.things(count))
        return run
    }

    private func complete(_ run: inout OrderRun, _ function: String) {
        for id in run.running where id.rawValue.hasPrefix(function) { run.report(id, "COMPLETE") }
    }

    private func undoing(_ run: OrderRun) -> Set<ComponentID> {
        Set((run.state?.components ?? []).filter { $0.processing == .undoing }.map(\.id))
    }

    private func ids(_ function: String, _ lines: some Sequence<Int>) -> Set<ComponentID> {
        Set(lines.map { ComponentID(rawValue: "\(function)/\(function)/\($0)/LineGranularity") })
    }

    @Test("a cancellation undoes what waited before what it waited for, and names each group once")
    func cancel() throws {
        var run = started(6, catalog())
        complete(&run, "A")
        complete(&run, "B")
        #expect(Set(run.running) == ids("C", 1...6))
        let decision = run.submit(OrderDraft(key: "SO-1", revision: "2"))
        let amendment = try #require(decision.events.amendment)
        #expect(amendment.undoGroups?.count == 2)
        for step in amendment.steps {
            let before = Set(amendment.componentsUndone(before: step))
            switch step.component.rawValue.prefix(1) {
            case "A": #expect(before == ids("B", 1...6))
            case "B": #expect(before == ids("C", 1...6))
            default: #expect(before.isEmpty)
            }
        }
        for (function, next) in [("C", "B"), ("B", "A")] {
            for id in ids(function, 1...6).sorted().dropLast() {
                run.report(id, "CANCELLED")
                #expect(undoing(run).isSubset(of: ids(function, 1...6)), "\(id)")
            }
            run.report(ids(function, 1...6).max() ?? "", "CANCELLED")
            #expect(undoing(run) == ids(next, 1...6))
        }
        complete(&run, "A")
        for id in undoing(run) { run.report(id, "CANCELLED") }
        #expect(run.state?.lifecycle == .cancelled)
    }

    @Test("what stays in between is looked through: what it waited for is undone after what waited for it")
    func between() throws {
        var catalog = catalog()
        catalog.functions["B"]?.onRemoval = CompensationStrategy(.none)
        var run = started(6, catalog)
        complete(&run, "A")
        complete(&run, "B")
        let decision = run.submit(OrderDraft(key: "SO-1", revision: "2"))
        let amendment = try #require(decision.events.amendment)
        for step in amendment.steps where step.component.rawValue.hasPrefix("A") {
            #expect(Set(amendment.componentsUndone(before: step)) == ids("C", 1...6))
        }
        #expect(undoing(run) == ids("C", 1...6))
        for id in undoing(run).sorted() { run.report(id, "CANCELLED") }
        #expect(undoing(run) == ids("A", 1...6))
    }

    @Test("an amendment that withdraws lines, and another one while that is undone, keep the order of undo")
    func twice() throws {
        var run = started(8, catalog())
        complete(&run, "A")
        complete(&run, "B")
        var draft = TestOrders.things(8)
        draft.revision = "2"
        draft.lines.removeLast(3)
        run.submit(draft)
        #expect(undoing(run) == ids("C", 6...8))
        // The groups of the plan of eight lines stay known for what is withdrawn, behind those of five.
        #expect(run.state?.groups?.map(\.components.count) == [5, 5, 8, 8])
        // Waits, and takes effect while A and B of the first are still to be undone.
        run.submit(OrderDraft(key: "SO-1", revision: "3"))
        run.report("C/C/7/LineGranularity", "CANCELLED")
        run.report("C/C/6/LineGranularity", "CANCELLED")
        var undone: [ComponentID] = []
        for _ in 0..<200 where run.state?.lifecycle != .cancelled {
            for id in undoing(run).sorted() {
                undone.append(id)
                run.report(id, "CANCELLED")
            }
        }
        #expect(run.state?.lifecycle == .cancelled)
        #expect(undone.count == 22)
        let second = try #require(run.events.compactMap(\.amendment).last)
        #expect(second.steps.first { $0.component == "A/A/6/LineGranularity" }?.kind == .undo)
        // Those that the second revision wanted had no longer waited for the others.
        for lines in [1...5, 6...8] {
            let functions = undone.filter { id in lines.contains { id.rawValue.contains("/\($0)/") } }
                .map { String($0.rawValue.prefix(1)) }
            #expect(functions == functions.sorted(by: >))
        }
    }

    @Test(
        "a delay goes on where the revision waits for the same, or for less, and begins anew where it waits for more"
    )
    func delays() throws {
        for (change, due) in [(-1, Int64(3_600)), (0, 3_600), (1, 4_200)] {
            var run = started(5, catalog(delaySeconds: 3_600))
            complete(&run, "A")
            let begun = run.now
            #expect(run.component("B/B/1/LineGranularity")?.scheduledFor == begun.advanced(bySeconds: 3_600))
            run.timeReached(afterSeconds: 600)
            var draft = TestOrders.things(5 + change)
            draft.revision = "2"
            // A field that no component is asked for otherwise, so that it is a revision.
            draft.requestedDelivery = change == 0 ? "2020-01-01" : nil
            run.submit(draft)
            for id in run.running { run.report(id, "COMPLETE") }
            for id in run.running { run.report(id, "COMPLETE") }
            #expect(
                run.component("B/B/1/LineGranularity")?.scheduledFor == begun.advanced(bySeconds: due),
                "\(change) lines more"
            )
        }
    }

    @Test(
        "whatever is revised, cancelled, refused or late, nothing is undone before what waited for it, and the order ends",
        arguments: 0..<4
    )
    func sequences(block: UInt64) throws {
        var withGroups = 0
        var carried = 0
        for seed in block * 60..<block * 60 + 60 {
            var course = ChangeCourse(seed: seed, waitsForAll: true)
            course.submit()
            for _ in 0..<80 { course.step() }
            course.settle()
            course.checkEnd()
            #expect(course.problems.isEmpty, "seed \(seed): \(course.story.joined(separator: "\n"))")
            var state: OrderState?
            for (at, events) in course.run.hops {
                for event in events {
                    if case .amended(let amendment) = event, amendment.undoGroups != nil { withGroups += 1 }
                    if state == nil {
                        state = OrderState(first: event, id: OrderID(role: "COM", key: "SO-1"), at: at)
                    } else {
                        state?.apply(event, at: at)
                    }
                    if case .amended(let amendment) = event,
                        state?.groups?.count ?? 0 > amendment.plan.groups?.count ?? 0
                    {
                        carried += 1
                    }
                }
            }
        }
        #expect(withGroups >= 5 && carried >= 10, "\(withGroups), \(carried)")
    }

    @Test("it can fail: components that are undone whatever waited for them are noticed")
    func planted() {
        let found = (UInt64(0)..<100).contains { seed in
            var course = ChangeCourse(seed: seed, forgetsUndoOrder: true, waitsForAll: true)
            course.submit()
            for _ in 0..<80 { course.step() }
            course.settle()
            return course.problems.contains { $0.contains("is undone before") }
        }
        #expect(found)
    }
}

extension OrderEvent {
    fileprivate var amendment: Amendment? {
        if case .amended(let amendment) = self { amendment } else { nil }
    }
}

extension [OrderEvent] {
    fileprivate var amendment: Amendment? { lazy.compactMap(\.amendment).first }
}
