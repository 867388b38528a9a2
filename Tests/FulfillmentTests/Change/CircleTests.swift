import Fulfillment
import Orders
import TestSupport
import Testing

@Suite("Orders that follow each other in a circle (A21)")
struct CircleTests {
    /// A of each line, then B of each line.
    private static let catalog = TestCatalogs.chain(["A", "B"], granularity: .line)

    private func order(_ key: OrderKey, _ bases: [LineID: BaseReference]) -> OrderState? {
        var run = OrderRun(Self.catalog)
        var draft = TestOrders.things(2)
        draft.key = key
        for at in draft.lines.indices {
            if let base = draft.lines[at].id.flatMap({ bases[LineID($0)] }) { draft.lines[at].bases = [base] }
        }
        run.submit(draft)
        return run.state
    }

    private func isCircle(
        _ base: BaseReference,
        of follower: OrderKey,
        _ orders: [OrderKey: OrderState]
    ) -> Bool {
        CircleSearch.isCircle(base, followedBy: follower) { orders[$0] }
    }

    @Test("two that wait for each other's work", arguments: ["1", nil] as [LineID?])
    func two(line: LineID?) {
        let first = BaseReference(order: "B", line: line)
        let orders: [OrderKey: OrderState] = [
            "A": order("A", ["1": first]),
            "B": order("B", ["1": BaseReference(order: "A", line: "1")]),
        ].compactMapValues(\.self)
        #expect(isCircle(first, of: "A", orders))
        #expect(isCircle(BaseReference(order: "A", line: "1"), of: "B", orders))
    }

    @Test("two that wait for each other's work, one of which had begun when a revision let it follow")
    func begunBefore() {
        let first = BaseReference(order: "B", line: "1")
        var run = OrderRun(TestCatalogs.functions([TestCatalogs.function("A")]))
        run.submit(TestOrders.lines(["1", "1"]))
        var revision = TestOrders.lines(["2", "1"], revision: 2)
        revision.lines[0].bases = [first]
        run.submit(revision)
        let orders: [OrderKey: OrderState] = [
            "SO-1": run.state,
            "B": order("B", ["1": BaseReference(order: "SO-1", line: "1")]),
        ].compactMapValues(\.self)
        #expect(isCircle(first, of: "SO-1", orders))
        #expect(isCircle(BaseReference(order: "SO-1", line: "1"), of: "B", orders))
    }

    @Test("two that wait for other lines of each other go on")
    func otherLines() {
        let first = BaseReference(order: "B", line: "1")
        let orders: [OrderKey: OrderState] = [
            "A": order("A", ["1": first]),
            "B": order("B", ["1": BaseReference(order: "A", line: "2")]),
        ].compactMapValues(\.self)
        #expect(!isCircle(first, of: "A", orders))
        #expect(!isCircle(BaseReference(order: "A", line: "2"), of: "B", orders))
    }

    @Test("one that others go round, without being part of it, ends")
    func outside() {
        let toRing = BaseReference(order: "B", line: "1")
        let orders: [OrderKey: OrderState] = [
            "A": order("A", ["1": toRing]),
            "B": order("B", ["1": BaseReference(order: "C", line: "1")]),
            "C": order("C", ["1": BaseReference(order: "B", line: "1")]),
        ].compactMapValues(\.self)
        #expect(!isCircle(toRing, of: "A", orders))
        #expect(isCircle(BaseReference(order: "C", line: "1"), of: "B", orders))
    }

    @Test("an order that is not known, or no longer waits, breaks it")
    func broken() {
        let first = BaseReference(order: "B", line: "1")
        var orders: [OrderKey: OrderState] = ["A": order("A", ["1": first])].compactMapValues(\.self)
        #expect(!isCircle(first, of: "A", orders))
        orders["B"] = order("B", [:])
        #expect(!isCircle(first, of: "A", orders))
    }
}
