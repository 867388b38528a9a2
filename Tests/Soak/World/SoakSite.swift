import Broker
import Catalog
import Foundation
import RabbitMQ
import SQLiteStore
import Store
import TestSupport
import Workload

/// Where one kind of fault is tried: a virtual host, a store, a worker behind a proxy, a world around it, ledgers.
final class SoakSite: Sendable {
    let server: RabbitMQServer
    let folder: URL
    let virtualHost: String
    let proxy: FaultProxy
    let shim: FaultShim
    let worker: WorkerSeat
    let generator: Generator
    let sink: Sink
    let stream: OrderStream
    let queues: StationQueues
    let flow: RecordedFlow
    let generatorLedger: Ledger
    let sinkLedger: Ledger
    let times = OrderTimes()
    private let configuration: URL
    private let broker: RabbitMQBroker
    private let heartbeatSeconds: Int

    /// What makes a site different from others.
    struct Setup: Sendable {
        var load: Load
        var orderCopies = 1...1
        /// Orders' messages that are mixed with each other; 1: none.
        var orderWindow = 1
        var disorder = Sink.Disorder()
        var usesShim = false
        var linesToDrop = 0
        /// A worker notices a silent broker after twice this time.
        var heartbeatSeconds: Int
        var seed: UInt64
    }

    init(_ server: RabbitMQServer, name: String, folder parent: URL, setup: Setup) throws {
        self.server = server
        folder = parent.appendingPathComponent(name)
        if FileManager.default.fileExists(atPath: folder.path) {
            try FileManager.default.removeItem(at: folder)
        }
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        virtualHost = name
        heartbeatSeconds = setup.heartbeatSeconds
        configuration = folder.appendingPathComponent("queues.yaml")
        try Self.writeConfiguration(
            to: configuration,
            heartbeatSeconds: setup.heartbeatSeconds,
            drainSeconds: 30
        )
        let files = try StationFiles(folder: BuiltProducts.packageFolder, configuration: configuration)
        stream = try files.orders("mobile.xml", "broadband-rio.xml", "mobile.xml", "triple-play.xml")
        queues = StationQueues(roles: files.roles)
        flow = RecordedFlow(roles: files.roles)
        proxy = try FaultProxy(to: server.port)
        shim = try FaultShim(folder: folder)
        var environment = [
            "WAYSTATION_BROKER": "amqp://guest:guest@127.0.0.1:\(proxy.port)/\(name)",
            "WAYSTATION_STORE": "sqlite:\(folder.path)/waystation.db",
            "WAYSTATION_LOG": "text",
        ]
        if setup.usesShim { environment.merge(shim.environment) { $1 } }
        worker = WorkerSeat(
            storePath: "\(folder.path)/waystation.db",
            configuration: configuration.path,
            environment: environment
        )
        // The generator and the sink are not behind the proxy: what a fault does to the worker is looked for.
        var address = try RabbitMQAddress(url: "\(server.url)/\(name)")
        address.heartbeatSeconds = 20
        broker = try RabbitMQBroker(address: address, jitterSeed: setup.seed)
        let ledgers = try ["generator", "sink"].map {
            try Ledger(path: parent.appendingPathComponent("\(name)/\($0).ledger").path)
        }
        generatorLedger = ledgers[0]
        sinkLedger = ledgers[1]
        let topology = try ConfigurationReader.read(path: configuration.path, environment: [:]).topology
        try broker.apply(topology)
        let sink = Sink(
            broker: broker,
            ledger: ledgers[1],
            times: times,
            queues: queues,
            disorder: setup.disorder,
            linesToDrop: setup.linesToDrop,
            seed: setup.seed
        )
        self.sink = sink
        generator = Generator(
            broker: broker,
            ledger: ledgers[0],
            times: times,
            stream: stream,
            entrance: queues.entrance,
            load: setup.load,
            copies: setup.orderCopies,
            window: setup.orderWindow,
            seed: setup.seed,
            completed: { sink.completed }
        )
    }

    private static func writeConfiguration(to file: URL, heartbeatSeconds: Int, drainSeconds: Int) throws {
        let checkout = BuiltProducts.packageFolder
        var text = try String(contentsOf: checkout.appendingPathComponent("queues.yaml"), encoding: .utf8)
        for (old, new) in [
            ("heartbeatSeconds: 10", "heartbeatSeconds: \(heartbeatSeconds)"),
            ("connectTimeoutSeconds: 10", "connectTimeoutSeconds: 5"),
            ("drainTimeoutSeconds: 30", "drainTimeoutSeconds: \(drainSeconds)"),
            ("catalog: Examples", "catalog: \(checkout.path)/Examples"),
        ] {
            guard text.contains(old) else { throw SoakProblem("queues.yaml has no '\(old)'") }
            text = text.replacingOccurrences(of: old, with: new)
        }
        try text.write(to: file, atomically: true, encoding: .utf8)
    }

    /// How long the next worker waits for what is in hand when it is told to end.
    func setDrain(seconds: Int) throws {
        try Self.writeConfiguration(
            to: configuration,
            heartbeatSeconds: heartbeatSeconds,
            drainSeconds: seconds
        )
    }

    /// Declares the topology again.
    func applyTopology() async throws {
        try await expectSuccess("topology", "apply")
    }

    /// Runs a command of `waystation` here, and gives what it wrote.
    @discardableResult
    func expectSuccess(_ arguments: String...) async throws -> String {
        let process = try ChildProcess(
            try BuiltProducts.waystation(),
            arguments + ["--config", configuration.path],
            environment: [
                "WAYSTATION_BROKER": "\(server.url)/\(virtualHost)",
                "WAYSTATION_STORE": "sqlite:\(folder.path)/waystation.db",
            ]
        )
        let finished = try await process.finished(within: 300)
        guard finished.exit == .code(0) else {
            throw SoakProblem(
                "waystation \(arguments.joined(separator: " ")): \(finished.output)\(finished.errors)"
            )
        }
        return finished.output
    }

    /// Reads the store, beside a worker or after it.
    func storeReader() throws -> any StoreReader {
        try SQLiteReader.open(path: "\(folder.path)/waystation.db")
    }

    /// Removes the store, as nobody ever should.
    func removeStore() throws {
        for file in try FileManager.default.contentsOfDirectory(atPath: folder.path)
        where file.hasPrefix("waystation.db") {
            try FileManager.default.removeItem(at: folder.appendingPathComponent(file))
        }
    }

    /// Lets go of the broker.
    func close() {
        generator.close()
        sink.close()
    }
}
