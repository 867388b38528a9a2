internal import Broker

/// Refuses queue arguments with which messages would get lost.
struct QueueSafety {
    /// A worker that crashes counts against all it has prefetched, so a low limit throws innocent messages away.
    static let deliveryLimitMin: Int64 = 100

    let problems: Problems
    let root: Fields

    func check(_ topology: Topology, workers: [WorkerConfiguration]) {
        for queue in topology.queues {
            check(queue)
            if queue.deadLetter == nil { checkReaders(of: queue, workers) }
        }
    }

    /// What is too large to be read is rejected, as it was never read.
    private func checkReaders(of queue: Topology.Queue, _ workers: [WorkerConfiguration]) {
        let reader = workers.first { worker in
            [worker.orders, worker.urgentOrders, worker.updates, worker.operations]
                .contains { $0.contains(queue.name) }
        }
        guard let reader else { return }
        tell(
            queue,
            "deadLetter",
            "\(reader.role) rejects messages larger than limits.messageBytes, and they would be gone: there is no dead "
                + "letter",
            "add 'deadLetter', best the role's queue of errors"
        )
    }

    private func check(_ queue: Topology.Queue) {
        if !queue.durable {
            tell(
                queue,
                "durable",
                "it is not durable: it is gone when the broker restarts",
                "remove 'durable: false'"
            )
        }
        checkDeliveryLimit(queue)
        checkLength(queue)
        checkDeadLetterStrategy(queue)
        if queue.type == .quorum, value("x-max-priority", of: queue) != nil {
            tell(
                queue,
                "x-max-priority",
                "quorum queues know no priorities",
                "remove it; give urgent orders a queue of their own (urgentOrders, urgentRoutes)"
            )
        }
        if value("x-message-ttl", of: queue) != nil, queue.deadLetter == nil {
            tell(
                queue,
                "x-message-ttl",
                "messages that expire are gone: there is no dead letter",
                "remove it, or add 'deadLetter'"
            )
        }
        if value("x-expires", of: queue) != nil {
            tell(
                queue,
                "x-expires",
                "the broker deletes the queue with its messages when nobody uses it",
                "remove it"
            )
        }
    }

    private func checkDeliveryLimit(_ queue: Topology.Queue) {
        guard case .integer(let limit) = value("x-delivery-limit", of: queue) else {
            if value("x-delivery-limit", of: queue) != nil {
                tell(
                    queue,
                    "x-delivery-limit",
                    "the delivery limit is no whole number",
                    "write a whole number"
                )
            }
            return
        }
        if queue.type != .quorum {
            tell(
                queue,
                "x-delivery-limit",
                "only quorum queues know a delivery limit",
                "remove it, or use type quorum"
            )
        } else if queue.deadLetter == nil {
            tell(
                queue,
                "x-delivery-limit",
                "messages beyond the delivery limit are gone: there is no dead letter",
                "remove it, or add 'deadLetter'"
            )
        } else if limit < Self.deliveryLimitMin {
            tell(
                queue,
                "x-delivery-limit",
                "a delivery limit of \(limit) throws messages out that were only prefetched by a worker that crashed",
                "remove it, or write \(Self.deliveryLimitMin) at least; attempts are counted in the store"
            )
        }
    }

    private func checkLength(_ queue: Topology.Queue) {
        let overflow = value("x-overflow", of: queue)
        for name in ["x-max-length", "x-max-length-bytes"] where value(name, of: queue) != nil {
            guard overflow != .text("reject-publish") else { continue }
            tell(
                queue,
                name,
                "a full queue drops its oldest messages (x-overflow is drop-head unless said otherwise)",
                "add 'x-overflow: reject-publish': what does not fit stays with the sender"
            )
        }
        if case .text(let text) = overflow,
            !["drop-head", "reject-publish", "reject-publish-dlx"].contains(text)
        {
            tell(queue, "x-overflow", "unknown overflow '\(text)'", "write reject-publish")
        }
    }

    private func checkDeadLetterStrategy(_ queue: Topology.Queue) {
        guard case .text(let strategy) = value("x-dead-letter-strategy", of: queue) else { return }
        switch strategy {
        case "at-most-once": return
        case "at-least-once" where queue.type != .quorum:
            tell(
                queue,
                "x-dead-letter-strategy",
                "only quorum queues dead-letter at least once",
                "use type quorum"
            )
        case "at-least-once" where value("x-overflow", of: queue) != .text("reject-publish"):
            tell(
                queue,
                "x-dead-letter-strategy",
                "at-least-once works with x-overflow reject-publish only",
                "add 'x-overflow: reject-publish'"
            )
        case "at-least-once" where queue.deadLetter == nil:
            tell(queue, "x-dead-letter-strategy", "there is no dead letter", "remove it, or add 'deadLetter'")
        case "at-least-once": return
        default:
            tell(
                queue,
                "x-dead-letter-strategy",
                "unknown strategy '\(strategy)'",
                "write at-least-once or at-most-once"
            )
        }
    }

    private func value(_ name: String, of queue: Topology.Queue) -> HeaderValue? {
        queue.arguments.last { $0.name == name }?.value
    }

    /// Told where the queue says it, or the defaults, or at the queue.
    private func tell(_ queue: Topology.Queue, _ key: String, _ message: String, _ suggestion: String) {
        let topology = root["topology"]?.entries ?? []
        let own = topology.first { $0.key == "queues" }?.value.entries?.first { $0.key == queue.name }
        let defaults = topology.first { $0.key == "defaults" }
        let said = [own, defaults].compactMap { $0 }.compactMap { place(of: key, in: $0.value) }.first
        problems.error(said ?? own?.place ?? .start, "queue \(queue.name): \(message)", suggestion)
    }

    private func place(of key: String, in node: YAMLNode) -> Place? {
        let entries = node.entries ?? []
        let arguments = entries.first { $0.key == "arguments" }?.value.entries ?? []
        return (entries + arguments).first { $0.key == key }?.place
    }
}
