import Broker
import EmbeddedBroker
import GRDB
import TestSupport
import Testing

@Suite("Embedded broker: several users of one folder", .timeLimit(Patience.minutes(2)))
struct SharedFolderTests {
    @Test("What one value publishes, a consumer of another gets in order")
    func acrossValues() async throws {
        let folder = try BrokerFolder()
        let writer = try folder.brokerWithQueue()
        let consumer = ObservedConsumer(folder.broker(), ["work"], prefetch: 50, acknowledging: true)
        try await consumer.connected()
        try await publish(1...600, with: writer)
        #expect(try await consumer.deliveries(600).numbers == Array(1...600))
        try await consumer.close()
        #expect(try await drain(writer).isEmpty)
    }

    @Test("Publishers and consumers of several values at once lose and double nothing")
    func crowd() async throws {
        let folder = try BrokerFolder()
        let first = try folder.brokerWithQueue()
        let recorder = EventRecorder<ConsumerEvent>()
        let consumers = (0..<3).map { _ in
            ObservedConsumer(
                folder.broker(),
                ["work"],
                prefetch: 20,
                acknowledging: true,
                recorder: recorder
            )
        }
        try await withThrowingTaskGroup { group in
            for part in Int64(0)..<3 {
                let broker = folder.broker()
                group.addTask { try await publish((part * 500 + 1)...(part * 500 + 500), with: broker) }
            }
            try await group.waitForAll()
        }
        let numbers = try await consumers[0].deliveries(1_500).numbers
        #expect(numbers.sorted() == Array(1...1_500))
        for consumer in consumers { consumer.link.close() }
        try await recorder.wait(for: "three ends") { events in
            events.count { if case .closed = $0 { true } else { false } } == 3 ? true : nil
        }
        #expect(consumers[0].deliveries.count == 1_500)
        #expect(try await drain(first).isEmpty)
        let losses = recorder.events.filter { if case .lost = $0 { true } else { false } }
        #expect(losses.isEmpty)
    }

    @Test("Closing leaves no session, no claim and no session file behind")
    func tidyEnd() async throws {
        let folder = try BrokerFolder()
        let broker = try folder.brokerWithQueue()
        try await publish(1...10, with: broker)
        let consumer = ObservedConsumer(broker, ["work"])
        let deliveries = try await consumer.deliveries(10)
        consumer.link.acknowledge(deliveries.map(\.tag))
        try await consumer.close()
        let counts = try await folder.stranger().read { database in
            try ["session", "claim", "message"].map { table in
                try Int.fetchOne(database, sql: "SELECT count(*) FROM \(table)")
            }
        }
        #expect(counts == [0, 0, 0])
        #expect(try sessionFiles(in: folder).isEmpty)
    }

    @Test("A consumer that was taken for dead settles nothing any more, and enters again")
    func fenced() async throws {
        let folder = try BrokerFolder()
        let broker = try folder.brokerWithQueue()
        try await publish(1...10, with: broker)
        let first = ObservedConsumer(broker, ["work"])
        let held = try await first.deliveries(10)
        for file in try sessionFiles(in: folder) { try remove(folder.path + "/sessions/" + file) }
        let second = ObservedConsumer(folder.broker(), ["work"])
        let taken = try await second.deliveries(10)
        #expect(taken.allSatisfy { $0.redelivered })
        first.link.acknowledge(held.map(\.tag))
        let error = try await first.lost()
        #expect(error.code == .storage)
        #expect(error.isRetryable)
        try await first.connected(epoch: 2)
        second.link.acknowledge(taken.prefix(1).map(\.tag))
        try await second.close()
        // The rest returns to the first, which is alive again.
        let again = try await first.deliveries(19)
        #expect(Array(again.suffix(9)).numbers == Array(2...10))
        try await first.close()
        #expect(try await drain(broker).numbers == Array(2...10))
    }

    @Test("A folder before `topology apply` is not made by links, and says what to do")
    func missingFolder() async throws {
        let folder = try BrokerFolder()
        let path = folder.path + "/deeper/station"
        let broker = makeBroker(path)
        #expect(broker.summary == "embedded:\(path)")
        let publisher = ObservedPublisher(broker)
        let error = try await publisher.lost()
        #expect(error.code == .notFound)
        #expect(error.remedy.contains("waystation topology apply"))
        #expect(try broker.plan(Topology(queues: [Topology.Queue(name: "work")])) == [.missingQueue("work")])
        #expect(!exists(path))
        try broker.apply(Topology(queues: [Topology.Queue(name: "work")]))
        try await publisher.connected()
        publisher.link.publish(publications(1...1))
        #expect(try await publisher.answers(1) == [.confirmed(1)])
        try await publisher.close()
    }

    @Test("Names that AMQP has no room for, and bindings to nothing, are refused")
    func refusedTopologies() throws {
        let folder = try BrokerFolder()
        let broker = folder.broker()
        let long = String(repeating: "q", count: 256)
        for topology in [
            Topology(queues: [Topology.Queue(name: "")]), Topology(queues: [Topology.Queue(name: long)]),
            Topology(exchanges: [Topology.Exchange(name: long, type: .direct)]),
        ] {
            let error = #expect(throws: BrokerError.self) { try broker.apply(topology) }
            #expect(error?.code == .configuration)
        }
        let binding = Topology.Binding(exchange: "amq.direct", queue: "absent", routingKey: "k")
        let error = #expect(throws: BrokerError.self) {
            try broker.apply(Topology(queues: [Topology.Queue(name: "present")], bindings: [binding]))
        }
        #expect(error?.code == .notFound)
        // Nothing of a refused topology stays.
        #expect(
            try broker.plan(Topology(queues: [Topology.Queue(name: "present")])) == [.missingQueue("present")]
        )
    }
}
