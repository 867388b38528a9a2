import Messages
import Orders
import Testing

@Suite("What cannot be read is refused by name, with what could be read")
struct BadInputTests {
    @Test("Not XML, empty, binary")
    func notXML() throws {
        for text in ["{\"order\": 1}", "", "   ", "hello", "<a></b>", "\u{1}\u{2}", "<a/><b/>"] {
            let error = try Sample.failure(text)
            #expect(error.failure.code == .messageNotXML, "\(text)")
            #expect(error.context?.messageID == "amqp-1")
            #expect(error.context?.hop == MessageHop(resource: "AIA_CRTFO_IN_JMSQ", messageID: "amqp-1"))
        }
        #expect(try Sample.failure("<a></b>").line == 1)
    }

    @Test("Cut off at any place: never read, and the header is kept once it is complete")
    func cutOff() throws {
        let bytes = Array(Sample.salesOrder().utf8)
        let headerEnd = try #require(Sample.salesOrder().firstRange(of: "</c:EBMHeader>")?.upperBound)
        let offset = Sample.salesOrder().utf8.distance(from: Sample.salesOrder().startIndex, to: headerEnd)
        for count in stride(from: 1, to: bytes.count - 1, by: 97) {
            let error = try Sample.failure(Array(bytes[..<count]))
            #expect(error.failure.code == .messageNotXML, "at \(count)")
            if count >= offset {
                #expect(error.context?.messageID == "ebm-1", "at \(count)")
                #expect(error.context?.sender?.id == "SEBL_01")
                #expect(error.context?.businessProcess?.instanceID == "process-77")
            }
        }
    }

    @Test("Billion laughs and external entities are unsafe (A65)")
    func entities() throws {
        let laughs = """
            <!DOCTYPE a [<!ENTITY l "lol"><!ENTITY m "&l;&l;&l;&l;&l;&l;&l;&l;&l;&l;">
            <!ENTITY n "&m;&m;&m;&m;&m;&m;&m;&m;&m;&m;">]>
            """
        #expect(try Sample.failure(Sample.salesOrder(prolog: laughs)).failure.code == .messageUnsafe)
        let external = "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>"
        let error = try Sample.failure(
            Sample.salesOrder(identification: "<c:ID>&x;</c:ID>", prolog: external)
        )
        #expect(error.failure.code == .messageUnsafe)
        #expect(!error.failure.text.contains("root:"))
    }

    @Test("Deep nesting is unsafe, and keeps the header")
    func deep() throws {
        let nested = String(repeating: "<x>", count: 5_000) + String(repeating: "</x>", count: 5_000)
        let error = try Sample.failure(Sample.salesOrder(order: nested))
        #expect(error.failure.code == .messageUnsafe)
        #expect(error.context?.messageID == "ebm-1")
        #expect(error.line > 1)
    }

    @Test("More bytes than allowed")
    func tooLarge() throws {
        let text = Sample.salesOrder(
            order: "<x:P xmlns:x='urn:x'>\(String(repeating: "a", count: 100_000))</x:P>"
        )
        let error = try Sample.failure(text, limits: DecodingLimits(documentBytesMax: 50_000))
        #expect(error.failure.code == .messageTooLarge)
        #expect(error.context?.messageID == "ebm-1")
    }

    @Test("A namespace wrong by one letter: both it and the expected one are named (A4)")
    func nearMiss() throws {
        let wrong = Sample.salesOrderSpace.replacing("SalesOrder/V2", with: "SalesOrder/V3")
        let error = try Sample.failure(Sample.salesOrder(space: wrong))
        #expect(error.failure.code == .messageNotRecognized)
        #expect(error.failure.text.contains("{\(wrong)}ProcessSalesOrderFulfillmentEBM"))
        #expect(error.failure.text.contains("{\(Sample.salesOrderSpace)}ProcessSalesOrderFulfillmentEBM"))
        #expect(error.failure.correctiveAction.contains(Sample.salesOrderSpace))
        #expect(error.context?.messageID == "ebm-1")
        #expect(error.context?.sender?.id == "SEBL_01")
    }

    @Test("Another root, no root namespace, an empty envelope")
    func notRecognized() throws {
        for text in [
            "<order/>", "<ProcessSalesOrderFulfillmentEBM/>",
            "<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/'/>",
            "<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/'><e:Body/></e:Envelope>",
            "<u:UpdateSalesOrderEBM xmlns:u='\(Sample.salesOrderSpace)'/>",
        ] {
            #expect(try Sample.failure(text).failure.code == .messageNotRecognized, "\(text)")
        }
        let long = String(repeating: "n", count: 900)
        let error = try Sample.failure("<\(long) xmlns='urn:\(long)'/>")
        #expect(error.failure.text.utf8.count < 600)
    }

    @Test("No EBMID (A5)")
    func noMessageID() throws {
        for header in [Sample.header(id: nil), Sample.header(id: "  "), ""] {
            let error = try Sample.failure(Sample.salesOrder(header: header))
            #expect(error.failure.code == .messageIDMissing)
            #expect(error.orderKey == "S-1")
            #expect(error.context?.messageID == "amqp-1")
        }
        let nameless = TransportContext(queue: "Q")
        #expect(try Sample.failure(Sample.salesOrder(header: ""), transport: nameless).context == nil)
    }

    @Test("No order id (A5)")
    func noOrderID() throws {
        let error = try Sample.failure(Sample.salesOrder(identification: "<c:ID> </c:ID>"))
        #expect(error.failure.code == .orderIDMissing)
        #expect(error.context?.messageID == "ebm-1")
        #expect(!error.failure.correctiveAction.isEmpty)
        #expect(error.line > 1)
    }

    @Test(
        "A content type that is not XML",
        arguments: [
            ("application/json", false), ("text/plain", false), ("application/octet-stream", false),
            ("application/xml", true), ("text/xml; charset=\"utf-8\"", true), ("TEXT/XML", true),
            ("application/soap+xml", true), ("", true), ("application/vnd.x+xml;v=1", true),
        ]
    )
    func contentType(type: String, isXML: Bool) throws {
        var transport = Sample.transport
        transport.contentType = type
        if isXML {
            #expect(try Sample.decode(Sample.salesOrder(), transport: transport).context.messageID == "ebm-1")
        } else {
            let error = try Sample.failure(Sample.salesOrder(), transport: transport)
            #expect(error.failure.code == .messageWrongContentType)
            #expect(error.context?.messageID == "ebm-1")
        }
    }

    @Test("Texts never hold the document's values")
    func noCustomerData() throws {
        let text = Sample.salesOrder().replacing("</c:CustomerPartyAccountName>", with: "</c:Wrong>")
        let error = try Sample.failure(text)
        #expect(!error.failure.text.contains("Ana") && !error.failure.correctiveAction.contains("Ana"))
    }

    @Test("Bytes changed at random never crash", .timeLimit(.minutes(10)))
    func mutated() throws {
        var chance = SplitMix(seed: 20_261_121)
        let original = Array(Sample.salesOrder().utf8)
        let decoder = MessageDecoder()
        var refused = 0
        for _ in 0..<2_000 {
            var bytes = original
            for _ in 0..<Int.random(in: 1...4, using: &chance) {
                let place = Int.random(in: bytes.indices, using: &chance)
                switch Int.random(in: 0..<3, using: &chance) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &chance)
                case 1: bytes.remove(at: place)
                default: bytes.insert(UInt8(ascii: "<"), at: place)
                }
            }
            do {
                _ = try decoder.decode(bytes, transport: Sample.transport)
            } catch {
                refused += 1
                #expect(!error.failure.text.isEmpty)
            }
        }
        #expect(refused > 200)
    }
}

/// A generator that can be repeated.
struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
