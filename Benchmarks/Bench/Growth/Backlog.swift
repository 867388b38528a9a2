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

    /// The speed of each part of the backlog, and the memory it took.
    func run() async throws -> [GrowthReport.Rate] {
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
