import Broker
import RabbitMQ
import TestSupport
import Testing

/// Alarms of the broker while much waits to be sent.
extension FaultTests {
    private static func isLost(_ events: [PublisherEvent]) -> Bool {
        events.contains { if case .lost = $0 { true } else { false } }
    }

    private static func isBlocked(_ events: [PublisherEvent]) -> Bool {
        events.contains { if case .blocked = $0 { true } else { false } }
    }

    /// More than all socket buffers hold, so that sending itself is what halts.
    private static let hugeBytes = 12 << 20

    @Test(
        "An alarm with more to send than the broker's buffers hold is told as blocked, and the connection outlives it",
        arguments: [3_000_000, hugeBytes]
    )
    func blockedWithBacklog(bytes: Int) async throws {
        let queue = try queue("backlog")
        let publisher = TestPublisher(broker)
        try await publisher.connected()
        try server.control("set_vm_memory_high_watermark", "0.0001")
        let node = server
        defer { _ = try? node.control("set_vm_memory_high_watermark", "0.4") }
        publisher.link.publish(publications(4, to: queue, bytes: bytes))
        try await publisher.recorder.wait(for: "blocked or lost") { events in
            Self.isBlocked(events) || Self.isLost(events) ? true : nil
        }
        // Five heartbeats, and longer than the kernel waits for a peer that takes nothing.
        let early = await publisher.recorder.watch(seconds: 10) { events in
            Self.isLost(events) ? true : nil
        }
        #expect(early == nil)
        #expect(Self.isBlocked(publisher.recorder.events))
        try server.control("set_vm_memory_high_watermark", "0.4")
        #expect(try await publisher.confirmed(4).sorted() == Array(1...4))
        #expect(!Self.isLost(publisher.recorder.events))
        let told = publisher.recorder.events.compactMap { event -> Bool? in
            switch event {
            case .blocked: true
            case .unblocked: false
            default: nil
            }
        }
        #expect(told == [true, false])
    }

    @Test("A link that is closed during an alarm, with much to send, ends at its deadline")
    func closedDuringAlarm() async throws {
        let queue = try queue("closed-in-alarm")
        let publisher = TestPublisher(broker)
        try await publisher.connected()
        try server.control("set_vm_memory_high_watermark", "0.0001")
        let node = server
        defer { _ = try? node.control("set_vm_memory_high_watermark", "0.4") }
        publisher.link.publish(publications(4, to: queue, bytes: Self.hugeBytes))
        try await publisher.recorder.wait(for: "blocked") { Self.isBlocked($0) ? true : nil }
        let start = ContinuousClock.now
        _ = try await publisher.close(deadlineSeconds: 2)
        #expect(ContinuousClock.now - start < .seconds(8))
    }

    @Test("A broker that falls silent during an alarm is noticed")
    func frozenDuringAlarm() async throws {
        let queue = try queue("frozen-in-alarm")
        let publisher = TestPublisher(broker)
        try await publisher.connected()
        try server.control("set_vm_memory_high_watermark", "0.0001")
        let node = server
        publisher.link.publish(publications(4, to: queue, bytes: Self.hugeBytes))
        try await publisher.recorder.wait(for: "blocked") { Self.isBlocked($0) ? true : nil }
        try server.freeze()
        let start = ContinuousClock.now
        let loss = await Result.of { try await publisher.lost(seconds: 20) }
        let elapsed = ContinuousClock.now - start
        try server.thaw()
        try node.control("set_vm_memory_high_watermark", "0.4")
        #expect(try loss.get().code == .connectionLost)
        #expect(elapsed < .seconds(8), "twice the heartbeat of 2 s, and some")
    }
}
