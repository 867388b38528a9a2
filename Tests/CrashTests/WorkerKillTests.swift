import Foundation
import RabbitMQ
import TestSupport
import Testing

/// Kills without warning, at moments that come from a seed, while orders come in.
@Suite(
    "Crashes",
    .serialized,
    .enabled(if: RabbitMQServer.canRun, "needs RabbitMQ: apt-get install rabbitmq-server"),
    .timeLimit(Patience.minutes(5))
)
struct WorkerKillTests {
    /// The moments of the kills; other ones with `WAYSTATION_CRASH_SEED`.
    private static let seed = number("WAYSTATION_CRASH_SEED") ?? 20_251_121
    /// How often a worker is killed at least; more often with `WAYSTATION_CRASH_KILLS`.
    private static let kills = Int(number("WAYSTATION_CRASH_KILLS") ?? 14)

    /// What is killed over and over.
    struct Course: Sendable, CustomTestStringConvertible {
        /// Threads that decide side by side.
        var concurrency: Int
        var orders: Int
        var ordersPerSecond: Int

        var testDescription: String { "\(orders) orders, \(concurrency) deciders" }
    }

    private static let courses = [
        Course(concurrency: 1, orders: max(200, kills * 14), ordersPerSecond: 12),
        Course(concurrency: 4, orders: 90, ordersPerSecond: 9),
    ]

    private static func number(_ variable: String) -> UInt64? {
        ProcessInfo.processInfo.environment[variable].flatMap { UInt64($0) }
    }

    @Test(
        "A worker killed over and over: every order completes, no system is asked twice, the store verifies",
        arguments: courses
    )
    func workerKilled(course: Course) async throws {
        let site = try StationSite(
            try .shared(),
            "kill",
            changes: [("concurrency: 1", "concurrency: \(course.concurrency)")]
        )
        try await site.output("topology", "apply")
        let broker = try RabbitMQBroker(address: try RabbitMQAddress(url: site.brokerURL), jitterSeed: 1)
        let trace = try PublicationTrace(site, broker: broker)
        let systems = try await site.startSystems("--duplicate-per-mille", "50")
        // Among them one of 16 lines in nested bundles.
        let feed = try site.start(
            "submit",
            BuiltProducts.order("mobile.xml").path,
            BuiltProducts.order("qualify.xml").path,
            BuiltProducts.order("triple-play.xml").path,
            "--generate",
            "\(course.orders)",
            "--rate",
            // Lives are as many times longer.
            "\(max(1, course.ordersPerSecond / Int(Patience.factor)))",
            "--seed",
            "\(Self.seed)"
        )
        var chance = SeededRandom(seed: Self.seed)
        var progress: [Int] = []
        // Orders come in until the last kill but one; the last finds all of them sent, and not all done.
        var isFeeding = true
        while isFeeding || progress.count < Self.kills {
            isFeeding = feed.isRunning
            let worker = try site.start("run")
            await pause(seconds: Double.random(in: 0.1...1.4, using: &chance) * Patience.factor)
            worker.signal(SIGKILL)
            #expect(try await worker.exit(within: 10) == .signal(SIGKILL))
            progress.append(trace.requests.count)
        }
        #expect(!feed.isRunning)
        // Without work before, between and after the kills they would prove nothing.
        #expect(Set(progress).count > progress.count / 3, "seed \(Self.seed): \(progress)")
        let worker = try await site.startWorker()
        #expect(try await feed.exit(within: 90) == .code(0), "\(feed.errors)")
        try await site.waitForCompletion(of: course.orders, seconds: 150)

        let statistics = try await site.statistics()
        let requests = trace.requests
        #expect(statistics.errorsOfMessages == [:], "seed \(Self.seed)")
        #expect(statistics.open == 0 && statistics.outboxPending == 0 && statistics.parked == 0)
        for (request, ids) in requests {
            #expect(
                Set(ids).count == 1 && !request.component.isEmpty,
                "seed \(Self.seed): \(request) was asked by \(ids)"
            )
        }
        let components = try await site.orders().map(\.components.total).reduce(0, +)
        #expect(requests.count == components, "seed \(Self.seed): components and requests differ")
        #expect(progress.count { $0 < components } > 4, "most was done before the kills: \(progress)")
        let verified = try await site.run("verify")
        #expect(verified.exit == .code(0), "\(verified.output)")
        let repeated = requests.values.count { $0.count > 1 }
        print(
            "crash test: \(progress.count) kills, \(statistics.hops) hops, \(components) components, "
                + "\(repeated) requests published again with the same id, \(statistics.duplicates) duplicates taken"
        )
        for process in [systems, worker] {
            process.signal(SIGTERM)
            #expect(try await process.exit(within: 40) == .code(0))
        }
    }

    @Test(
        "A broker node killed and started again while orders flow: every order completes, the store verifies"
    )
    func brokerKilled() async throws {
        let server = try RabbitMQServer()
        let site = try StationSite(server, "broker-kill")
        let worker = try await site.startWorker()
        let systems = try await site.startSystems()
        let broker = try RabbitMQBroker(address: try RabbitMQAddress(url: site.brokerURL), jitterSeed: 1)
        let trace = try PublicationTrace(site, broker: broker)
        // It takes seconds, in which the orders would go on.
        try server.saveRegister()
        let feed = try site.start(
            "submit",
            BuiltProducts.order("mobile.xml").path,
            "--generate",
            "150",
            "--rate",
            "15",
            "--seed",
            "2",
            "--timeout-seconds",
            "60"
        )
        // Looked at from within this process: to start another one may take longer than all orders do.
        try await eventually("orders under way") { trace.requests.count > 40 }
        try server.kill(savingRegister: false)
        #expect(try await site.statistics().completed < 300)
        try server.start()
        #expect(try await feed.exit(within: 90) == .code(0), "\(feed.errors)")
        try await site.waitForCompletion(of: 150)
        let statistics = try await site.statistics()
        #expect(statistics.errorsOfMessages == [:])
        #expect(statistics.open == 0 && statistics.outboxPending == 0)
        #expect(try await site.run("verify").exit == .code(0))
        for process in [systems, worker] {
            process.signal(SIGTERM)
            #expect(try await process.exit(within: 40) == .code(0))
        }
    }
}
