import Broker

/// Messages that no station can read; each belongs into the error queue.
enum UnreadableMessages {
    /// One of each kind, with ids of their own in each round.
    static func all(round: Int) -> [Message] {
        bodies.sorted { $0.key < $1.key }.map { name, body in
            Message(
                properties: MessageProperties(
                    contentType: name == "content-type" ? "application/json" : "application/xml",
                    headers: headers(name),
                    deliveryMode: 2,
                    messageID: "unreadable-\(name)-\(round)",
                    type: "ProcessSalesOrderFulfillmentEBM"
                ),
                body: body
            )
        }
    }

    private static let laughs =
        "<!DOCTYPE a [<!ENTITY l0 \"ha\">"
        + (1...9).map { level in
            "<!ENTITY l\(level) \"\(String(repeating: "&l\(level - 1);", count: 10))\">"
        }.joined() + "]><a>&l9;</a>"

    private static let bodies: [String: [UInt8]] = [
        "empty": [],
        "text": Array("hello, world".utf8),
        "cut-off": Array("<a><b>text</b><c".utf8),
        "billion-laughs": Array(laughs.utf8),
        "external-entity": Array("<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/hostname\">]><x>&e;</x>".utf8),
        "deep": Array(
            (String(repeating: "<a>", count: 5_000) + String(repeating: "</a>", count: 5_000)).utf8
        ),
        "zero-bytes": Array("<a>\u{0}</a>".utf8),
        "wrong-encoding": Array("<?xml version=\"1.0\" encoding=\"UTF-8\"?><a>".utf8) + [0xC3, 0x28, 0xFF]
            + Array("</a>".utf8),
        "unknown-root": Array("<greeting>hello</greeting>".utf8),
        "content-type": Array("{\"order\": 1}".utf8),
        "long-header": Array("not an order".utf8),
        "deep-header": Array("not an order".utf8),
        "noise": (0..<4_096).map { UInt8(truncatingIfNeeded: $0 &* 167 ^ ($0 >> 3)) },
    ]

    private static func headers(_ name: String) -> [HeaderField] {
        switch name {
        case "long-header": [HeaderField("long", .text(String(repeating: "x", count: 64 << 10)))]
        case "deep-header": [HeaderField("deep", nested(12))]
        default: []
        }
    }

    private static func nested(_ depth: Int) -> HeaderValue {
        depth == 0 ? .integer(1) : .table([HeaderField("d", nested(depth - 1))])
    }
}
