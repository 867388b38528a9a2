import Broker
import Catalog
import Fulfillment
import Messages
import Orders
import Station
import Store
import TestSupport
import Testing

@Suite("The web shop, on the same engine")
struct CommerceTests {
    private static func run(_ name: String, into queue: String = "SHOP_ORDERS") throws -> Loopback {
        let loopback = try Loopback(file: "Examples/commerce/queues.yaml")
        loopback.put(try Loopback.example("commerce/orders/\(name).xml"), into: queue)
        try loopback.runToQuiet()
        return loopback
    }

    /// What the shop was told: states and milestones in order.
    private static func told(_ loopback: Loopback, _ element: String) -> [String] {
        loopback.messages(in: "SHOP_STATUS").flatMap { MessageText($0.body).values(element) }
    }

    @Test(
        "an order gets company, site and warehouse by condition, is shipped, then invoiced, and the shop hears of both"
    )
    func small() throws {
        let loopback = try Self.run("small-order")
        try loopback.expectAllComplete(orders: 1)
        let state = try #require(try loopback.state("SHOP", "W-70001"))
        #expect(state.status == "INVOICED")
        let order = try #require(state.order)
        #expect(order.properties["company"] == "100")
        #expect(order.properties["invoiceCustomer"] == "WEB-DE")
        #expect(order.lines.map { $0.properties["site"] } == ["NORTH", "NORTH"])
        #expect(order.lines.map { $0.properties["warehouse"] } == ["HAM", "HAM"])
        #expect(state.lines.map(\.reached) == [["SHIPPED", "INVOICED"], ["SHIPPED", "INVOICED"]])

        #expect(loopback.messages(in: "HAMBURG_REQUESTS").count == 1)
        #expect(loopback.messages(in: "PORTO_REQUESTS").isEmpty)
        #expect(loopback.messages(in: "CENTRAL_REQUESTS").isEmpty)
        #expect(loopback.messages(in: "ACCOUNTING_REQUESTS").count == 1)
        try expectInvoicedAfterShipping(loopback)
        #expect(loopback.messages(in: "SHOP_FALLOUT").isEmpty)
        let milestones = loopback.messages(in: "SHOP_STATUS").map {
            Set(
                MessageText($0.body).values("corecom:MilestoneCode")
                    + MessageText($0.body).values("sordebo:MilestoneCode")
            )
        }
        .filter { !$0.isEmpty }
        #expect(milestones == [["SHIPPED"], ["INVOICED"]])
        let last = try #require(loopback.messages(in: "SHOP_STATUS").last)
        #expect(MessageText(last.body).text.contains("INVOICED"))
        #expect(MessageText(last.body).text.contains("W-70001"))
    }

    private func expectInvoicedAfterShipping(_ loopback: Loopback) throws {
        let shipped = loopback.sent.lastIndex {
            $0.queue == "SHOP_UPDATES" && MessageText($0.message.body).text.contains(">SHIPPED<")
        }
        let asked = loopback.sent.firstIndex { $0.queue == "ACCOUNTING_REQUESTS" }
        #expect(try #require(shipped) < #require(asked))
    }

    @Test("an order of two warehouses is split, and invoiced once, when both have shipped")
    func split() throws {
        let loopback = try Self.run("split-order", into: "SHOP_EXPRESS_ORDERS")
        try loopback.expectAllComplete(orders: 1)
        let state = try #require(try loopback.state("SHOP", "W-70002"))
        #expect(state.order?.properties["company"] == "200")
        #expect(state.order?.lines.map { $0.properties["warehouse"] } == ["CTR", "OPO"])
        #expect(state.order?.priority.value == 9)
        #expect(loopback.messages(in: "CENTRAL_REQUESTS").count == 1)
        #expect(loopback.messages(in: "PORTO_REQUESTS").count == 1)
        #expect(loopback.messages(in: "HAMBURG_REQUESTS").isEmpty)
        #expect(loopback.messages(in: "ACCOUNTING_REQUESTS").count == 1)
        try expectInvoicedAfterShipping(loopback)
        #expect(loopback.messages(in: "SHOP_FALLOUT").isEmpty)
    }

    @Test("what has nothing to ship is invoiced at once")
    func giftCard() throws {
        let loopback = try Self.run("gift-card")
        try loopback.expectAllComplete(orders: 1)
        #expect(loopback.requests().count == 1)
        #expect(loopback.messages(in: "ACCOUNTING_REQUESTS").count == 1)
    }

    @Test(
        "an order to a country that is not served exists in state Failed, and the shop and fallout hear why"
    )
    func refused() throws {
        let loopback = try Self.run("not-served")
        let order = try #require(try loopback.order("SHOP", "W-70004"))
        #expect(order.lifecycle == .failed)
        let state = try #require(try loopback.state("SHOP", "W-70004"))
        #expect(state.failures.map(\.code) == [.policyRefused])
        #expect(state.rejectedDraft?.lines.count == 1)
        let faults = loopback.messages(in: "SHOP_FALLOUT").map { MessageText($0.body) }
        #expect(faults.map(\.code) == ["POLICY_REFUSED"])
        #expect(faults.first?.text.contains("does not deliver to this country") == true)
        #expect(faults.first?.value("corecom:BusinessComponentID") == "W-70004")
        #expect(Self.told(loopback, "corecom:Code").contains("FAILED"))
        #expect(loopback.requests().isEmpty)
    }

    @Test("a provider without stock fails its part, and nothing is invoiced")
    func outOfStock() throws {
        let loopback = try Loopback(file: "Examples/commerce/queues.yaml")
        let text = String(decoding: try Loopback.example("commerce/orders/split-order.xml"), as: UTF8.self)
            .replacing("BOWL-2", with: "LAMP-9")
        loopback.put(Array(text.utf8), into: "SHOP_ORDERS")
        try loopback.runToQuiet()
        #expect(try loopback.order("SHOP", "W-70002")?.status == "FAILED")
        #expect(loopback.messages(in: "ACCOUNTING_REQUESTS").isEmpty)
        let faults = loopback.messages(in: "SHOP_FALLOUT").map { MessageText($0.body) }
        #expect(faults.map(\.code) == ["SYSTEM_REFUSED"])
        #expect(faults.first?.value("ordfail:FailureCode") == "NO_STOCK")
        try loopback.expectConsistent()
    }
}
