import Fulfillment
import Orders
import TestSupport
import Testing

@Suite("What a revision changes, line by line")
struct OrderDeltaTests {
    /// What is changed of two lines, and what that comes to.
    struct Row: Sendable, CustomTestStringConvertible {
        var name: String
        var expected: OrderDelta
        var change: @Sendable (inout OrderDraft) -> Void
        var testDescription: String { name }

        init(_ name: String, _ expected: OrderDelta, _ change: @escaping @Sendable (inout OrderDraft) -> Void)
        {
            self.name = name
            self.expected = expected
            self.change = change
        }

        /// A row in which line 1 has other fields, and line 2 stays.
        static func field(
            _ field: String,
            _ name: String? = nil,
            _ change: @escaping @Sendable (inout LineDraft) -> Void
        ) -> Row {
            Row(
                name ?? field,
                OrderDelta(changed: [LineChange(line: "1", fields: [field])], unchanged: ["2"])
            ) { change(&$0.lines[0]) }
        }

        static func orderField(
            _ field: String,
            _ change: @escaping @Sendable (inout OrderDraft) -> Void
        ) -> Row {
            Row("\(field) of the order", OrderDelta(unchanged: ["1", "2"], orderFields: [field]), change)
        }
    }

    private static var catalog: FulfillmentCatalog {
        var catalog = TestCatalogs.functions([TestCatalogs.function("A")], startPolicy: .immediate)
        catalog.productClasses["Other"] = "Thing"
        return catalog
    }

    private static var draft: OrderDraft {
        var draft = TestOrders.lines(["1", "1"])
        draft.accountID = "AC-1"
        for at in draft.lines.indices {
            draft.lines[at].quantity = "1"
            draft.lines[at].properties = ["region": "north", "Status/Code": "OPEN"]
        }
        return draft
    }

    static let rows: [Row] = [
        Row("nothing", OrderDelta(unchanged: ["1", "2"])) { _ in },
        Row("the order of lines", OrderDelta(unchanged: ["2", "1"])) { $0.lines.reverse() },
        Row("a line more", OrderDelta(added: ["3"], unchanged: ["1", "2"])) {
            $0.lines.append(TestOrders.thing("3"))
        },
        Row("a line less", OrderDelta(removed: ["2"], unchanged: ["1"])) { $0.lines.removeLast() },
        Row("one line for another", OrderDelta(added: ["3"], removed: ["2"], unchanged: ["1"])) {
            $0.lines[1] = TestOrders.thing("3")
        },
        .field("attribute speed") { $0.attributes[0].value = "2" },
        .field("attribute ip", "an attribute more") {
            $0.attributes.append(LineAttribute(name: "ip", value: "x"))
        },
        .field("attribute speed", "an attribute less") { $0.attributes = [] },
        .field("property region") { $0.properties["region"] = "south" },
        .field("property zone", "a property more") { $0.properties["zone"] = "3" },
        .field("property region", "a property less") { $0.properties["region"] = nil },
        .field("quantity") { $0.quantity = "2" },
        .field("name") { $0.name = "fast" },
        .field("action") { $0.action = "UPDATE" },
        .field("productClass") { $0.productClass = "Other" },
        .field("requestedDelivery") { $0.requestedDelivery = "2020-01-01T00:00:00Z" },
        Row(
            "parents",
            OrderDelta(
                added: ["B"],
                changed: [LineChange(line: "1", fields: ["parents"])],
                unchanged: ["2"]
            )
        ) {
            $0.lines.append(TestOrders.bundle("B"))
            $0.lines[0].parents = ["B"]
        },
        Row(
            "several fields",
            OrderDelta(
                changed: [
                    LineChange(line: "1", fields: ["quantity", "property region", "attribute speed"]),
                    LineChange(line: "2", fields: ["name"]),
                ]
            )
        ) {
            $0.lines[0].quantity = "2"
            $0.lines[0].properties["region"] = "south"
            $0.lines[0].attributes[0].value = "2"
            $0.lines[1].name = "fast"
        },
        Row("only what was told comes back", OrderDelta(unchanged: ["1", "2"])) {
            $0.lines[0].properties["Status/Code"] = "IN PROGRESS"
            $0.lines[0].properties["MilestoneCode"] = "STARTED"
            $0.lines[0].properties["RevisionPermissibleCode"] = "HARD"
        },
        .orderField("mode") { $0.mode = "Qualify" },
        .orderField("account") { $0.accountID = "AC-2" },
        .orderField("requestedDelivery") { $0.requestedDelivery = "2020-01-01T00:00:00Z" },
    ]

    @Test("added, removed, changed by name, unchanged, and the order's own (A39)", arguments: rows)
    func table(row: Row) throws {
        var run = OrderRun(Self.catalog)
        run.submit(Self.draft)
        var revision = Self.draft
        revision.revision = "2"
        row.change(&revision)
        let delta = try #require(run.submit(revision).events.amendments.first?.delta)
        #expect(delta == row.expected)
        #expect(
            delta.isEmpty
                == ["nothing", "the order of lines", "only what was told comes back"].contains(row.name)
        )
    }

    /// The deltas of revisions that want these lines, with these speeds, one after the other.
    private func deltas(_ revisions: [[String: String]]) -> [OrderDelta] {
        var run = OrderRun(Self.catalog)
        return revisions.enumerated().flatMap { at, lines in
            let draft = OrderDraft(
                key: "SO-1",
                revision: String(at + 1),
                lines: lines.sorted { $0.key < $1.key }.map { id, speed in
                    var line = TestOrders.thing(id)
                    line.attributes = [LineAttribute(name: "speed", value: speed)]
                    return line
                }
            )
            let decision = run.submit(draft)
            // What is taken back is gone before the next revision, so that none of them waits.
            for component in run.state?.components ?? [] where component.processing == .undoing {
                run.answer(component.id, "CANCELLED", request: component.requests)
            }
            return decision.events.amendments.map(\.delta)
        }
    }

    @Test("a line that a revision withdrew and a later one wants again is added, whatever its values (A39)")
    func comesBack() {
        let deltas = deltas([
            ["1": "a", "2": "a"], ["1": "a"], ["1": "a"], ["1": "a", "2": "a"], ["1": "a", "2": "b"],
            ["2": "b"], ["1": "c", "2": "b"],
        ])
        #expect(
            deltas == [
                OrderDelta(removed: ["2"], unchanged: ["1"]),
                // It was withdrawn before: nothing is removed a second time.
                OrderDelta(unchanged: ["1"]),
                OrderDelta(added: ["2"], unchanged: ["1"]),
                OrderDelta(changed: [LineChange(line: "2", fields: ["attribute speed"])], unchanged: ["1"]),
                OrderDelta(removed: ["1"], unchanged: ["2"]),
                OrderDelta(added: ["1"], unchanged: ["2"]),
            ]
        )
    }

    @Test("a cancellation removes what is wanted; resumed, all of that is added, and nothing else (A39, A43)")
    func cancelledAndResumed() throws {
        var run = OrderRun(Self.catalog)
        run.submit(TestOrders.lines(["1", "1", "1"]))
        run.submit(TestOrders.lines(["1", "1"], revision: 2))
        run.answer("A/A/3/LineGranularity", "CANCELLED", request: 2)
        let cancelled = run.operate(.cancel).events.amendments.map(\.delta)
        #expect(cancelled == [OrderDelta(removed: ["1", "2"])])
        for line in 1...2 {
            run.answer(ComponentID("A/A/\(line)/LineGranularity"), "CANCELLED", request: 2)
        }
        #expect(run.state?.lifecycle == .cancelled)
        let resumed = run.operate(.resume).events.amendments.map(\.delta)
        #expect(resumed == [OrderDelta(added: ["1", "2"])])
    }
}
