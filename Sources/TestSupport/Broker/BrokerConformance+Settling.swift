import Broker
import Testing

extension BrokerConformance {
    static let settlingCases = [
        Case("What is acknowledged never comes again") { try await $0.acknowledging() },
        Case("What is unacknowledged at closing comes again, in its place and marked") {
            try await $0.returning()
        },
        Case("What is unacknowledged when the connection breaks comes again") { try await $0.breaking() },
        Case("A tag of another epoch settles nothing") { try await $0.staleTags() },
        Case("A rejected message goes to the dead-letter queue untouched") { try await $0.rejecting() },
        Case("A rejected message of a queue without dead letters is dropped") { try await $0.dropping() },
        Case("A message rejected, replayed and rejected again is counted twice") {
            try await $0.rejectingTwice()
        },
    ]

    private func acknowledging() async throws {
        let queue = try queue("acknowledging")
        try await publish(1...10, to: queue)
        let consumer = ObservedConsumer(broker, [queue])
        let deliveries = try await consumer.deliveries(10)
        consumer.link.acknowledge(deliveries.filter { $0.tag.number % 2 == 0 }.map(\.tag))
        #expect(try await consumer.close() == nil)
        #expect(try await drain(queue).messageIDs == ["m-1", "m-3", "m-5", "m-7", "m-9"])
    }

    private func returning() async throws {
        let queue = try queue("returning")
        try await publish(1...10, to: queue)
        let first = ObservedConsumer(broker, [queue], prefetch: 6)
        let deliveries = try await first.deliveries(6)
        #expect(deliveries.allSatisfy { !$0.redelivered })
        first.link.acknowledge([deliveries[1].tag, deliveries[4].tag])
        try await first.close()
        let rest = try await drain(queue)
        #expect(rest.messageIDs == ["m-1", "m-3", "m-4", "m-6", "m-7", "m-8", "m-9", "m-10"])
        #expect(rest.prefix(4).allSatisfy { $0.redelivered })
        // Acknowledging made room for two more, which may have been on their way.
        #expect(rest.suffix(2).allSatisfy { !$0.redelivered })
    }

    private func breaking() async throws {
        let queue = try queue("breaking")
        try await publish(1...6, to: queue)
        let consumer = ObservedConsumer(broker, [queue], prefetch: 4)
        let first = try await consumer.deliveries(4)
        try await breakConnections()
        _ = try await consumer.lost()
        try await consumer.connected(epoch: 2)
        let second = try await consumer.deliveries(8).suffix(4)
        #expect(second.allSatisfy { $0.tag.epoch == 2 && $0.redelivered })
        #expect(Array(second).messageIDs == Self.messageIDs(1...4))
        // The old tags have the same numbers; they must not settle the new deliveries.
        consumer.link.acknowledge(first.map(\.tag))
        consumer.link.reject(first.map(\.tag))
        consumer.link.acknowledge(second.prefix(1).map(\.tag))
        let more = try await consumer.deliveries(9)
        #expect(more.last?.message.properties.messageID == "m-5")
        try await consumer.close()
        #expect(try await drain(queue).messageIDs == Self.messageIDs(2...6))
    }

    private func staleTags() async throws {
        let queue = try queue("stale")
        try await publish(1...3, to: queue)
        let consumer = ObservedConsumer(broker, [queue])
        let tags = try await consumer.deliveries(3).map(\.tag)
        for epoch in [0, tags[0].epoch + 1, UInt64.max] {
            consumer.link.acknowledge(tags.map { DeliveryTag(epoch: epoch, number: $0.number) })
            consumer.link.reject(tags.map { DeliveryTag(epoch: epoch, number: $0.number) })
        }
        consumer.link.acknowledge([DeliveryTag(epoch: tags[0].epoch, number: 4_711), tags[2], tags[2]])
        try await consumer.close()
        #expect(consumer.deliveries.count == 3)
        #expect(try await drain(queue).messageIDs == ["m-1", "m-2"])
    }

    private func rejecting() async throws {
        let dead = try queue("dead")
        let queue = try queue("rejecting", deadLetter: .queue(dead))
        var publications = Self.publications(1...3, to: .queue(queue))
        publications[1].message = Message(
            properties: MessageProperties(
                contentType: "application/xml",
                headers: [HeaderField("trace", .text("t-2"))],
                deliveryMode: 2,
                correlationID: "c-2",
                messageID: "m-2",
                type: "Order"
            ),
            body: Array("<order/>".utf8) + [0, 255]
        )
        try await publish(publications)
        let consumer = ObservedConsumer(broker, [queue])
        let deliveries = try await consumer.deliveries(3)
        consumer.link.reject([deliveries[1].tag])
        consumer.link.acknowledge([deliveries[0].tag, deliveries[2].tag])
        let reader = ObservedConsumer(broker, [dead], acknowledging: true)
        let letter = try await reader.deliveries(1)[0]
        var properties = letter.message.properties
        #expect(Self.deaths(of: letter, in: queue) == 1)
        properties.headers.removeAll { $0.name.hasPrefix("x-") }
        #expect(properties == publications[1].message.properties)
        #expect(letter.message.body == publications[1].message.body)
        try await reader.close()
        try await consumer.close()
        #expect(try await drain(queue).isEmpty)
        #expect(try await drain(dead).isEmpty)
    }

    private func dropping() async throws {
        let queue = try queue("dropping")
        try await publish(1...2, to: queue)
        let consumer = ObservedConsumer(broker, [queue])
        consumer.link.reject(try await consumer.deliveries(2).prefix(1).map(\.tag))
        try await consumer.close()
        #expect(try await drain(queue).messageIDs == ["m-2"])
    }

    private func rejectingTwice() async throws {
        let dead = try queue("dead-twice")
        let queue = try queue("rejecting-twice", deadLetter: .queue(dead))
        try await publish(1...1, to: queue)
        let consumer = ObservedConsumer(broker, [queue])
        consumer.link.reject([try await consumer.deliveries(1)[0].tag])
        let reader = ObservedConsumer(broker, [dead], acknowledging: true)
        let letter = try await reader.deliveries(1)[0]
        try await publish([Publication(id: 1, destination: .queue(queue), message: letter.message)])
        consumer.link.reject([try await consumer.deliveries(2)[1].tag])
        #expect(Self.deaths(of: try await reader.deliveries(2)[1], in: queue) == 2)
        try await consumer.close()
        try await reader.close()
    }

    /// How often the message died in a queue, as its `x-death` header says.
    private static func deaths(of delivery: Delivery, in queue: String) -> Int64? {
        for field in delivery.message.properties.headers where field.name == "x-death" {
            guard case .array(let deaths) = field.value else { return nil }
            for case .table(let fields) in deaths where fields.contains(HeaderField("queue", .text(queue))) {
                for field in fields where field.name == "count" {
                    if case .integer(let count) = field.value { return count }
                }
            }
        }
        return nil
    }
}
