import Foundation
import Store
import TestSupport
import Workload

/// Many messages that wait when the station starts.
struct Backlog {
    let site: BenchSite
    let messages: Int

    private static let chunk = 1_000
    private static let parts = 5
    private static let store = "backlog"
    /// Of processor time in a second.
    private static let restNanosecondsMax: UInt64 = 50_000_000

    /// The speed of each part of the backlog, and the memory it took; of so many repetitions, each on a broker without
    /// messages, the one in the middle, part by part: neighbors of this machine slow down one part or another.
    func run(repetitions: Int) async throws -> [GrowthReport.Rate] {
        var runs: [[GrowthReport.Rate]] = []
        for repetition in 1...max(1, repetitions) {
            Progress.tell("a backlog of \(messages) messages, run \(repetition)")
            if repetition > 1 { try site.emptyBroker() }
            runs.append(try await run())
        }
        return (0..<Self.parts).map { part in
            let rates = runs.map { $0[part] }
            var middle = rates.sorted { $0.hopsPerSecond < $1.hopsPerSecond }[rates.count / 2]
            middle.peakMegabytes = rates.map(\.peakMegabytes).max() ?? middle.peakMegabytes
            return middle
        }
    }

    private func run() async throws -> [GrowthReport.Rate] {
        // It makes the queues, and ends.
        try await StationUnderTest(site: site, store: Self.store).stop()
        let world = try World(site: site, stream: try site.files.orders("broadband-rio.xml"))
        defer { world.close() }
        try await eventually("the world to be connected", seconds: 30) { world.isConnected }
        world.hold()
        for start in stride(from: 0, to: messages, by: Self.chunk) {
            world.submit(world.orders(min(Self.chunk, messages - start)))
            try await eventually("the backlog to be confirmed", seconds: 60, every: 0.002) {
                world.counts.unconfirmed < Self.chunk
            }
        }
        try await eventually("the backlog to be confirmed", seconds: 60) { world.counts.unconfirmed == 0 }
        try await waitForBrokerAtRest()
        let station = try await StationUnderTest(site: site, store: Self.store)
        var rates: [GrowthReport.Rate] = []
        var (hops, own, start) = (0, station.processorTime(), Machine.nanoseconds())
        for part in 1...Self.parts {
            let goal = messages * part / Self.parts
            try await eventually("part \(part) of the backlog", seconds: 600, every: 0.01) {
                try station.progress().hops >= goal
            }
            let (reached, used, moment) = (
                try station.progress().hops, station.processorTime(), Machine.nanoseconds()
            )
            rates.append(
                GrowthReport.Rate(
                    what: "backlog of \(messages) orders, part \(part) of \(Self.parts)",
                    hopsPerSecond: Double(reached - hops) / (Double(moment - start) / 1_000_000_000),
                    cpuMicrosecondsPerHop: (used - own).microseconds(per: reached - hops),
                    peakMegabytes: station.peakMegabytes
                )
            )
            (hops, own, start) = (reached, used, moment)
        }
        try await station.stop()
        try site.removeStore(Self.store)
        return rates
    }

    /// It goes on writing for a while what it has taken, which is none of the draining.
    private func waitForBrokerAtRest() async throws {
        var last = try site.brokerTime()
        try await eventually("the broker to be at rest", seconds: 120, every: 1) {
            let now = try site.brokerTime()
            defer { last = now }
            return (now - last).nanoseconds < Self.restNanosecondsMax
        }
    }
}
