import Broker
import Testing

extension BrokerConformance {
    static let consumingCases = [
        Case("No more than the prefetch is handed out, and acknowledging makes room") {
            try await $0.prefetch()
        },
        Case("No more bytes than allowed are in hand, but for one message, and acknowledging makes room") {
            try await $0.fullHands()
        },
        Case("Of some queues one message at a time, while others go on") { try await $0.oneByOne() },
        Case("A consumer with full hands pauses, goes on and closes") { try await $0.fullHandsPaused() },
        Case("Two consumers share a queue without duplicates") { try await $0.sharing() },
        Case("Three consumers under load get each message once") { try await $0.sharingUnderLoad() },
        Case("A consumer of two queues tells them apart") { try await $0.twoQueues() },
        Case("A body above the limit is cut, announced, and still whole in the queue") {
            try await $0.oversized()
        },
        Case("Messages published while consuming arrive in order") { try await $0.liveOrder() },
    ]

    private func prefetch() async throws {
        let queue = try queue("prefetch")
        try await publish(1...20, to: queue)
        let narrow = ObservedConsumer(broker, [queue], prefetch: 5)
        let first = try await narrow.deliveries(5)
        #expect(first.messageIDs == Self.messageIDs(1...5))
        // The rest goes to another consumer: so the first one cannot have it.
        let wide = ObservedConsumer(broker, [queue], prefetch: 100)
        #expect(try await wide.deliveries(15).messageIDs == Self.messageIDs(6...20))
        #expect(narrow.deliveries.count == 5)
        wide.link.acknowledge(wide.deliveries.map(\.tag))
        try await wide.close()
        try await publish(21...25, to: queue)
        narrow.link.acknowledge(first.prefix(3).map(\.tag))
        let more = try await narrow.deliveries(8)
        #expect(more.suffix(3).messageIDs == Self.messageIDs(21...23))
        narrow.link.acknowledge(more.suffix(6).prefix(1).map(\.tag) + first.suffix(1).map(\.tag))
        try await narrow.close()
    }

    private static func largeMessages(_ ids: ClosedRange<Int64>, to queue: String) -> [Publication] {
        ids.map { id in
            Publication(
                id: id,
                destination: .queue(queue),
                message: Message(
                    properties: MessageProperties(deliveryMode: 2, messageID: messageIDs(id...id)[0]),
                    body: [UInt8](repeating: UInt8(truncatingIfNeeded: id), count: 10_000)
                )
            )
        }
    }

    private func fullHands() async throws {
        let queues = [try queue("full-hands"), try queue("full-hands-too")]
        try await publish(Self.largeMessages(1...20, to: queues[0]))
        try await publish(Self.largeMessages(21...40, to: queues[1]))
        let consumer = ObservedConsumer(broker, queues, inHandBytesMax: 25_000)
        var settled = 0
        while settled < 40 {
            let deliveries = try await consumer.deliveries(settled + 1)
            #expect(deliveries.count <= settled + 3)
            // Of all at once, or of one only, room is made.
            let count = settled < 20 ? 1 : deliveries.count - settled
            consumer.link.acknowledge(deliveries[settled..<(settled + count)].map(\.tag))
            settled += count
        }
        #expect(Set(consumer.deliveries.messageIDs) == Set(Self.messageIDs(1...40)))
        #expect(consumer.deliveries.allSatisfy { $0.message.body.count == 10_000 })
        try await consumer.close()
        for queue in queues { #expect(try await drain(queue).isEmpty) }
    }

    private func oneByOne() async throws {
        let (slow, other) = (try queue("one-by-one"), try queue("beside-one-by-one"))
        try await publish(Self.largeMessages(1...20, to: slow))
        let consumer = ObservedConsumer(broker, [other, slow], inHandBytesMax: 25_000)
        _ = try await consumer.deliveries(3)
        consumer.link.takeOneByOne([slow])
        try await consumer.connected(epoch: 2)
        // All of it is given back, and the first of it kept: it takes no room.
        try await publish(Self.largeMessages(21...40, to: other))
        var (seen, settledOfOther) = (3, 0)
        while settledOfOther < 20 {
            let deliveries = try await consumer.deliveries(seen + 1)
            let more = deliveries[seen...].filter { $0.queue == other }
            #expect(more.count <= 3)
            consumer.link.acknowledge(more.map(\.tag))
            settledOfOther += more.count
            seen = deliveries.count
        }
        func ofSlow() -> [Delivery] { consumer.deliveries[3...].filter { $0.queue == slow } }
        for number in 1...3 {
            _ = try await consumer.deliveries(3 + 20 + number)
            #expect(ofSlow().messageIDs == Self.messageIDs(1...Int64(number)))
            consumer.link.acknowledge(ofSlow().suffix(1).map(\.tag))
        }
        // Said once more it changes nothing.
        consumer.link.takeOneByOne([slow])
        _ = try await consumer.deliveries(3 + 20 + 4)
        #expect(ofSlow().messageIDs == Self.messageIDs(1...4))
        // The one in hand stays valid, and the rest comes behind it.
        consumer.link.takeOneByOne([])
        var settled = 3 + 20 + 3
        while settled < 3 + 20 + 20 {
            let deliveries = try await consumer.deliveries(settled + 1)
            consumer.link.acknowledge(deliveries[settled...].map(\.tag))
            settled = deliveries.count
        }
        #expect(ofSlow().messageIDs == Self.messageIDs(1...20))
        try await consumer.close()
        for queue in [slow, other] { #expect(try await drain(queue).isEmpty) }
    }

    private func fullHandsPaused() async throws {
        let queue = try queue("full-hands-paused")
        try await publish(Self.largeMessages(1...20, to: queue))
        let consumer = ObservedConsumer(broker, [queue], prefetch: 4, inHandBytesMax: 10_000)
        _ = try await consumer.deliveries(1)
        consumer.link.pause()
        // What was on its way before the pause comes as soon as there is room for it.
        var settled = 0
        while try await !consumer.pausedOrMore(than: settled) {
            let deliveries = consumer.deliveries
            consumer.link.acknowledge(deliveries[settled...].map(\.tag))
            settled = deliveries.count
        }
        #expect(settled <= 4)
        consumer.link.resume()
        try await consumer.connected(epoch: 2)
        _ = try await consumer.deliveries(settled + 1)
        // With its hands full.
        try await consumer.close()
        let left = try await drain(queue).messageIDs
        #expect(Set(left).isSuperset(of: Self.messageIDs(5...20)))
    }

    private func sharing() async throws {
        let queue = try queue("sharing")
        let consumers = (0..<2).map { _ in ObservedConsumer(broker, [queue], prefetch: 10) }
        for consumer in consumers { try await consumer.connected() }
        try await publish(1...20, to: queue)
        // Nobody acknowledges, so each holds its prefetch and no more.
        for consumer in consumers { _ = try await consumer.deliveries(10) }
        #expect(consumers.map(\.deliveries.count) == [10, 10])
        let all = consumers.flatMap(\.deliveries).messageIDs
        #expect(Set(all) == Set(Self.messageIDs(1...20)))
        for consumer in consumers {
            consumer.link.acknowledge(consumer.deliveries.map(\.tag))
            try await consumer.close()
        }
        #expect(try await drain(queue).isEmpty)
    }

    private func sharingUnderLoad() async throws {
        let queue = try queue("sharing-load")
        let recorder = EventRecorder<ConsumerEvent>()
        let consumers = (0..<3).map { _ in
            ObservedConsumer(broker, [queue], prefetch: 10, acknowledging: true, recorder: recorder)
        }
        try await publish(1...2_000, to: queue)
        let deliveries = try await consumers[0].deliveries(2_000)
        #expect(Set(deliveries.messageIDs) == Set(Self.messageIDs(1...2_000)))
        for consumer in consumers { consumer.link.close() }
        try await recorder.wait(for: "three ends") { events in
            events.count { if case .closed = $0 { true } else { false } } == 3 ? true : nil
        }
        #expect(try await drain(queue).isEmpty)
        #expect(consumers[0].deliveries.count == 2_000)
    }

    private func twoQueues() async throws {
        let queues = [try queue("first"), try queue("second")]
        try await publish(1...30, to: queues[0])
        try await publish(31...60, to: queues[1])
        let consumer = ObservedConsumer(broker, queues, prefetch: 10, acknowledging: true)
        let deliveries = try await consumer.deliveries(60)
        try await consumer.close()
        #expect(deliveries.filter { $0.queue == queues[0] }.messageIDs == Self.messageIDs(1...30))
        #expect(deliveries.filter { $0.queue == queues[1] }.messageIDs == Self.messageIDs(31...60))
    }

    private func oversized() async throws {
        let queue = try queue("oversized")
        let bodies = [1 << 20, 100_000, 100_001].map { count in
            (0..<count).map { UInt8(truncatingIfNeeded: $0) }
        }
        try await publish(
            bodies.enumerated().map { index, body in
                Publication(id: Int64(index), destination: .queue(queue), message: Message(body: body))
            }
        )
        let consumer = ObservedConsumer(broker, [queue], messageBytesMax: 100_000)
        let deliveries = try await consumer.deliveries(3)
        #expect(deliveries.map(\.oversizedBytes) == [1 << 20, nil, 100_001])
        for (delivery, body) in zip(deliveries, bodies) {
            #expect(delivery.message.body.count <= 100_000)
            #expect(!delivery.message.body.isEmpty)
            #expect(body.starts(with: delivery.message.body))
        }
        #expect(deliveries[1].message.body == bodies[1])
        try await consumer.close()
        #expect(try await drain(queue).prefix(3).map(\.message.body) == bodies)
    }

    private func liveOrder() async throws {
        let queue = try queue("live-order")
        let consumer = ObservedConsumer(broker, [queue], prefetch: 7, acknowledging: true)
        try await consumer.connected()
        let publisher = ObservedPublisher(broker)
        try await publisher.connected()
        for start in stride(from: Int64(1), through: 301, by: 50) {
            publisher.link.publish(Self.publications(start...(start + 49), to: .queue(queue)))
        }
        let deliveries = try await consumer.deliveries(350)
        #expect(deliveries.messageIDs == Self.messageIDs(1...350))
        #expect(deliveries.allSatisfy { !$0.redelivered })
        let numbers = deliveries.map(\.tag)
        #expect(numbers == numbers.sorted())
        #expect(Set(numbers).count == 350)
        try await publisher.close()
        try await consumer.close()
    }
}
