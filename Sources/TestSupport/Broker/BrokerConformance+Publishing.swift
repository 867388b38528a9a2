import Broker
import Testing

extension BrokerConformance {
    static let publishingCases = [
        Case("All properties, header values and body bytes arrive as they were given") {
            try await $0.roundTrip()
        },
        Case("Absent properties stay absent, and an empty body stays empty") { try await $0.emptyMessage() },
        Case("Each publication is confirmed exactly once, and all arrive in order") {
            try await $0.confirms()
        },
        Case("Closing a publisher waits for its confirms") { try await $0.closingPublisher() },
        Case("What no broker can carry comes back and harms no other") { try await $0.impossible() },
    ]

    private static let everyHeader: [HeaderField] = [
        HeaderField("array", .array([.text("a"), .integer(-1), .array([]), .table([])])),
        HeaderField("bytes", .bytes([0, 255, 1])),
        HeaderField("double", .double(-0.125)),
        HeaderField("empty", .text("")),
        HeaderField("integer", .integer(.min)),
        HeaderField("no", .boolean(false)),
        HeaderField("table", .table([HeaderField("inner", .table([HeaderField("x", .integer(1))]))])),
        HeaderField("text", .text("Grüße ✓")),
        HeaderField("time", .timestamp(1_700_000_000)),
        HeaderField("void", .void),
        HeaderField("yes", .boolean(true)),
    ]

    private func roundTrip() async throws {
        let queue = try queue("round-trip")
        let sent = Message(
            properties: MessageProperties(
                contentType: "application/xml",
                contentEncoding: "utf-8",
                headers: Self.everyHeader,
                deliveryMode: 2,
                priority: 3,
                correlationID: "correlation",
                replyTo: "reply",
                expiration: "600000",
                messageID: "id-1",
                timestampSeconds: 1_700_000_001,
                type: "Order",
                appID: "test"
            ),
            body: (0..<300_001).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        )
        try await publish([Publication(id: 7, destination: .queue(queue), message: sent)])
        let consumer = ObservedConsumer(broker, [queue])
        let delivery = try await consumer.deliveries(1)[0]
        var received = delivery.message
        if !capabilities.keepsHeaderOrder { received.properties.headers.sort { $0.name < $1.name } }
        #expect(received == sent)
        #expect(delivery.queue == queue)
        #expect(!delivery.redelivered)
        #expect(delivery.oversizedBytes == nil)
        #expect(delivery.tag.epoch == 1)
        consumer.link.acknowledge([delivery.tag])
        try await consumer.close()
    }

    private func emptyMessage() async throws {
        let queue = try queue("empty")
        try await publish([Publication(id: 1, destination: .queue(queue), message: Message(body: []))])
        let consumer = ObservedConsumer(broker, [queue])
        let message = try await consumer.deliveries(1)[0].message
        #expect(message == Message(body: []))
        try await consumer.close()
    }

    private func confirms() async throws {
        let queue = try queue("confirms")
        let publisher = ObservedPublisher(broker)
        try await publisher.connected()
        let publications = Self.publications(1...1_000, to: .queue(queue))
        for start in stride(from: 0, to: 1_000, by: 143) {
            publisher.link.publish(Array(publications[start..<min(start + 143, 1_000)]))
        }
        _ = try await publisher.answers(1_000)
        #expect(try await publisher.close() == nil)
        let answers = publisher.answers
        #expect(answers.count == 1_000)
        #expect(Set(answers) == Set(publications.map { .confirmed($0.id) }))
        #expect(try await drain(queue).messageIDs == Self.messageIDs(1...1_000))
    }

    private func closingPublisher() async throws {
        let queue = try queue("closing-publisher")
        let publisher = ObservedPublisher(broker)
        try await publisher.connected()
        publisher.link.publish(Self.publications(1...500, to: .queue(queue)))
        #expect(try await publisher.close(deadlineSeconds: 30) == nil)
        #expect(publisher.answers.count == 500)
        guard case .closed = publisher.recorder.events.last else {
            Issue.record("an event followed the end")
            return
        }
        #expect(try await drain(queue).count == 500)
    }

    private func impossible() async throws {
        let queue = try queue("impossible")
        let publisher = ObservedPublisher(broker)
        try await publisher.connected()
        var publications = Self.publications(1...3, to: .queue(queue))
        publications[1].message.properties.correlationID = String(repeating: "c", count: 256)
        publisher.link.publish(publications)
        let answers = Set(try await publisher.answers(3))
        #expect(answers == [.confirmed(1), .returned(2, code: 311), .confirmed(3)])
        try await publisher.close()
        #expect(try await drain(queue).messageIDs == ["m-1", "m-3"])
    }
}
