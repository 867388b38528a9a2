import Broker
import RabbitMQ
import TestSupport
import Testing

/// Faults of a broker, one after the other on a node of their own.
@Suite(
    "RabbitMQ: faults",
    .serialized,
    .enabled(if: RabbitMQServer.canRun, "needs RabbitMQ: apt-get install rabbitmq-server"),
    .timeLimit(Patience.minutes(5))
)
struct FaultTests {
    private static let node = Result { try RabbitMQServer() }
    let server: RabbitMQServer
    let broker: RabbitMQBroker

    init() throws {
        server = try Self.node.get()
        try server.start()
        broker = try server.broker(heartbeatSeconds: 2)
    }

    func queue(_ purpose: String) throws -> String {
        let name = server.uniqueName(purpose)
        try broker.apply(Topology(queues: [.init(name: name)]))
        return name
    }

    @Test(
        "A broker killed and started again: both links return, and after republishing nothing is missing (B1)"
    )
    func killed() async throws {
        let queue = try queue("killed")
        let publisher = TestPublisher(broker)
        let consumer = TestConsumer(broker, [queue])
        try await publisher.connected()
        try await consumer.connected()
        let all = publications(2000, to: queue, bytes: 1024)
        publisher.link.publish(all)
        try await publisher.confirmed(1)
        try server.kill()
        #expect(try await publisher.lost().mayHaveHappened)
        _ = try await consumer.lost()
        try server.start()
        try await publisher.connected(epoch: 2)
        let confirmed = Set(TestPublisher.confirmed(in: publisher.recorder.events))
        publisher.link.publish(all.filter { !confirmed.contains($0.id) })
        let arrived = try await consumer.recorder.wait(for: "all messages", seconds: 60) { events -> Int? in
            let ids = Set(TestConsumer.deliveries(in: events).compactMap(\.message.properties.messageID))
            // Unacknowledged deliveries are limited by the prefetch.
            return ids.count >= 256 ? ids.count : nil
        }
        #expect(arrived >= 256)
        var acknowledged = 0
        var seen: Set<String> = []
        while seen.count < 2000 {
            let deliveries = try await consumer.deliveries(acknowledged + 1)
            consumer.link.acknowledge(deliveries[acknowledged...].map(\.tag))
            acknowledged = deliveries.count
            seen.formUnion(deliveries.compactMap(\.message.properties.messageID))
        }
        try await publisher.confirmed(2000)
        #expect(Set(TestPublisher.confirmed(in: publisher.recorder.events)) == Set(1...2000))
        try await consumer.close()
        #expect(try server.depth(queue) == 0)
    }

    @Test("A broker that is down at the start is waited for, with the reason again and again")
    func downAtStart() async throws {
        let queue = try queue("down")
        try server.kill()
        let publisher = TestPublisher(broker)
        let consumer = TestConsumer(broker, [queue])
        let second = try await consumer.lost(after: 1)
        #expect(second.epoch == 0)
        #expect(second.error.code == .unreachable)
        #expect(!second.error.mayHaveHappened)
        #expect(second.error.message.contains("\(server.port)"))
        #expect(try await publisher.lost().code == .unreachable)
        // Given while there is no connection: dropped, not sent later.
        publisher.link.publish(publications(1, to: queue))
        try server.start()
        try await publisher.connected()
        try await consumer.connected()
        publisher.link.publish(publications(1, to: queue, first: 2))
        #expect(try await publisher.confirmed(1) == [2])
        #expect(try await consumer.deliveries(1).map(\.message.properties.messageID) == ["m-2"])
    }

    @Test("A queue deleted under its consumer: a typed loss, then 'not found' with a remedy, then work again")
    func deletedQueue() async throws {
        let queue = try queue("deleted")
        let consumer = TestConsumer(broker, [queue])
        try await consumer.connected()
        try server.control("delete_queue", queue)
        let first = try await consumer.lost()
        #expect(first.error.code == .consumerCancelled)
        #expect(first.error.message.contains(queue))
        let second = try await consumer.lost(after: 1)
        #expect(second.error.code == .notFound)
        #expect(second.error.remedy.contains("waystation topology apply"))
        try broker.apply(Topology(queues: [.init(name: queue)]))
        try await consumer.connected(epoch: 2)
        let publisher = TestPublisher(broker)
        try await publisher.connected()
        publisher.link.publish(publications(1, to: queue))
        #expect(try await consumer.deliveries(1)[0].tag.epoch == 2)
    }

    @Test(
        "A memory alarm is told as blocked, holds publications without losing the connection, and ends (B3)"
    )
    func blocked() async throws {
        let queue = try queue("blocked")
        let publisher = TestPublisher(broker, confirmTimeoutSeconds: 1)
        try await publisher.connected()
        let consumer = TestConsumer(broker, [queue])
        try await consumer.connected()
        try server.control("set_vm_memory_high_watermark", "0.0001")
        // The broker tells a connection only when it publishes.
        publisher.link.publish(publications(5, to: queue))
        let reason = try await publisher.recorder.wait(for: "blocked") { events in
            for case .blocked(let reason) in events { return reason }
            return nil
        }
        #expect(reason.contains("memory"))
        publisher.link.publish(publications(5, to: queue, first: 6))
        // Longer than the confirm timeout: it must not run while the broker has said that it takes nothing.
        let early = await publisher.recorder.watch(seconds: 3) { events in
            events.contains { if case .lost = $0 { true } else { false } } ? true : nil
        }
        #expect(early == nil)
        try server.control("set_vm_memory_high_watermark", "0.4")
        #expect(try await publisher.confirmed(10).sorted() == Array(1...10))
        let isOver = publisher.recorder.events.contains { if case .unblocked = $0 { true } else { false } }
        #expect(isOver)
        try await consumer.deliveries(10)
    }

    @Test(
        "A frozen broker: a publisher with much to send notices within twice the heartbeat and returns (B2)"
    )
    func frozen() async throws {
        let queue = try queue("frozen")
        let publisher = TestPublisher(broker)
        let consumer = TestConsumer(broker, [queue])
        try await publisher.connected()
        try await consumer.connected()
        try server.freeze()
        let start = ContinuousClock.now
        // More than all socket buffers hold, so that sending itself is what gets stuck.
        publisher.link.publish(publications(200, to: queue, bytes: 100_000))
        let error = try await publisher.lost(seconds: 20)
        _ = try await consumer.lost(seconds: 20)
        let elapsed = ContinuousClock.now - start
        try server.thaw()
        #expect(error.code == .connectionLost)
        #expect(error.mayHaveHappened)
        #expect(elapsed < .seconds(5), "twice the heartbeat of 2 s and a second")
        try await publisher.connected(epoch: 2)
        try await consumer.connected(epoch: 2)
    }

    @Test(
        "A consumer with full hands keeps its connection beyond its heartbeats, and notices when the broker ends it"
    )
    func fullHands() async throws {
        let queue = try queue("full-hands")
        let publisher = TestPublisher(broker)
        try await publisher.connected()
        // More than all socket buffers hold, so that the broker itself has to wait.
        publisher.link.publish(publications(100, to: queue, bytes: 200_000))
        _ = try await publisher.confirmed(100)
        let consumer = TestConsumer(broker, [queue], inHandBytesMax: 300_000)
        let first = try await consumer.deliveries(2)
        let early = await consumer.recorder.watch(seconds: 7) { events in
            let isLost = events.contains { if case .lost = $0 { true } else { false } }
            return isLost || TestConsumer.deliveries(in: events).count > 2 ? true : nil
        }
        #expect(early == nil, "longer than three heartbeats of 2 s")
        consumer.link.acknowledge(first.map(\.tag))
        let second = try await consumer.deliveries(4)
        #expect(second.allSatisfy { $0.tag.epoch == 1 && !$0.redelivered })
        try server.control("close_all_connections", "an operator's reason")
        _ = try await consumer.lost()
        try await consumer.connected(epoch: 2)
        var settled = 4
        var deliveries = second
        // What was in hand of a connection comes again on the next one.
        while Set(deliveries.compactMap(\.message.properties.messageID)).count < 100 {
            deliveries = try await consumer.deliveries(settled + 1)
            let more = deliveries[settled...]
            #expect(more.count { $0.tag.epoch == deliveries.last?.tag.epoch } <= 2)
            consumer.link.acknowledge(more.map(\.tag))
            settled = deliveries.count
        }
        try await consumer.close()
    }

    @Test("Confirms that stay away end the connection; closing against a frozen broker does not hang")
    func confirmTimeout() async throws {
        let queue = try queue("silent")
        let patient = try server.broker(heartbeatSeconds: 10)
        let publisher = TestPublisher(patient, confirmTimeoutSeconds: 1)
        let other = TestPublisher(patient)
        let consumer = TestConsumer(patient, [queue])
        try await publisher.connected()
        try await other.connected()
        try await consumer.connected()
        try server.freeze()
        let start = ContinuousClock.now
        publisher.link.publish(publications(3, to: queue))
        other.link.publish(publications(3, to: queue, first: 4))
        #expect(try await publisher.lost().code == .confirmTimeout)
        let unfinished = try await other.close(deadlineSeconds: 1)
        try await consumer.close()
        let elapsed = ContinuousClock.now - start
        try server.thaw()
        #expect(unfinished?.mayHaveHappened == true)
        #expect(elapsed < .seconds(15))
    }

    @Test("Acknowledgements of an older epoch are dropped, counted, and do not end the connection")
    func stale() async throws {
        let queue = try queue("stale")
        let publisher = TestPublisher(broker)
        try await publisher.connected()
        publisher.link.publish(publications(3, to: queue))
        let consumer = TestConsumer(broker, [queue])
        let first = try await consumer.deliveries(3)
        try server.control("close_all_connections", "an operator's reason")
        let loss = try await consumer.lost()
        #expect(loss.error.code == .closedByBroker)
        #expect(loss.error.message.contains("an operator's reason"))
        try await consumer.connected(epoch: 2)
        let all = try await consumer.deliveries(6)
        consumer.link.acknowledge(first.map(\.tag))
        consumer.link.acknowledge(all.suffix(3).map(\.tag))
        try await consumer.close()
        #expect(consumer.counters?.staleSettlements == 3)
        #expect(consumer.counters?.unknownSettlements == 0)
        #expect(try server.depth(queue) == 0)
    }

    @Test("Pausing while the broker is away is told at once, and resuming waits for it")
    func pausedWhileDown() async throws {
        let queue = try queue("paused")
        let consumer = TestConsumer(broker, [queue])
        try await consumer.connected()
        try server.kill()
        _ = try await consumer.lost()
        consumer.link.pause()
        try await consumer.recorder.wait(for: "the pause") { events in
            events.contains { if case .paused = $0 { true } else { false } } ? true : nil
        }
        try server.start()
        consumer.link.resume()
        try await consumer.connected(epoch: 2)
        try await consumer.close()
    }

    @Test("Closing while the broker is away ends at once")
    func closedWhileDown() async throws {
        try server.kill()
        let consumer = TestConsumer(broker, ["any"])
        let publisher = TestPublisher(broker)
        _ = try await consumer.lost(after: 2)
        let start = ContinuousClock.now
        try await consumer.close()
        #expect(try await publisher.close() == nil)
        #expect(ContinuousClock.now - start < .seconds(3))
    }
}
