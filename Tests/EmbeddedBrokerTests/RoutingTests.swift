import Broker
import EmbeddedBroker
import Testing

@Suite("Embedded broker: topic patterns and dead letters")
struct RoutingTests {
    @Test(
        "A topic pattern matches word by word",
        arguments: [
            ("order", "order", true), ("order", "orders", false), ("*", "order", true), ("*", "", false),
            ("*", "a.b", false), ("#", "", true), ("#", "a.b.c", true), ("a.#", "a", true),
            ("a.#", "a.b.c", true),
            ("a.#", "b", false), ("#.a", "a", true), ("#.a", "b.c.a", true), ("#.a", "a.b", false),
            ("a.*.c", "a.b.c", true), ("a.*.c", "a.c", false), ("a.#.c", "a.c", true),
            ("a.#.c", "a.b.b.c", true),
            ("#.*", "", false), ("#.*", "a", true), ("*.#.*", "a", false), ("*.#.*", "a.b", true),
            ("", "", true), ("", "a", false), ("a..b", "a..b", true), ("a.*.b", "a..b", true),
            ("#.#.#", "a.b", true),
        ] as [(String, String, Bool)]
    )
    func patterns(pattern: String, key: String, expected: Bool) {
        #expect(TopicPattern(pattern).matches(key) == expected)
    }

    @Test("A pattern of many wildcards costs little against a long key")
    func hostilePattern() {
        let pattern = TopicPattern(Array(repeating: "#.a", count: 60).joined(separator: ".") + ".b")
        #expect(!pattern.matches(Array(repeating: "a", count: 120).joined(separator: ".")))
    }

    @Test("A death is recorded as RabbitMQ does, newest first, and counted by queue and reason")
    func deaths() {
        func death(_ queue: String, _ seconds: UInt64) -> Death {
            Death(queue: queue, exchange: "x", routingKey: "k", reason: "rejected", seconds: seconds)
        }
        func entry(_ queue: String, _ count: Int64, _ seconds: UInt64) -> HeaderValue {
            .table([
                HeaderField("count", .integer(count)), HeaderField("reason", .text("rejected")),
                HeaderField("queue", .text(queue)), HeaderField("time", .timestamp(seconds)),
                HeaderField("exchange", .text("x")), HeaderField("routing-keys", .array([.text("k")])),
            ])
        }
        var headers = [HeaderField("mine", .text("kept"))]
        headers = death("first", 1).recorded(in: headers)
        headers = death("second", 2).recorded(in: headers)
        headers = death("first", 3).recorded(in: headers)
        #expect(
            headers == [
                HeaderField("mine", .text("kept")),
                HeaderField("x-death", .array([entry("first", 2, 1), entry("second", 1, 2)])),
                HeaderField("x-first-death-exchange", .text("x")),
                HeaderField("x-first-death-queue", .text("first")),
                HeaderField("x-first-death-reason", .text("rejected")),
            ]
        )
    }
}
