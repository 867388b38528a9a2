import Broker
import RabbitMQ
import TestSupport
import Testing

/// A heartbeat that the broker wants more often than we would.
extension FaultTests {
    /// Lets connections that are made meanwhile have a heartbeat of 2 s at most.
    private func withShortHeartbeat(_ body: (RabbitMQBroker) async throws -> Void) async throws {
        try server.control("eval", "application:set_env(rabbit, heartbeat, 2).")
        let node = server
        defer { _ = try? node.control("eval", "application:set_env(rabbit, heartbeat, 60).") }
        try await body(try server.broker(heartbeatSeconds: 600))
    }

    @Test("The broker's shorter heartbeat is kept: a consumer with full hands stays connected")
    func brokersHeartbeatIsSent() async throws {
        let queue = try queue("short-heartbeat")
        try await withShortHeartbeat { broker in
            let publisher = TestPublisher(broker)
            try await publisher.connected()
            publisher.link.publish(publications(100, to: queue, bytes: 200_000))
            try await publisher.confirmed(100)
            let consumer = TestConsumer(broker, [queue], inHandBytesMax: 300_000)
            try await consumer.deliveries(2)
            let early = await consumer.recorder.watch(seconds: 8) { events in
                events.contains { if case .lost = $0 { true } else { false } } ? true : nil
            }
            #expect(early == nil, "four heartbeats of 2 s")
            // The loss is seen in any case as soon as there is room.
            let deliveries = TestConsumer.deliveries(in: consumer.recorder.events)
            consumer.link.acknowledge(deliveries.map(\.tag))
            let more = try await consumer.deliveries(4)
            #expect(more.allSatisfy { $0.tag.epoch == 1 })
        }
    }

    @Test("The broker's shorter heartbeat is waited for: a silent broker is noticed by it")
    func brokersHeartbeatIsAwaited() async throws {
        let queue = try queue("short-silence")
        try await withShortHeartbeat { broker in
            let publisher = TestPublisher(broker)
            let consumer = TestConsumer(broker, [queue])
            try await publisher.connected()
            try await consumer.connected()
            try server.freeze()
            let losses = await Result.of {
                let first = try await publisher.lost(seconds: 10)
                return [first, try await consumer.lost(seconds: 10).error]
            }
            try server.thaw()
            #expect(try losses.get().allSatisfy { $0.code == .connectionLost })
        }
    }
}
