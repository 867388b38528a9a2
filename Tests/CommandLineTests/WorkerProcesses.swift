import Foundation
import TestSupport
import Testing

extension Commands {
    /// Workers and emulated systems as processes on the embedded broker.
    @Suite("Workers", .serialized)
    struct Workers {}
}

extension CommandSite {
    /// Starts a command that goes on until it is told to end.
    func start(
        _ arguments: [String],
        environment: [String: String] = [:],
        output: FileHandle? = nil
    ) throws -> ChildProcess {
        var all = ["WAYSTATION_BROKER": "embedded:\(brokerPath)", "WAYSTATION_STORE": "sqlite:\(storePath)"]
        all.merge(environment) { $1 }
        return try ChildProcess(
            try BuiltProducts.waystation(),
            arguments + ["--config", config],
            environment: all,
            output: output
        )
    }

    /// Starts a worker and waits until it consumes.
    func startWorker(_ arguments: String..., environment: [String: String] = [:]) async throws -> ChildProcess
    {
        let worker = try start(["run"] + arguments, environment: environment)
        try await worker.waitForErrors("consuming")
        return worker
    }

    /// Starts the external systems and waits until they are played.
    func startSystems(_ arguments: String...) async throws -> ChildProcess {
        let systems = try start(["emulate"] + arguments)
        try await systems.waitForErrors("playing the systems")
        return systems
    }

    func statistics(environment: [String: String] = [:]) async throws -> StatisticsOutput {
        let finished = try await run(["stats", "--json"], environment: environment)
        return try JSONDecoder().decode(StatisticsOutput.self, from: Data(finished.output.utf8))
    }

    func orders(_ role: String, environment: [String: String] = [:]) async throws -> [OrderSummary] {
        let finished = try await run(
            ["orders", "--json", "--limit", "1000", "--role", role],
            environment: environment
        )
        return try JSONDecoder().decode([OrderSummary].self, from: Data(finished.output.utf8))
    }

    /// Waits until so many orders of the role are completed.
    func waitForCompletion(
        of count: Int,
        role: String = "COM",
        environment: [String: String] = [:]
    ) async throws {
        var last: [OrderSummary] = []
        try await eventually(
            "\(count) completed orders of \(role); there are \(last.map { "\($0.key) \($0.state)" })",
            seconds: 120,
            every: 0.25
        ) {
            last = try await orders(role, environment: environment)
            return last.count { $0.state == "Completed" } >= count
        }
    }

    /// Ends a process as a service manager would, and expects that it ends well.
    func stop(_ process: ChildProcess, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        process.signal(SIGTERM)
        let exit = try await process.exit(within: 40)
        #expect(exit == .code(0), "\(process.errors.suffix(1_000))", sourceLocation: sourceLocation)
    }
}
