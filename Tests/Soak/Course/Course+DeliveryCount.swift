import Broker
import Foundation
import TestSupport
import Workload

/// B6: workers die over the same messages, and the broker counts a delivery of each of them every time.
extension Course {
    /// The limit of the policy that shows that deaths are counted.
    static let limitedDeliveries = 3
    private static let ordersBeyondLimit = 10

    /// Nothing is ever decided; with the limit that is shipped no message may be put aside for the deaths of workers.
    func dieOnDelivery(_ number: Int) async throws {
        if number == 0 {
            try await seeLimitOfDeliveries()
            site.generator.burst(options.isQuick ? 30 : 100)
        }
        let before = site.proxy.counts.redeliveries
        if try await killOnDelivery(site) { noteHit(.delivered) }
        if number > 0 {
            try await eventually("messages that were handed to a dead worker", seconds: 10, every: 0.01) {
                site.proxy.counts.redeliveries > before
            }
        }
        guard number == options.rounds(fault) - 1 else { return }
        try await startAndRecover()
    }

    /// The same deaths over the same queues, in a virtual host whose policy has the limit: all messages are put aside.
    ///
    /// Of a policy and the argument of a queue the lower limit counts. Were it not so, the rounds would show nothing.
    private func seeLimitOfDeliveries() async throws {
        let host = "\(fault.rawValue)-limited"
        try site.server.prepareForSoak(virtualHosts: [host])
        try site.server.control(
            "set_policy",
            "--vhost",
            host,
            "limit",
            ".*",
            "{\"delivery-limit\": \(Self.limitedDeliveries)}"
        )
        try await seeAllPutAside(host)
        try site.server.control("delete_vhost", host)
    }

    private func seeAllPutAside(_ host: String) async throws {
        var setup = SoakSite.Setup(
            load: options.load,
            heartbeatSeconds: options.heartbeatSeconds,
            seed: options.seed
        )
        setup.usesShim = true
        let limited = try SoakSite(
            site.server,
            name: host,
            folder: site.folder.deletingLastPathComponent(),
            setup: setup
        )
        defer { limited.close() }
        limited.generator.burst(Self.ordersBeyondLimit)
        try await eventually("orders in the queue", seconds: 30) { limited.generator.unconfirmed == 0 }
        for _ in 0..<Self.limitedDeliveries { try await killOnDelivery(limited) }
        if limited.sink.errors > 0 {
            noteProblem("messages were put aside after \(Self.limitedDeliveries) deliveries already")
        }
        try await killOnDelivery(limited)
        let now = Moment.wall()
        let sent = Set(
            (0..<Self.ordersBeyondLimit).map {
                limited.stream.message($0, now: now).properties.messageID ?? ""
            }
        )
        try await eventually("all messages to be put aside after one delivery more", seconds: 30) {
            limited.sink.errorIDs == sent
        }
    }

    /// A worker that dies when the first delivery has been read; false when it ended otherwise, which is noted.
    @discardableResult
    private func killOnDelivery(_ site: SoakSite) async throws -> Bool {
        site.shim.arm(.delivered, passing: 1)
        defer { site.shim.disarm() }
        try site.worker.start()
        try await eventually("the death of the worker", seconds: 30, every: 0.01) { !site.worker.isRunning }
        let exit = try await site.worker.exit(within: 5)
        if exit == .signal(SIGKILL), site.shim.hit == .delivered { return true }
        noteProblem("the worker ended with \(exit) before a delivery: \(site.worker.log.suffix(1_000))")
        return false
    }
}
