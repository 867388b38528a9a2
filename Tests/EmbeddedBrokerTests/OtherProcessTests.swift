import Broker
import EmbeddedBroker
import Foundation
import GRDB
import TestSupport
import Testing

/// These tests run part of themselves in a second process, which some of them kill.
@Suite("Embedded broker: other processes", .timeLimit(Patience.minutes(3)))
struct OtherProcessTests {
    @Test("A consumer gets what another process publishes")
    func publishing() async throws {
        let folder = try BrokerFolder()
        let broker = try folder.brokerWithQueue()
        let consumer = ObservedConsumer(broker, ["work"], acknowledging: true)
        try await consumer.connected()
        await #expect(processExitsWith: .success) { [path = folder.path as String] in
            try await publish(1...500, with: makeBroker(path))
        }
        #expect(try await consumer.deliveries(500).numbers == Array(1...500))
        try await consumer.close()
    }

    @Test("A consumer in another process gets what this one does not hold, and nothing else")
    func sharing() async throws {
        let folder = try BrokerFolder()
        let broker = try folder.brokerWithQueue()
        try await publish(1...300, with: broker)
        let consumer = ObservedConsumer(broker, ["work"], prefetch: 100)
        let held = try await consumer.deliveries(100)
        await #expect(processExitsWith: .success) { [path = folder.path as String] in
            let other = ObservedConsumer(makeBroker(path), ["work"], prefetch: 30, acknowledging: true)
            let numbers = try await other.deliveries(200).numbers
            #expect(numbers == Array(101...300))
            try await other.close()
            #expect(other.deliveries.count == 200)
        }
        #expect(held.numbers == Array(1...100))
        consumer.link.acknowledge(held.map(\.tag))
        try await consumer.close()
        #expect(consumer.deliveries.count == 100)
        #expect(try await drain(broker).isEmpty)
    }

    @Test("What a killed consumer held comes back to a running one, in its place and marked")
    func killedConsumer() async throws {
        let folder = try BrokerFolder()
        let broker = try folder.brokerWithQueue()
        let survivor = ObservedConsumer(broker, ["work"], prefetch: 1)
        try await publish(1...100, with: broker)
        let first = try await survivor.deliveries(1)
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = folder.path as String] in
            let victim = ObservedConsumer(makeBroker(path), ["work"], prefetch: 50)
            let deliveries = try await victim.deliveries(50)
            victim.link.acknowledge(deliveries.prefix(10).map(\.tag))
            // Ten more come only after the acknowledgements are in the file.
            _ = try await victim.deliveries(60)
            kill(getpid(), SIGKILL)
        }
        // 12 to 61 were in the hands of the dead: 1 is here, and 2 to 11 were acknowledged.
        survivor.link.acknowledge(first.map(\.tag))
        var taken = first
        for count in 2...90 {
            taken = try await survivor.deliveries(count)
            survivor.link.acknowledge(taken.suffix(1).map(\.tag))
        }
        try await survivor.close()
        let numbers = taken.numbers
        #expect(Set(numbers) == Set([1] + Array(12...100)))
        #expect(numbers.count == 90)
        let returned = taken.filter {
            (12...61).contains(Int64($0.message.properties.messageID?.dropFirst(2) ?? "") ?? 0)
        }
        #expect(returned.allSatisfy { $0.redelivered })
        #expect(returned.numbers == Array(12...61))
        #expect(try sessionFiles(in: folder).isEmpty)
        #expect(try await drain(broker).isEmpty)
    }

    @Test("A publisher killed at any moment loses nothing that was confirmed and leaves a sound file")
    func killedPublisher() async throws {
        let folder = try BrokerFolder()
        let broker = try folder.brokerWithQueue()
        for round in Int64(0)..<8 {
            await #expect(processExitsWith: .signal(SIGKILL)) {
                [path = folder.path as String, round = round as Int64] in
                try await publishUntilKilled(
                    path,
                    firstID: round * 100_000 + 1,
                    killAfter: 50 + Int(round) * 97
                )
            }
        }
        let ledger = try String(contentsOfFile: folder.path + "/ledger", encoding: .utf8)
        let confirmed = ledger.split(separator: "\n").compactMap { Int64($0) }
        #expect(confirmed.count >= 8 * 50)
        let check = try await folder.stranger().read {
            try String.fetchOne($0, sql: "PRAGMA integrity_check")
        }
        #expect(check == "ok")
        let found = try await drain(broker).numbers
        #expect(Set(confirmed).subtracting(found).isEmpty)
        #expect(found == found.sorted())
        #expect(Set(found).count == found.count)
    }

    @Test("A full disk loses the link, and work goes on when there is room again")
    func fullDisk() async throws {
        let folder = try BrokerFolder()
        _ = try folder.brokerWithQueue()
        await #expect(processExitsWith: .success) { [path = folder.path as String] in
            signal(SIGXFSZ, SIG_IGN)
            var limit = rlimit(rlim_cur: 2 << 20, rlim_max: rlim_t.max)
            setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
            let publisher = ObservedPublisher(makeBroker(path))
            try await publisher.connected()
            publisher.link.publish(publications(1...1_000, bytes: 8_192))
            let error = try await publisher.lost()
            #expect(error.code == .storage)
            #expect(error.isRetryable)
            limit.rlim_cur = limit.rlim_max
            setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
            let connected = publisher.recorder.events.count
            try await publisher.recorder.wait(for: "a new connection") { events in
                events.dropFirst(connected).contains { if case .connected = $0 { true } else { false } }
                    ? true : nil
            }
            let answered = publisher.answers.count
            publisher.link.publish(publications(2_001...2_100))
            let answers = try await publisher.answers(answered + 100)
            #expect(answers.suffix(100).elementsEqual((2_001...2_100).map { .confirmed($0) }))
            try await publisher.close()
        }
    }
}

/// Publishes without end, writes every confirmed id into the ledger, and ends this process in the middle of
/// it.
private func publishUntilKilled(_ path: String, firstID: Int64, killAfter: Int) async throws {
    let ledger = open(path + "/ledger", O_WRONLY | O_CREAT | O_APPEND, 0o600)
    let confirmed = EventRecorder<Int>()
    let link = makeBroker(path).openPublisher(PublisherConfiguration(name: "victim")) { event in
        switch event {
        case .connected: confirmed.record(0)
        case .confirmed(let ids):
            let lines = Array(ids.map { "\($0)\n" }.joined().utf8)
            _ = write(ledger, lines, lines.count)
            confirmed.record(ids.count)
        default: break
        }
    }
    try await confirmed.wait(for: "the connection") { $0.isEmpty ? nil : true }
    // Small groups, so that there are many moments to be killed at.
    for start in stride(from: firstID, to: firstID + 20_000, by: 10) {
        link.publish(publications(start...(start + 9), bytes: 2_048))
    }
    try await confirmed.wait(for: "enough confirms") { $0.reduce(0, +) >= killAfter ? true : nil }
    kill(getpid(), SIGKILL)
}
