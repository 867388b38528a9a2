import Broker
import Fulfillment
import Orders
import Station
import Store
import TestSupport
import Testing

/// An order that is recognized and wrong in its content.
struct InvalidOrder: Sendable, CustomTestStringConvertible {
    var name: String
    /// Of each thing that is wrong with it.
    var codes: [FailureCode]
    var body: [UInt8]
    var key: String
    var lines = 3

    var testDescription: String { name }

    static func all() throws -> [InvalidOrder] {
        let order = try SampleOrder(key: "MOB-7")
        func one(_ name: String, _ code: FailureCode, _ changed: SampleOrder) -> InvalidOrder {
            InvalidOrder(name: name, codes: [code], body: changed.body, key: "MOB-7")
        }
        let line = "schemeID=\"SALESORDER_LINEID\" schemeAgencyID=\"SEBL_01\">"
        let parent = "<sordebo:ParentLineIdentification>\n          <corecom:ID \(line)"
        let quantity = "<sordebo:OrderQuantity"
        return [
            one(
                "unknown action",
                .actionUnknown,
                order.replacingFirst("ServiceActionCode>ADD<", with: "ServiceActionCode>EXPLODE<")
            ),
            one(
                "unknown mode",
                .modeUnknown,
                order.replacing("FulfillmentModeCode>Deliver<", with: "FulfillmentModeCode>Teleport<")
            ),
            one(
                "unknown product class",
                .productClassUnmapped,
                order.replacing("Prepaid Mobile Service Plan Class", with: "Toaster Class")
            ),
            one("two lines with one id", .lineIDRepeated, order.replacing("\(line)3<", with: "\(line)2<")),
            one(
                "a parent that does not exist",
                .parentLineUnknown,
                order.replacing("\(parent)1<", with: "\(parent)77<").replacingFirst(
                    "\(parent)77<",
                    with: "\(parent)1<"
                )
            ),
            one(
                "a cycle of parents",
                .parentLineCycle,
                order.replacingFirst(
                    quantity,
                    with: "\(parent)3</corecom:ID></sordebo:ParentLineIdentification>\(quantity)"
                )
            ),
            InvalidOrder(
                name: "everything at once",
                codes: [
                    .modeUnknown, .dateNotReadable, .actionUnknown, .lineIDRepeated, .parentLineUnknown,
                    .parentLineCycle, .productClassUnmapped,
                ],
                body: try Loopback.example("broadband/orders/invalid-content.xml"),
                key: "BB-2009",
                lines: 5
            ),
        ]
    }
}

@Suite("Invalid orders")
struct InvalidOrderTests {
    @Test(
        "exist in state Failed with their input and every reason, and fallout hears of it (A10, A14, A15)",
        arguments: try InvalidOrder.all()
    )
    func rejected(input: InvalidOrder) throws {
        let loopback = try Loopback()
        loopback.put(input.body, into: Loopback.intake, id: "transport-1")
        try loopback.settle()

        let record = try #require(try loopback.order("COM", OrderKey(input.key)))
        #expect(record.lifecycle == .failed)
        #expect(record.status == "FAILED")
        let state = try #require(try loopback.state("COM", OrderKey(input.key)))
        #expect(state.order == nil)
        #expect(state.rejectedDraft?.lines.count == input.lines)
        #expect(Set(state.failures.map(\.code)) == Set(input.codes), "\(state.failures)")

        let fault = try #require(loopback.faults.first)
        #expect(loopback.faults.count == 1)
        #expect(fault.code == (input.codes.count == 1 ? input.codes[0].rawValue : "ORDER_INVALID"))
        #expect(fault.value("corecom:CorrectiveAction")?.isEmpty == false)
        #expect(fault.value("corecom:BusinessComponentID") == input.key)
        #expect(fault.value("corecom:SenderResourceID") == Loopback.intake)
        #expect(fault.value("corecom:SenderMessageID")?.isEmpty == false)
        for failure in state.failures {
            #expect(fault.text.contains(failure.code.rawValue), "\(failure)")
        }
        #expect(loopback.messages(in: Loopback.errorQueue).isEmpty)
        let counted = try loopback.reader().statistics().counters.filter { $0.key.hasPrefix("error.") }
        #expect(counted == ["error.\(fault.code ?? "")": 1])
        #expect(loopback.requests().isEmpty)
        let report = try #require(loopback.messages(in: "AIA_UPDSO_OUT_JMSQ").first)
        #expect(MessageText(report.body).text.contains("FAILED"))

        let good = try SampleOrder(key: "GOOD-1")
        loopback.put(good.body, into: Loopback.intake, id: good.messageID)
        try loopback.runToQuiet()
        #expect(try loopback.order("COM", "GOOD-1")?.lifecycle == .completed)
        #expect(try loopback.order("COM", OrderKey(input.key))?.lifecycle == .failed)
        try loopback.expectConsistent()
    }

    @Test("a priority of 42 becomes 5 with a warning, and the order completes (A13)")
    func priority() throws {
        let loopback = try Loopback()
        let order = try SampleOrder(key: "MOB-42")
            .replacing("PriorityCode>5<", with: "PriorityCode>42<")
        loopback.put(order.body, into: Loopback.intake, id: order.messageID)
        try loopback.runToQuiet()
        let record = try #require(try loopback.order("COM", "MOB-42"))
        #expect(record.lifecycle == .completed)
        #expect(record.priority == 5)
        #expect(loopback.faults.map(\.code) == ["PRIORITY_OUT_OF_RANGE"])
        #expect(try loopback.counter("error.PRIORITY_OUT_OF_RANGE") == 1)
        try loopback.expectConsistent()
    }

    @Test("a corrected order takes the place of an invalid one")
    func corrected() throws {
        let loopback = try Loopback()
        let order = try SampleOrder(key: "MOB-8")
        let wrong = order.replacing("FulfillmentModeCode>Deliver<", with: "FulfillmentModeCode>Teleport<")
        loopback.put(wrong.body, into: Loopback.intake, id: "wrong")
        try loopback.settle()
        #expect(try loopback.order("COM", "MOB-8")?.lifecycle == .failed)
        let right = order.replacing("id-of-MOB-8", with: "id-of-correction")
            .replacing("<corecom:Number>1<", with: "<corecom:Number>2<")
        loopback.put(right.body, into: Loopback.intake, id: "right")
        try loopback.runToQuiet()
        #expect(try loopback.order("COM", "MOB-8")?.lifecycle == .completed)
        #expect(try loopback.order("COM", "MOB-8")?.revision == 2)
        try loopback.expectConsistent()
    }
}
