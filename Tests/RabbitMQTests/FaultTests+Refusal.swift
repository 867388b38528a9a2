import Broker
import RabbitMQ
import TestSupport
import Testing

/// Publications for which the broker closes the channel, with others under way.
extension FaultTests {
    /// What came of publishing until everything was answered.
    private struct Course {
        var epochs: UInt64 = 0
        var returned: [Int64: UInt16] = [:]
        var confirmed: Set<Int64> = []
    }

    /// Publishes what is unanswered on each connection, as the station does, until all is answered.
    private func publish(
        _ all: [Publication],
        _ publisher: TestPublisher,
        epochsMax: UInt64
    ) async throws -> Course {
        let first = UInt64(Self.losses(publisher)) + 1
        var course = Course()
        while course.epochs < epochsMax, course.confirmed.count + course.returned.count < all.count {
            let epoch = first + course.epochs
            try await publisher.connected(epoch: epoch)
            let open = all.filter { !course.confirmed.contains($0.id) && course.returned[$0.id] == nil }
            let known = publisher.recorder.events.count
            publisher.link.publish(open, epoch: epoch)
            let events = try await publisher.recorder.wait(for: "answers in epoch \(epoch)", seconds: 60) {
                events -> [PublisherEvent]? in
                let new = Array(events.dropFirst(known))
                let isLost = new.contains { if case .lost = $0 { true } else { false } }
                return isLost || Self.answers(in: new) >= open.count ? new : nil
            }
            course.epochs += 1
            course.confirmed.formUnion(TestPublisher.confirmed(in: events))
            for case .returned(let id, let code, _) in events { course.returned[id] = code }
        }
        return course
    }

    private static func answers(in events: [PublisherEvent]) -> Int {
        TestPublisher.confirmed(in: events).count
            + events.count { if case .returned = $0 { true } else { false } }
    }

    private static func losses(_ publisher: TestPublisher) -> Int {
        publisher.recorder.events.count { if case .lost = $0 { true } else { false } }
    }

    /// How often each message is in the queue.
    private func copies(in queue: String, of count: Int) async throws -> [String: Int] {
        let consumer = TestConsumer(broker, [queue], prefetch: 1_000)
        let messages = try await consumer.recorder.wait(for: "all messages of \(queue)") { events in
            let identifiers = TestConsumer.deliveries(in: events).compactMap(\.message.properties.messageID)
            return Set(identifiers).count >= count ? identifiers : nil
        }
        let depth = try server.depth(queue)
        #expect(depth == 0, "all were looked at")
        return Dictionary(messages.map { ($0, 1) }, uniquingKeysWith: +)
    }

    @Test("A publication that the user may not make is given back, and its neighbors go on, at most twice")
    func forbiddenExchange() async throws {
        let queue = try queue("neighbors")
        let exchange = server.uniqueName("forbidden")
        try broker.apply(Topology(exchanges: [.init(name: exchange, type: .fanout)]))
        let user = server.uniqueName("writer")
        try server.control("add_user", user, "secret")
        try server.control("set_permissions", user, ".*", "^amq\\.default$", ".*")
        var address = try RabbitMQAddress(url: "amqp://\(user):secret@127.0.0.1:\(server.port)")
        address.heartbeatSeconds = 10
        let publisher = TestPublisher(try RabbitMQBroker(address: address, jitterSeed: 1))

        var all = publications(21, to: queue)
        all[10].destination = Destination(exchange: exchange, routingKey: "any")
        let course = try await publish(all, publisher, epochsMax: 6)
        #expect(course.returned == [11: 403])
        #expect(course.confirmed == Set(1...21).subtracting([11]))
        #expect(course.epochs <= 3)
        let copies = try await copies(in: queue, of: 20)
        #expect(copies.values.allSatisfy { $0 <= 2 }, "\(copies)")

        // What is known does not break the connection again.
        let losses = Self.losses(publisher)
        var more = publications(9, to: queue, first: 31)
        more[4].destination = all[10].destination
        let later = try await publish(more, publisher, epochsMax: 1)
        #expect(later.returned == [35: 403])
        #expect(later.confirmed.count == 8)
        #expect(Self.losses(publisher) == losses)
    }

    @Test("A body that the broker finds too large is given back, and its neighbors go on, at most twice")
    func tooLargeBody() async throws {
        let queue = try queue("small")
        let other = try self.queue("large")
        let limit = try server.control("eval", "application:get_env(rabbit, max_message_size, 134217728).")
        try server.control("eval", "application:set_env(rabbit, max_message_size, 100000).")
        let node = server
        defer {
            _ = try? node.control("eval", "application:set_env(rabbit, max_message_size, \(limit)).")
        }
        let publisher = TestPublisher(broker)
        let large = publications(1, to: other, first: 5, bytes: 100_001)
        let all = publications(4, to: queue) + large + publications(4, to: queue, first: 6)
        let course = try await publish(all, publisher, epochsMax: 6)
        #expect(course.returned == [5: 406])
        #expect(course.confirmed == Set(1...9).subtracting([5]))
        #expect(try await copies(in: queue, of: 8).values.allSatisfy { $0 <= 2 })
        #expect(try server.depth(other) == 0)
    }
}
