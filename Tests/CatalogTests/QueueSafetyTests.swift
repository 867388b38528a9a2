import Catalog
import Testing

@Suite("Unsafe queues")
struct QueueSafetyTests {
    private static let safe = "    IN: {deadLetter: ERRORS}\n"

    /// What is told of a queue that no role takes from.
    private func problems(_ queue: String) -> [String] {
        let text = Sample.replace("orders: [IN]", "orders: [ORDERS]", in: ConfigurationTests.station)
        let queues = "    IN: \(queue)\n    ORDERS: {deadLetter: ERRORS}\n"
        return ConfigurationTests.examine(Sample.replace(Self.safe, queues, in: text)).diagnostics
            .map(\.description)
    }

    @Test("A queue that a role takes from has a dead letter, as a message beyond the limit would be gone")
    func inputWithoutDeadLetter() {
        func told(_ place: String) -> [String] {
            [
                "q.yaml:\(place): queue IN: COM rejects messages larger than limits.messageBytes, and they would be gone: "
                    + "there is no dead letter; add 'deadLetter', best the role's queue of errors"
            ]
        }
        #expect(ConfigurationTests.problems(Self.safe, "    IN:\n") == told("8:5"))
        #expect(ConfigurationTests.problems(Self.safe, "    IN: {deadLetter: none}\n") == told("8:10"))
        #expect(problems("{deadLetter: none}").isEmpty)
    }

    @Test(
        "Settings with which messages would get lost are refused",
        arguments: [
            (
                "{durable: false}",
                "8:10: queue IN: it is not durable: it is gone when the broker restarts; remove 'durable: false'"
            ),
            (
                "{autoDelete: true}",
                "8:10: 'autoDelete' of queue IN: its messages are gone with its last consumer; remove 'autoDelete'"
            ),
            (
                "{exclusive: true}",
                "8:10: 'exclusive' of queue IN: its messages are gone with its last consumer; remove 'exclusive'"
            ),
            (
                "{arguments: {x-delivery-limit: 1000}}",
                "8:22: queue IN: messages beyond the delivery limit are gone: there is no dead letter; "
                    + "remove it, or add 'deadLetter'"
            ),
            (
                "{deadLetter: ERRORS, arguments: {x-delivery-limit: 20}}",
                "8:42: queue IN: a delivery limit of 20 throws messages out that were only prefetched by a worker "
                    + "that crashed; remove it, or write 100 at least; attempts are counted in the store"
            ),
            (
                "{type: classic, deadLetter: ERRORS, arguments: {x-delivery-limit: 200}}",
                "8:57: queue IN: only quorum queues know a delivery limit; remove it, or use type quorum"
            ),
            (
                "{arguments: {x-max-length: 1000}}",
                "8:22: queue IN: a full queue drops its oldest messages (x-overflow is drop-head unless said "
                    + "otherwise); add 'x-overflow: reject-publish': what does not fit stays with the sender"
            ),
            (
                "{arguments: {x-max-length-bytes: 1000, x-overflow: drop-head}}",
                "8:22: queue IN: a full queue drops its oldest messages (x-overflow is drop-head unless said "
                    + "otherwise); add 'x-overflow: reject-publish': what does not fit stays with the sender"
            ),
            (
                "{arguments: {x-overflow: refuse}}",
                "8:22: queue IN: unknown overflow 'refuse'; write reject-publish"
            ),
            (
                "{arguments: {x-max-priority: 9}}",
                "8:22: queue IN: quorum queues know no priorities; remove it; "
                    + "give urgent orders a queue of their own (urgentOrders, urgentRoutes)"
            ),
            (
                "{arguments: {x-message-ttl: 60000}}",
                "8:22: queue IN: messages that expire are gone: there is no dead letter; "
                    + "remove it, or add 'deadLetter'"
            ),
            (
                "{arguments: {x-expires: 60000}}",
                "8:22: queue IN: the broker deletes the queue with its messages when nobody uses it; remove it"
            ),
            (
                "{deadLetter: ERRORS, arguments: {x-dead-letter-strategy: at-least-once}}",
                "8:42: queue IN: at-least-once works with x-overflow reject-publish only; "
                    + "add 'x-overflow: reject-publish'"
            ),
            (
                "{type: classic, deadLetter: ERRORS, arguments: {x-dead-letter-strategy: at-least-once}}",
                "8:57: queue IN: only quorum queues dead-letter at least once; use type quorum"
            ),
            (
                "{arguments: {x-dead-letter-exchange: e}}",
                "8:22: argument 'x-dead-letter-exchange' of queue IN has a key of its own; write 'deadLetter' instead"
            ),
            (
                "{arguments: {x-max-lenght: 5}}",
                "8:22: unknown queue argument 'x-max-lenght'; did you mean 'x-max-length'?"
            ),
            ("{deadLetter: ERROR}", "8:22: unknown queue 'ERROR'; did you mean 'ERRORS'?"),
            ("{type: quorumm}", "8:16: 'type' of queue IN is 'quorumm'; did you mean 'quorum'?"),
        ]
    )
    func refused(_ queue: String, _ problem: String) { #expect(problems(queue) == ["q.yaml:" + problem]) }

    @Test(
        "Safe settings are taken",
        arguments: [
            "{deadLetter: ERRORS, arguments: {x-delivery-limit: 100}}",
            "{arguments: {x-max-length: 1000, x-overflow: reject-publish}}",
            "{deadLetter: ERRORS, arguments: {x-message-ttl: 60000}}",
            "{type: classic, arguments: {x-max-priority: 9}}",
            "{deadLetter: {exchange: orders, routingKey: dead}}",
            "{arguments: {x-single-active-consumer: true}}",
        ]
    )
    func taken(_ queue: String) { #expect(problems(queue) == []) }

    @Test("An unsafe default is told for every queue that takes it over, at the default")
    func unsafeDefault() {
        #expect(
            ConfigurationTests.problems(
                "  exchanges:",
                "  defaults: {arguments: {x-max-priority: 5}}\n  exchanges:"
            )
                == ["ERRORS", "IN", "UPDATES"].map {
                    "q.yaml:5:26: queue \($0): quorum queues know no priorities; remove it; "
                        + "give urgent orders a queue of their own (urgentOrders, urgentRoutes)"
                }
        )
    }
}
