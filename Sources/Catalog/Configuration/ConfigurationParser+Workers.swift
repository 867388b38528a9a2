internal import Broker
internal import Orders

// Workers: who works on which queues.
extension ConfigurationParser {
    private static let workerKeys = [
        "catalog", "senderID", "sender", "upstreamTargetID", "upstreamTarget", "orders", "urgentOrders",
        "updates", "operations", "upstream", "fallout", "errors", "tickets", "ticketUpdates",
        "ticketTargetID", "urgentFromPriority", "urgentRoutes",
        "prefetch",
        "batchLimit", "consumers", "concurrency",
        "parkedSeconds",
    ]

    mutating func workers() -> [WorkerConfiguration] {
        var workers: [WorkerConfiguration] = []
        var consumers: [String: String] = [:]
        for entry in root.mapping("workers") {
            guard let worker = worker(entry) else { continue }
            workers.append(worker)
            tellSharedQueues(entry, &consumers)
        }
        if let node = root["workers"], node.entries?.isEmpty == true {
            problems.error(node.place, "there are no workers", "add one by its role, such as COM")
        }
        return workers
    }

    private mutating func worker(_ entry: YAMLEntry) -> WorkerConfiguration? {
        let required = ["catalog", "senderID", "orders", "updates", "fallout", "errors"]
        guard
            let fields = Fields(
                entry.value,
                "worker \(entry.key)",
                at: entry.place,
                keys: Self.workerKeys,
                required: required,
                problems: problems
            )
        else { return nil }
        for key in Self.workerKeys { places["\(entry.key) \(key)"] = fields[key]?.place ?? entry.place }
        let prefetch = fields.integer("prefetch", in: 1...2000) ?? 256
        let batchLimit = fields.integer("batchLimit", in: 1...2000) ?? min(256, prefetch)
        if batchLimit > prefetch {
            problems.warning(
                fields.keyPlace("batchLimit"),
                "'batchLimit' of \(fields.what) is larger than 'prefetch', \(prefetch)",
                "more than are in hand cannot be in one transaction; raise 'prefetch'"
            )
        }
        return WorkerConfiguration(
            role: RoleName(rawValue: entry.key),
            catalogPath: path(fields, "catalog") ?? "",
            orders: queues(fields, "orders"),
            urgentOrders: queues(fields, "urgentOrders"),
            updates: queues(fields, "updates"),
            operations: queues(fields, "operations"),
            upstream: destination(fields, "upstream"),
            fallout: destination(fields, "fallout") ?? .queue(""),
            errors: destination(fields, "errors") ?? .queue(""),
            tickets: destination(fields, "tickets"),
            ticketUpdates: destination(fields, "ticketUpdates"),
            ticketTargetID: fields.text("ticketTargetID") ?? fields.text("upstreamTargetID") ?? "",
            urgentRoutes: urgentRoutes(fields, worker: entry.key),
            urgentFromPriority: fields.integer("urgentFromPriority", in: 0...10) ?? 8,
            senderID: fields.text("senderID") ?? "",
            sender: senderDetails(fields),
            upstreamTargetID: fields.text("upstreamTargetID") ?? "",
            upstreamTarget: targetDetails(fields),
            prefetch: prefetch,
            batchLimit: batchLimit,
            consumers: fields.integer("consumers", in: 1...64) ?? 1,
            concurrency: fields.integer("concurrency", in: 1...64) ?? 1,
            parkedSeconds: fields.integer("parkedSeconds", in: 1...31_536_000) ?? 86_400
        )
    }

    private func senderDetails(_ fields: Fields) -> Rare<SenderDetails>? {
        let keys = [
            "description", "address", "applicationID", "applicationVersion", "contactName", "contactEmail",
            "contactPhoneNumber",
        ]
        guard let details = inner(fields, "sender", keys: keys) else { return nil }
        return Rare(
            SenderDetails(
                description: details.text("description"),
                address: details.text("address"),
                applicationID: details.text("applicationID"),
                applicationVersion: details.text("applicationVersion"),
                contactName: details.text("contactName"),
                contactEmail: details.text("contactEmail"),
                contactPhoneNumber: details.text("contactPhoneNumber")
            )
        )
    }

    private func targetDetails(_ fields: Fields) -> Rare<TargetDetails>? {
        guard let details = inner(fields, "upstreamTarget", keys: ["applicationType", "serviceName"]) else {
            return nil
        }
        return Rare(
            TargetDetails(
                applicationType: details.text("applicationType"),
                serviceName: details.text("serviceName")
            )
        )
    }

    /// The mapping under a key; `nil` when there is none.
    private func inner(_ fields: Fields, _ key: String, keys: [String]) -> Fields? {
        fields[key].flatMap { Fields($0, "'\(key)' of \(fields.what)", keys: keys, problems: problems) }
    }

    private func queues(_ fields: Fields, _ key: String) -> [String] {
        var seen: Set<String> = []
        return fields.texts(key).compactMap { name, place in
            checkQueue(name, at: place)
            guard seen.insert(name).inserted else {
                problems.error(
                    place,
                    "queue '\(name)' is there twice in '\(key)' of \(fields.what)",
                    "remove one"
                )
                return nil
            }
            return name
        }
    }

    /// A queue that must be declared in this file.
    func checkQueue(_ name: String, at place: Place) {
        if !queues.contains(name) {
            let meant = NearestName.nearest(to: name, among: queues).map { "did you mean '\($0)'?" }
            problems.error(
                place,
                "queue '\(name)' is not declared in the topology",
                meant ?? "declare it under 'queues' of 'topology'"
            )
        }
    }

    /// A queue's name, or an exchange with a routing key.
    private func destination(_ fields: Fields, _ key: String) -> Destination? {
        guard let node = fields[key] else { return nil }
        if let name = node.scalar {
            checkQueue(name, at: node.place)
            return .queue(name)
        }
        guard
            let target = Fields(
                node,
                "'\(key)' of \(fields.what)",
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

    private mutating func urgentRoutes(_ fields: Fields, worker: String) -> [String: String] {
        var routes: [String: String] = [:]
        for entry in fields.mapping("urgentRoutes") {
            places["\(worker) urgentRoutes \(entry.key)"] = entry.place
            checkQueue(entry.key, at: entry.place)
            guard let target = problems.text(entry.value, "'urgentRoutes' of \(fields.what)") else {
                continue
            }
            checkQueue(target, at: entry.value.place)
            if target == entry.key {
                problems.error(
                    entry.value.place,
                    "the urgent way of queue '\(target)' is the queue itself",
                    "name another queue, or remove the entry"
                )
            }
            routes[entry.key] = target
        }
        return routes
    }

    /// Two workers on one queue would take each other's messages.
    private func tellSharedQueues(_ entry: YAMLEntry, _ consumers: inout [String: String]) {
        for key in ["orders", "urgentOrders", "updates", "operations"] {
            guard let node = entry.value.entries?.first(where: { $0.key == key })?.value else { continue }
            let items: [YAMLNode] = if case .list(let list) = node.content { list } else { [node] }
            for item in items {
                guard let name = item.scalar else { continue }
                let consumer = "'\(key)' of worker \(entry.key)"
                if let other = consumers[name], other != consumer {
                    problems.error(
                        item.place,
                        "queue '\(name)' is read as \(other), too",
                        "each queue is read for one purpose; use another queue"
                    )
                }
                consumers[name] = consumers[name] ?? consumer
            }
        }
    }
}
