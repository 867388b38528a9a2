import Broker
import Foundation
import RabbitMQ
import TestSupport
import Workload

/// Where everything is measured: one RabbitMQ of its own, and a folder on the same disk for all stores.
final class BenchSite: Sendable {
    let server: RabbitMQServer
    let folder: URL
    let files: StationFiles
    /// The shipped configuration, with heartbeats that a stopped process outlives.
    let configuration: URL
    private let brokerProcess: Int32

    /// Starts the broker; stores are kept in `folder`.
    init(folder: URL) throws {
        // What an interrupted measurement left would be taken for this one's.
        if FileManager.default.fileExists(atPath: folder.path) {
            try FileManager.default.removeItem(at: folder)
        }
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        self.folder = folder
        configuration = folder.appendingPathComponent("queues.yaml")
        let checkout = BuiltProducts.packageFolder
        var text = try String(contentsOf: checkout.appendingPathComponent("queues.yaml"), encoding: .utf8)
        for (old, new) in [
            ("heartbeatSeconds: 10", "heartbeatSeconds: 60"),
            ("catalog: Examples", "catalog: \(checkout.path)/Examples"),
        ] {
            guard text.contains(old) else { throw BenchProblem("queues.yaml has no '\(old)'") }
            text = text.replacingOccurrences(of: old, with: new)
        }
        try text.write(to: configuration, atomically: true, encoding: .utf8)
        files = try StationFiles(folder: checkout, configuration: configuration)
        server = try RabbitMQServer()
        brokerProcess = try server.processIdentifier
    }

    /// Processor time that the broker has used.
    func brokerTime() throws -> ProcessorTime {
        let time = ProcessorTime(process: brokerProcess)
        guard time.nanoseconds > 0 else { throw BenchProblem("the broker has ended") }
        return time
    }

    /// Bytes that the broker has received on the connections that are open now.
    func bytesReceivedByBroker() throws -> Int {
        try server.control("list_connections", "recv_oct").split(whereSeparator: \.isNewline)
            .compactMap { Int($0) }.reduce(0, +)
    }

    /// Takes all queues away, with what is in them; a worker makes them anew.
    func emptyBroker() throws {
        try server.control("delete_vhost", "/")
        try server.addVirtualHost("/")
    }

    /// A client of the broker.
    func broker() throws -> any Broker {
        var address = try RabbitMQAddress(url: server.url)
        address.heartbeatSeconds = 60
        return try RabbitMQBroker(address: address, jitterSeed: 1)
    }

    func storePath(_ name: String) -> String { folder.appendingPathComponent("\(name).db").path }

    /// Removes a store that is not needed any more.
    func removeStore(_ name: String) throws {
        for file in try FileManager.default.contentsOfDirectory(atPath: folder.path)
        where file.hasPrefix("\(name).db") {
            try FileManager.default.removeItem(at: folder.appendingPathComponent(file))
        }
    }
}
