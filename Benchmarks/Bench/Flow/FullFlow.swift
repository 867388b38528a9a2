import Broker
import Foundation
import Store
import TestSupport
import Workload

/// The full flow: COM and SOM with the shipped catalogs, orders of 16 and of three lines, all the systems around them.
struct FullFlow {
    let site: BenchSite
    /// Which store and which orders: every run has its own.
    let name: String
    /// The number of the first order in the stream.
    var firstOrder = 0
    var stillSeconds = 0.15
    var deadlineSeconds = 240.0
    private static let silenceSeconds = 2.0

    private func world(_ stream: OrderStream? = nil) async throws -> World {
        let world = try World(site: site, stream: try stream ?? site.files.orders(), first: firstOrder)
        try await eventually("the world to be connected", seconds: 30) { world.isConnected }
        return world
    }

    private func check(_ world: World) throws {
        if let problem = world.problem { throw BenchProblem("\(name): \(problem)") }
    }

    /// The station alone at work: it and the world take turns, and the clock runs during the station's only.
    ///
    /// The queues are full when the clock starts and nobody empties what it publishes, as it is with the peers.
    func inTurns(orders count: Int, stream: OrderStream? = nil) async throws -> RunFigures {
        let station = try await StationUnderTest(site: site, store: name)
        let world = try await world(stream)
        defer { world.close() }
        let orders = world.orders(count)
        world.hold()
        station.freeze()
        world.submit(orders)
        try await eventually("the orders to be confirmed", seconds: 60, every: 0.002) {
            world.counts.unconfirmed == 0
        }
        let before = try station.progress()
        var total = Turn()
        let begun = Machine.nanoseconds()
        while world.counts.completed < count {
            guard Machine.seconds(since: begun) < deadlineSeconds else {
                throw BenchProblem(
                    "of \(count) orders not all were complete after \(deadlineSeconds) s: \(world.counts), "
                        + "\(try station.progress())"
                )
            }
            total.add(try await stationsTurn(station, hopsAtLeast: before.hops + world.counts.sent))
            // What its roles sent each other never comes to the world.
            let amongRoles = total.hops - world.counts.sent
            try await worldsTurn(world, receives: total.published - before.published - amongRoles)
            try check(world)
        }
        station.thaw()
        total.published -= before.published
        let figures = total.figures(name: "waystation-in-turns", station: station, orders: count)
        try await station.stop()
        return figures
    }

    /// What the station did while the clock ran.
    private struct Turn {
        var nanoseconds: UInt64 = 0
        var hops = 0
        var own = ProcessorTime()
        var broker = ProcessorTime()
        /// The counter at the end.
        var published = 0

        mutating func add(_ turn: Turn) {
            nanoseconds += turn.nanoseconds
            hops += turn.hops
            own = own + turn.own
            broker = broker + turn.broker
            published = turn.published
        }

        func figures(name: String, station: StationUnderTest, orders: Int) -> RunFigures {
            let seconds = Double(nanoseconds) / 1_000_000_000
            var figures = RunFigures(
                name: name,
                hops: hops,
                hopsPerSecond: Double(hops) / seconds,
                cpuMicrosecondsPerHop: own.microseconds(per: hops),
                brokerCPUMicrosecondsPerHop: broker.microseconds(per: hops),
                peakMegabytes: station.peakMegabytes
            )
            figures.ordersPerSecond = Double(orders) / seconds
            figures.publishedPerHop = Double(published) / Double(hops)
            figures.cpuMicrosecondsPerHopByThread = own.microsecondsByThread(per: hops)
            return figures
        }
    }

    private func stationsTurn(_ station: StationUnderTest, hopsAtLeast: Int) async throws -> Turn {
        let before = try station.progress()
        let own = station.processorTime()
        let broker = try site.brokerTime()
        let start = Machine.nanoseconds()
        station.thaw()
        let reached = try await station.quiet(
            hopsAtLeast: hopsAtLeast,
            stillSeconds: stillSeconds,
            deadlineSeconds: deadlineSeconds,
            broker: site.brokerTime
        )
        station.freeze()
        var turn = Turn()
        turn.hops = reached.progress.hops - before.hops
        if turn.hops > 0 {
            turn.nanoseconds = reached.nanoseconds - start
            turn.own = reached.own - own
            turn.broker = reached.broker - broker
        }
        turn.published = reached.progress.published
        return turn
    }

    /// All that the station published, so many messages in all, is taken and answered.
    private func worldsTurn(_ world: World, receives expected: Int) async throws {
        world.letGo()
        var (last, changed) = (-1, Machine.nanoseconds())
        try await eventually("all messages to be answered", seconds: 120, every: 0.002) {
            let counts = world.counts
            if counts.received != last { (last, changed) = (counts.received, Machine.nanoseconds()) }
            // A station that was taken for quiet too early has sent less than it seems to have.
            let isOver = counts.received >= expected || Machine.seconds(since: changed) > Self.silenceSeconds
            return isOver && counts.unconfirmed == 0 || world.problem != nil
        }
        world.hold()
        // What was answered while it began to hold goes out with the next turn.
        try await eventually("the last confirms", seconds: 60, every: 0.002) { world.counts.unconfirmed == 0 }
    }

    /// Everything at once on the same machine, with so many orders open at any time.
    func live(orders count: Int, inFlightMax: Int) async throws -> RunFigures {
        let station = try await StationUnderTest(site: site, store: name)
        let world = try await world()
        defer { world.close() }
        let orders = world.orders(count)
        let own = station.processorTime()
        let broker = try site.brokerTime()
        let bench = ProcessorTime(process: getpid())
        let start = Machine.nanoseconds()
        world.submit(orders, inFlightMax: inFlightMax)
        try await eventually("all orders to be complete", seconds: deadlineSeconds, every: 0.005) {
            world.counts.completed >= count || world.problem != nil
        }
        let seconds = Machine.seconds(since: start)
        let hops = try station.progress().hops
        try check(world)
        let used = station.processorTime() - own
        let brokerUsed = try site.brokerTime() - broker
        let benchUsed = ProcessorTime(process: getpid()) - bench
        let reached = try await station.quiet(stillSeconds: 0.3, deadlineSeconds: 30, broker: site.brokerTime)
        let counts = world.counts
        var figures = RunFigures(
            name: "waystation",
            hops: hops,
            hopsPerSecond: Double(hops) / seconds,
            cpuMicrosecondsPerHop: used.microseconds(per: hops),
            brokerCPUMicrosecondsPerHop: brokerUsed.microseconds(per: hops),
            peakMegabytes: station.peakMegabytes
        )
        figures.ordersPerSecond = Double(count) / seconds
        figures.publishedPerHop = Double(reached.progress.published) / Double(reached.progress.hops)
        figures.cpuMicrosecondsPerHopByThread = used.microsecondsByThread(per: hops)
        figures.surroundingsCPUMicrosecondsPerHop = benchUsed.microseconds(per: hops)
        let messages = reached.progress.published + counts.sent
        figures.brokerMessagesPerHop = Double(messages) / Double(reached.progress.hops)
        // All connections of this run, and no others, are open now.
        figures.bytesPerMessage = Double(try site.bytesReceivedByBroker()) / Double(max(1, messages))
        figures.answeredFromTemplate = world.answers.fromTemplate
        figures.answeredByEmulation = world.answers.fromEmulation
        try await station.stop()
        guard figures.publishedPerHop ?? 0 >= 1 else {
            throw BenchProblem("\(name): fewer messages were published than hops counted; these are no hops")
        }
        return figures
    }
}
