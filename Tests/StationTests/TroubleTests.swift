import Broker
import Catalog
import Orders
import Store
import TestSupport
import Testing

@testable import Station

@Suite("The station's own trouble is told to handlers of faults")
struct TroubleTests {
    private let gone = BrokerError(
        .unreachable,
        "nobody answers at this address",
        remedy: "Start the broker."
    )

    private func pass(seconds: Int64, _ station: SteppedStation) throws {
        try station.settle()
        station.clock.advance(bySeconds: seconds)
        station.steadyClock.advance(microseconds: seconds * 1_000_000)
        try station.settle()
    }

    /// The faults that are owed, as text, with the routing key of each.
    private func faults(_ station: SteppedStation) throws -> [(key: String, text: String)] {
        try station.store.outbox(after: 0, limit: 100).map {
            ($0.destination.routingKey, String(decoding: $0.message.body, as: UTF8.self))
        }
    }

    @Test("a broker that was away is told of once it is back, once for each role, with the span")
    func brokerAway() throws {
        let station = try SteppedStation()
        try station.settle()
        station.broker.tell(consumer: 0, .lost(epoch: 1, error: gone, retryInSeconds: 1))
        station.broker.tellPublisher(.lost(epoch: 1, error: gone, retryInSeconds: 1))
        try pass(seconds: 90, station)
        #expect(try faults(station).isEmpty)
        station.broker.tellPublisher(.connected(epoch: 2))
        try pass(seconds: 1, station)
        #expect(try faults(station).isEmpty)
        station.broker.tell(consumer: 0, .connected(epoch: 2))
        try station.settle()
        let told = try faults(station)
        #expect(
            told.map(\.key).sorted() == [
                "COM.technical.BROKER_UNAVAILABLE", "SOM.technical.BROKER_UNAVAILABLE",
            ]
        )
        #expect(told.allSatisfy { $0.text.contains("(91 s): nobody answers at this address") })
        #expect(told.allSatisfy { $0.text.contains("BROKER_UNREACHABLE") })
        #expect(try station.schemaProblems(of: told.map(\.text)) == "")
        try pass(seconds: 60, station)
        #expect(try faults(station).count == 2)
    }

    @Test("what passes within seconds is in the log alone")
    func brokerBackSoon() throws {
        let station = try SteppedStation()
        try station.settle()
        for _ in 0..<5 {
            station.broker.tellPublisher(.lost(epoch: 1, error: gone, retryInSeconds: 1))
            try pass(seconds: 4, station)
            station.broker.tellPublisher(.connected(epoch: 2))
            try pass(seconds: 4, station)
        }
        #expect(try faults(station).isEmpty)
    }

    @Test("an alarm of the broker counts as its absence; a new connection ends it")
    func alarm() throws {
        let station = try SteppedStation()
        station.broker.tellPublisher(.connected(epoch: 2))
        station.broker.tellPublisher(.blocked(reason: "low on memory"))
        try pass(seconds: 10, station)
        #expect(try faults(station).isEmpty)
        station.broker.tellPublisher(.unblocked)
        try station.settle()
        #expect(try faults(station).allSatisfy { $0.text.contains("(10 s): low on memory") })
        #expect(try faults(station).count == 2)
        station.broker.tellPublisher(.blocked(reason: "low on disk"))
        station.broker.tellPublisher(.lost(epoch: 1, error: gone, retryInSeconds: 1))
        try pass(seconds: 10, station)
        station.broker.tellPublisher(.connected(epoch: 2))
        try station.settle()
        #expect(try faults(station).count == 4)
    }

    @Test("a queue that is missing is told of while it is, to its role alone")
    func queueMissing() throws {
        let station = try SteppedStation()
        try station.settle()
        let missing = BrokerError(.notFound, "there is no queue 'X'", remedy: "Declare it.")
        for _ in 0..<10 {
            station.broker.tell(consumer: 0, .lost(epoch: 1, error: missing, retryInSeconds: 1))
            try pass(seconds: 2, station)
        }
        let told = try faults(station)
        #expect(told.map(\.key) == ["COM.technical.QUEUE_UNAVAILABLE"])
        #expect(told.allSatisfy { $0.text.contains("there is no queue 'X'") })
        station.broker.tell(consumer: 0, .connected(epoch: 2))
        try pass(seconds: 60, station)
        #expect(try faults(station).count == 1)
    }

    @Test("a consumer that has ended for good is told of and ends the station, also while the broker is away")
    func consumerClosed() throws {
        let station = try SteppedStation()
        try station.settle()
        station.broker.tellPublisher(.lost(epoch: 1, error: gone, retryInSeconds: 1))
        station.broker.tell(consumer: 0, .lost(epoch: 1, error: gone, retryInSeconds: 1))
        let refused = BrokerError(.accessRefused, "the user may not read the queue", remedy: "Permit it.")
        station.broker.tell(consumer: 0, .closed(error: refused))
        try station.settle()
        let told = try faults(station)
        #expect(told.map(\.key) == ["COM.technical.QUEUE_UNAVAILABLE"])
        #expect(told.allSatisfy { $0.text.contains("the worker ends") && $0.text.contains("may not read") })
        #expect(station.stages.status.current.isDraining)
        #expect(station.stages.coordinator.linkFailure?.code == .accessRefused)
        try pass(seconds: 60, station)
        try pass(seconds: 10, station)
        #expect(station.stages.hasEnded)
        // What was said of it last is kept for the next start.
        #expect(try faults(station).count == 1)
    }

    @Test("messages that their destination does not take are told of while they are kept")
    func destinationHeld() throws {
        let station = try SteppedStation()
        station.broker.tellPublisher(.connected(epoch: 2))
        let order = try SampleOrder(key: "MOB-1")
        try station.deliver(order.body, from: Loopback.intake, id: order.messageID, takingMicroseconds: 1)
        let row = try #require(try station.store.outbox(after: 0, limit: 1).first)
        station.broker.tellPublisher(.returned(id: row.id, code: 312, text: "NO_ROUTE"))
        try pass(seconds: 6, station)
        let told = try faults(station).filter { $0.key.contains("MESSAGES_HELD") }
        #expect(told.count == 1)
        #expect(
            told.allSatisfy { $0.text.contains("\(row.destination)") && $0.text.contains("312 NO_ROUTE") }
        )
        try pass(seconds: 60, station)
        #expect(try faults(station).count { $0.key.contains("MESSAGES_HELD") } == 1)
    }

    @Test("a store that took nothing for a while is told of once it does")
    func storeAway() throws {
        let station = try SteppedStation()
        try station.settle()
        station.store.faults = Array(repeating: .refused, count: 8)
        let order = try SampleOrder(key: "MOB-1")
        try station.deliver(order.body, from: Loopback.intake, id: order.messageID, takingMicroseconds: 1)
        for _ in 0..<12 { try pass(seconds: 5, station) }
        let told = try faults(station).filter { $0.key.contains("STORE_UNAVAILABLE") }
        #expect(
            told.map(\.key).sorted() == [
                "COM.technical.STORE_UNAVAILABLE", "SOM.technical.STORE_UNAVAILABLE",
            ]
        )
        #expect(told.allSatisfy { $0.text.contains("the store is told to fail") })
        #expect(try station.store.load(OrderID(role: "COM", key: "MOB-1")) != nil)
    }

    @Test("a queue that pauses is told of at once")
    func queuePaused() throws {
        let station = try SteppedStation {
            $0.killSwitch = KillSwitchConfiguration(failures: 3, probeSeconds: 3_600)
        }
        for number in 1...3 {
            try station.deliver(
                Array("junk \(number)".utf8),
                from: Loopback.intake,
                id: "J-\(number)",
                takingMicroseconds: 1
            )
        }
        let told = try faults(station).filter { $0.key.contains("QUEUE_PAUSED") }
        #expect(told.map(\.key) == ["COM.technical.QUEUE_PAUSED"])
        #expect(told.first?.text.contains("MESSAGE_NOT_XML") == true)
    }
}
