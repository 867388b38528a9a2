package import Foundation

/// A place for one station under test: a virtual host of a broker, a store, and the shipped configuration.
package final class StationSite: Sendable {
    package let server: RabbitMQServer
    /// For files of the test; it is removed with the site.
    package let folder: URL
    /// The virtual host's name.
    package let virtualHost: String
    private let keeper: Keeper
    private let executable: URL
    private let configuration: String

    /// Makes one; `changes` are texts of the shipped configuration and what takes their place.
    package init(_ server: RabbitMQServer, _ purpose: String, changes: [(String, String)] = []) throws {
        self.server = server
        folder = try TemporaryFolder.make("site")
        keeper = try Keeper(folder: folder)
        executable = try BuiltProducts.waystation()
        virtualHost = server.uniqueName(purpose)
        let shipped = BuiltProducts.packageFolder.appendingPathComponent("queues.yaml")
        configuration = try Self.configuration(shipped, changes: changes, folder: folder)
        try server.addVirtualHost(virtualHost)
    }

    private static func configuration(
        _ shipped: URL,
        changes: [(String, String)],
        folder: URL
    ) throws -> String {
        guard !changes.isEmpty else { return shipped.path }
        var text = try String(contentsOf: shipped, encoding: .utf8)
        let examples = BuiltProducts.packageFolder.appendingPathComponent("Examples").path
        for (old, new) in changes + [("catalog: Examples", "catalog: \(examples)")] {
            guard text.contains(old) else { throw TestFailure("queues.yaml has no '\(old)'") }
            text = text.replacingOccurrences(of: old, with: new)
        }
        let changed = folder.appendingPathComponent("queues.yaml")
        try text.write(to: changed, atomically: true, encoding: .utf8)
        return changed.path
    }

    /// The broker's address with the virtual host.
    package var brokerURL: String { "\(server.url)/\(virtualHost)" }

    package var environment: [String: String] {
        [
            "WAYSTATION_BROKER": brokerURL,
            "WAYSTATION_STORE": "sqlite:\(folder.path)/waystation.db",
            "WAYSTATION_LOG": "text",
        ]
    }

    /// Starts a command of `waystation` on this site.
    package func start(_ arguments: String...) throws -> ChildProcess { try start(arguments) }

    private func start(
        _ arguments: [String],
        input: Data? = nil,
        store: String? = nil
    ) throws -> ChildProcess {
        try ChildProcess(
            executable,
            arguments + ["--config", configuration],
            environment: environment.merging(store.map { ["WAYSTATION_STORE": $0] } ?? [:]) { $1 },
            input: input
        )
    }

    /// Starts a worker and waits until it consumes.
    package func startWorker(_ arguments: String..., store: String? = nil) async throws -> ChildProcess {
        let worker = try start(["run", "--apply-topology"] + arguments, store: store)
        try await worker.waitForErrors("consuming")
        return worker
    }

    /// Starts the external systems and waits until they are played.
    package func startSystems(_ arguments: String...) async throws -> ChildProcess {
        let systems = try start(["emulate"] + arguments)
        try await systems.waitForErrors("playing the systems")
        return systems
    }

    /// Runs a command of `waystation` to its end, whatever that is.
    package func run(
        _ arguments: String...,
        input: Data? = nil,
        seconds: Double = 60
    ) async throws -> FinishedProcess {
        try await start(arguments, input: input).finished(within: seconds)
    }

    /// Runs a command of `waystation` that must succeed, and gives its standard output.
    @discardableResult
    package func output(_ arguments: String..., seconds: Double = 60) async throws -> String {
        try await output(of: arguments, seconds: seconds)
    }

    func output(of arguments: [String], seconds: Double = 60) async throws -> String {
        let finished = try await start(arguments).finished(within: seconds)
        guard finished.exit == .code(0) else {
            throw TestFailure(
                "waystation \(arguments.joined(separator: " ")): \(finished.exit) \(finished.errors)"
            )
        }
        return finished.output
    }

    /// Runs `rabbitmqctl` on this virtual host.
    @discardableResult
    package func control(_ command: String, _ argument: String? = nil) throws -> String {
        if let argument { return try server.control(command, "--vhost", virtualHost, argument) }
        return try server.control(command, "--vhost", virtualHost)
    }
}
