import Foundation
import SQLiteStore
import Store
import Synchronization
import TestSupport

/// The real `waystation run`, in a process of its own, with a store of its own.
final class StationUnderTest: Sendable {
    private let process: ChildProcess
    private let storePath: String
    private let reader = Mutex<SQLiteReader?>(nil)

    /// Starts it and waits until it consumes.
    convenience init(site: BenchSite, store name: String, roles: [String] = []) async throws {
        try self.init(starting: site, store: name, roles: roles)
        try await process.waitForErrors("consuming", seconds: 120)
    }

    /// Starts it.
    init(starting site: BenchSite, store name: String, roles: [String] = []) throws {
        storePath = site.storePath(name)
        process = try ChildProcess(
            try BuiltProducts.waystation(),
            ["run", "--apply-topology", "--config", site.configuration.path]
                + roles.flatMap { ["--role", $0] },
            environment: [
                "WAYSTATION_BROKER": site.server.url, "WAYSTATION_STORE": "sqlite:\(storePath)",
                "WAYSTATION_LOG": "text",
            ]
        )
    }

    /// What it has committed so far.
    func progress() throws -> StoreProgress {
        try reader.withLock { reader in
            let open = try reader ?? SQLiteReader.open(path: storePath)
            reader = open
            return try open.progress()
        }
    }

    func processorTime() -> ProcessorTime { ProcessorTime(process: process.identifier) }

    var peakMegabytes: Double { Double(Machine.peakKilobytes(process: process.identifier)) / 1_024 }

    /// Stops it where it stands.
    func freeze() { process.signal(SIGSTOP) }

    /// Lets it go on.
    func thaw() { process.signal(SIGCONT) }

    /// Has it drain and end.
    func stop() async throws {
        process.signal(SIGCONT)
        process.signal(SIGTERM)
        guard try await process.exit(within: 60) == .code(0) else {
            throw BenchProblem("the station did not end well: \(process.errors.suffix(2_000))")
        }
    }

    /// Waits until so many hops are done, nothing changes any more and nothing is owed.
    ///
    /// - Returns: What was reached, with the moment and the processor time at which it was.
    func quiet(
        hopsAtLeast: Int = 0,
        stillSeconds: Double,
        deadlineSeconds: Double,
        broker: () throws -> ProcessorTime
    ) async throws -> Reached {
        var last = Reached(progress: try progress(), own: processorTime(), broker: try broker())
        let start = Machine.nanoseconds()
        while true {
            await pause(seconds: 0.005)
            let now = try progress()
            if now != last.progress {
                last = Reached(progress: now, own: processorTime(), broker: try broker())
            } else if last.progress.hops >= hopsAtLeast, last.progress.outboxPending == 0,
                Machine.seconds(since: last.nanoseconds) > stillSeconds
            {
                return last
            }
            guard Machine.seconds(since: start) < deadlineSeconds else {
                throw BenchProblem("the station was not done within \(deadlineSeconds) s: \(last.progress)")
            }
            guard process.isRunning else {
                throw BenchProblem("the station ended: \(process.errors.suffix(2_000))")
            }
        }
    }

    /// A state of the station, and when it was reached at what cost.
    struct Reached: Sendable {
        var progress: StoreProgress
        var nanoseconds = Machine.nanoseconds()
        var own: ProcessorTime
        var broker: ProcessorTime
    }
}
