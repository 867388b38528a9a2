import Broker
import EmbeddedBroker
import Foundation
import GRDB
import TestSupport
import Testing

@Suite("Embedded broker: a folder that fails", .timeLimit(Patience.minutes(2)))
struct StorageFailureTests {
    private var impatient: EmbeddedBrokerLimits {
        var limits = EmbeddedBrokerLimits()
        limits.lockTimeoutMilliseconds = 100
        return limits
    }

    @Test("A file locked for too long loses the links, and they come back when it is free")
    func locked() async throws {
        let folder = try BrokerFolder()
        let broker = try folder.brokerWithQueue(impatient)
        let consumer = ObservedConsumer(broker, ["work"])
        let publisher = ObservedPublisher(broker)
        try await consumer.connected()
        try await publisher.connected()
        let stranger = try folder.stranger()
        try await stranger.writeWithoutTransaction { try $0.execute(sql: "BEGIN EXCLUSIVE") }
        publisher.link.publish(publications(1...1))
        let error = try await publisher.lost()
        #expect(error.code == .storage)
        #expect(error.isRetryable)
        #expect(error.message.contains("locked"))
        #expect(error.message.contains(folder.path))
        #expect(try await consumer.lost().code == .storage)
        try await stranger.writeWithoutTransaction { try $0.execute(sql: "ROLLBACK") }
        try await consumer.connected(epoch: 2)
        try await publisher.connected(epoch: 2)
        #expect(publisher.answers.isEmpty)
        publisher.link.publish(publications(1...1))
        #expect(try await consumer.deliveries(1).numbers == [1])
        try await consumer.close()
        try await publisher.close()
    }

    @Test("A lock held for less than the time-out is waited for")
    func brieflyLocked() async throws {
        let folder = try BrokerFolder()
        let broker = try folder.brokerWithQueue()
        let publisher = ObservedPublisher(broker)
        try await publisher.connected()
        let stranger = try folder.stranger()
        try await stranger.writeWithoutTransaction { try $0.execute(sql: "BEGIN IMMEDIATE") }
        publisher.link.publish(publications(1...5))
        publisher.link.close(deadlineSeconds: 20)
        // Everything that could have been done without the lock is done once another file answers.
        let elsewhere = try BrokerFolder()
        try await publish(1...1, with: try elsewhere.brokerWithQueue())
        #expect(publisher.answers.isEmpty)
        try await stranger.writeWithoutTransaction { try $0.execute(sql: "ROLLBACK") }
        #expect(try await publisher.answers(5).count == 5)
    }

    @Test("A damaged file ends the links for good, with what to do")
    func damaged() async throws {
        let folder = try BrokerFolder()
        let broker = try folder.brokerWithQueue()
        try await publish(1...200, with: broker)
        let handle = try FileHandle(forUpdating: URL(fileURLWithPath: folder.database))
        let size = try handle.seekToEnd()
        try handle.seek(toOffset: 8_192)
        try handle.write(contentsOf: Data(repeating: 0xA5, count: Int(size) - 8_192))
        try handle.close()
        let consumer = ObservedConsumer(folder.broker(), ["work"])
        let error = try #require(try await consumer.ended())
        #expect(error.code == .storage)
        #expect(!error.isRetryable)
        #expect(error.message.contains("damaged"))
        #expect(error.remedy.contains(".dump"))
    }

    @Test("A file that is no database, and another program's database, are refused and left alone")
    func foreign() async throws {
        let folder = try BrokerFolder()
        try Data(repeating: 0x20, count: 10_000).write(to: URL(fileURLWithPath: folder.database))
        let error = #expect(throws: BrokerError.self) { try folder.broker().apply(Topology()) }
        #expect(error?.code == .storage)
        #expect(error?.isRetryable == false)

        let other = try BrokerFolder()
        try await other.stranger().write { try $0.execute(sql: "CREATE TABLE theirs (value TEXT)") }
        let before = try Data(contentsOf: URL(fileURLWithPath: other.database))
        let refused = #expect(throws: BrokerError.self) { try other.broker().apply(Topology()) }
        #expect(refused?.code == .storage)
        #expect(refused?.message.contains("not an embedded broker's file") == true)
        #expect(try Data(contentsOf: URL(fileURLWithPath: other.database)) == before)
    }

    @Test("A file of a newer format is refused")
    func newer() async throws {
        let folder = try BrokerFolder()
        _ = try folder.brokerWithQueue()
        try await folder.stranger().write { try $0.execute(sql: "PRAGMA user_version = 99") }
        let publisher = ObservedPublisher(folder.broker())
        let end = try await publisher.recorder.wait(for: "the end") { events -> BrokerError? in
            for case .closed(let error) in events { return error }
            return nil
        }
        #expect(end.code == .storage)
        #expect(end.message.contains("99"))
    }

    @Test("A folder that cannot be made is named")
    func unusable() throws {
        let folder = try BrokerFolder()
        let file = folder.path + "/file"
        try Data().write(to: URL(fileURLWithPath: file))
        let error = #expect(throws: BrokerError.self) { try makeBroker(file + "/below").apply(Topology()) }
        #expect(error?.code == .storage)
        #expect(error?.message.contains(file) == true)
    }

    @Test("A removed folder is noticed, and a new one is taken up")
    func removed() async throws {
        let folder = try BrokerFolder()
        var limits = EmbeddedBrokerLimits()
        limits.sweepIntervalMilliseconds = 50
        let broker = try folder.brokerWithQueue(limits)
        let consumer = ObservedConsumer(broker, ["work"])
        let publisher = ObservedPublisher(broker)
        try await consumer.connected()
        try await publisher.connected()
        try FileManager.default.removeItem(atPath: folder.path)
        #expect(try await consumer.lost().code == .storage)
        publisher.link.publish(publications(1...1))
        _ = try await publisher.lost()
        #expect(publisher.answers.isEmpty)
        try broker.apply(Topology(queues: [Topology.Queue(name: "work")]))
        try await consumer.connected(epoch: 2)
        try await publisher.connected(epoch: 2)
        publisher.link.publish(publications(1...1))
        #expect(try await consumer.deliveries(1).numbers == [1])
        try await consumer.close()
        try await publisher.close()
    }

    @Test("A file in write-ahead mode is put back to a rollback journal")
    func journal() async throws {
        let folder = try BrokerFolder()
        _ = try folder.brokerWithQueue()
        try await folder.stranger().writeWithoutTransaction {
            try $0.execute(sql: "PRAGMA journal_mode = WAL")
        }
        let broker = folder.broker()
        try await publish(1...3, with: broker)
        #expect(!exists(folder.database + "-wal"))
        #expect(try await drain(broker).numbers == [1, 2, 3])
    }

    @Test("More publications than may wait are refused, and only those")
    func tooMany() async throws {
        let folder = try BrokerFolder()
        var limits = EmbeddedBrokerLimits()
        limits.pendingPublicationsMax = 10
        let publisher = ObservedPublisher(try folder.brokerWithQueue(limits))
        try await publisher.connected()
        publisher.link.publish(publications(1...15))
        let answers = try await publisher.answers(15)
        #expect(Set(answers) == Set((1...10).map { .confirmed($0) } + (11...15).map { .refused($0) }))
        try await publisher.close()
    }
}
