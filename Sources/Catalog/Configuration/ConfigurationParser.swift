internal import Broker
internal import Foundation
internal import Orders

/// Reads one configuration document, section by section.
struct ConfigurationParser {
    let problems: Problems
    let root: Fields
    let folder: String
    /// Where things are said that other files' checks need, by role and key, such as `COM upstream`.
    var places: [String: Place] = [:]
    /// Files of passwords, keys and certificates that it names, and where.
    private(set) var credentialFiles: [(path: String, place: Place)] = []
    /// The queues that the topology declares.
    var queues: Set<String> = []
    var exchanges: Set<String> = []

    static let keys = [
        "broker", "store", "topology", "workers", "limits", "retention", "killSwitch", "drainTimeoutSeconds",
        "log",
    ]

    init?(_ node: YAMLNode, folder: String, problems: Problems) {
        guard
            let root = Fields(
                node,
                "the configuration",
                at: .start,
                keys: Self.keys,
                required: ["broker", "store", "topology", "workers"],
                problems: problems
            )
        else { return nil }
        self.problems = problems
        self.root = root
        self.folder = folder
    }

    mutating func configuration() -> StationConfiguration {
        let topology = TopologyParser(problems: problems).topology(root)
        queues = Set(topology.queues.map(\.name))
        exchanges = Set(topology.exchanges.map(\.name))
        var workers = workers()
        for at in workers.indices {
            workers[at].falloutQueues = falloutQueues(of: workers[at], topology)
        }
        QueueSafety(problems: problems, root: root).check(topology, workers: workers)
        return StationConfiguration(
            broker: broker(),
            storeAddress: store(),
            topology: topology,
            workers: workers,
            limits: limits(),
            retention: retention(),
            killSwitch: killSwitch(),
            drainTimeoutSeconds: root.integer("drainTimeoutSeconds", in: 1...3600) ?? 30,
            logFormat: root.choice("log") ?? .text
        )
    }

    /// A fault that no queue takes would stay in the outbox for ever.
    private func falloutQueues(of worker: WorkerConfiguration, _ topology: Topology) -> [String] {
        let queues = topology.queues(of: worker.fallout)
        if queues.isEmpty, exchanges.contains(worker.fallout.exchange) {
            problems.error(
                places["\(worker.role) fallout"] ?? .start,
                "no queue is bound to exchange '\(worker.fallout.exchange)', to which worker \(worker.role) sends faults",
                "add a binding with the routing key '#' under 'bindings' of 'topology'"
            )
        }
        return queues
    }

    private mutating func broker() -> BrokerConfiguration {
        let standard = BrokerConfiguration(address: "")
        let keys = ["address", "passwordFile", "heartbeatSeconds", "connectTimeoutSeconds", "tls"]
        guard let node = root["broker"],
            let fields = Fields(
                node,
                "broker",
                at: root.keyPlace("broker"),
                keys: keys,
                required: ["address"],
                problems: problems
            )
        else { return standard }
        let address = fields.text("address") ?? ""
        if let place = fields["address"]?.place {
            places[ConfigurationReader.brokerAddressPlace] = place
            AddressCheck.checkBroker(address, at: place, problems: problems)
        }
        return BrokerConfiguration(
            address: address,
            passwordFile: credentialFile(fields, "passwordFile"),
            heartbeatSeconds: fields.integer("heartbeatSeconds", in: 1...3600) ?? standard.heartbeatSeconds,
            connectTimeoutSeconds: fields.integer("connectTimeoutSeconds", in: 1...600)
                ?? standard.connectTimeoutSeconds,
            tls: tls(fields, isUsed: address.hasPrefix("amqps://"))
        )
    }

    private mutating func tls(_ broker: Fields, isUsed: Bool) -> TLSConfiguration? {
        let keys = [
            "authorityFile", "revocationFile", "certificateFile", "keyFile", "keyPasswordFile", "serverName",
            "insecure",
        ]
        guard let node = broker["tls"],
            let fields = Fields(node, "'tls' of broker", keys: keys, problems: problems)
        else { return nil }
        if !isUsed {
            problems.warning(
                broker.keyPlace("tls"),
                "'tls' has no effect: the broker's address is not amqps://…",
                "use amqps://, or remove 'tls'"
            )
        }
        if (fields["certificateFile"] == nil) != (fields["keyFile"] == nil) {
            problems.error(
                broker.keyPlace("tls"),
                "a client certificate needs both 'certificateFile' and 'keyFile'",
                "add the one that is missing"
            )
        }
        let isInsecure = fields.boolean("insecure") ?? false
        if isInsecure {
            problems.warning(
                fields.keyPlace("insecure"),
                "neither the broker's certificate nor its name is verified",
                "give its authority in 'authorityFile' instead"
            )
        }
        if isInsecure, fields["revocationFile"] != nil {
            problems.error(
                fields.keyPlace("revocationFile"),
                "'revocationFile' has no effect: with 'insecure' no certificate is verified",
                "remove 'insecure', or the revocation list"
            )
        }
        return TLSConfiguration(
            authorityFile: credentialFile(fields, "authorityFile"),
            revocationFile: credentialFile(fields, "revocationFile"),
            certificateFile: credentialFile(fields, "certificateFile"),
            keyFile: credentialFile(fields, "keyFile"),
            keyPasswordFile: credentialFile(fields, "keyPasswordFile"),
            serverName: fields.text("serverName"),
            insecure: isInsecure
        )
    }

    private func store() -> String {
        guard let node = root["store"], let address = root.text("store") else { return "" }
        AddressCheck.checkStore(address, at: node.place, problems: problems)
        return address
    }

    private func limits() -> StationLimits {
        let standard = StationLimits()
        let keys = [
            "messageBytes", "linesPerOrder", "xmlDepth", "inHandMegabytes", "cachedOrders",
            "cachedOrderMegabytes",
        ]
        guard let node = root["limits"], let fields = Fields(node, "limits", keys: keys, problems: problems)
        else {
            return standard
        }
        return StationLimits(
            messageBytes: fields.integer("messageBytes", in: 1024...(128 << 20)) ?? standard.messageBytes,
            linesPerOrder: fields.integer("linesPerOrder", in: 1...100_000) ?? standard.linesPerOrder,
            xmlDepth: fields.integer("xmlDepth", in: 8...256) ?? standard.xmlDepth,
            inHandBytes: fields.integer("inHandMegabytes", in: 1...65_536).map { $0 << 20 }
                ?? standard.inHandBytes,
            cachedOrders: fields.integer("cachedOrders", in: 1...1_000_000) ?? standard.cachedOrders,
            cachedOrderMegabytes: fields.integer("cachedOrderMegabytes", in: 1...65_536)
                ?? standard.cachedOrderMegabytes
        )
    }

    private func killSwitch() -> KillSwitchConfiguration {
        let standard = KillSwitchConfiguration()
        guard let node = root["killSwitch"],
            let fields = Fields(node, "killSwitch", keys: ["failures", "probeSeconds"], problems: problems)
        else { return standard }
        return KillSwitchConfiguration(
            failures: fields.integer("failures", in: 0...1_000_000) ?? standard.failures,
            probeSeconds: fields.integer("probeSeconds", in: 1...3600) ?? standard.probeSeconds
        )
    }

    private func retention() -> RetentionConfiguration {
        let standard = RetentionConfiguration()
        guard let node = root["retention"],
            let fields = Fields(
                node,
                "retention",
                keys: [
                    "inboxDays", "closedOrderDays", "failedMessageDays", "failedMessageMegabytes",
                    "metricsHours", "relatedOrders", "auditDays",
                ],
                problems: problems
            )
        else { return standard }
        return RetentionConfiguration(
            inboxDays: fields.integer("inboxDays", in: 1...3650) ?? standard.inboxDays,
            closedOrderDays: fields.integer("closedOrderDays", in: 1...36_500) ?? standard.closedOrderDays,
            failedMessageDays: fields.integer("failedMessageDays", in: 1...3650)
                ?? standard.failedMessageDays,
            failedMessageMegabytes: fields.integer("failedMessageMegabytes", in: 1...1_000_000)
                ?? standard.failedMessageMegabytes,
            metricsHours: fields.integer("metricsHours", in: 1...87_600) ?? standard.metricsHours,
            relatedOrders: fields.choice("relatedOrders") ?? standard.relatedOrders,
            auditDays: fields.integer("auditDays", in: 0...36_500) ?? standard.auditDays
        )
    }

    /// A file that is read at each connect, and perhaps on another machine: nobody needs it now.
    private mutating func credentialFile(_ fields: Fields, _ key: String) -> String? {
        let path = path(fields, key)
        if let path, let place = fields[key]?.place { credentialFiles.append((path, place)) }
        return path
    }

    /// A path, resolved against the folder of the configuration file.
    func path(_ fields: Fields, _ key: String) -> String? {
        fields.text(key).map { text in
            text.hasPrefix("/") ? text : URL(fileURLWithPath: folder).appendingPathComponent(text).path
        }
    }
}
