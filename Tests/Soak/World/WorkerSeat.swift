import Broker
import Foundation
import SQLiteStore
import Store
import Synchronization
import TestSupport

/// The place of the worker under test: the shipped `waystation run`, started, killed and watched.
final class WorkerSeat: Sendable {
    private struct State {
        var process: ChildProcess?
        var reader: SQLiteReader?
        var starts = 0
        var kills = 0
        /// Said by workers before the one that runs now.
        var confirmTimeouts = 0
        /// The most of each that a worker had here.
        var peak = Resources()
    }

    /// What a process holds.
    struct Resources: Codable, Sendable, Hashable {
        var megabytes = 0.0
        var descriptors = 0
        var threads = 0
    }

    private let state = Mutex(State())
    private let storePath: String
    private let configuration: String
    private let environment: [String: String]

    init(storePath: String, configuration: String, environment: [String: String]) {
        self.storePath = storePath
        self.configuration = configuration
        self.environment = environment
    }

    var starts: Int { state.withLock { $0.starts } }
    var kills: Int { state.withLock { $0.kills } }
    var isRunning: Bool { process?.isRunning ?? false }
    /// What the worker that runs now, or ran last, has said.
    var log: String { process?.errors ?? "" }
    /// How often workers here have given up a connection because the broker confirmed nothing on it.
    var confirmTimeouts: Int { Self.confirmTimeouts(in: log) + state.withLock { $0.confirmTimeouts } }

    /// A link that is closed before all is confirmed, as draining ends, says the same code and is none of these.
    static func confirmTimeouts(in log: String) -> Int {
        log.split(separator: "\n").count {
            $0.contains("\(BrokerError.Code.confirmTimeout)") && !$0.contains(" has ended: ")
        }
    }

    private var process: ChildProcess? { state.withLock { $0.process } }

    func start(_ arguments: String...) throws {
        let process = try ChildProcess(
            try BuiltProducts.waystation(),
            ["run", "--config", configuration] + arguments,
            environment: environment
        )
        let timeouts = Self.confirmTimeouts(in: log)
        state.withLock { state in
            state.confirmTimeouts += timeouts
            state.process = process
            state.starts += 1
        }
    }

    /// Waits until it consumes.
    func waitUntilConsuming() async throws {
        guard let process else { throw SoakProblem("no worker was started") }
        try await process.waitForErrors("consuming", seconds: 60)
    }

    /// Ends it without warning; gives how it ended, which may have been by itself before.
    @discardableResult
    func kill() async throws -> ChildProcess.Exit {
        guard let process else { throw SoakProblem("no worker was started") }
        // Nobody else keeps the store open, so that the next worker finds it as a crash left it.
        closeReader()
        noteResources()
        process.signal(SIGKILL)
        let exit = try await process.exit(within: 20)
        if exit == .signal(SIGKILL) { state.withLock { $0.kills += 1 } }
        return exit
    }

    func signal(_ number: Int32) { process?.signal(number) }

    /// Waits until it has ended by itself.
    func exit(within seconds: Double) async throws -> ChildProcess.Exit {
        guard let process else { throw SoakProblem("no worker was started") }
        let exit = try await process.exit(within: seconds)
        closeReader()
        return exit
    }

    // MARK: How far it is

    /// Messages worked on, as the store has them; nil when nobody can read it now.
    var hops: Int? { progress?.hops }

    /// The same, once somebody can read it: a store that is busy for a moment is not one without work.
    func hopsRead() async throws -> Int {
        var read: Int?
        try await eventually("a look into the store", seconds: 20, every: 0.01) {
            read = FileManager.default.fileExists(atPath: storePath) ? hops : 0
            return read != nil
        }
        return read ?? 0
    }

    var progress: StoreProgress? {
        state.withLock { state in
            do {
                let reader = try state.reader ?? SQLiteReader.open(path: storePath)
                state.reader = reader
                return try reader.progress()
            } catch {
                // A store that is not there yet, or that a dead worker's successor is just opening.
                state.reader = nil
                return nil
            }
        }
    }

    func closeReader() { state.withLock { $0.reader = nil } }

    /// The size of the store's file; nil without one.
    var storeMegabytes: Double? {
        var status = Foundation.stat()
        guard stat(storePath, &status) == 0 else { return nil }
        return Double(status.st_size) / Double(1 << 20)
    }

    /// What it holds once nothing of it comes or goes: connections are opened and closed one after the other.
    func settledResources() async -> Resources? {
        var last = resources
        for _ in 0..<20 {
            await pause(seconds: 0.5)
            let now = resources
            if now?.descriptors == last?.descriptors, now?.threads == last?.threads { return now }
            last = now
        }
        return last
    }

    /// What it holds now.
    var resources: Resources? {
        guard let process, process.isRunning else { return nil }
        let folder = "/proc/\(process.identifier)"
        // A process that has just ended has nothing to read.
        guard let status = try? String(contentsOfFile: "\(folder)/status", encoding: .utf8),
            let descriptors = try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/fd")
        else { return nil }
        func number(_ name: String) -> Int {
            let line = status.split(separator: "\n").first { $0.hasPrefix("\(name):") }
            return line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) } ?? 0
        }
        return Resources(
            megabytes: Double(number("VmRSS")) / 1_024,
            descriptors: descriptors.count,
            threads: number("Threads")
        )
    }

    /// Remembers what it holds now, if it is more than before.
    func noteResources() {
        guard let now = resources else { return }
        state.withLock { state in
            state.peak.megabytes = max(state.peak.megabytes, now.megabytes)
            state.peak.descriptors = max(state.peak.descriptors, now.descriptors)
            state.peak.threads = max(state.peak.threads, now.threads)
        }
    }

    var peak: Resources { state.withLock { $0.peak } }
}
