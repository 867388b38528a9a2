import Broker
import Catalog
import Foundation
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

    /// The shop's station with one text of its catalog replaced.
    private static func station(_ old: String, _ new: String) throws -> Loopback {
        let text = String(decoding: try Loopback.example("commerce/shop.yaml"), as: UTF8.self)
        try #require(text.contains(old))
        let catalog = try CatalogReader.read(
            bytes: Array(text.replacing(old, with: new).utf8),
            name: "shop.yaml"
        )
        return try Loopback(file: "Examples/commerce/queues.yaml", catalogs: ["SHOP": catalog])
    }

    @Test("accounting is told its own number of the customer, the others the shop's (A33)")
    func debtors() throws {
        for (name, customer, debtor) in [
            ("small-order", "C-1180", "D-10400"), ("split-order", "C-2044", "D-10511"),
            ("gift-card", "C-3107", "D-99999"),
        ] {
            let loopback = try Self.run(name)
            try loopback.expectAllComplete(orders: 1)
            let invoices = loopback.messages(in: "ACCOUNTING_REQUESTS").map { MessageText($0.body).text }
            #expect(invoices.count == 1)
            for text in invoices { #expect(text.contains(">\(debtor)<") && !text.contains(">\(customer)<")) }
            let others = ["HAMBURG_REQUESTS", "PORTO_REQUESTS", "CENTRAL_REQUESTS", "SHOP_STATUS"]
                .flatMap { loopback.messages(in: $0) }.map { MessageText($0.body).text }
            #expect(!others.isEmpty)
            for text in others { #expect(text.contains(">\(customer)<") && !text.contains(">\(debtor)<")) }
        }
    }

    @Test(
        "the shop's word for a priority becomes a number inside, and goes back to the shop as it came (A33)"
    )
    func speeds() throws {
        let loopback = try Self.run("split-order", into: "SHOP_EXPRESS_ORDERS")
        let priority = "FulfillmentPriorityCode"
        for queue in ["CENTRAL_REQUESTS", "PORTO_REQUESTS", "ACCOUNTING_REQUESTS"] {
            let asked = loopback.messages(in: queue)
            #expect(asked.map(\.properties.priority) == [9])
            #expect(asked.map { MessageText($0.body).text.contains("\(priority)>9<") } == [true])
        }
        let told = loopback.messages(in: "SHOP_STATUS").map { MessageText($0.body).text }
        #expect(!told.isEmpty && told.allSatisfy { $0.contains("\(priority)>express<") })
        let unknown = try Loopback(file: "Examples/commerce/queues.yaml")
        let text = String(decoding: try Loopback.example("commerce/orders/split-order.xml"), as: UTF8.self)
        unknown.put(Array(text.replacing("\"express\"", with: "\"overnight\"").utf8), into: "SHOP_ORDERS")
        try unknown.runToQuiet()
        try unknown.expectAllComplete(orders: 1)
        #expect(try unknown.state("SHOP", "W-70002")?.order?.priority.value == 5)
        #expect(Self.told(unknown, "sordebo:\(priority)").allSatisfy { $0 == "overnight" })
    }

    @Test("the shop hears its own word for a state, and the root's for those without one (A33)")
    func statusCodes() throws {
        let loopback = try Self.run("small-order")
        let told = Self.told(loopback, "corecom:Code")
        #expect(Set(told) == ["IN PROGRESS", "SHIPPED", "COMPLETE"])
        let shipped = try #require(
            loopback.messages(in: "SHOP_STATUS").map { MessageText($0.body).text }.first {
                $0.contains(">SHIPPED_NOT_INVOICED<")
            }
        )
        #expect(MessageText(Array(shipped.utf8)).values("corecom:Code") == ["SHIPPED", "SHIPPED", "SHIPPED"])
    }

    @Test("a customer without an account of that system is fallout where the catalog says so (A33)")
    func refusedDebtor() throws {
        let loopback = try Self.station("unmapped: {default: D-99999}", "unmapped: refuse")
        loopback.put(try Loopback.example("commerce/orders/gift-card.xml"), into: "SHOP_ORDERS")
        loopback.put(try Loopback.example("commerce/orders/small-order.xml"), into: "SHOP_ORDERS")
        try loopback.runToQuiet()
        #expect(try loopback.order("SHOP", "W-70001")?.lifecycle == .completed)
        let state = try #require(try loopback.state("SHOP", "W-70003"))
        #expect(state.lifecycle == .failed && state.rejectedDraft?.accountID == "C-3107")
        #expect(state.failures.map(\.code) == [.valueUnmapped])
        let faults = loopback.messages(in: "SHOP_FALLOUT").map { MessageText($0.body) }
        #expect(faults.map(\.code) == ["VALUE_UNMAPPED"])
        let fault = try #require(faults.first?.text)
        #expect(
            fault.contains(
                "account 'C-3107' of the order is not in value map Debtors, by which requests to Accounting are written"
            )
        )
        #expect(fault.contains("Add the value to value map Debtors"))
        #expect(!loopback.requests().keys.contains { $0.hasPrefix("W-70003") })
        let corrected = try Loopback.example("commerce/orders/gift-card.xml")
        let text = String(decoding: corrected, as: UTF8.self).replacing("C-3107", with: "C-1180")
            .replacing("shop-msg-70003", with: "shop-msg-70003-2")
        loopback.put(Array(text.utf8), into: "SHOP_ORDERS")
        try loopback.runToQuiet()
        #expect(try loopback.order("SHOP", "W-70003")?.lifecycle == .completed)
    }

    @Test(
        "what the shop's station emits is valid by the shipped schemas",
        .enabled(if: SchemaCheck.isPossible, "xmllint is not installed")
    )
    func schemas() throws {
        var checked = 0
        for name in ["small-order", "split-order", "gift-card", "not-served"] {
            let loopback = try Self.run(name)
            checked += try SchemaCheck.expectValid(loopback).values.reduce(0, +)
        }
        #expect(checked > 20)
    }

    @Test(
        "an order whose invoice a person settles or leaves out is over all the same",
        arguments: [OrderOperation.Action.complete, .skip]
    )
    func invoicedByHand(action: OrderOperation.Action) throws {
        let loopback = try Self.station("- status: POSTED", "- status: REJECTED")
        loopback.put(try Loopback.example("commerce/orders/small-order.xml"), into: "SHOP_ORDERS")
        try loopback.runToQuiet()
        let state = try #require(try loopback.state("SHOP", "W-70001"))
        let invoice = try #require(state.components.first { $0.processing == .failed })
        #expect(invoice.plan.system == "Accounting" && state.lifecycle == .inProgress)
        let shop = try CatalogReader.read(
            bytes: try Loopback.example("commerce/shop.yaml"),
            name: "shop.yaml"
        )
        var run = OrderRun(shop.fulfillment, role: "SHOP", now: state.updatedAt)
        run.state = state
        run.operate(OrderOperation(action: action, by: "Ann", component: invoice.id))
        #expect(run.state?.lines.map(\.state) == ["COMPLETE", "COMPLETE"])
        #expect(run.state?.status == "COMPLETE" && run.state?.lifecycle == .completed)
        #expect(run.state?.incidents.isEmpty == true)
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
