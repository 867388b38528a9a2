import Foundation
import GRDB
import TestSupport
import Testing

extension Commands.Workers {
    @Test("A service manager hears READY, signs of life, and STOPPING", arguments: ["", "@"])
    func notification(prefix: String) async throws {
        let site = try CommandSite()
        try await site.applyTopology()
        let socket = try NotificationSocket(prefix + Self.socketPath("life"))
        let worker = try await site.startWorker(environment: Self.service(socket))
        try await eventually("READY=1; heard \(socket.assignments)") {
            socket.assignments.contains("READY=1")
        }
        #expect(!socket.assignments.contains("STOPPING=1"))
        // Due every two seconds: an idle worker turns often enough.
        let start = ContinuousClock.now
        let before = socket.assignments.count { $0 == "WATCHDOG=1" }
        try await eventually("signs of life; heard \(socket.assignments)", seconds: 20) {
            socket.assignments.count { $0 == "WATCHDOG=1" } >= before + 3
        }
        #expect(ContinuousClock.now - start < .seconds(8))
        #expect(socket.assignments.contains { $0.hasPrefix("STATUS=ready") }, "\(socket.assignments)")
        try await site.stop(worker)
        #expect(socket.assignments.count { $0 == "STOPPING=1" } == 1)
    }

    @Test("STOPPING is told when draining begins, not when it is over")
    func stoppingComesFirst() async throws {
        let site = try CommandSite()
        try await site.applyTopology()
        let socket = try NotificationSocket(Self.socketPath("drain"))
        let worker = try await site.startWorker(environment: Self.service(socket))
        // Another writer holds the store, so that what is in hand cannot be committed.
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        let holder = try DatabaseQueue(path: site.storePath, configuration: configuration)
        try holder.inDatabase { try $0.beginTransaction(.immediate) }
        try await site.expectSuccess("submit", CommandSite.order("mobile.xml"))
        try await worker.waitForErrors("the store takes nothing")
        worker.signal(SIGTERM)
        try await eventually("STOPPING=1; heard \(socket.assignments)", seconds: 20) {
            socket.assignments.contains("STOPPING=1")
        }
        #expect(worker.isRunning)
        #expect(!worker.errors.contains("drained"))
        try holder.inDatabase { try $0.rollback() }
        #expect(try await worker.exit(within: 60) == .code(0), "\(worker.errors.suffix(1_000))")
        #expect(try await site.orders("COM").map(\.key) == ["MOB-2002"])
    }

    @Test("A worker that waits for the broker to declare the topology ends when it is told to: 0")
    func stopsWhileBrokerIsAway() async throws {
        let site = try CommandSite()
        let worker = try site.start(
            ["run", "--apply-topology"],
            environment: ["WAYSTATION_BROKER": "amqp://guest:guest@127.0.0.1:1/"]
        )
        try await worker.waitForErrors("the topology is not declared yet")
        worker.signal(SIGTERM)
        #expect(try await worker.exit(within: 20) == .code(0), "\(worker.errors.suffix(1_000))")
        #expect(worker.errors.contains("station stopped before the topology was declared"))
    }

    /// Short, as the names of sockets must be.
    private static func socketPath(_ purpose: String) -> String {
        FileManager.default.temporaryDirectory.appending(path: "waystation-\(purpose)-\(getpid())").path
    }

    private static func service(_ socket: NotificationSocket) -> [String: String] {
        ["NOTIFY_SOCKET": socket.address, "WATCHDOG_USEC": "2000000"]
    }
}
