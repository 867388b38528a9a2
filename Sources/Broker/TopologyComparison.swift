/// Says in words how what exists differs from what is wanted, and what cannot be wanted at all.
package enum TopologyComparison {
    /// AMQP keeps names and routing keys in strings of at most this many bytes.
    package static let nameBytesMax = 255

    package static func difference(_ found: Topology.Exchange, _ wanted: Topology.Exchange) -> String? {
        var parts: [String] = []
        if found.type != wanted.type { parts.append("type is \(found.type), wanted \(wanted.type)") }
        if found.durable != wanted.durable { parts.append(durability(found.durable)) }
        return parts.isEmpty ? nil : parts.joined(separator: "; ")
    }

    package static func difference(_ found: Topology.Queue, _ wanted: Topology.Queue) -> String? {
        var parts: [String] = []
        if found.type != wanted.type { parts.append("type is \(found.type), wanted \(wanted.type)") }
        if found.durable != wanted.durable { parts.append(durability(found.durable)) }
        if found.deadLetter != wanted.deadLetter {
            parts.append("dead letters go to \(text(found.deadLetter)), wanted \(text(wanted.deadLetter))")
        }
        if Set(found.arguments) != Set(wanted.arguments) {
            let names = Set(found.arguments).symmetricDifference(wanted.arguments).map(\.name)
            for name in Set(names).sorted() {
                let now = found.arguments.first { $0.name == name }.map { text($0.value) } ?? "not set"
                let then = wanted.arguments.first { $0.name == name }.map { text($0.value) } ?? "not set"
                parts.append("\(name) is \(now), wanted \(then)")
            }
        }
        return parts.isEmpty ? nil : parts.joined(separator: "; ")
    }

    /// Refuses what no AMQP broker would take.
    package static func check(_ topology: Topology) throws(BrokerError) {
        for exchange in topology.exchanges { try checkName(exchange.name, of: "an exchange") }
        for queue in topology.queues { try checkName(queue.name, of: "a queue") }
        for binding in topology.bindings {
            try checkName(binding.exchange, of: "a binding's exchange")
            try checkName(binding.queue, of: "a binding's queue")
            guard binding.routingKey.utf8.count <= nameBytesMax else {
                throw configuration(
                    "a routing key of queue \(binding.queue) is longer than \(nameBytesMax) bytes"
                )
            }
        }
    }

    private static func checkName(_ name: String, of what: String) throws(BrokerError) {
        guard !name.isEmpty else { throw configuration("the name of \(what) is empty") }
        guard name.utf8.count <= nameBytesMax else {
            throw configuration("the name of \(what) is longer than \(nameBytesMax) bytes")
        }
    }

    private static func configuration(_ message: String) -> BrokerError {
        BrokerError(.configuration, message, remedy: "Correct the topology.", isRetryable: false)
    }

    private static func durability(_ isDurable: Bool) -> String {
        isDurable ? "it is durable, wanted transient" : "it is transient, wanted durable"
    }

    private static func text(_ value: HeaderValue) -> String {
        switch value {
        case .text(let text): "'\(text)'"
        case .integer(let number): "\(number)"
        case .double(let number): "\(number)"
        case .boolean(let isTrue): "\(isTrue)"
        case .bytes, .timestamp, .table, .array, .void: "a value of another kind"
        }
    }

    private static func text(_ destination: Destination?) -> String { destination?.description ?? "nowhere" }
}
