import Fulfillment
import Messages
import Orders
import Testing

@Suite("What earlier messages said of an order and its lines is said again, byte for byte")
struct WrittenPartsTests {
    private let encoder = MessageEncoder()

    private func expectSame(
        _ request: ComponentRequest,
        of order: Order = Sample.order,
        from sender: String = "OSMCFS_01",
        _ told: WrittenParts
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
        let told = WrittenParts()
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
        let told = WrittenParts()
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
        let told = WrittenParts()
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
        let told = WrittenParts()
        var order = Sample.order
        order.lines = (0..<2_000).map { number in
            OrderLine(id: LineID("L\(number)"), action: .add, name: String(repeating: "n", count: 300))
        }
        expectSame(Sample.request(lines: order.lines.map(\.id)), of: order, told)
        #expect((200_000...262_144).contains(told.bytes))
    }

    @Test("Few lines of a long order are found wherever they stand, also once it has other lines")
    func longOrder() {
        let told = WrittenParts()
        func expectSameOfBoth(_ lines: [LineID], of order: Order) {
            expectSame(Sample.request(lines: lines), of: order, told)
            var undone = Sample.request(lines: lines)
            undone.formerLines = lines.map { OrderLine(id: $0, action: .add, name: "as it was") }
            expectSame(undone, of: order, told)
            let report = StatusReport(
                format: .salesOrderUpdate,
                status: "COMPLETE",
                root: .complete,
                lines: lines.map { LineReport(line: $0, state: "COMPLETE", root: .complete) }
            )
            let context = Sample.context()
            #expect(
                encoder.encode(report, of: order, context: context, told: told)
                    == encoder.encode(report, of: order, context: context)
            )
        }
        var order = Sample.order
        order.lines = (0..<200).map { OrderLine(id: LineID("L\($0)"), action: .add, name: "line \($0)") }
        expectSameOfBoth(["L150", "L3", "L199"], of: order)
        order.lines.removeFirst(2)
        order.lines.append(OrderLine(id: "new", action: .add))
        expectSameOfBoth(["L150", "L3", "new"], of: order)
        expectSameOfBoth(["L0", "L4"], of: order)
        order.lines.reverse()
        expectSameOfBoth(["L4", "L5"], of: order)
    }

    private static let contexts: [EncodingContext] = {
        let usual = Sample.context()
        var contexts = [usual]
        func add(_ change: (inout EncodingContext) -> Void) {
            var context = usual
            change(&context)
            contexts.append(context)
        }
        add { $0.messageID = "another & longer one" }
        add { $0.now = $0.now.advanced(bySeconds: 90_000) }
        add { $0.senderID = "OTHER" }
        add { $0.role = "SOM" }
        add { $0.targetID = "" }
        add { $0.targetDetails = Rare(TargetDetails(applicationType: "BRM", serviceName: "Billing")) }
        add { $0.senderDetails = Rare(SenderDetails(description: "ours", contactName: "Eve")) }
        add { $0.origin = nil }
        add { $0.origin?.tracking = [TrackingEntry(sequence: 7, unitID: "<7>")] }
        add { $0.origin?.businessProcess = nil }
        add {
            $0.origin?.carried = Rare(CarriedHeader(scopes: [CarriedScope(type: "X", scope: .init(id: "x"))]))
        }
        add {
            $0.cause = MessageContext(messageID: "c1", hop: MessageHop(resource: "queue", messageID: "m"))
        }
        add { $0.cause = MessageContext(messageID: "c2", environment: "TEST") }
        add {
            $0.cause = MessageContext(
                messageID: "c3",
                environment: "TEST",
                carried: Rare(CarriedHeader(definitionID: "D"))
            )
        }
        return contexts
    }()

    @Test("A header says what this message is, whatever the one before it was")
    func headers() {
        let told = WrittenParts()
        var order = Sample.order
        let report = StatusReport(
            format: .salesOrderUpdate,
            status: "IN_PROGRESS",
            root: .inProgress,
            lines: []
        )
        // Each after each other one.
        for former in Self.contexts {
            for context in Self.contexts {
                for context in [former, context] {
                    #expect(
                        encoder.encode(Sample.request(), of: order, context: context, told: told)
                            == encoder.encode(Sample.request(), of: order, context: context)
                    )
                    #expect(
                        encoder.encode(report, of: order, context: context, told: told)
                            == encoder.encode(report, of: order, context: context)
                    )
                }
            }
            order.revision += 1
        }
        #expect(told.bytes < 32_768)
    }
}
