import Broker
import RabbitMQ
import TestSupport
import Testing

/// What a slow or halting network does to publishing.
extension FaultTests {
    private func proxied() throws -> (FaultProxy, RabbitMQBroker) {
        let proxy = try FaultProxy(to: server.port)
        var address = try RabbitMQAddress(url: "amqp://guest:guest@127.0.0.1:\(proxy.port)")
        address.heartbeatSeconds = 60
        return (proxy, try RabbitMQBroker(address: address, jitterSeed: 1))
    }

    @Test("Confirms that come together with the end of the connection are told before the loss")
    func lastConfirms() async throws {
        let queue = try queue("last-confirms")
        let (proxy, broker) = try proxied()
        let publisher = TestPublisher(broker)
        try await publisher.connected()
        var weather = FaultProxy.Weather()
        weather.holdsToWorker = true
        try await proxy.begin(weather)
        publisher.link.publish(publications(10, to: queue), epoch: 1)
        try await eventually("the broker to have them") { try server.depth(queue) == 10 }
        try server.control("close_all_connections", "an operator's reason")
        #expect(TestPublisher.confirmed(in: publisher.recorder.events).isEmpty)
        proxy.clear()
        try await publisher.connected(epoch: 2)
        publisher.link.publish(publications(1, to: queue, first: 11), epoch: 2)
        try await publisher.recorder.wait(for: "the confirm of the second connection") { events in
            TestPublisher.confirmed(in: events).contains(11) ? true : nil
        }
        let parts = publisher.recorder.events.split { if case .lost = $0 { true } else { false } }
        #expect(parts.map { TestPublisher.confirmed(in: Array($0)) } == [Array(1...10), [11]])
    }

    @Test("A body whose sending takes longer than confirms may stay away is confirmed at the first attempt")
    func longSending() async throws {
        let queue = server.uniqueName("long-sending")
        try broker.apply(Topology(queues: [.init(name: queue, type: .classic)]))
        let (proxy, broker) = try proxied()
        let confirmTimeoutSeconds = 3 * Patience.factor
        let publisher = TestPublisher(broker, confirmTimeoutSeconds: confirmTimeoutSeconds)
        try await publisher.connected()
        var weather = FaultProxy.Weather()
        weather.bytesPerSecond = Int(Double(8 << 20) / Patience.factor)
        try await proxy.begin(weather)
        // Far more than all socket buffers hold, so that most of the time goes into sending.
        let start = ContinuousClock.now
        publisher.link.publish(publications(1, to: queue, bytes: 64 << 20), epoch: 1)
        let first = try await publisher.recorder.wait(for: "an answer", seconds: 60) { events in
            events.first { if case .connected = $0 { false } else { true } }
        }
        guard case .confirmed(ids: [1]) = first else {
            Issue.record("\(first)")
            return
        }
        #expect(ContinuousClock.now - start > .seconds(confirmTimeoutSeconds))
    }
}
