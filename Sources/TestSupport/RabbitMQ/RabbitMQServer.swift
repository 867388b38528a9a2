import Foundation
import Synchronization

/// A real RabbitMQ node for tests: on loopback, on free ports, with its own name, data, cookie and port mapper.
///
/// A keeper process ends it and removes its folder when the test process ends, however that ends.
package final class RabbitMQServer: Sendable {
    private struct State {
        var isRunning = false
        var names = 0
    }

    private static let startSecondsMax = 90.0

    private let installation: RabbitMQInstallation
    private let folder: URL
    private let environment: [String: String]
    /// What the node has beside, and the programs that control it have not.
    private let nodeEnvironment: [String: String]
    private let nodeName: String
    private let state = Mutex(State())
    private let keeper: Keeper
    package let port: UInt16
    /// The port for `amqps`; nil without TLS.
    package let tlsPort: UInt16?

    /// Whether a node can be started here; with `CI` set, a missing broker is a failure and not a skip.
    package static let canRun =
        RabbitMQInstallation.find() != nil || ProcessInfo.processInfo.environment["CI"] != nil

    private static let sharedServer = Result { try RabbitMQServer() }

    /// The node that all tests of this process share: do not stop it, and use names of your own.
    package static func shared() throws -> RabbitMQServer { try sharedServer.get() }

    /// Starts a node of one's own; it is stopped when nobody holds it any more.
    ///
    /// With `tls` it shows the certificate of that name, and demands one of its clients. `nodeEnvironment` is for the node
    /// alone.
    package init(
        tls: TestCertificates? = nil,
        certificate: String = "server",
        nodeEnvironment: [String: String] = [:]
    ) throws {
        guard let installation = RabbitMQInstallation.find() else {
            throw TestFailure("RabbitMQ is not installed (apt-get install rabbitmq-server)")
        }
        self.installation = installation
        self.nodeEnvironment = nodeEnvironment
        folder = try TemporaryFolder.make("rabbitmq")
        let ports = try FreePorts.take(4)
        port = ports[0]
        tlsPort = tls == nil ? nil : ports[3]
        nodeName = "waystation\(ports[0])@localhost"
        environment = Self.environment(
            folder: folder.path,
            nodeName: nodeName,
            mapperPort: ports[1],
            distributionPort: ports[2]
        )
        keeper = try Keeper(folder: folder, processFiles: ["node.pid", "mapper.pid"])
        try Self.writeConfiguration(
            folder: folder,
            port: port,
            tlsPort: tlsPort,
            tls: tls,
            certificate: certificate
        )
        try startMapper(port: ports[1])
        try start()
    }

    /// The address with the user that RabbitMQ makes for loopback.
    package var url: String { "amqp://guest:guest@127.0.0.1:\(port)" }
    package var tlsURL: String { "amqps://guest:guest@localhost:\(tlsPort ?? 0)" }

    /// Makes a virtual host, which the user of ``url`` may do everything in.
    package func addVirtualHost(_ name: String) throws {
        try control("add_vhost", name)
        try control("set_permissions", "--vhost", name, "guest", ".*", ".*", ".*")
    }

    /// A name for a queue or exchange that no other test uses.
    package func uniqueName(_ purpose: String) -> String {
        let number = state.withLock { state in
            state.names += 1
            return state.names
        }
        return "\(purpose)-\(number)"
    }

    /// Starts the node and waits until it takes connections; does nothing when it runs.
    package func start() throws {
        guard !state.withLock({ $0.isRunning }) else { return }
        let process = Process()
        process.executableURL = installation.tool("rabbitmq-server")
        process.environment = environment.merging(nodeEnvironment) { $1 }
        process.standardInput = FileHandle.nullDevice
        let log = folder.appendingPathComponent("output.log")
        try Data().write(to: log)
        let output = try FileHandle(forWritingTo: log)
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let isUp = try Patience.wait(seconds: Self.startSecondsMax) {
            guard process.isRunning else {
                throw TestFailure(
                    "RabbitMQ ended: \(try String(contentsOf: log, encoding: .utf8).suffix(2000))"
                )
            }
            // It listens a moment before it counts as running, and then refuses commands.
            let told = try String(contentsOf: log, encoding: .utf8)
            return told.contains("completed with") && FreePorts.isListening(port)
                && tlsPort.map(FreePorts.isListening) ?? true
        }
        guard isUp else { throw TestFailure("RabbitMQ did not start within \(Self.startSecondsMax) s") }
        state.withLock { $0.isRunning = true }
    }

    /// Ends the node at once, without a goodbye.
    ///
    /// RabbitMQ 3.10 writes the register of its quorum queues a moment late: a queue declared shortly before a crash
    /// comes back empty and without a leader. That is not what these tests are about, so the register is written first,
    /// unless it was written since the last queue was declared.
    package func kill(savingRegister: Bool = true) throws {
        if savingRegister { try saveRegister() }
        try signal(SIGKILL)
        state.withLock { $0.isRunning = false }
        guard Patience.wait(seconds: 10, until: { !FreePorts.isListening(port) }) else {
            throw TestFailure("RabbitMQ still listens after it was killed")
        }
    }

    /// Has RabbitMQ write which quorum queues there are.
    package func saveRegister() throws {
        try control("eval", "[dets:sync(Table) || Table <- dets:all()].")
    }

    /// Freezes the node: it keeps its sockets and says nothing.
    package func freeze() throws { try signal(SIGSTOP) }

    /// Lets a frozen node go on.
    package func thaw() throws { try signal(SIGCONT) }

    private func signal(_ number: Int32) throws { _ = Foundation.kill(try processIdentifier, number) }

    /// The node's process.
    package var processIdentifier: Int32 {
        get throws {
            let text = try String(contentsOf: folder.appendingPathComponent("node.pid"), encoding: .utf8)
            guard let identifier = Int32(text.trimmingCharacters(in: .whitespacesAndNewlines)), identifier > 1
            else { throw TestFailure("the node's process is not known") }
            return identifier
        }
    }

    /// Runs `rabbitmqctl` against this node and gives its output.
    @discardableResult
    package func control(_ arguments: String...) throws -> String {
        try Command.run(installation.tool("rabbitmqctl"), ["--quiet"] + arguments, environment: environment)
    }

    /// Starts Erlang's port mapper for this node alone, so that no daemon is left behind.
    private func startMapper(port: UInt16) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["epmd", "-port", "\(port)", "-address", "127.0.0.1"]
        process.environment = environment
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        try "\(process.processIdentifier)".write(
            to: folder.appendingPathComponent("mapper.pid"),
            atomically: true,
            encoding: .utf8
        )
    }

    private static func environment(
        folder: String,
        nodeName: String,
        mapperPort: UInt16,
        distributionPort: UInt16
    ) -> [String: String] {
        [
            "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin",
            "LANG": "C.UTF-8",
            "HOME": folder,
            "ERL_EPMD_PORT": "\(mapperPort)",
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODENAME": nodeName,
            "RABBITMQ_DIST_PORT": "\(distributionPort)",
            "RABBITMQ_MNESIA_BASE": "\(folder)/data",
            "RABBITMQ_LOG_BASE": "\(folder)/log",
            "RABBITMQ_CONFIG_FILE": "\(folder)/rabbitmq.conf",
            "RABBITMQ_ADVANCED_CONFIG_FILE": "\(folder)/advanced.config",
            "RABBITMQ_CONF_ENV_FILE": "/dev/null",
            "RABBITMQ_ENABLED_PLUGINS_FILE": "\(folder)/enabled_plugins",
            // The script becomes the node, instead of waiting for it: no shell is left when the node is killed.
            "RUNNING_UNDER_SYSTEMD": "true",
            "RABBITMQ_PID_FILE": "\(folder)/node.pid",
            // Loopback only, and no busy waiting of schedulers beside the tests.
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS":
                "-kernel inet_dist_use_interface {127,0,0,1} +sbwt none +sbwtdcpu none +sbwtdio none",
        ]
    }

    private static func writeConfiguration(
        folder: URL,
        port: UInt16,
        tlsPort: UInt16?,
        tls: TestCertificates?,
        certificate: String
    ) throws {
        var lines = ["listeners.tcp.1 = 127.0.0.1:\(port)", "log.console = false"]
        if let tls, let tlsPort {
            lines += [
                "listeners.ssl.1 = 127.0.0.1:\(tlsPort)",
                "ssl_options.cacertfile = \(tls.path("authority.pem"))",
                "ssl_options.certfile = \(tls.path("\(certificate).pem"))",
                "ssl_options.keyfile = \(tls.path("\(certificate).key"))",
                "ssl_options.verify = verify_peer",
                "ssl_options.fail_if_no_peer_cert = true",
            ]
        }
        let files = [
            "rabbitmq.conf": lines.joined(separator: "\n") + "\n", "advanced.config": "[].\n",
            "enabled_plugins": "[].\n",
        ]
        for (name, content) in files {
            try content.write(to: folder.appendingPathComponent(name), atomically: true, encoding: .utf8)
        }
    }
}
