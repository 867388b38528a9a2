import Broker
import EmbeddedBroker
import Foundation
import GRDB
import TestSupport
import Testing

/// A folder of a test's own, removed when the test is over.
final class BrokerFolder: Sendable {
    let path: String

    init() throws {
        var template = FileManager.default.temporaryDirectory.appendingPathComponent(
            "waystation-embedded-XXXXXX"
        )
        .path.utf8CString.map { $0 }
        guard mkdtemp(&template) != nil else { throw TestFailure("no temporary folder could be made") }
        path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    deinit {
        // What cannot be removed is in the system's place for temporary files.
        try? FileManager.default.removeItem(atPath: path)
    }

    var database: String { path + "/broker.sqlite" }

    func broker(_ limits: EmbeddedBrokerLimits = EmbeddedBrokerLimits()) -> EmbeddedBroker {
        makeBroker(path, limits)
    }

    /// The queue `work` in this folder, and a broker to use it.
    func brokerWithQueue(_ limits: EmbeddedBrokerLimits = EmbeddedBrokerLimits()) throws -> EmbeddedBroker {
        let broker = broker(limits)
        try broker.apply(Topology(queues: [Topology.Queue(name: "work")]))
        return broker
    }

    /// A connection of somebody else to the file.
    func stranger() throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.busyMode = .timeout(10)
        // Some tests hold a lock for longer than one access.
        configuration.allowsUnsafeTransactions = true
        return try DatabaseQueue(path: database, configuration: configuration)
    }

    /// Puts a copy of the file in its place, so that those who have it open hold a file that is no more.
    func replaceFile() throws {
        let copy = path + "/copy.sqlite"
        try stranger().writeWithoutTransaction { database in
            try database.execute(sql: "VACUUM INTO ?", arguments: [copy])
        }
        guard rename(copy, database) == 0 else { throw TestFailure("the copy cannot take the file's place") }
    }
}

func makeBroker(
    _ folder: String,
    _ limits: EmbeddedBrokerLimits = EmbeddedBrokerLimits()
) -> EmbeddedBroker {
    EmbeddedBroker(folder: folder, limits: limits) { 1_700_000_000 }
}

/// Messages for the queue `work`; id, message id and body are the number.
func publications(_ ids: ClosedRange<Int64>, bytes: Int = 0) -> [Publication] {
    ids.map { id in
        let properties = MessageProperties(deliveryMode: 2, messageID: "m-\(id)")
        let body = Array("\(id)".utf8) + [UInt8](repeating: 32, count: bytes)
        return Publication(
            id: id,
            destination: .queue("work"),
            message: Message(properties: properties, body: body)
        )
    }
}

func publish(_ ids: ClosedRange<Int64>, with broker: EmbeddedBroker) async throws {
    let publisher = ObservedPublisher(broker)
    try await publisher.connected()
    publisher.link.publish(publications(ids))
    #expect(Set(try await publisher.answers(ids.count)) == Set(ids.map { .confirmed($0) }))
    try await publisher.close()
}

/// Everything in the queue `work`, read and acknowledged.
func drain(_ broker: EmbeddedBroker) async throws -> [Delivery] {
    try await publish(0...0, with: broker)
    let consumer = ObservedConsumer(broker, ["work"], acknowledging: true)
    let deliveries = try await consumer.recorder.wait(for: "the last message") { events in
        let deliveries = events.flatMap { event -> [Delivery] in
            if case .deliveries(let batch) = event { batch } else { [] }
        }
        return deliveries.contains { $0.message.properties.messageID == "m-0" } ? deliveries : nil
    }
    try await consumer.close()
    return deliveries.filter { $0.message.properties.messageID != "m-0" }
}

extension [Delivery] {
    /// The numbers of the messages, to compare with what was published.
    var numbers: [Int64] {
        map { $0.message.properties.messageID.flatMap { Int64($0.dropFirst(2)) } ?? -1 }
    }
}

func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

func sessionFiles(in folder: BrokerFolder) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path + "/sessions")
}

func remove(_ path: String) throws { try FileManager.default.removeItem(atPath: path) }
