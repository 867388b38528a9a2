import Broker
import Foundation
import RabbitMQ
import TestSupport
import Testing

/// Headers that another client may send and that ours never would.
@Suite(
    "RabbitMQ: hostile headers",
    .enabled(if: RabbitMQServer.canRun, "needs RabbitMQ: apt-get install rabbitmq-server"),
    .timeLimit(Patience.minutes(5))
)
struct HostileHeaderTests {
    let server: RabbitMQServer
    let broker: RabbitMQBroker

    init() throws {
        server = try RabbitMQServer.shared()
        broker = try server.broker()
    }

    /// Whether Python's pika can be used here; with `CI` set, a missing one is a failure and not a skip.
    private static let canUsePika =
        (try? python("import pika")) != nil || ProcessInfo.processInfo.environment["CI"] != nil

    @discardableResult
    private static func python(_ script: String, _ arguments: String...) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-c", script] + arguments
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw TestFailure(text) }
        return text
    }

    private static let publishScript = """
        import decimal, sys, threading
        import pika

        def publish():
            port, queue, kind = int(sys.argv[1]), sys.argv[2], sys.argv[3]
            if kind == "deep":
                headers = {"x": 1}
                for _ in range(5000):
                    headers = {"n": headers}
            elif kind == "names":
                headers = {"\\xff" * 60: 1}
            elif kind == "long":
                headers = {"h": "x" * 65536}
            else:
                headers = {"decimal": decimal.Decimal("-12.05"), "bytes": b"\\x00\\xff", "big": 2**62, "none": None}
            connection = pika.BlockingConnection(pika.ConnectionParameters("127.0.0.1", port))
            channel = connection.channel()
            properties = pika.BasicProperties(headers=headers, message_id=kind)
            if kind == "names":
                properties.message_id = properties.correlation_id = properties.type = b"\\xff" * 255
            channel.basic_publish("", queue, b"body", properties)
            connection.close()

        sys.setrecursionlimit(100000)
        threading.stack_size(512 * 1024 * 1024)
        thread = threading.Thread(target=publish)
        thread.start()
        thread.join()
        """

    private func depth(_ value: HeaderValue) -> Int {
        guard case .table(let fields) = value, let first = fields.first else { return 0 }
        return 1 + depth(first.value)
    }

    @Test(
        "A header table 5,000 deep is cut at 32 with a note, 64 KiB of header arrive whole, and consuming goes on",
        .enabled(if: canUsePika, "needs pika: pip install pika")
    )
    func deepAndLong() async throws {
        let queue = server.uniqueName("hostile")
        try broker.apply(Topology(queues: [.init(name: queue)]))
        for kind in ["deep", "long", "kinds"] {
            try Self.python(Self.publishScript, "\(server.port)", queue, kind)
        }
        let consumer = TestConsumer(broker, [queue])
        let deliveries = try await consumer.deliveries(3)
        #expect(deliveries.map(\.message.properties.messageID) == ["deep", "long", "kinds"])
        let deep = deliveries[0].message.properties.headers
        #expect(depth(.table(deep)) == 32)
        #expect(String(describing: deep).contains("dropped: nested deeper than 32 levels"))
        #expect(consumer.counters?.deepHeaders == 1)
        #expect(deliveries[1].message.properties.header("h")?.utf8.count == 65_536)
        let kinds = deliveries[2].message.properties.headers
        #expect(kinds.contains(HeaderField("decimal", .text("-12.05"))))
        #expect(kinds.contains(HeaderField("big", .integer(1 << 62))))
        #expect(kinds.contains(HeaderField("none", .void)))
        #expect(kinds.contains(HeaderField("bytes", .bytes([0, 255]))))
        consumer.link.acknowledge(deliveries.map(\.tag))
        try await consumer.close()
        #expect(try server.depth(queue) == 0)
    }

    @Test(
        "Short texts that are no UTF-8 can be sent again, though their replacement takes more bytes",
        .enabled(if: canUsePika, "needs pika: pip install pika")
    )
    func noText() async throws {
        let queue = server.uniqueName("no-text")
        try broker.apply(Topology(queues: [.init(name: queue)]))
        try Self.python(Self.publishScript, "\(server.port)", queue, "names")
        let consumer = TestConsumer(broker, [queue])
        let delivery = try #require(try await consumer.deliveries(1).first)
        let properties = delivery.message.properties
        for text in [properties.messageID, properties.correlationID, properties.type] {
            #expect(text == String(repeating: "\u{FFFD}", count: 85))
        }
        #expect(properties.headers.map(\.value) == [.integer(1)])
        let again = Publication(id: 1, destination: .queue(queue), message: delivery.message)
        let publisher = TestPublisher(broker)
        try await publisher.connected()
        publisher.link.publish([again])
        #expect(try await publisher.confirmed(1) == [1])
        #expect(try await publisher.close() == nil)
        consumer.link.acknowledge([delivery.tag])
        #expect(try await consumer.deliveries(2).last?.message == delivery.message)
        consumer.link.acknowledge(try await consumer.deliveries(2).map(\.tag))
        try await consumer.close()
    }
}
