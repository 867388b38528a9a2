import Broker
import Foundation
import Orders
import SQLiteStore
import Station
import Store
import TestSupport
import Workload

/// A store with many orders, and how the station does on it.
struct FullStore {
    let site: BenchSite
    let name: String
    let closed: Int
    let open: Int

    /// Numbers far from those of the orders that are sent.
    private static let firstClosed = 100_000_000
    private static let firstOpen = 200_000_000
    /// Journal rows of a closed order: a whole one has 14 on average, and would fill the disk rather than the tree.
    private static let journalRows = 4

    /// Fills it.
    ///
    /// - Returns: An update for the last of the open orders.
    func fill() throws -> (queue: String, message: Message) {
        let store = try SQLiteStore.open(path: site.storePath(name), clock: BenchClock())
        let flow = RecordedFlow(roles: site.files.roles)
        let now = BenchClock().now()
        let small = try site.files.orders("broadband-rio.xml")
        let filling = StoreFilling(store: store, flow: flow, stream: small, now: now)
        try filling.addClosed(closed, first: Self.firstClosed, journalRows: Self.journalRows)
        let sent = try filling.addOpen(open, first: Self.firstOpen)
        try store.close()
        for role in site.files.roles {
            let systems = EmulatedSystems(role: role, options: EmulationOptions())
            for outgoing in sent where systems.queues.contains(outgoing.destination.routingKey) {
                let delivery = Delivery(
                    tag: DeliveryTag(epoch: 1, number: 1),
                    queue: outgoing.destination.routingKey,
                    message: outgoing.message
                )
                guard let reply = try systems.answer(delivery, now: now).replies.first else { continue }
                return (reply.destination.routingKey, reply.message)
            }
        }
        throw BenchProblem("the open orders asked no system")
    }

    var megabytes: Double {
        let attributes = try? FileManager.default.attributesOfItem(atPath: site.storePath(name))
        // A file that is not there has no size.
        return Double((attributes?[.size] as? Int) ?? 0) / 1_048_576
    }

    /// Seconds from the start of the process to its first committed hop: the update of an open order, which then goes on
    /// to its end.
    func secondsToFirstHop(_ update: (queue: String, message: Message)) async throws -> Double {
        let reader = try SQLiteReader.open(path: site.storePath(name))
        let before = try reader.progress().hops
        let world = try World(site: site, stream: try site.files.orders("broadband-rio.xml"))
        defer { world.close() }
        try await eventually("the world to be connected", seconds: 30) { world.isConnected }
        world.send(update.message, to: update.queue)
        try await eventually("the update to be confirmed", seconds: 30) { world.counts.unconfirmed == 0 }
        let start = Machine.nanoseconds()
        let station = try StationUnderTest(starting: site, store: name)
        try await eventually("the first hop", seconds: 120, every: 0.002) {
            try reader.progress().hops > before
        }
        let seconds = Machine.seconds(since: start)
        try await eventually("the order to be complete", seconds: 60) {
            world.counts.completed > 0 || world.problem != nil
        }
        if let problem = world.problem { throw BenchProblem(problem) }
        try await station.stop()
        return seconds
    }
}

/// The machine's clock.
struct BenchClock: WallClock {
    func now() -> Timestamp { Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000)) }
}
