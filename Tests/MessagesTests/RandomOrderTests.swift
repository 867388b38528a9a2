import Fulfillment
import Messages
import Orders
import Testing

/// Any valid order, sent as a request, comes back with the same values; its message is valid by schema.
@Suite("Random orders survive the way out and in")
struct RandomOrderTests {
    @Test("Requests carry every value", arguments: [RequestFormat.provisioningOrder, .fulfillmentOrder])
    func roundTrip(format: RequestFormat) throws {
        for seed in 0..<150 as Range<UInt64> {
            var maker = OrderMaker(seed: seed)
            let order = maker.order()
            let request = maker.request(of: order, format: format)
            let body = MessageEncoder().encode(request, of: order, context: Sample.context())
            if seed % 15 == 0 {
                try expectValid(body, format == .provisioningOrder ? .provisioningOrder : .fulfillmentOrder)
            }
            let message = try MessageDecoder().decodeRequest(body, transport: TransportContext(queue: "Q"))
            guard case .fulfillmentRequest(let read) = message.content else { throw UnexpectedContent() }
            #expect(read.component == request.component, "seed \(seed)")
            #expect(read.function == request.function, "seed \(seed)")
            expectSame(read.order, order, request, "seed \(seed)")
        }
    }

    private func expectSame(_ draft: OrderDraft, _ order: Order, _ request: ComponentRequest, _ seed: Comment)
    {
        #expect(draft.key.rawValue == "\(order.key)/\(request.component)", seed)
        #expect(draft.salesOrderID == order.key.rawValue, seed)
        #expect(draft.revision == String(order.revision), seed)
        #expect(draft.mode == request.mode.rawValue && draft.priority == String(order.priority.value), seed)
        #expect(draft.type == order.type && draft.source == order.source, seed)
        #expect(draft.accountID == order.accountID && draft.accountName == order.accountName, seed)
        #expect(draft.orderDate == order.orderDate?.text, seed)
        #expect(draft.correlation == request.correlation, seed)
        #expect(draft.extensions == order.extensions, seed)
        for (path, value) in order.properties { #expect(draft.properties[path] == value, "\(seed): \(path)") }
        let sent = order.lines.filter { request.lines.contains($0.id) }
        #expect(draft.lines.map(\.id) == sent.map(\.id.rawValue), seed)
        for (line, original) in zip(draft.lines, sent) {
            #expect(line.action == original.action.rawValue, seed)
            #expect(line.name == original.name && line.type == original.type, seed)
            #expect(line.productClass == original.productClass && line.quantity == original.quantity, seed)
            #expect(line.attributes == original.attributes, seed)
            #expect(line.extensions == original.extensions, seed)
            #expect(
                line.parents == original.parents.filter { request.lines.contains($0) }.map(\.rawValue),
                seed
            )
            for (path, value) in original.properties {
                #expect(line.properties[path] == value, "\(seed): \(path)")
            }
        }
    }
}

/// Makes orders from a seed.
private struct OrderMaker {
    private var chance: SplitMix

    init(seed: UInt64) { chance = SplitMix(seed: seed) }

    private mutating func oneIn(_ count: Int) -> Bool { Int.random(in: 0..<count, using: &chance) == 0 }

    /// Texts with everything that needs escaping; never empty, never with white space at the ends.
    private mutating func text() -> String {
        let parts = [
            "a", "Z9", "&", "<", ">", "\"", "'", "]]>", "é", "🦊", "x y", "line\nbreak", "tab\tin", "\u{85}",
            "#2",
        ]
        return "v"
            + (0..<Int.random(in: 0...4, using: &chance)).map { _ in parts.randomElement(using: &chance) ?? ""
            }
            .joined() + "e"
    }

    private mutating func maybe() -> String? { oneIn(2) ? text() : nil }

    private static let primaryClass = "ItemReference/PrimaryClassificationCode"
    private static let orderPaths = [
        "OrderName", "OrderSubject", "ProcessingNumber",
        "BusinessUnitReference/BusinessUnitIdentification/ID[ORGANIZATION_ID]",
        "CustomerPartyReference/CustomerPartyAccountContactIdentification/ID", "region", "own.value",
        "Identification/BusinessComponentID[SALESORDER_ID]", "NoSuch/Path",
        "PriceListReference/PriceListIdentification/ID",
    ]
    private static let linePaths = [
        "ServiceAddress/CityName", "ServiceAddress/LineOne", "ServiceAddress#2/CityName", "ServicePointCode",
        "ItemReference/ItemIdentification/ApplicationObjectKey/ID", "ItemReference/ServiceIndicator",
        "ItemReference/ClassificationCode[PermittedTypeCode]",
        "ItemReference/ClassificationCode[BillingProductTypeCode]",
        "ItemReference/PrimaryClassificationCode", "EffectiveTimePeriod/Duration", "depot", "a/b#c[d",
        "Custom",
        "SalesOrderLineReference/SalesOrderLineIdentification/ID", "ItemReference",
        "ItemReference/Description#2",
        "InstalledProductReference/InstalledProductIdentification/BusinessComponentID[INSTALLEDPRODUCT_ID]",
        "@odd", "",
    ]

    private mutating func properties(_ paths: [String]) -> [String: String] {
        var properties: [String: String] = [:]
        for path in paths where !path.isEmpty && oneIn(3) { properties[path] = text() }
        return properties
    }

    private mutating func extensions(_ group: String?) -> [String] {
        (0..<Int.random(in: 0...2, using: &chance)).map { number in
            let fragment = "<ns0:E\(number) xmlns:ns0=\"urn:e\">\(number)</ns0:E\(number)>"
            return group.map { "<?waystation-in \($0)?>\(fragment)" } ?? fragment
        }
    }

    mutating func order() -> Order {
        let count = Int.random(in: 1...12, using: &chance)
        let lines = (1...count).map { number in
            OrderLine(
                id: LineID(oneIn(3) ? "L<\(number)>&" : "\(number)"),
                action: .allCases.randomElement(using: &chance) ?? .add,
                name: maybe(),
                productClass: maybe(),
                type: maybe(),
                quantity: maybe(),
                properties: properties(Self.linePaths),
                attributes: (0..<Int.random(in: 0...3, using: &chance)).map { _ in
                    LineAttribute(name: text(), value: text(), dataType: maybe(), action: maybe())
                },
                extensions: oneIn(2) ? extensions("ItemReference") : extensions(nil)
            )
        }
        var linked = lines
        for index in linked.indices {
            // As a reader leaves them: a second address only beside a first, a primary class only beside another.
            if linked[index].properties["ServiceAddress/CityName"] == nil {
                linked[index].properties["ServiceAddress#2/CityName"] = nil
            }
            if linked[index].productClass == nil { linked[index].properties[Self.primaryClass] = nil }
        }
        for index in linked.indices.dropFirst() where oneIn(2) {
            linked[index].parents = [lines[Int.random(in: 0..<index, using: &chance)].id]
        }
        return Order(
            key: OrderKey(text()),
            revision: Int.random(in: 1...9, using: &chance),
            mode: "Deliver",
            priority: OrderPriority(Int.random(in: 0...9, using: &chance)) ?? .standard,
            type: maybe(),
            source: maybe(),
            orderDate: oneIn(2) ? Sample.now : nil,
            accountID: maybe(),
            accountName: maybe(),
            properties: properties(Self.orderPaths),
            extensions: extensions(nil),
            lines: linked
        )
    }

    mutating func request(of order: Order, format: RequestFormat) -> ComponentRequest {
        var lines: [LineID] = []
        for line in order.lines where !oneIn(4) { lines.append(line.id) }
        return ComponentRequest(
            component: ComponentID("F/" + text()),
            function: "F",
            system: "Y",
            targetID: "T",
            queue: "Q",
            format: format,
            mode: "Mode",
            correlation: text(),
            lines: lines
        )
    }
}
