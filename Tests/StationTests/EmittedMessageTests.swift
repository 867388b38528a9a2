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

@Suite("Emitted messages")
struct EmittedMessageTests {
    private static let trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    private static let instance = "b2a94c7e-1d53-4f6a-8e21-000000000001"
    private static let key: OrderKey = "TRIO-2001"

    private static func triplePlay() throws -> Loopback {
        let loopback = try Loopback()
        loopback.put(
            try Loopback.example("broadband/orders/triple-play.xml"),
            into: Loopback.intake,
            properties: MessageProperties(
                contentType: "application/xml",
                headers: [HeaderField("traceparent", .text(trace))],
                messageID: "t-1"
            )
        )
        try loopback.runToQuiet()
        return loopback
    }

    private static func header(of message: Message) throws -> EBMHeader {
        try #require(MessageDecoder().header(of: message.body))
    }

    @Test("carry the process, the trace and the causes from the order to order capture (A6)")
    func endToEnd() throws {
        let loopback = try Self.triplePlay()
        let emitted = loopback.sent.dropFirst()
        var known: Set<String> = [try #require(Self.header(of: loopback.sent[0].message).messageID)]
        var types: Set<String> = []
        for (queue, message) in emitted {
            let properties = message.properties
            let header = try Self.header(of: message)
            let id = try #require(header.messageID)
            #expect(properties.messageID == id)
            #expect(known.insert(id).inserted, "a new EBMID for each message")
            #expect(known.contains(try #require(header.requestMessageID)), "\(queue)")
            #expect(header.requestMessageID != id)
            let process = header.scopes.first { $0.type == "BusinessProcess" }
            #expect(process?.scope.instanceID == Self.instance, "\(queue)")
            #expect(properties.header("traceparent") == Self.trace, "\(queue)")
            #expect(properties.contentType == "application/xml")
            #expect(properties.deliveryMode == 2)
            #expect(properties.appID == "waystation")
            #expect(properties.timestampSeconds != nil)
            let numbers = header.tracking.map(\.sequence)
            #expect(numbers == numbers.sorted() && Set(numbers).count == numbers.count)
            #expect(numbers.count >= 2, "the order's own entry, and ours")
            types.insert(properties.type ?? "")
        }
        #expect(
            types == [
                "ProcessProvisioningOrderEBM", "ProcessFulfillmentOrderEBM",
                "ProcessFulfillmentOrderUpdateEBM",
                "UpdateSalesOrderEBM",
            ]
        )
    }

    @Test("provisioning orders: one a component, correlated by COMCorrelationID, from COM to SOM (A6, A24)")
    func provisioningOrders() throws {
        let loopback = try Self.triplePlay()
        let state = try #require(try loopback.state("COM", Self.key))
        let components = state.components.filter { $0.plan.function == "ProvisionOrder" }
        let messages = loopback.messages(in: "AIA_CRTFO_OUT_JMSQ")
        #expect(components.count > 1)
        #expect(
            Set(messages.compactMap(\.properties.correlationID))
                == Set(components.map { "\(Self.key)_\($0.id)" })
        )
        #expect(messages.count == components.count)
        for message in messages {
            let header = try Self.header(of: message)
            #expect(header.sender?.id == "OSMCFS_01")
            #expect(header.target?.id == "OSMPROV_01")
            #expect(header.tracking.map(\.unitName).last == "COM" || header.tracking.last?.unitID == "COM")
            #expect(message.properties.priority == 5)
            #expect(
                MessageText(message.body).text.contains(">\(message.properties.correlationID ?? "none")<")
            )
            let decoded = try MessageDecoder().decode(message.body, transport: TransportContext(queue: "any"))
            guard case .order(let draft) = decoded.content else {
                Issue.record("\(decoded.name) is no order")
                continue
            }
            #expect(draft.correlation == message.properties.correlationID)
        }
    }

    @Test(
        "SOM's updates go back to COM with its sender and target swapped, and COM's to order capture (A6, A25)"
    )
    func updates() throws {
        let loopback = try Self.triplePlay()
        let requests = try loopback.messages(in: "AIA_CRTFO_OUT_JMSQ")
            .reduce(into: [String: EBMHeader]()) {
                $0[$1.properties.correlationID ?? ""] = try Self.header(of: $1)
            }
        var heard: Set<String> = []
        for message in loopback.messages(in: Loopback.updates) {
            let header = try Self.header(of: message)
            #expect(header.target?.id == "OSMCFS_01")
            guard header.sender?.id == "OSMPROV_01" else { continue }
            let correlation = try #require(message.properties.correlationID)
            heard.insert(correlation)
            let request = try #require(requests[correlation])
            #expect(header.tracking.count > request.tracking.count, "the request's entries and more")
            #expect(
                header.tracking.map(\.sequence).starts(with: request.tracking.map(\.sequence)),
                "none is dropped"
            )
        }
        #expect(heard == Set(requests.keys))
        let reports = loopback.messages(in: "AIA_UPDSO_OUT_JMSQ")
        for message in reports {
            let header = try Self.header(of: message)
            #expect(header.sender?.id == "OSMCFS_01")
            #expect(header.target?.id == "SEBL_01")
        }
        #expect(MessageText(try #require(reports.last).body).text.contains("<corecom:Code>COMPLETE<"))
    }

    @Test("order capture hears of every milestone of a line once (A26)")
    func milestones() throws {
        let loopback = try Self.triplePlay()
        let state = try #require(try loopback.state("COM", Self.key))
        var heard: [String] = []
        for message in loopback.messages(in: "AIA_UPDSO_OUT_JMSQ") {
            let lines = MessageText(message.body).text.components(separatedBy: "<sordebo:SalesOrderLine>")
            for line in lines.dropFirst() {
                let text = MessageText(Array(line.utf8))
                guard
                    let milestone = text.value("sordebo:MilestoneCode") ?? text.value("corecom:MilestoneCode")
                else { continue }
                heard.append("\(text.value("corecom:ID") ?? "") \(milestone)")
            }
        }
        #expect(Set(heard).count == heard.count)
        #expect(Set(heard) == Set(state.lines.flatMap { line in line.reached.map { "\(line.id) \($0)" } }))
        #expect(heard.count > 16)
    }

    @Test(
        "are valid by the shipped schemas, every one of them",
        .enabled(if: SchemaCheck.isPossible, "xmllint is not installed")
    )
    func schemas() throws {
        let loopback = try Loopback()
        for name in [
            "triple-play", "central-order", "mobile", "qualify", "urgent", "soap-wrapped", "broadband-rio",
            "refused-speed", "invalid-content", "not-well-formed", "future-dated",
            "follow-on/mobile-after-triple-play",
        ] {
            try Self.put(name, loopback)
        }
        loopback.put(
            SystemText.update(of: "NEVER-1", id: "u-1", component: "A", status: "COMPLETE"),
            into: Loopback.updates
        )
        // Redo, undo, answers to refused revisions, and tickets that are made and closed.
        for name in ["fiber-1-refused", "fiber-2-corrected", "fiber-3-cancelled", "1-ordered", "2-upgraded"] {
            try Self.put("revisions/\(name)", loopback)
            try loopback.runToQuiet(untilMoment: loopback.clock.now().advanced(bySeconds: 3_600))
        }
        try Self.put("revisions/1-ordered", loopback, replacing: "000000003001", with: "000000009001")
        try loopback.runToQuiet()
        let counts = try SchemaCheck.expectValid(loopback)
        #expect(
            Set(counts.keys) == [
                "ProcessProvisioningOrderEBM", "ProcessFulfillmentOrderEBM",
                "ProcessFulfillmentOrderUpdateEBM", "UpdateSalesOrderEBM", "Fault", "CreateTroubleTicketEBM",
                "UpdateTroubleTicketEBM", "ProcessOrderOperationEBM",
            ]
        )
        #expect(counts.values.reduce(0, +) > 300)
        for (queue, message) in loopback.sent where message.properties.appID == "waystation" {
            let properties = message.properties
            let what = "\(properties.type ?? "no type") in \(queue)"
            #expect(properties.messageID?.isEmpty == false, "\(what)")
            #expect(properties.contentType == "application/xml", "\(what)")
            #expect(properties.deliveryMode == 2, "\(what)")
            #expect(properties.timestampSeconds != nil, "\(what)")
            // A fault has the header of the message that it is about.
            guard properties.type != "Fault" else { continue }
            #expect(try Self.header(of: message).messageID == properties.messageID, "\(what)")
        }
        #expect(counts["Fault"] ?? 0 >= 4)
    }

    private static func put(
        _ name: String,
        _ loopback: Loopback,
        replacing old: String = "",
        with new: String = ""
    ) throws {
        let text = String(decoding: try Loopback.example("broadband/orders/\(name).xml"), as: UTF8.self)
        loopback.put(
            Array((old.isEmpty ? text : text.replacingOccurrences(of: old, with: new)).utf8),
            into: Loopback.intake,
            id: "schema-\(name)\(new)"
        )
    }
}
