import Catalog
import Foundation
import Station
import Store
import TestSupport
import Workload

/// How long an order takes: at a steady rate, and alone on an idle station.
struct LatencyFlow {
    let site: BenchSite

    /// Orders at a steady rate, whether the station keeps up or not.
    func atRate(_ ordersPerSecond: Double, seconds: Double) async throws -> LatencyFigures {
        let station = try await StationUnderTest(site: site, store: "latency")
        let world = try World(site: site, stream: try site.files.orders())
        defer { world.close() }
        try await eventually("the world to be connected", seconds: 30) { world.isConnected }
        let count = max(10, Int(ordersPerSecond * seconds))
        let orders = world.orders(count)
        let start = Machine.nanoseconds()
        var sent = 0
        while sent < count {
            let due = min(count, Int(Machine.seconds(since: start) * ordersPerSecond) + 1)
            for order in orders[sent..<due] { world.submit([order]) }
            sent = due
            await pause(seconds: 0.002)
        }
        try await eventually("all orders to be complete", seconds: 120, every: 0.01) {
            world.counts.completed >= count || world.problem != nil
        }
        if let problem = world.problem { throw BenchProblem(problem) }
        let latencies = world.latencies
        try await station.stop()
        try site.removeStore("latency")
        return LatencyFigures(
            ordersPerSecond: ordersPerSecond,
            toFirstRequest: Quantiles(latencies.firstRequest[0]),
            toFirstRequestOfSecondRole: Quantiles(latencies.firstRequest[1]),
            toCompletion: Quantiles(latencies.completion)
        )
    }

    /// One order at a time, each sent when the station has long been idle, from its sending to the arrival of the
    /// provisioning order that it leads to: one hop of COM.
    ///
    /// The order is a qualification, which asks for provisioning at once; nobody else takes provisioning orders here.
    func alone(times: Int) async throws -> LoneFigures {
        let station = try await StationUnderTest(site: site, store: "alone", roles: ["COM"])
        let roles = site.files.roles
        let provisioning = roles.dropFirst().flatMap(\.configuration.orders)
        let world = try World(
            site: site,
            stream: try site.files.orders("qualify.xml"),
            watched: provisioning
        )
        defer { world.close() }
        try await eventually("the world to be connected", seconds: 30) { world.isConnected }
        var syncs = try Machine.syncMilliseconds(folder: site.folder)
        let warmUp = 5
        for (number, order) in world.orders(times + warmUp).enumerated() {
            world.submit([order])
            try await eventually("the provisioning order", seconds: 30, every: 0.002) {
                world.counts.requests > number || world.problem != nil
            }
            if let problem = world.problem { throw BenchProblem(problem) }
            await pause(seconds: 0.05)
        }
        syncs += try Machine.syncMilliseconds(folder: site.folder)
        let times = Array(world.latencies.firstRequest[0].dropFirst(warmUp))
        try await station.stop()
        try site.removeStore("alone")
        let sync = Quantiles(syncs)
        let latency = Quantiles(times)
        return LoneFigures(toFirstProvisioningOrder: latency, sync: sync, limitMilliseconds: 3 * sync.p50 + 5)
    }
}
