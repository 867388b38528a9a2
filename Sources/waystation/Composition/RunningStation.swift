import Broker
import Catalog
import Dispatch
import Foundation
import Logging
import Orders
import SQLiteStore
import Station
import Store

/// A station with its real parts: what `run` and `try` start.
final class RunningStation: Sendable {
    let station: Station
    let broker: any Broker
    private let loaded: StationConfiguration
    private let store: StoreAddress
    private let roles: [RoleRuntime]
    private let logger: Logger
    private let notification = ServiceNotification(environment: ProcessInfo.processInfo.environment)
    /// Signaled with every stop that is asked for.
    private let stopAsked = DispatchSemaphore(value: 0)

    private static let topologyRetrySeconds = 2.0

    init(loaded: LoadedStation, logLevel: Logger.Level) throws {
        let format: LineLogHandler.Format = loaded.configuration.logFormat == .json ? .json : .text
        logger = Logger(label: "waystation") { LineLogHandler(label: $0, format: format, level: logLevel) }
        self.loaded = loaded.configuration
        roles = loaded.roles
        store = try StoreAddress(loaded.configuration.storeAddress)
        broker = try loaded.configuration.broker.open()
        if loaded.configuration.broker.tls?.insecure == true {
            logger.warning("broker.tls.insecure is set: nobody checks that the broker is the right one")
        }
        station = Station(
            configuration: loaded.configuration,
            roles: loaded.roles,
            broker: broker,
            clock: SystemClock(),
            ids: UniqueIDs(),
            logger: logger
        )
    }

    /// Begins to drain; the service manager hears of it at once, not when all is over.
    func stop() {
        notification.send("STOPPING=1")
        station.stop()
        stopAsked.signal()
    }

    /// Declares the topology; a broker that is not there yet is waited for, visibly.
    ///
    /// - Returns: Whether it is declared; `false` when a stop was asked for before.
    func applyTopologyWhenReachable() throws -> Bool {
        while true {
            do {
                try broker.apply(loaded.topology)
                return true
            } catch {
                guard error.isRetryable, error.code == .unreachable || error.code == .connectionLost else {
                    throw error
                }
                logger.warning("the topology is not declared yet: \(error.explanation)")
                if stopAsked.wait(timeout: .now() + Self.topologyRetrySeconds) == .success {
                    logger.info("station stopped before the topology was declared")
                    return false
                }
            }
        }
    }

    /// Workers with stores of their own that take from the same queues have half of each order's messages each.
    private func tellOfOtherWorkers() {
        let queues = roles.flatMap(\.queues)
        // A broker that does not answer now is told of elsewhere.
        guard let levels = try? broker.levels(of: queues) else { return }
        for role in roles {
            let others = levels.filter {
                role.queues.contains($0.queue) && ($0.consumers ?? 0) > role.configuration.consumers
            }
            guard let other = others.first else { continue }
            logger.error(
                """
                somebody else takes messages of \(role.role), too: \(other.queue) has \(other.consumers ?? 0) consumers, and \
                \(role.configuration.consumers) of them here. Only one worker may have a role, as each store knows its own \
                orders alone: stop the other one
                """,
                metadata: ["role": "\(role.role)", "queue.name": "\(other.queue)"]
            )
        }
    }

    /// Blocks until the station has drained.
    func run() throws {
        let opened = try store.open(roles: roles.map(\.role))
        var awaited: Set<OrderID> = []
        let reader = try store.openReader()
        var last: Int64 = 0
        while case let parked = try reader.parked(after: last, limit: 1_000), let end = parked.last {
            awaited.formUnion(parked.map(\.order))
            last = end.id
        }
        let watch = StationWatch(status: station.status, notification: notification) { [self] in
            tellOfOtherWorkers()
        }
        notification.send("READY=1\nSTATUS=started")
        defer { watch.stop() }
        do throws(StationFailure) {
            try station.run(store: opened, awaited: awaited)
        } catch {
            // A store that failed has been told of; any other is closed in order.
            if case .broker = error { try opened.close() }
            throw error
        }
        try opened.close()
    }
}
