import Broker
import Testing

extension BrokerConformance {
    static let lifeCases = [
        Case("Pausing stops deliveries, keeps those in hand, and resuming goes on in a new epoch") {
            try await $0.pausing()
        },
        Case("Resuming with deliveries in hand hands them out again") {
            try await $0.resumingWithDeliveries()
        },
        Case("Closing while paused, or before connecting, ends the link") { try await $0.closingEarly() },
        Case("After the end of a link nothing follows") { try await $0.ending() },
        Case("A consumer waits for a queue that is declared later") { try await $0.waitingForQueue() },
        Case("What is meant for an earlier connection does not go out on the next one") {
            try await $0.earlierEpoch()
        },
        Case("A publisher finds its connection again and says what is lost") {
            try await $0.publisherBreaking()
        },
    ]

    private func pausing() async throws {
        let queue = try queue("pausing")
        try await publish(1...10, to: queue)
        let consumer = ObservedConsumer(broker, [queue], prefetch: 5)
        let first = try await consumer.deliveries(5)
        consumer.link.pause()
        try await consumer.paused()
        consumer.link.acknowledge(first.map(\.tag))
        try await publish(11...15, to: queue)
        // Another consumer can have all the rest, and the paused one gets nothing of it.
        let other = ObservedConsumer(broker, [queue], prefetch: 5)
        let others = try await other.deliveries(5)
        #expect(others.messageIDs == Self.messageIDs(6...10))
        other.link.acknowledge(others.map(\.tag))
        _ = try await other.deliveries(10)
        try await other.close()
        #expect(consumer.deliveries.count == 5)
        consumer.link.resume()
        try await consumer.connected(epoch: 2)
        let second = try await consumer.deliveries(10).suffix(5)
        #expect(Array(second).messageIDs == Self.messageIDs(11...15))
        #expect(second.allSatisfy { $0.tag.epoch == 2 })
        consumer.link.acknowledge(second.map(\.tag))
        try await consumer.close()
        #expect(try await drain(queue).isEmpty)
    }

    private func resumingWithDeliveries() async throws {
        let queue = try queue("resuming")
        try await publish(1...3, to: queue)
        let consumer = ObservedConsumer(broker, [queue])
        let first = try await consumer.deliveries(3)
        consumer.link.pause()
        try await consumer.paused()
        consumer.link.acknowledge([first[0].tag])
        consumer.link.resume()
        try await consumer.connected(epoch: 2)
        let second = try await consumer.deliveries(5).suffix(2)
        #expect(Array(second).messageIDs == Self.messageIDs(2...3))
        #expect(second.allSatisfy { $0.redelivered && $0.tag.epoch == 2 })
        consumer.link.acknowledge(first.map(\.tag))
        try await consumer.close()
        #expect(try await drain(queue).messageIDs == Self.messageIDs(2...3))
    }

    private func closingEarly() async throws {
        let queue = try queue("closing-early")
        let paused = ObservedConsumer(broker, [queue])
        try await paused.connected()
        paused.link.pause()
        try await paused.paused()
        #expect(try await paused.close() == nil)
        let unconnected = ObservedConsumer(broker, [uniqueName("never-declared")])
        #expect(try await unconnected.close() == nil)
        let publisher = ObservedPublisher(broker)
        #expect(try await publisher.close() == nil)
    }

    private func ending() async throws {
        let queue = try queue("ending")
        let consumer = ObservedConsumer(broker, [queue])
        let publisher = ObservedPublisher(broker)
        try await consumer.connected()
        try await publisher.connected()
        try await consumer.close()
        try await publisher.close()
        let counts = (consumer.recorder.events.count, publisher.recorder.events.count)
        consumer.link.acknowledge([DeliveryTag(epoch: 1, number: 1)])
        consumer.link.pause()
        consumer.link.resume()
        consumer.link.close()
        publisher.link.publish(Self.publications(1...3, to: .queue(queue)))
        publisher.link.close(deadlineSeconds: 1)
        try await publish(4...6, to: queue)
        #expect(try await drain(queue).messageIDs == Self.messageIDs(4...6))
        #expect(consumer.recorder.events.count == counts.0)
        #expect(publisher.recorder.events.count == counts.1)
    }

    private func waitingForQueue() async throws {
        let queue = uniqueName("later")
        let consumer = ObservedConsumer(broker, [queue])
        let error = try await consumer.lost()
        #expect(error.code == .notFound)
        #expect(error.isRetryable)
        #expect(error.remedy.contains("waystation topology apply"))
        try broker.apply(Topology(queues: [Topology.Queue(name: queue)]))
        try await consumer.connected()
        try await publish(1...3, to: queue)
        #expect(try await consumer.deliveries(3).messageIDs == Self.messageIDs(1...3))
        try await consumer.close()
    }

    private func earlierEpoch() async throws {
        let queue = try queue("earlier-epoch")
        let publisher = ObservedPublisher(broker)
        try await publisher.connected()
        publisher.link.publish(Self.publications(1...1, to: .queue(queue)), epoch: 1)
        _ = try await publisher.answers(1)
        // A broker without a live connection to break notices at the next publication.
        try await breakConnections()
        publisher.link.publish(Self.publications(2...2, to: .queue(queue)), epoch: 1)
        _ = try await publisher.lost()
        try await publisher.connected(epoch: 2)
        publisher.link.publish(Self.publications(3...4, to: .queue(queue)), epoch: 1)
        publisher.link.publish(Self.publications(5...5, to: .queue(queue)), epoch: 2)
        publisher.link.publish(Self.publications(6...6, to: .queue(queue)))
        #expect(try await publisher.answers(3) == [1, 5, 6].map { .confirmed($0) })
        try await publisher.close()
        let found = try await drain(queue).messageIDs
        #expect(found.suffix(2) == Self.messageIDs(5...6)[...])
        #expect(Set(found).isDisjoint(with: Self.messageIDs(3...4)))
    }

    private func publisherBreaking() async throws {
        let queue = try queue("publisher-breaking")
        let publisher = ObservedPublisher(broker)
        try await publisher.connected()
        publisher.link.publish(Self.publications(1...3, to: .queue(queue)))
        #expect(try await publisher.answers(3).count == 3)
        // A broker without a live connection to break notices at the next publication.
        try await breakConnections()
        publisher.link.publish(Self.publications(4...4, to: .queue(queue)))
        _ = try await publisher.lost()
        try await publisher.connected(epoch: 2)
        #expect(publisher.answers.count == 3)
        publisher.link.publish(Self.publications(4...6, to: .queue(queue)))
        _ = try await publisher.answers(6)
        try await publisher.close()
        let found = try await drain(queue).messageIDs
        #expect(Set(found) == Set(Self.messageIDs(1...6)))
    }
}
