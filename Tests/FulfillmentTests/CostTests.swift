import Fulfillment
import Orders
import TestSupport
import Testing

@Suite("Cost of large orders")
struct CostTests {
    /// Submits an order of so many lines and answers once for each component.
    ///
    /// - Returns: The number of events, of journal bytes, and of the most events in one hop after the intake.
    private func cost(
        _ draft: OrderDraft,
        _ catalog: FulfillmentCatalog
    ) throws -> (events: Int, bytes: Int, hop: Int) {
        var run = OrderRun(catalog)
        run.submit(draft)
        while !run.running.isEmpty {
            for id in run.running { run.report(id, "COMPLETE") }
        }
        #expect(run.state?.lifecycle == .completed)
        let bytes = try run.hops.map { try JournalCodec.encode($0.events).count }.reduce(0, +)
        return (run.events.count, bytes, run.hops.dropFirst().map(\.events.count).max() ?? 0)
    }

    @Test("ten times the lines make ten times the events and bytes, and no more in one hop")
    func perLine() throws {
        let catalog = TestCatalogs.chain(["A", "B", "C"])
        let small = try cost(TestOrders.things(100), catalog)
        let large = try cost(TestOrders.things(1_000), catalog)
        #expect(large.events <= small.events * 10)
        #expect(Double(large.bytes) <= Double(small.bytes) * 10.5)
        #expect(large.hop == small.hop)
    }

    @Test("a component of a thousand lines and what waits for it stay linear, too")
    func wholeOrder() throws {
        var catalog = TestCatalogs.functions(
            [TestCatalogs.function("A", granularity: .order), TestCatalogs.function("B")],
            dependencies: [
                DependencyRule(
                    blocked: ComponentSelector(function: "B"),
                    blocking: ComponentSelector(function: "A"),
                    relation: .wholeOrder
                )
            ]
        )
        catalog.lineTypes["BUNDLE"] = .some(nil)
        func draft(_ count: Int) -> OrderDraft {
            OrderDraft(
                key: "SO-1",
                lines: [TestOrders.bundle("top")]
                    + (1..<count).map { TestOrders.thing("\($0)", under: "top") }
            )
        }
        let small = try cost(draft(100), catalog)
        let large = try cost(draft(1_000), catalog)
        #expect(large.events <= small.events * 10 + 100)
        #expect(Double(large.bytes) <= Double(small.bytes) * 10.5)
    }

    @Test("a report of many values has those that wait looked at once, not once for each value")
    func values() {
        let catalog = TestCatalogs.functions(
            [TestCatalogs.function("A", granularity: .order), TestCatalogs.function("B")],
            dependencies: [
                DependencyRule(
                    blocked: ComponentSelector(function: "B"),
                    blocking: ComponentSelector(function: "A")
                )
            ]
        )
        /// How often components are looked at because of so many values of each of so many lines.
        func looks(lines: Int, values: Int) -> Int {
            var run = OrderRun(catalog)
            run.submit(TestOrders.things(lines))
            let attributes = (0..<values).map { LineAttribute(name: "value \($0)", value: "x") }
            let updates = (1...lines).map { LineUpdate(lineID: LineID("\($0)"), attributes: attributes) }
            let decision = run.report("A/A/WholeOrder", nil, lines: updates)
            #expect(decision.events.count == lines * values)
            return decision.looks
        }
        let few = looks(lines: 20, values: 1)
        #expect(few > 0)
        #expect(looks(lines: 20, values: 10) == few)
        #expect(looks(lines: 200, values: 1) <= few * 10)
    }

    @Test("lines nested a thousand deep stay linear")
    func nested() throws {
        func draft(_ count: Int) -> OrderDraft {
            OrderDraft(
                key: "SO-1",
                lines: (0..<count).map { TestOrders.bundle("b\($0)", under: $0 > 0 ? "b\($0 - 1)" : nil) }
                    + [TestOrders.thing("1", under: "b\(count - 1)")]
            )
        }
        let small = try cost(draft(100), TestCatalogs.chain(["A"], granularity: .bundle))
        let large = try cost(draft(1_000), TestCatalogs.chain(["A"], granularity: .bundle))
        #expect(large.events <= small.events * 10)
    }

    /// An order of many bundles of four lines, planned, run to its last step, and cancelled.
    ///
    /// - Returns: The bytes of the journal and of the state at each of these.
    private func bundles(_ count: Int) throws -> [Int] {
        var lines: [LineDraft] = []
        for number in 1...count {
            let products = ["Fixed", "Mobile", "Internet"]
            lines.append(TestOrders.bundle("\(number)"))
            for (place, product) in products.enumerated() {
                lines.append(
                    LineDraft(
                        id: "\(number).\(place)",
                        parents: ["\(number)"],
                        action: "ADD",
                        productClass: product,
                        type: "PRODUCT"
                    )
                )
            }
        }
        var catalog = TestCatalogs.broadband
        for function in catalog.functions.keys { catalog.functions[function]?.granularity = .bundle }
        var run = OrderRun(catalog)
        run.submit(OrderDraft(key: "SO-1", revision: "1", mode: "Deliver", lines: lines))
        func bytes() throws -> [Int] {
            let journal = try run.hops.map { try JournalCodec.encode($0.events).count }.reduce(0, +)
            return try [journal, run.state.map { try JournalCodec.encode($0).count } ?? 0]
        }
        var all = try bytes()
        #expect(run.state?.failures == [])
        while let id = run.running.first, run.running.contains(where: { !$0.rawValue.hasPrefix("CloseBill") })
        {
            let running = run.running.filter { !$0.rawValue.hasPrefix("CloseBill") }
            for id in running.isEmpty ? [id] : running { run.report(id, "COMPLETE") }
        }
        #expect(run.running.count == count)
        all += try bytes()
        run.operate(OrderOperation(action: .cancel, by: "Ann"))
        all += try bytes()
        for _ in 0..<20 where run.state?.lifecycle != .cancelled {
            for component in run.state?.components ?? [] where component.processing == .undoing {
                run.report(component.id, "CANCELLED")
            }
        }
        #expect(run.state?.lifecycle == .cancelled)
        all += try bytes()
        return all
    }

    @Test(
        "a thousand lines of many bundles are planned, run and cancelled, at as many bytes a line as a hundred"
    )
    func manyBundles() throws {
        let small = try bundles(25)
        let large = try bundles(250)
        for (few, many) in zip(small, large) {
            #expect(Double(many) / 1_000 <= Double(few) / 100 * 1.1, "\(small), \(large)")
        }
    }
}
