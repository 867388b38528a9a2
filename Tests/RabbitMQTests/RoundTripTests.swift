import Broker
import RabbitMQ
import TestSupport
import Testing

@Suite(
    "RabbitMQ: publish and consume",
    .enabled(if: RabbitMQServer.canRun, "needs RabbitMQ: apt-get install rabbitmq-server"),
    .timeLimit(Patience.minutes(5))
)
struct RoundTripTests {
    let server: RabbitMQServer
    let broker: RabbitMQBroker

    init() throws {
        server = try RabbitMQServer.shared()
        broker = try server.broker()
    }

    private func queue(_ purpose: String, type: Topology.QueueType = .quorum) throws -> String {
        let name = server.uniqueName(purpose)
        try broker.apply(Topology(queues: [.init(name: name, type: type)]))
        return name
    }

    @Test(
        "All properties, headers and body bytes arrive as they were sent",
        arguments: Topology.QueueType.allCases
    )
    func properties(type: Topology.QueueType) async throws {
        let queue = try queue("properties", type: type)
        let headers: [HeaderField] = [
            HeaderField("text", .text("Grüße ✓")), HeaderField("empty", .text("")),
            HeaderField("integer", .integer(.min)), HeaderField("double", .double(-0.125)),
            HeaderField("yes", .boolean(true)), HeaderField("no", .boolean(false)),
            HeaderField("bytes", .bytes([0, 255, 1])), HeaderField("time", .timestamp(1_700_000_000)),
            HeaderField("void", .void),
            HeaderField("table", .table([HeaderField("inner", .table([HeaderField("x", .integer(1))]))])),
            HeaderField("array", .array([.text("a"), .array([]), .table([])])),
        ]
        let properties = MessageProperties(
            contentType: "application/xml",
            contentEncoding: "utf-8",
            headers: headers,
            deliveryMode: 2,
            priority: 3,
            correlationID: "correlation",
            replyTo: "reply",
            expiration: "600000",
            messageID: "id-1",
            timestampSeconds: 1_700_000_001,
            type: "Order",
            userID: "guest",
            appID: "test"
        )
        // Around the sizes at which a body is copied, sent from its place, and split into frames.
        let sizes = [0, 3, 32_768, 32_769, 131_063, 131_064, 131_065, 262_128, 300_001]
        let bodies = sizes.map { size in (0..<size).map { UInt8(truncatingIfNeeded: $0 * 31 + size) } }
        let publisher = TestPublisher(broker)
        try await publisher.connected()
        publisher.link.publish(
            bodies.enumerated().map { index, body in
                Publication(
                    id: Int64(index),
                    destination: .queue(queue),
                    message: Message(properties: properties, body: body)
                )
            }
        )
        #expect(try await publisher.confirmed(9).sorted() == Array(0...8))
        let consumer = TestConsumer(broker, [queue])
        let deliveries = try await consumer.deliveries(9)
        #expect(deliveries.count == 9)
        for (delivery, body) in zip(deliveries, bodies) {
            // The broker keeps the fields of a table, not their order.
            var received = delivery.message.properties
            let sorted = received.headers.sorted { $0.name < $1.name }
            #expect(sorted == headers.sorted { $0.name < $1.name })
            received.headers = properties.headers
            #expect(received == properties)
            #expect(delivery.message.body == body)
            #expect(delivery.queue == queue)
            #expect(!delivery.redelivered)
            #expect(delivery.oversizedBytes == nil)
        }
        consumer.link.acknowledge(deliveries.map(\.tag))
        try await consumer.close()
        #expect(try await publisher.close() == nil)
        #expect(try server.depth(queue) == 0)
    }

    @Test("A thousand messages are confirmed once each and delivered in order, in batches")
    func many() async throws {
        let queue = try queue("many")
        let publisher = TestPublisher(broker)
        try await publisher.connected()
        publisher.link.publish(publications(1000, to: queue, bytes: 4096))
        #expect(try await publisher.confirmed(1000).sorted() == Array(1...1000))
        let consumer = TestConsumer(broker, [queue], prefetch: 1000)
        let deliveries = try await consumer.deliveries(1000)
        #expect(deliveries.compactMap(\.message.properties.messageID) == (1...1000).map { "m-\($0)" })
        let batches = consumer.recorder.events.filter { if case .deliveries = $0 { true } else { false } }
        #expect(batches.count < 500)
        #expect(
            batches.allSatisfy {
                if case .deliveries(let batch) = $0 { (1...256).contains(batch.count) } else { false }
            }
        )
        // Every third is left: the rest must leave the queue, and these must not.
        consumer.link.acknowledge(deliveries.filter { $0.tag.number % 3 != 0 }.map(\.tag))
        // A quorum queue takes single acknowledgements a few at a time, and a closing channel drops the waiting ones.
        try await eventually("the broker to take the acknowledgements") {
            let lines = try server.control("list_queues", "--no-table-headers", "name", "messages")
            return lines.split(separator: "\n").contains("\(queue)\t333")
        }
        try await consumer.close()
        let again = TestConsumer(broker, [queue], prefetch: 1000)
        let left = try await again.deliveries(333)
        #expect(left.count == 333)
        #expect(left.allSatisfy { $0.redelivered })
        #expect(Set(left.compactMap(\.message.properties.messageID)) == Set((1...333).map { "m-\($0 * 3)" }))
        try await again.close()
    }

    @Test("An unroutable message comes back once and is not confirmed; its neighbors are")
    func returned() async throws {
        let queue = try queue("returned")
        let missing = server.uniqueName("nowhere")
        let publisher = TestPublisher(broker)
        try await publisher.connected()
        publisher.link.publish(
            publications(2, to: queue) + publications(3, to: missing, first: 3)
                + publications(2, to: queue, first: 6)
        )
        #expect(try await publisher.confirmed(4).sorted() == [1, 2, 6, 7])
        let returns = publisher.recorder.events.compactMap { event -> Int64? in
            guard case .returned(let id, let code, let text) = event else { return nil }
            #expect(code == 312)
            #expect(text == "NO_ROUTE")
            return id
        }
        #expect(returns == [3, 4, 5])
        #expect(try await publisher.close() == nil)
        #expect(TestPublisher.confirmed(in: publisher.recorder.events).count == 4)
    }

    @Test("What would break the channel is refused alone, and the rest goes out")
    func refusals() async throws {
        let queue = try queue("refusals")
        let publisher = TestPublisher(broker)
        try await publisher.connected()
        func publication(_ id: Int64, _ properties: MessageProperties, key: String? = nil) -> Publication {
            Publication(
                id: id,
                destination: .queue(key ?? queue),
                message: Message(properties: properties, body: [1])
            )
        }
        let long = String(repeating: "x", count: 256)
        var nested = HeaderValue.void
        for _ in 0..<40 { nested = .table([HeaderField("n", nested)]) }
        publisher.link.publish([
            publication(
                1,
                MessageProperties(headers: [HeaderField("h", .text(String(repeating: "x", count: 200_000)))])
            ),
            publication(2, MessageProperties(messageID: long)),
            publication(3, MessageProperties(), key: long),
            publication(4, MessageProperties(headers: [HeaderField(long, .void)])),
            publication(5, MessageProperties(headers: [HeaderField("n", nested)])),
            publication(6, MessageProperties(expiration: "soon")),
            publication(7, MessageProperties(userID: "other")),
            publication(
                8,
                MessageProperties(headers: [HeaderField("h", .text(String(repeating: "x", count: 120_000)))])
            ),
        ])
        #expect(try await publisher.confirmed(1) == [8])
        let returns = publisher.recorder.events.compactMap { event -> Int64? in
            if case .returned(let id, 311, _) = event { id } else { nil }
        }
        #expect(returns == [1, 2, 3, 4, 5, 6, 7])
        #expect(try await publisher.close() == nil)
    }

    @Test(
        "A missing exchange costs one connection; then only its own publications come back, until it is there"
    )
    func missingExchange() async throws {
        let queue = try queue("beside")
        let exchange = server.uniqueName("absent")
        let publisher = TestPublisher(broker)
        try await publisher.connected()
        func both(_ id: Int64) -> [Publication] {
            var lost = publications(1, to: queue, first: id)
            lost[0].destination = Destination(exchange: exchange, routingKey: queue)
            return lost + publications(1, to: queue, first: id + 1)
        }
        publisher.link.publish(both(1))
        #expect(try await publisher.lost().code == .notFound)
        try await publisher.connected(epoch: 2)
        publisher.link.publish(both(3))
        #expect(try await publisher.confirmed(1).contains(4))
        let returned = try await publisher.recorder.wait(for: "the return") { events -> Int64? in
            for case .returned(let id, 404, _) in events { return id }
            return nil
        }
        #expect(returned == 3)
        try broker.apply(
            Topology(
                exchanges: [.init(name: exchange, type: .direct)],
                bindings: [.init(exchange: exchange, queue: queue, routingKey: queue)]
            )
        )
        var next: Int64 = 100
        try await eventually("the exchange to be found") {
            publisher.link.publish(both(next))
            next += 2
            return TestPublisher.confirmed(in: publisher.recorder.events).contains {
                $0 >= 100 && $0 % 2 == 0
            }
        }
        let losses = publisher.recorder.events.filter { if case .lost = $0 { true } else { false } }
        #expect(losses.count == 1)
    }

    @Test("A full queue that rejects publications makes them refused")
    func nacked() async throws {
        let name = server.uniqueName("full")
        try broker.apply(
            Topology(queues: [
                .init(
                    name: name,
                    type: .classic,
                    arguments: [
                        HeaderField("x-max-length", .integer(1)),
                        HeaderField("x-overflow", .text("reject-publish")),
                    ]
                )
            ])
        )
        let publisher = TestPublisher(broker)
        try await publisher.connected()
        publisher.link.publish(publications(1, to: name))
        try await publisher.confirmed(1)
        publisher.link.publish(publications(3, to: name, first: 2))
        let refused = try await publisher.recorder.wait(for: "refusals") { events -> [Int64]? in
            let ids = events.flatMap { if case .refused(let ids) = $0 { ids } else { [Int64]() } }
            return ids.count == 3 ? ids : nil
        }
        #expect(refused.sorted() == [2, 3, 4])
    }

    @Test("A rejected delivery goes to the dead-letter queue with its bytes")
    func rejected() async throws {
        let dead = try queue("dead")
        let name = server.uniqueName("work")
        try broker.apply(Topology(queues: [.init(name: name, deadLetter: .queue(dead))]))
        let publisher = TestPublisher(broker)
        try await publisher.connected()
        publisher.link.publish(publications(3, to: name))
        let consumer = TestConsumer(broker, [name])
        let deliveries = try await consumer.deliveries(3)
        consumer.link.reject([deliveries[1].tag])
        consumer.link.acknowledge([deliveries[0].tag, deliveries[2].tag])
        let reader = TestConsumer(broker, [dead])
        let letter = try await reader.deliveries(1)[0]
        #expect(letter.message.properties.messageID == "m-2")
        #expect(letter.message.body == deliveries[1].message.body)
        try await consumer.close()
        #expect(try server.depth(name) == 0)
    }

    @Test("Two queues on one link are told apart")
    func twoQueues() async throws {
        let queues = [try queue("first"), try queue("second", type: .classic)]
        let publisher = TestPublisher(broker)
        try await publisher.connected()
        publisher.link.publish(publications(5, to: queues[0]) + publications(5, to: queues[1], first: 6))
        try await publisher.confirmed(10)
        let consumer = TestConsumer(broker, queues)
        let deliveries = try await consumer.deliveries(10)
        for delivery in deliveries {
            let id = Int(delivery.message.properties.messageID?.dropFirst(2) ?? "") ?? 0
            #expect(delivery.queue == queues[id <= 5 ? 0 : 1])
        }
    }

    @Test("A body above the limit arrives as its first 64 KiB and its size")
    func oversized() async throws {
        let queue = try queue("oversized")
        let publisher = TestPublisher(broker)
        try await publisher.connected()
        publisher.link.publish(
            publications(1, to: queue, bytes: 1 << 20) + publications(1, to: queue, first: 2, bytes: 100_000)
                + publications(1, to: queue, first: 3, bytes: 100_001)
        )
        let consumer = TestConsumer(broker, [queue], messageBytesMax: 100_000)
        let deliveries = try await consumer.deliveries(3)
        #expect(deliveries.map(\.oversizedBytes) == [1 << 20, nil, 100_001])
        #expect(deliveries.map(\.message.body.count) == [64 << 10, 100_000, 64 << 10])
        #expect(deliveries[0].message.body.allSatisfy { $0 == 1 })
        #expect(consumer.counters?.oversizedBodies == 2)
        consumer.link.acknowledge(deliveries.map(\.tag))
        try await consumer.close()
        #expect(try server.depth(queue) == 0)
    }

    @Test(
        "Pause stops deliveries, those in hand can be acknowledged, and resume takes the rest in a new epoch"
    )
    func pause() async throws {
        let queue = try queue("pause")
        let publisher = TestPublisher(broker)
        try await publisher.connected()
        publisher.link.publish(publications(10, to: queue))
        let consumer = TestConsumer(broker, [queue], prefetch: 5)
        let first = try await consumer.deliveries(5)
        consumer.link.pause()
        try await consumer.recorder.wait(for: "the pause") { events in
            events.contains { if case .paused = $0 { true } else { false } } ? true : nil
        }
        consumer.link.acknowledge(first.map(\.tag))
        publisher.link.publish(publications(5, to: queue, first: 11))
        try await publisher.confirmed(15)
        #expect(TestConsumer.deliveries(in: consumer.recorder.events).count == 5)
        consumer.link.resume()
        try await consumer.connected(epoch: 2)
        let second = try await consumer.deliveries(10).dropFirst(5)
        #expect(second.allSatisfy { $0.tag.epoch == 2 && !$0.redelivered })
        #expect(second.compactMap(\.message.properties.messageID) == (6...10).map { "m-\($0)" })
        let losses = consumer.recorder.events.filter { if case .lost = $0 { true } else { false } }
        #expect(losses.isEmpty)
    }
}
