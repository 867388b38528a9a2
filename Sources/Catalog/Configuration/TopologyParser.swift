internal import Broker

/// Reads exchanges, queues and bindings.
struct TopologyParser {
    let problems: Problems

    private struct QueueDefaults {
        var type = Topology.QueueType.quorum
        var deadLetter: Destination?
        var arguments: [HeaderField] = []
    }

    private static let queueKeys = ["type", "durable", "autoDelete", "exclusive", "deadLetter", "arguments"]

    func topology(_ root: Fields) -> Topology {
        let keys = ["defaults", "exchanges", "queues", "bindings"]
        guard let node = root["topology"],
            let fields = Fields(
                node,
                "topology",
                at: root.keyPlace("topology"),
                keys: keys,
                required: ["queues"],
                problems: problems
            )
        else { return Topology() }
        let exchanges = exchanges(fields)
        let exchangeNames = Set(exchanges.map(\.name))
        let queueNames = Set(fields.mapping("queues").map(\.key))
        var defaults = QueueDefaults()
        if let node = fields["defaults"],
            let section = Fields(
                node,
                "'defaults' of topology",
                keys: ["type", "deadLetter", "arguments"],
                problems: problems
            )
        {
            defaults.type = section.choice("type") ?? .quorum
            defaults.deadLetter = deadLetter(section, queueNames, exchangeNames)
            defaults.arguments = arguments(section)
        }
        let queues = fields.mapping("queues").compactMap { queue($0, defaults, queueNames, exchangeNames) }
        return Topology(
            exchanges: exchanges,
            queues: queues,
            bindings: bindings(fields, queueNames, exchangeNames)
        )
    }

    private func exchanges(_ topology: Fields) -> [Topology.Exchange] {
        topology.mapping("exchanges").compactMap { entry in
            guard
                let fields = Fields(
                    entry.value,
                    "exchange \(entry.key)",
                    at: entry.place,
                    keys: ["type", "durable"],
                    required: ["type"],
                    problems: problems
                )
            else { return nil }
            let isDurable = fields.boolean("durable") ?? true
            if !isDurable {
                problems.error(
                    fields.keyPlace("durable"),
                    "exchange \(entry.key) is not durable: it is gone when the broker restarts",
                    "remove 'durable: false'"
                )
            }
            return Topology.Exchange(
                name: entry.key,
                type: fields.choice("type") ?? .direct,
                durable: isDurable
            )
        }
    }

    private func queue(
        _ entry: YAMLEntry,
        _ defaults: QueueDefaults,
        _ queues: Set<String>,
        _ exchanges: Set<String>
    ) -> Topology.Queue? {
        guard
            let fields = Fields(
                entry.value,
                "queue \(entry.key)",
                at: entry.place,
                keys: Self.queueKeys,
                problems: problems
            )
        else { return nil }
        for key in ["autoDelete", "exclusive"] where fields.boolean(key) == true {
            problems.error(
                fields.keyPlace(key),
                "'\(key)' of \(fields.what): its messages are gone with its last consumer",
                "remove '\(key)'"
            )
        }
        let ownDeadLetter = deadLetter(fields, queues, exchanges)
        let hasNone = fields["deadLetter"]?.scalar == "none"
        let deadLetter = hasNone ? nil : ownDeadLetter ?? defaults.deadLetter
        let own = arguments(fields)
        let ownNames = Set(own.map(\.name))
        // Without dead letter its arguments, and a limit after which messages vanish, are not taken over.
        let withoutDeadLetter: Set<String> = ["x-dead-letter-strategy", "x-delivery-limit", "x-message-ttl"]
        let inherited = defaults.arguments.filter {
            !ownNames.contains($0.name) && !(deadLetter == nil && withoutDeadLetter.contains($0.name))
        }
        return Topology.Queue(
            name: entry.key,
            type: fields.choice("type") ?? defaults.type,
            durable: fields.boolean("durable") ?? true,
            deadLetter: deadLetter,
            arguments: inherited + own
        )
    }

    /// `none`, a queue's name, or an exchange with a routing key.
    private func deadLetter(_ fields: Fields, _ queues: Set<String>, _ exchanges: Set<String>) -> Destination?
    {
        guard let node = fields["deadLetter"] else { return nil }
        if let name = node.scalar {
            if name == "none" { return nil }
            if !queues.contains(name) {
                problems.unknown("queue", name, at: node.place, among: queues)
            }
            return .queue(name)
        }
        guard
            let target = Fields(
                node,
                "'deadLetter' of \(fields.what)",
                keys: ["exchange", "routingKey"],
                required: ["exchange"],
                problems: problems
            )
        else { return nil }
        let exchange = target.text("exchange") ?? ""
        if !exchanges.contains(exchange), let place = target["exchange"]?.place {
            problems.unknown("exchange", exchange, at: place, among: exchanges)
        }
        return Destination(exchange: exchange, routingKey: target.text("routingKey") ?? "")
    }

    /// Arguments as the broker names them; whole numbers and truth values keep their type.
    private func arguments(_ fields: Fields) -> [HeaderField] {
        fields.mapping("arguments").compactMap { entry in
            guard let text = problems.text(entry.value, "argument '\(entry.key)' of \(fields.what)") else {
                return nil
            }
            checkName(entry, fields)
            if let number = Int64(text) { return HeaderField(entry.key, .integer(number)) }
            if text == "true" || text == "false" { return HeaderField(entry.key, .boolean(text == "true")) }
            return HeaderField(entry.key, .text(text))
        }
    }

    private func checkName(_ entry: YAMLEntry, _ fields: Fields) {
        let elsewhere = [
            "x-queue-type": "type", "x-dead-letter-exchange": "deadLetter",
            "x-dead-letter-routing-key": "deadLetter",
        ]
        if let key = elsewhere[entry.key] {
            problems.error(
                entry.place,
                "argument '\(entry.key)' of \(fields.what) has a key of its own",
                "write '\(key)' instead"
            )
        } else if !Self.knownArguments.contains(entry.key) {
            problems.error(
                entry.place,
                "unknown queue argument '\(entry.key)'",
                NearestName.suggestion(for: entry.key, among: Self.knownArguments, kind: "argument")
            )
        }
    }

    private static let knownArguments: Set<String> = [
        "x-dead-letter-strategy", "x-delivery-limit", "x-expires", "x-max-in-memory-bytes",
        "x-max-in-memory-length",
        "x-max-length", "x-max-length-bytes", "x-max-priority", "x-message-ttl", "x-overflow",
        "x-quorum-initial-group-size", "x-quorum-target-group-size", "x-queue-leader-locator", "x-queue-mode",
        "x-queue-version", "x-single-active-consumer", "x-consumer-timeout", "x-queue-master-locator",
    ]

    private func bindings(
        _ topology: Fields,
        _ queues: Set<String>,
        _ exchanges: Set<String>
    ) -> [Topology.Binding] {
        topology.items("bindings").compactMap { item in
            guard
                let fields = Fields(
                    item,
                    "a binding",
                    keys: ["exchange", "queue", "routingKey"],
                    required: ["exchange", "queue"],
                    problems: problems
                )
            else { return nil }
            let exchange = fields.text("exchange") ?? ""
            let queue = fields.text("queue") ?? ""
            if let place = fields["exchange"]?.place, !exchanges.contains(exchange) {
                problems.unknown("exchange", exchange, at: place, among: exchanges)
            }
            if let place = fields["queue"]?.place, !queues.contains(queue) {
                problems.unknown("queue", queue, at: place, among: queues)
            }
            return Topology.Binding(
                exchange: exchange,
                queue: queue,
                routingKey: fields.text("routingKey") ?? ""
            )
        }
    }
}
