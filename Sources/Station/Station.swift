package import Broker
package import Catalog
package import Logging
package import Orders
package import Store

/// The running station: consumer links, one engine on a thread of its own, one publisher link.
///
/// `run` is the engine's thread: it blocks until the station was told to stop and has drained, or cannot go on.
package final class Station: Sendable {
    package let status = StationStatus()
    private let configuration: StationConfiguration
    private let roles: [RoleRuntime]
    private let broker: any Broker
    private let clock: any WallClock
    private let ids: any IDSource
    private let logger: Logger
    private let mailbox = Mailbox<StationEvent>()

    package init(
        configuration: StationConfiguration,
        roles: [RoleRuntime],
        broker: any Broker,
        clock: any WallClock,
        ids: any IDSource,
        logger: Logger
    ) {
        self.configuration = configuration
        self.roles = roles
        self.broker = broker
        self.clock = clock
        self.ids = ids
        self.logger = logger
    }

    /// Asks the station to drain and stop; may come from any thread, more than once.
    package func stop() { mailbox.post(.stop) }

    /// Works until it was stopped.
    ///
    /// - Parameters:
    ///   - store: Written by this thread alone from now on.
    ///   - awaited: Orders for which the store holds parked messages.
    /// - Throws: ``StoreError`` when the store cannot go on; what was not committed returns to its queues.
    package func run(store: any Store, awaited: Set<OrderID>) throws(StoreError) {
        let engine = try HopEngine(
            roles: roles,
            store: store,
            clock: clock,
            ids: ids,
            limits: configuration.limits,
            awaited: awaited
        )
        var links: [ConsumerSlot] = []
        for (index, role) in roles.enumerated() {
            for number in 1...max(1, role.configuration.concurrency) {
                let link = links.count
                let mailbox = mailbox
                let consumer = broker.openConsumer(
                    ConsumerConfiguration(
                        name: "waystation \(role.role) consumer \(number)",
                        queues: role.queues,
                        prefetch: UInt16(clamping: role.configuration.prefetch),
                        messageBytesMax: configuration.limits.messageBytes
                    )
                ) { mailbox.post(.consumer(link: link, $0)) }
                links.append(ConsumerSlot(role: index, link: consumer))
            }
        }
        let mailbox = mailbox
        let publisher = broker.openPublisher(PublisherConfiguration(name: "waystation publisher")) {
            mailbox.post(.publisher($0))
        }
        status.update { $0.consumersTotal = links.count }
        logger.info(
            "station started",
            metadata: [
                "roles": "\(roles.map(\.role.rawValue).joined(separator: ","))",
                "broker": "\(broker.summary)",
            ]
        )
        var loop = StationLoop(
            engine: engine,
            store: store,
            relay: OutboxRelay(newest: engine.newestOutboxID),
            links: links,
            publisher: publisher,
            mailbox: mailbox,
            configuration: configuration,
            roles: roles,
            clock: clock,
            status: status,
            log: StationLog(logger: logger)
        )
        do throws(StoreError) {
            try loop.runUntilStopped()
        } catch {
            // Nothing more can be committed: what is unacknowledged returns to its queues.
            for slot in links { slot.link.close() }
            publisher.close(deadlineSeconds: 0)
            throw error
        }
        logger.info("station stopped", metadata: ["hops": "\(status.current.hops)"])
    }
}

/// One consumer link, and what the engine's thread knows of it.
struct ConsumerSlot {
    var role: Int
    var link: any ConsumerLink
    var isConnected = false
    var isPaused = false
    var isClosed = false
    /// Deliveries of an older epoch than this come again by themselves.
    var epoch: UInt64 = 0

    init(role: Int, link: any ConsumerLink) {
        self.role = role
        self.link = link
    }
}
