import Fulfillment
import Orders
import TestSupport
import Testing

@Suite("What an order takes in memory")
struct OrderSizeTests {
    @Test("is estimated by its lines and by what they say")
    func estimate() throws {
        func bytes(lines: Int, text: Int) -> Int {
            var run = OrderRun(TestCatalogs.chain(["A", "B"]))
            var draft = TestOrders.things(lines)
            for at in draft.lines.indices {
                draft.lines[at].attributes = [
                    LineAttribute(name: "Note", value: String(repeating: "x", count: text))
                ]
            }
            run.submit(draft)
            return run.state?.estimatedBytes ?? 0
        }
        #expect(bytes(lines: 100, text: 10) > 100_000)
        #expect(bytes(lines: 100, text: 10) < 1_000_000)
        #expect(bytes(lines: 1_000, text: 10) > 8 * bytes(lines: 100, text: 10))
        #expect(bytes(lines: 100, text: 10_000) - bytes(lines: 100, text: 10) > 990_000)
    }
}
