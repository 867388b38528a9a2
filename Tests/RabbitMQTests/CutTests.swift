import Broker
import RabbitMQ
import TestSupport
import Testing

/// One message of three frames, method, header and body, and a connection that is reset after each of its bytes in turn.
@Suite(
    "RabbitMQ: cut at every byte",
    .serialized,
    .enabled(if: RabbitMQServer.canRun, "needs RabbitMQ: apt-get install rabbitmq-server"),
    .timeLimit(Patience.minutes(10))
)
struct CutTests {
    /// Cuts that are tried at the same time, each with connections of its own: most of their time is waiting to connect again.
    private static let lanes = 8

    /// Less than three frames with a queue's name, a message's id and a body take.
    private static let framesBytesMin = 50

    let server: RabbitMQServer
    let direct: RabbitMQBroker

    init() throws {
        server = try RabbitMQServer.shared()
        direct = try server.broker()
    }

    /// A message of its own for each cut; all are equally long.
    private static func message(_ cut: Int) -> Message {
        Message(
            properties: MessageProperties(deliveryMode: 2, messageID: "cut-\(1_000 + cut)"),
            body: Array("body-\(1_000 + cut)".utf8)
        )
    }

    private static func publication(_ cut: Int, to queue: String) -> Publication {
        Publication(id: Int64(cut), destination: .queue(queue), message: message(cut))
    }

    private func proxied() throws -> (FaultProxy, RabbitMQBroker) {
        let proxy = try FaultProxy(to: server.port)
        var address = try RabbitMQAddress(url: "amqp://guest:guest@127.0.0.1:\(proxy.port)")
        // None comes between the bytes that are counted.
        address.heartbeatSeconds = 60
        return (proxy, try RabbitMQBroker(address: address, jitterSeed: 1))
    }

    /// Queues of equally long names, one for each lane.
    private func queues(_ purpose: String) throws -> [String] {
        let name = server.uniqueName(purpose)
        let names = (0..<Self.lanes).map { "\(name)-\($0)" }
        try direct.apply(Topology(queues: names.map { .init(name: $0) }))
        return names
    }

    private static func weather(isToBroker: Bool, afterBytes: Int) -> FaultProxy.Weather {
        var weather = FaultProxy.Weather()
        weather.cut = FaultProxy.Cut(isToBroker: isToBroker, afterBytes: afterBytes)
        return weather
    }

    /// Everything that has gone through: when new weather has been taken up, all before it is counted.
    private static func counts(_ proxy: FaultProxy) async throws -> FaultProxy.Counts {
        try await proxy.begin(FaultProxy.Weather())
        return proxy.counts
    }

    /// All cuts from the first byte to the last, in lanes.
    private static func forEachCut(
        _ bytes: Int,
        _ body: @escaping @Sendable (_ cut: Int, _ lane: Int) async throws -> Void
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for lane in 0..<lanes {
                group.addTask {
                    for cut in stride(from: lane + 1, through: bytes, by: lanes) {
                        try await body(cut, lane)
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    // MARK: A publication

    @Test("A publication cut after each byte: sent again and confirmed, and there with its own bytes")
    func publication() async throws {
        let queue = try queues("cut-publication")[0]
        let bytes = try await publicationBytes(queue)
        #expect(bytes > Self.framesBytesMin)
        try await Self.forEachCut(bytes) { cut, _ in try await publish(cut, to: queue) }

        // The last one behind all others.
        let last = TestPublisher(direct)
        try await last.connected()
        last.link.publish([Self.publication(bytes + 1, to: queue)])
        try await last.confirmed(1)
        let consumer = TestConsumer(direct, [queue], prefetch: 1_000)
        let end = Self.message(bytes + 1).properties.messageID
        let arrived = try await consumer.recorder.wait(for: "the last message") { events in
            let messages = TestConsumer.deliveries(in: events).map(\.message)
            return messages.contains { $0.properties.messageID == end } ? messages : nil
        }
        let sent = Dictionary(
            uniqueKeysWithValues: (0...bytes + 1).map {
                (Self.message($0).properties.messageID, Self.message($0))
            }
        )
        for message in arrived { #expect(message == sent[message.properties.messageID]) }
        #expect(Set(arrived.map(\.properties.messageID)) == Set(sent.keys))
    }

    /// What one takes on the way to the broker.
    private func publicationBytes(_ queue: String) async throws -> Int {
        let (proxy, broker) = try proxied()
        let publisher = TestPublisher(broker)
        try await publisher.connected()
        let before = try await Self.counts(proxy).bytesToBroker
        publisher.link.publish([Self.publication(0, to: queue)])
        try await publisher.confirmed(1)
        return try await Self.counts(proxy).bytesToBroker - before
    }

    private func publish(_ cut: Int, to queue: String) async throws {
        let (proxy, broker) = try proxied()
        let publisher = TestPublisher(broker)
        try await publisher.connected()
        try await proxy.begin(Self.weather(isToBroker: true, afterBytes: cut))
        publisher.link.publish([Self.publication(cut, to: queue)])
        #expect(try await publisher.lost().mayHaveHappened, "after \(cut) bytes")
        #expect(try await Self.counts(proxy).cuts == 1)
        #expect(TestPublisher.confirmed(in: publisher.recorder.events).isEmpty)
        try await publisher.connected(epoch: 2)
        publisher.link.publish([Self.publication(cut, to: queue)])
        #expect(try await publisher.confirmed(1) == [Int64(cut)])
        #expect(try await publisher.close() == nil)
        #expect(proxy.counts.cuts == 1)
    }

    // MARK: A delivery

    @Test("A delivery cut after each byte: nothing of it is handed out, and it comes again, whole")
    func delivery() async throws {
        let queues = try queues("cut-delivery")
        let publisher = TestPublisher(direct)
        try await publisher.connected()
        let bytes = try await deliveryBytes(queues[0], publisher)
        #expect(bytes > Self.framesBytesMin)
        try await Self.forEachCut(bytes) { cut, lane in
            try await deliver(cut, of: bytes, from: queues[lane], publisher)
        }
        for queue in queues { #expect(try server.depth(queue) == 0) }
    }

    /// What one takes on the way from the broker.
    private func deliveryBytes(_ queue: String, _ publisher: TestPublisher) async throws -> Int {
        let (proxy, broker) = try proxied()
        let consumer = TestConsumer(broker, [queue])
        try await consumer.connected()
        let before = try await Self.counts(proxy).bytesToWorker
        publisher.link.publish([Self.publication(0, to: queue)])
        let delivery = try await consumer.deliveries(1)
        let bytes = try await Self.counts(proxy).bytesToWorker - before
        consumer.link.acknowledge(delivery.map(\.tag))
        try await consumer.close()
        return bytes
    }

    private func deliver(
        _ cut: Int,
        of bytes: Int,
        from queue: String,
        _ publisher: TestPublisher
    ) async throws {
        let (proxy, broker) = try proxied()
        let consumer = TestConsumer(broker, [queue])
        try await consumer.connected()
        try await proxy.begin(Self.weather(isToBroker: false, afterBytes: cut))
        publisher.link.publish([Self.publication(cut, to: queue)])
        _ = try await consumer.lost()
        #expect(try await Self.counts(proxy).cuts == 1)
        let deliveries = try await consumer.recorder.wait(for: "message \(cut) again") { events in
            let deliveries = TestConsumer.deliveries(in: events)
            return deliveries.contains { $0.tag.epoch == 2 } ? deliveries : nil
        }
        for var message in deliveries.map(\.message) {
            // The broker adds how often it has offered it before.
            message.properties.headers.removeAll { $0.name == "x-delivery-count" }
            #expect(message == Self.message(cut), "after \(cut) bytes")
        }
        let early = deliveries.filter { $0.tag.epoch == 1 }
        #expect(early.isEmpty || cut == bytes, "handed out after \(cut) of \(bytes) bytes")
        let again = deliveries.filter { $0.tag.epoch == 2 }
        #expect(again.count == 1 && again.allSatisfy(\.redelivered))
        consumer.link.acknowledge(again.map(\.tag))
        try await consumer.close()
        #expect(proxy.counts.cuts == 1)
    }
}
