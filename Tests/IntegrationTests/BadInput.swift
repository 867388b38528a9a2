import Foundation
import TestSupport

/// An order of two services under a key of its own.
struct SampleOrder {
    var key: String
    var text: String

    private static let original = "MOB-2002"
    private static let originalID = "6f1c2a40-52d7-4b8e-9c10-000000000002"

    init(key: String) {
        self.key = key
        let file = BuiltProducts.order("mobile.xml")
        // Without the file nothing of this can be read, and the tests fail where they look for their order.
        text = ((try? String(contentsOf: file, encoding: .utf8)) ?? "")
            .replacingOccurrences(of: Self.original, with: key)
            .replacingOccurrences(of: Self.originalID, with: "id-of-\(key)")
    }

    var messageID: String { "id-of-\(key)" }

    func replacing(_ old: String, with new: String) -> String {
        text.replacingOccurrences(of: old, with: new)
    }

    func publication(queue: String, folder: URL) throws -> ForeignClient.Publication {
        let file = folder.appendingPathComponent("\(key).xml")
        try Data(text.utf8).write(to: file)
        return ForeignClient.Publication(
            queue: queue,
            file: file.path,
            messageID: messageID,
            contentType: "application/xml",
            type: "ProcessSalesOrderFulfillmentEBM"
        )
    }
}

/// A message that is wrong in one way, and what the station says of it.
struct BadInput: Sendable {
    var name: String
    /// The failure's code; `nil` when the station takes it after all.
    var code: String?
    var body: [UInt8]
    var messageID: String?
    var contentType: String? = "application/xml"
    /// Hostile headers, as `publish.py` makes them.
    var headers: String?
    /// The order that it is taken as.
    var key: String?
    var isDeadLettered = false
    /// Whether it can be read: then it is an order, and fallout alone hears of what is wrong with it.
    var isOrder = false

    /// Whether it ends as a completed order.
    var completes: Bool { key != nil && (code == nil || code == "PRIORITY_OUT_OF_RANGE") }

    func publication(queue: String, folder: URL) throws -> ForeignClient.Publication {
        let file = folder.appendingPathComponent("bad-\(name.hashValue).bin")
        try Data(body).write(to: file)
        return ForeignClient.Publication(
            queue: queue,
            file: file.path,
            messageID: messageID,
            contentType: contentType,
            headers: headers
        )
    }

    static let all: [BadInput] = {
        let again = SampleOrder(key: "AGAIN-1")
        let noID = SampleOrder(key: "NO-EBMID")
        return unreadable + hostileHeaders + orders + [
            BadInput(
                name: "no EBMID",
                code: "MESSAGE_ID_MISSING",
                body: bytes(noID.replacing("<corecom:EBMID>\(noID.messageID)</corecom:EBMID>", with: "")),
                messageID: "no-ebmid"
            ),
            BadInput(
                name: "no id at all",
                code: "MESSAGE_ID_MISSING",
                body: bytes(noID.replacing("<corecom:EBMID>\(noID.messageID)</corecom:EBMID>", with: " "))
            ),
            BadInput(
                name: "no order id",
                code: "ORDER_ID_MISSING",
                body: bytes(
                    SampleOrder(key: "NO-KEY").replacing(
                        "<corecom:ID schemeID=\"SALESORDER_ID\" schemeAgencyID=\"SEBL_01\">NO-KEY</corecom:ID>",
                        with: ""
                    )
                ),
                messageID: "no-order-id"
            ),
            BadInput(
                name: "no message id property",
                body: bytes(SampleOrder(key: "NO-PROPERTY").text),
                key: "NO-PROPERTY"
            ),
            BadInput(name: "first", body: bytes(again.text), messageID: again.messageID, key: again.key),
            BadInput(name: "the same again", body: bytes(again.text), messageID: again.messageID),
            BadInput(
                name: "the same id with another body",
                code: "MESSAGE_ID_REUSED",
                body: bytes(again.replacing("CALL CENTER", with: "WEB")),
                messageID: again.messageID
            ),
        ]
    }()

    private static let unreadable: [BadInput] = {
        let cut = SampleOrder(key: "CUT-OFF").text
        let order = SampleOrder(key: "UNSAFE")
        let laughs =
            "<!DOCTYPE a [<!ENTITY l0 \"ha\">"
            + (1...9).map { level in
                "<!ENTITY l\(level) \"\(String(repeating: "&l\(level - 1);", count: 10))\">"
            }.joined() + "]><a>&l9;</a>"
        let external = order.replacing(
            "<sordebo:ProcessSalesOrderFulfillmentEBM",
            with:
                "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/hostname\">]><sordebo:ProcessSalesOrderFulfillmentEBM"
        )
        .replacingOccurrences(of: "CALL CENTER", with: "&e;")
        return [
            BadInput(
                name: "not XML",
                code: "MESSAGE_NOT_XML",
                body: bytes("hello, world"),
                messageID: "not-xml"
            ),
            BadInput(
                name: "cut off",
                code: "MESSAGE_NOT_XML",
                body: bytes(String(cut.prefix(cut.count / 2))),
                messageID: "cut-off"
            ),
            BadInput(
                name: "100 MB",
                code: "MESSAGE_TOO_LARGE",
                body: [UInt8](repeating: 0x20, count: 100 << 20),
                messageID: "huge",
                isDeadLettered: true
            ),
            BadInput(
                name: "billion laughs",
                code: "MESSAGE_UNSAFE",
                body: bytes(laughs),
                messageID: "laughs"
            ),
            BadInput(
                name: "external entity",
                code: "MESSAGE_UNSAFE",
                body: bytes(external),
                messageID: "external"
            ),
            BadInput(
                name: "deep nesting",
                code: "MESSAGE_UNSAFE",
                body: bytes(String(repeating: "<a>", count: 5_000) + String(repeating: "</a>", count: 5_000)),
                messageID: "deep"
            ),
            BadInput(
                name: "wrong by one letter",
                code: "MESSAGE_NOT_RECOGNIZED",
                body: bytes(
                    SampleOrder(key: "WRONG").replacing(
                        "http://xmlns.oracle.com/EnterpriseObjects/Core/EBO/SalesOrder/V2",
                        with: "http://xmlns.oracle.com/EnterpriseObjects/Core/EBO/SalesOrder/V3"
                    )
                ),
                messageID: "wrong-namespace"
            ),
            BadInput(
                name: "wrong content type",
                code: "MESSAGE_WRONG_CONTENT_TYPE",
                body: bytes(SampleOrder(key: "JSON").text),
                messageID: "wrong-type",
                contentType: "application/json"
            ),
        ]
    }()

    /// Orders whose content is wrong: they exist, and failed; the one of priority 42 is carried out.
    private static let orders: [BadInput] = {
        let line = "schemeID=\"SALESORDER_LINEID\" schemeAgencyID=\"SEBL_01\">"
        let parent = "<sordebo:ParentLineIdentification>\n          <corecom:ID \(line)"
        let quantity = "<sordebo:OrderQuantity"
        func order(
            _ name: String,
            _ code: String,
            once: Bool = false,
            _ old: String,
            _ new: String
        ) -> BadInput {
            var sample = SampleOrder(key: "INVALID-\(code)")
            if once, let range = sample.text.range(of: old) {
                sample.text.replaceSubrange(range, with: new)
            } else {
                sample.text = sample.replacing(old, with: new)
            }
            return BadInput(
                name: name,
                code: code,
                body: bytes(sample.text),
                messageID: sample.messageID,
                key: sample.key,
                isOrder: true
            )
        }
        return [
            order("unknown action", "ACTION_UNKNOWN", once: true, "ActionCode>ADD<", "ActionCode>EXPLODE<"),
            order("unknown mode", "MODE_UNKNOWN", "ModeCode>Deliver<", "ModeCode>Teleport<"),
            order(
                "unknown product class",
                "PRODUCT_CLASS_UNMAPPED",
                "Prepaid Mobile Service Plan Class",
                "Toaster Class"
            ),
            order("two lines with one id", "LINE_ID_REPEATED", "\(line)3<", "\(line)2<"),
            order(
                "a parent that does not exist",
                "PARENT_LINE_UNKNOWN",
                once: true,
                "\(parent)1<",
                "\(parent)77<"
            ),
            order(
                "a cycle of parents",
                "PARENT_LINE_CYCLE",
                once: true,
                quantity,
                "\(parent)3</corecom:ID></sordebo:ParentLineIdentification>\(quantity)"
            ),
            order("priority 42", "PRIORITY_OUT_OF_RANGE", "PriorityCode>5<", "PriorityCode>42<"),
        ]
    }()

    private static let hostileHeaders: [BadInput] = ["long", "deep"].flatMap { kind in
        let good = SampleOrder(key: "HEADERS-\(kind)")
        return [
            BadInput(
                name: "good with \(kind) headers",
                body: bytes(good.text),
                messageID: good.messageID,
                headers: kind,
                key: good.key
            ),
            BadInput(
                name: "bad with \(kind) headers",
                code: "MESSAGE_NOT_XML",
                body: bytes("\(kind) headers"),
                messageID: "bad-\(kind)",
                headers: kind
            ),
        ]
    }

    private static func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }
}
