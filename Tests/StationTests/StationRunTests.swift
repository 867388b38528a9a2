import Broker
import Catalog
import EmbeddedBroker
import Foundation
import Orders
import Station
import Store
import Synchronization
import TestSupport
import Testing

/// The time limit is against a hang: all suites start at once, and on few cores one waits for the others.
@Suite("The running station", .timeLimit(Patience.minutes(10)))
struct StationRunTests {
    private static func orders(_ count: Int) throws -> [SampleOrder] {
        try (1...count).map { try SampleOrder(key: "MOB-\($0)") }
    }

    private static func wait(for count: Int, _ site: EmbeddedSite) async throws {
        try await eventually("\(count) completed orders") {
            try site.completed(role: "COM") == count && site.completed(role: "SOM") == count
        }
    }

    /// The queues that the station and the systems consume.
    private static func consumed(_ site: EmbeddedSite) -> [String] {
        let kept = [Loopback.faultQueue, Loopback.errorQueue, "AIA_UPDSO_OUT_JMSQ"]
        return site.configuration.topology.queues.map(\.name).filter { !kept.contains($0) }
    }

    /// Why a station ends that nobody asked to.
    private static func failure(of station: StationThread) async throws -> String {
        try await eventually("the end of the station") { station.end != nil }
        guard case .failed(let reason) = try await station.stop() else { throw TestFailure("it went on") }
        return reason
    }

    private static func expectConsistent(_ site: EmbeddedSite, _ systems: RunningSystems) throws {
        let reader = try site.reader()
        #expect(try reader.consistencyProblems(limit: 10) == [])
        #expect(try reader.integrityProblems() == [])
        let statistics = try reader.statistics()
        #expect(statistics.outboxPending == 0)
        #expect(statistics.parked == 0)
        #expect(statistics.counters.filter { $0.key.hasPrefix("error.") } == [:])
        #expect(!systems.requests.isEmpty)
        for (component, ids) in systems.requests { #expect(ids.count == 1, "\(component): \(ids)") }
    }

    @Test("carries an order out, drains when told to stop, and leaves no message behind (A1, A2, A68)")
    func carriesOut() async throws {
        let site = try EmbeddedSite()
        let systems = site.startSystems()
        let station = site.startStation()
        let order = try SampleOrder("triple-play", original: "TRIO-2001", key: "TRIO-1")
        try await site.submit(orders: [order])
        try await eventually("the completed order") { try site.completed(role: "COM") == 1 }
        #expect(station.station.status.current.isReady)
        #expect(try await station.stop() == .stopped)

        let status = station.station.status.current
        #expect(status.isDraining)
        #expect(!status.publisherConnected)
        #expect(status.consumersConnected == 0)
        #expect(status.inFlight == 0)
        try await systems.stop()
        try Self.expectConsistent(site, systems)
        #expect(try await site.leftovers(in: Self.consumed(site)) == [:])
        #expect(try await site.leftovers(in: [Loopback.faultQueue, Loopback.errorQueue]) == [:])
        let heard = QueueReader(site.broker, queues: ["AIA_UPDSO_OUT_JMSQ"])
        try await heard.wait(for: "the news that it is complete") { deliveries in
            deliveries.contains { MessageText($0.message.body).text.contains("<corecom:Code>COMPLETE<") }
        }
        #expect(
            heard.deliveries.allSatisfy { $0.message.properties.type == "UpdateSalesOrderEBM" },
            "no reply but updates"
        )
    }

    @Test(
        "stopped under load it keeps what is owed; the next start ends every order, each asked for once (A59, A68)"
    )
    func stopUnderLoad() async throws {
        let site = try EmbeddedSite { $0.drainTimeoutSeconds = 5 }
        let systems = site.startSystems()
        try await site.submit(orders: try Self.orders(60))
        var stops = 0
        while stops < 3 {
            let station = site.startStation()
            // On a busy machine the stations before may have left less than that.
            try await eventually("some hops", every: 0.005) {
                if station.station.status.current.hops >= 40 { return true }
                return try site.completed(role: "COM") == 60
            }
            #expect(try await station.stop() == .stopped)
            stops += 1
        }
        let last = site.startStation()
        try await Self.wait(for: 60, site)
        #expect(try await last.stop() == .stopped)
        try await systems.stop()
        try Self.expectConsistent(site, systems)
        #expect(try await site.leftovers(in: Self.consumed(site)) == [:])
    }

    @Test(
        "ten or forty consumers and deciders with a small prefetch work side by side, each on orders of its own (A61, A66)",
        arguments: [10, 40]
    )
    func concurrency(count: Int) async throws {
        let site = try EmbeddedSite { configuration in
            configuration.workers[0].consumers = count
            configuration.workers[0].concurrency = count
            configuration.workers[0].prefetch = 3
            configuration.workers[0].batchLimit = 8
        }
        let systems = site.startSystems()
        let station = site.startStation()
        try await eventually("all consumers") { station.station.status.current.isReady }
        #expect(station.station.status.current.consumersConnected == count + 1)
        try await site.submit(orders: try Self.orders(40))
        try await Self.wait(for: 40, site)
        #expect(try await station.stop() == .stopped)
        try await systems.stop()
        try Self.expectConsistent(site, systems)
        #expect(try await site.leftovers(in: Self.consumed(site)) == [:])
    }

    @Test(
        "a store that refuses commits, or hides that they happened, is waited for; nothing is lost or done twice"
    )
    func troubledStore() async throws {
        let site = try EmbeddedSite()
        let systems = site.startSystems()
        let station = site.startStation { store in
            store.faults = (0..<10_000).map { $0 % 6 == 1 ? .refused : $0 % 6 == 4 ? .unknown : nil }
        }
        try await site.submit(orders: try Self.orders(6))
        try await Self.wait(for: 6, site)
        #expect(try await station.stop() == .stopped)
        try await systems.stop()
        try Self.expectConsistent(site, systems)
        #expect(try await site.leftovers(in: Self.consumed(site)) == [:])
    }

    @Test("a store that refused something while nothing was to do is tried again without any message")
    func idleStoreTrouble() async throws {
        let site = try EmbeddedSite()
        let refusal = Mutex<FaultyStore?>(nil)
        let station = site.startStation { store in
            store.refusesCheckpoints.withLock { $0 = true }
            refusal.withLock { $0 = store }
        }
        try await eventually("the store's trouble") { station.station.status.current.storeProblem != nil }
        refusal.withLock { $0?.refusesCheckpoints.withLock { $0 = false } }
        try await eventually("its end") { station.station.status.current.storeProblem == nil }
        try await eventually("readiness") { station.station.status.current.isReady }
        #expect(try await station.stop() == .stopped)
    }

    @Test(
        "a failure of the store that no waiting mends ends the station, and its messages return to their queues"
    )
    func brokenStore() async throws {
        let site = try EmbeddedSite()
        let systems = site.startSystems()
        let station = site.startStation { $0.breaksAtCommit = 2 }
        try await site.submit(orders: try Self.orders(5))
        let reason = try await Self.failure(of: station)
        #expect(reason.contains("STORE_IO"))
        let second = site.startStation()
        try await Self.wait(for: 5, site)
        #expect(try await second.stop() == .stopped)
        try await systems.stop()
        try Self.expectConsistent(site, systems)
    }

    @Test("a broker's file that no waiting mends ends the station, which would take orders and send none")
    func brokenBroker() async throws {
        let site = try EmbeddedSite()
        let station = site.startStation()
        try await eventually("readiness") { station.station.status.current.isReady }
        let path = site.folder.appending(path: "broker/broker.sqlite")
        try Data(repeating: 0x5A, count: 8_192).write(to: path, options: .atomic)
        let reason = try await Self.failure(of: station)
        #expect(reason.contains("BROKER_STORAGE"))
        #expect(reason.contains("is damaged"))
    }

    @Test("consumers that ended for good end the station, also when the broker is whole again")
    func endedConsumers() async throws {
        let site = try EmbeddedSite()
        let station = site.startStation()
        try await eventually("readiness") { station.station.status.current.isReady }
        let path = site.folder.appending(path: "broker/broker.sqlite")
        let aside = site.folder.appending(path: "aside.sqlite")
        try FileManager.default.moveItem(at: path, to: aside)
        try Data(repeating: 0x5A, count: 8_192).write(to: path)
        // Nothing is to be sent, so that the publisher does not look.
        try await eventually("the end of the consumers") {
            station.end != nil || station.station.status.current.brokerProblem?.contains("is damaged") == true
        }
        try FileManager.default.removeItem(at: path)
        try FileManager.default.moveItem(at: aside, to: path)
        let reason = try await Self.failure(of: station)
        #expect(reason.contains("is damaged"))
    }

    @Test("bad input between good orders stops nothing (A4)")
    func badInput() async throws {
        let site = try EmbeddedSite { $0.limits.messageBytes = 100_000 }
        let systems = site.startSystems()
        let station = site.startStation()
        let bad = try BadInput.all().map { input -> (queue: String, message: Message) in
            let properties = MessageProperties(contentType: input.contentType, messageID: input.messageID)
            return (input.queue, Message(properties: properties, body: input.body))
        }
        let huge = Message(
            properties: MessageProperties(messageID: "huge"),
            body: [UInt8](repeating: 32, count: 200_000)
        )
        try await site.submit(bad + [(Loopback.intake, huge)])
        try await site.submit(orders: try Self.orders(2))
        try await Self.wait(for: 2, site)
        let errors = QueueReader(site.broker, queues: [Loopback.errorQueue])
        try await errors.wait(for: "every bad message") { $0.count == bad.count + 1 }
        #expect(errors.deliveries.contains { $0.message.body == huge.body }, "the broker has kept it whole")
        let faults = QueueReader(site.broker, queues: [Loopback.faultQueue])
        try await faults.wait(for: "every fault") { $0.count == bad.count + 1 }
        #expect(try await station.stop() == .stopped)
        try await systems.stop()
        #expect(try await site.leftovers(in: Self.consumed(site)) == [:])
        #expect(!systems.requests.isEmpty)
    }
}
