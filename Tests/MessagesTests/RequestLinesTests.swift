import Fulfillment
import Messages
import Orders
import Testing

@Suite("What earlier requests said of an order's lines is said again, byte for byte")
struct RequestLinesTests {
    private let encoder = MessageEncoder()

    private func expectSame(
        _ request: ComponentRequest,
        of order: Order = Sample.order,
        from sender: String = "OSMCFS_01",
        _ told: RequestLines
    ) {
        var context = Sample.context()
        context.senderID = sender
        let anew = encoder.encode(request, of: order, context: context)
        // Once to keep it and once to find it.
        for _ in 0..<2 {
            #expect(encoder.encode(request, of: order, context: context, told: told) == anew)
        }
    }

    @Test("Whatever lines travel together, in whichever format, from whichever sender")
    func combinations() {
        let told = RequestLines()
        for lines: [LineID] in [["2", "3"], ["3"], ["2"], ["1", "2", "3"], ["1", "3"], ["1", "2"]] {
            for format in RequestFormat.allCases {
                expectSame(Sample.request(format, lines: lines), told)
                expectSame(Sample.request(format, lines: lines), from: "OTHER", told)
            }
        }
        #expect(told.bytes > 0)
    }

    @Test("Lines that changed are told as they are now, and as they were for who undoes them")
    func changedLines() {
        let told = RequestLines()
        expectSame(Sample.request(), told)
        var order = Sample.order
        order.lines[1].name = "Faster Internet"
        expectSame(Sample.request(), of: order, told)
        var undone = Sample.request()
        undone.formerLines = [Sample.order.lines[1]]
        expectSame(undone, of: order, told)
        order.lines.removeFirst()
        expectSame(Sample.request(), of: order, told)
        expectSame(Sample.request(), told)
    }

    @Test("Words for one request alone are in no other")
    func wording() {
        let told = RequestLines()
        var request = Sample.request()
        expectSame(request, told)
        request.wording = Wording(
            order: ["priority": "high"],
            lines: ["2": ["action": "MOVE", "productClass": "HSI"]]
        )
        expectSame(request, told)
        expectSame(Sample.request(), told)
    }

    @Test("Of the longest orders only a part is kept, and all is said")
    func bounded() {
        let told = RequestLines()
        var order = Sample.order
        order.lines = (0..<2_000).map { number in
            OrderLine(id: LineID("L\(number)"), action: .add, name: String(repeating: "n", count: 300))
        }
        expectSame(Sample.request(lines: order.lines.map(\.id)), of: order, told)
        #expect((200_000...262_144).contains(told.bytes))
    }
}
