import Broker
import Messages
import Orders
import TestSupport
import Testing

/// A message that cannot be taken, and what the station says of it.
struct BadInput: Sendable, CustomTestStringConvertible {
    var name: String
    var code: FailureCode
    var body: [UInt8]
    var queue = Loopback.intake
    /// The transport's message id.
    var messageID: String?
    var contentType: String? = "application/xml"
    /// What could be read of the message all the same.
    var orderKey: String?
    var headerID: String?

    var testDescription: String { name }

    static func all() throws -> [BadInput] { try unreadable() + incomplete() + misdirected() }

    private static func unreadable() throws -> [BadInput] {
        let order = try SampleOrder(key: "BAD-1")
        let entities = (1...9).map { level in
            "<!ENTITY l\(level) \"\(String(repeating: "&l\(level - 1);", count: 10))\">"
        }
        let laughs = "<!DOCTYPE a [<!ENTITY l0 \"ha\">\(entities.joined())]><a>&l9;</a>"
        let external =
            order.replacing(
                "<sordebo:ProcessSalesOrderFulfillmentEBM",
                with: "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/hostname\">]>"
                    + "<sordebo:ProcessSalesOrderFulfillmentEBM"
            )
            .replacing("CALL CENTER", with: "&e;")
        let deep = String(repeating: "<a>", count: 5_000) + String(repeating: "</a>", count: 5_000)
        let wrong = order.replacing("EBO/SalesOrder/V2", with: "EBO/SalesOrder/V3")
        return [
            BadInput(name: "not XML", code: .messageNotXML, body: Array("hello".utf8), messageID: "m-1"),
            BadInput(name: "nothing at all", code: .messageNotXML, body: [], messageID: "m-2"),
            BadInput(
                name: "cut off",
                code: .messageNotXML,
                body: Array(order.body.prefix(order.body.count / 2)),
                messageID: "m-3",
                headerID: order.messageID
            ),
            BadInput(
                name: "billion laughs",
                code: .messageUnsafe,
                body: Array(laughs.utf8),
                messageID: "m-4"
            ),
            BadInput(name: "external entity", code: .messageUnsafe, body: external.body, messageID: "m-5"),
            BadInput(name: "deep nesting", code: .messageUnsafe, body: Array(deep.utf8), messageID: "m-6"),
            BadInput(
                name: "a namespace wrong by one letter",
                code: .messageNotRecognized,
                body: wrong.body,
                messageID: "m-7",
                headerID: order.messageID
            ),
            BadInput(
                name: "wrong content type",
                code: .messageWrongContentType,
                body: order.body,
                messageID: "m-8",
                contentType: "application/json",
                headerID: order.messageID
            ),
        ]
    }

    private static func incomplete() throws -> [BadInput] {
        let order = try SampleOrder(key: "BAD-2")
        let withoutID = order.replacing("<corecom:EBMID>\(order.messageID)</corecom:EBMID>", with: "")
        let withoutKey = order.replacing(
            "<corecom:ID schemeID=\"SALESORDER_ID\" schemeAgencyID=\"SEBL_01\">BAD-2</corecom:ID>",
            with: "<corecom:ID schemeID=\"SALESORDER_ID\" schemeAgencyID=\"SEBL_01\"> </corecom:ID>"
        )
        return [
            BadInput(
                name: "no EBMID",
                code: .messageIDMissing,
                body: withoutID.body,
                messageID: "m-9",
                orderKey: "BAD-2"
            ),
            BadInput(
                name: "no message id at all",
                code: .messageIDMissing,
                body: withoutID.body,
                orderKey: "BAD-2"
            ),
            BadInput(
                name: "no order id",
                code: .orderIDMissing,
                body: withoutKey.body,
                messageID: "m-10",
                headerID: order.messageID
            ),
        ]
    }

    private static func misdirected() throws -> [BadInput] {
        let order = try SampleOrder(key: "BAD-3")
        return [
            BadInput(
                name: "an order on the update queue",
                code: .messageWrongQueue,
                body: order.body,
                queue: Loopback.updates,
                messageID: "m-11",
                headerID: order.messageID
            ),
            BadInput(
                name: "an update on the order queue",
                code: .messageWrongQueue,
                body: SystemText.update(of: "BAD-3", id: "u-1", status: "COMPLETE"),
                messageID: "m-12",
                headerID: "u-1"
            ),
            BadInput(
                name: "a customer order on the queue of provisioning orders",
                code: .messageNotRecognized,
                body: order.body,
                queue: "AIA_CRTFO_OUT_JMSQ",
                messageID: "m-13",
                headerID: order.messageID
            ),
        ]
    }
}

/// What fulfillment systems say, written as they do.
enum SystemText {
    static func update(
        of key: String,
        id: String,
        component: ComponentID? = nil,
        status: String,
        milestone: String? = nil,
        lines: [SystemReply.Line] = []
    ) -> [UInt8] {
        MessageEncoder().encode(
            SystemReply(
                orderKey: OrderKey(key),
                correlation: nil,
                component: component,
                status: status,
                milestone: milestone,
                lines: lines
            ),
            context: EncodingContext(
                messageID: MessageID(id),
                now: .testStart,
                senderID: "CRM_01",
                targetID: "OSMCFS_01",
                role: "CustomerHub",
                origin: nil,
                cause: nil
            )
        )
    }
}
