import Broker
import Store
import TestSupport
import Testing

@testable import Station

@Suite("Trouble that lasts is logged at once, then once a minute")
struct LastingTroubleTests {
    private func lines(_ station: SteppedStation, with text: String) -> [String] {
        station.log.lines.filter { $0.contains(text) }
    }

    /// Time goes on; all that is due is done.
    private func pass(seconds: Int64, _ station: SteppedStation) throws {
        station.steadyClock.advance(microseconds: seconds * 1_000_000)
        station.clock.advance(bySeconds: seconds)
        try station.settle()
    }

    @Test("a broker that is away, until something else is wrong or it comes back")
    func brokerAway() throws {
        let station = try SteppedStation()
        try station.settle()
        let gone = BrokerError(.unreachable, "nobody answers", remedy: "Start the broker.")
        let refused = BrokerError(.accessRefused, "the user is unknown", remedy: "Add it.")
        func lose(_ error: BrokerError) {
            station.broker.tellPublisher(.lost(epoch: 1, error: error, retryInSeconds: 3))
            station.broker.tell(consumer: 1, .lost(epoch: 1, error: error, retryInSeconds: 3))
        }
        for _ in 0..<50 {
            lose(gone)
            try pass(seconds: 3, station)
        }
        for (who, about) in [("publisher", "publisher has"), ("consumer", "consumer of SOM has")] {
            let told = lines(station, with: "\(about) no broker: nobody answers")
            #expect(told.count == 3, "\(who) in 150 s: \(told)")
            #expect(told.map { $0.contains("repeated=20") } == [false, true, true], "\(told)")
        }
        lose(refused)
        try station.settle()
        #expect(lines(station, with: "the user is unknown").count == 2)
        station.broker.tellPublisher(.connected(epoch: 2))
        station.broker.tell(consumer: 1, .connected(epoch: 2))
        lose(refused)
        try station.settle()
        #expect(lines(station, with: "the user is unknown").count == 4)
    }

    @Test("a destination that takes nothing, however many messages come back")
    func destination() throws {
        let station = try SteppedStation()
        station.broker.tellPublisher(.connected(epoch: 2))
        for number in 1...3 {
            let order = try SampleOrder(key: "MOB-\(number)")
            try station.deliver(
                order.body,
                from: Loopback.intake,
                id: "\(order.messageID)-\(number)",
                takingMicroseconds: 1
            )
        }
        let rows = try station.store.outbox(after: 0, limit: 100)
        let destination = try #require(rows.first?.destination)
        let there = rows.filter { $0.destination == destination }
        #expect(there.count == 3)
        for row in there { station.broker.tellPublisher(.returned(id: row.id, code: 312, text: "NO_ROUTE")) }
        try station.settle()
        #expect(lines(station, with: "stays in the outbox").count == 1)
        // It is taken at last, and then no longer.
        station.broker.tellPublisher(.confirmed(ids: there.map(\.id)))
        try pass(seconds: 10, station)
        let order = try SampleOrder(key: "MOB-4")
        try station.deliver(order.body, from: Loopback.intake, id: "MOB-4", takingMicroseconds: 1)
        let new = try #require(
            try station.store.outbox(after: rows.map(\.id).max() ?? 0, limit: 100)
                .first { $0.destination == destination }
        )
        station.broker.tellPublisher(.returned(id: new.id, code: 312, text: "NO_ROUTE"))
        try station.settle()
        #expect(lines(station, with: "stays in the outbox").count == 2)
    }

    @Test("a store that takes nothing, and that it works again")
    func store() throws {
        let station = try SteppedStation()
        try station.settle()
        station.store.faults = Array(repeating: .refused, count: 20)
        let order = try SampleOrder(key: "MOB-1")
        try station.deliver(order.body, from: Loopback.intake, id: order.messageID, takingMicroseconds: 1)
        for _ in 0..<40 { try pass(seconds: 5, station) }
        let told = lines(station, with: "the store takes nothing")
        #expect(told.count == 2, "\(told)")
        #expect(told.last?.contains("repeated=") == true)
        #expect(lines(station, with: "the store works again").count == 1)
    }
}
