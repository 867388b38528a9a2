package import Broker
package import Orders

/// The file an operator edits (`queues.yaml`), read and checked.
package struct StationConfiguration: Sendable, Hashable {
    package var broker: BrokerConfiguration
    /// `sqlite:FILE`.
    package var storeAddress: String
    package var topology: Topology
    package var workers: [WorkerConfiguration]
    package var limits: StationLimits
    package var retention: RetentionConfiguration
    package var killSwitch: KillSwitchConfiguration
    /// How long SIGTERM waits for what is in hand and for the outbox.
    package var drainTimeoutSeconds: Int
    package var logFormat: LogFormat

    package init(
        broker: BrokerConfiguration,
        storeAddress: String,
        topology: Topology,
        workers: [WorkerConfiguration],
        limits: StationLimits = StationLimits(),
        retention: RetentionConfiguration = RetentionConfiguration(),
        killSwitch: KillSwitchConfiguration = KillSwitchConfiguration(),
        drainTimeoutSeconds: Int = 30,
        logFormat: LogFormat = .text
    ) {
        self.broker = broker
        self.storeAddress = storeAddress
        self.topology = topology
        self.workers = workers
        self.limits = limits
        self.retention = retention
        self.killSwitch = killSwitch
        self.drainTimeoutSeconds = drainTimeoutSeconds
        self.logFormat = logFormat
    }
}

/// How log lines are written.
package enum LogFormat: String, Sendable, Hashable, CaseIterable {
    case text
    case json
}

/// Where the broker is and how to reach it.
package struct BrokerConfiguration: Sendable, Hashable {
    /// `amqp://…`, `amqps://…` or `embedded:FOLDER`; may hold a password, so it is never logged.
    package var address: String
    /// Read anew at each connect.
    package var passwordFile: String?
    package var heartbeatSeconds: Int
    package var connectTimeoutSeconds: Int
    package var tls: TLSConfiguration?

    package init(
        address: String,
        passwordFile: String? = nil,
        heartbeatSeconds: Int = 10,
        connectTimeoutSeconds: Int = 10,
        tls: TLSConfiguration? = nil
    ) {
        self.address = address
        self.passwordFile = passwordFile
        self.heartbeatSeconds = heartbeatSeconds
        self.connectTimeoutSeconds = connectTimeoutSeconds
        self.tls = tls
    }
}

/// TLS toward the broker; peer and host name are verified unless `insecure` says so, which is logged at each start.
package struct TLSConfiguration: Sendable, Hashable {
    package var authorityFile: String?
    /// Certificates that the authority has taken back.
    package var revocationFile: String?
    package var certificateFile: String?
    package var keyFile: String?
    package var keyPasswordFile: String?
    package var serverName: String?
    package var insecure: Bool

    package init(
        authorityFile: String? = nil,
        revocationFile: String? = nil,
        certificateFile: String? = nil,
        keyFile: String? = nil,
        keyPasswordFile: String? = nil,
        serverName: String? = nil,
        insecure: Bool = false
    ) {
        self.authorityFile = authorityFile
        self.revocationFile = revocationFile
        self.certificateFile = certificateFile
        self.keyFile = keyFile
        self.keyPasswordFile = keyPasswordFile
        self.serverName = serverName
        self.insecure = insecure
    }
}

/// One worker: a role, its catalog and its queues.
package struct WorkerConfiguration: Sendable, Hashable {
    package var role: RoleName
    /// Path of the catalog file, resolved against the folder of the configuration file.
    package var catalogPath: String
    /// Where orders come in; those of `urgentOrders` are taken first.
    package var orders: [String]
    package var urgentOrders: [String]
    package var updates: [String]
    /// Where people and other systems ask something of an order.
    package var operations: [String]
    /// Where upstream messages, faults and unreadable messages go.
    package var upstream: Destination?
    ///
    /// Faults for an exchange without routing key are routed by `role.class.CODE`.
    package var fallout: Destination
    /// The queues in which faults end.
    package var falloutQueues: [String]
    package var errors: Destination
    /// Where tickets are asked for; where they are changed and closed, when that is elsewhere.
    package var tickets: Destination?
    package var ticketUpdates: Destination?
    /// EBMHeader Target/ID of messages to the ticket system.
    package var ticketTargetID: String
    /// A request queue -> the queue that requests of urgent orders take instead.
    package var urgentRoutes: [String: String]
    /// Orders of this priority and above are urgent.
    package var urgentFromPriority: Int
    /// EBMHeader Sender/ID.
    package var senderID: String
    /// What else EBMHeader Sender says; `nil` when nothing is configured.
    package var sender: Rare<SenderDetails>?
    /// EBMHeader Target/ID of upstream messages when the order's message named no sender.
    package var upstreamTargetID: String
    /// What else EBMHeader Target of upstream messages says; an order's own address for replies goes before.
    package var upstreamTarget: Rare<TargetDetails>?
    package var prefetch: Int
    /// Deliveries in one transaction at most.
    package var batchLimit: Int
    /// Consumers of each queue, each over a connection of its own.
    package var consumers: Int
    /// Threads that decide side by side; all messages of one order go through the same one, in order of arrival.
    package var concurrency: Int
    /// How long an update waits for its order before it goes to the error queue.
    package var parkedSeconds: Int

    package init(
        role: RoleName,
        catalogPath: String,
        orders: [String],
        urgentOrders: [String] = [],
        updates: [String],
        operations: [String] = [],
        upstream: Destination?,
        fallout: Destination,
        errors: Destination,
        tickets: Destination? = nil,
        ticketUpdates: Destination? = nil,
        ticketTargetID: String = "",
        urgentRoutes: [String: String] = [:],
        urgentFromPriority: Int = 8,
        senderID: String,
        sender: Rare<SenderDetails>? = nil,
        upstreamTargetID: String = "",
        upstreamTarget: Rare<TargetDetails>? = nil,
        prefetch: Int = 256,
        batchLimit: Int = 256,
        consumers: Int = 1,
        concurrency: Int = 1,
        parkedSeconds: Int = 86_400
    ) {
        self.role = role
        self.catalogPath = catalogPath
        self.orders = orders
        self.urgentOrders = urgentOrders
        self.updates = updates
        self.operations = operations
        self.upstream = upstream
        self.fallout = fallout
        falloutQueues = fallout.exchange.isEmpty ? [fallout.routingKey] : []
        self.errors = errors
        self.tickets = tickets
        self.ticketUpdates = ticketUpdates
        self.ticketTargetID = ticketTargetID
        self.urgentRoutes = urgentRoutes
        self.urgentFromPriority = urgentFromPriority
        self.senderID = senderID
        self.sender = sender
        self.upstreamTargetID = upstreamTargetID
        self.upstreamTarget = upstreamTarget
        self.prefetch = prefetch
        self.batchLimit = batchLimit
        self.consumers = consumers
        self.concurrency = concurrency
        self.parkedSeconds = parkedSeconds
    }
}

/// Bounds on what comes in.
package struct StationLimits: Sendable, Hashable {
    package var messageBytes: Int
    package var linesPerOrder: Int
    package var xmlDepth: Int
    /// What the bodies of messages in hand of one consumer may take before it reads no more.
    package var inHandBytes: Int
    /// Orders kept in memory between hops.
    package var cachedOrders: Int
    /// About as much memory they may take together, in MiB.
    package var cachedOrderMegabytes: Int

    package init(
        messageBytes: Int = 4 << 20,
        linesPerOrder: Int = 2_000,
        xmlDepth: Int = 64,
        inHandBytes: Int = 8 << 20,
        cachedOrders: Int = 10_000,
        cachedOrderMegabytes: Int = 64
    ) {
        self.messageBytes = messageBytes
        self.linesPerOrder = linesPerOrder
        self.xmlDepth = xmlDepth
        self.inHandBytes = inHandBytes
        self.cachedOrders = cachedOrders
        self.cachedOrderMegabytes = cachedOrderMegabytes
    }
}

/// When closed orders go that follow each other.
package enum RelatedOrders: String, Sendable, Hashable, CaseIterable {
    /// When all of them are closed and old enough: what led to an order can be looked up as long as the order.
    case together
    /// Each by its own age.
    case apart
}

/// How long is remembered what is done.
package struct RetentionConfiguration: Sendable, Hashable {
    package var inboxDays: Int
    package var closedOrderDays: Int
    /// Failed messages are kept for so long, and no more of them than this.
    package var failedMessageDays: Int
    package var failedMessageMegabytes: Int
    /// What flows of messages did is kept so long, minute by minute.
    package var metricsHours: Int
    /// What becomes of orders that follow each other.
    package var relatedOrders: RelatedOrders
    /// How long is known of orders that are gone who or what removed them; 0 notes nothing of those that retention removes.
    package var auditDays: Int

    package init(
        inboxDays: Int = 14,
        closedOrderDays: Int = 90,
        failedMessageDays: Int = 30,
        failedMessageMegabytes: Int = 256,
        metricsHours: Int = 48,
        relatedOrders: RelatedOrders = .together,
        auditDays: Int = 365
    ) {
        self.metricsHours = metricsHours
        self.relatedOrders = relatedOrders
        self.auditDays = auditDays
        self.inboxDays = inboxDays
        self.closedOrderDays = closedOrderDays
        self.failedMessageDays = failedMessageDays
        self.failedMessageMegabytes = failedMessageMegabytes
    }
}
