import Broker
import TestSupport
import Testing

@testable import Station

@Suite("What is published across connections")
struct ReconnectTests {
    private let gone = BrokerError(.connectionLost, "the connection broke", remedy: "Wait.")

    private func accept(_ key: String, _ station: SteppedStation) throws {
        let order = try SampleOrder(key: key)
        try station.broker.deliver(order.body, from: Loopback.intake, id: order.messageID)
    }

    @Test(
        "What is committed while the link is connected anew is not for that connection until the loss is known, and goes out behind what is sent again"
    )
    func behind() throws {
        let station = try SteppedStation()
        station.broker.tellPublisher(.connected(epoch: 1))
        try accept("MOB-1", station)
        try station.settle()
        let first = station.broker.published
        #expect(!first.isEmpty && first.allSatisfy { $0.epoch == 1 })
        // Its commit is told to the coordinator before the loss is, and both wait there.
        try accept("MOB-2", station)
        while station.stages.stepDecider(0) || station.stages.stepCommitter() {}
        station.broker.tellPublisher(.lost(epoch: 1, error: gone, retryInSeconds: 0.2))
        station.broker.tellPublisher(.connected(epoch: 2))
        try station.settle()
        let later = station.broker.published.dropFirst(first.count)
        let early = later.prefix { $0.epoch == 1 }
        #expect(!early.isEmpty, "nothing was given before the loss was known")
        let again = later.dropFirst(early.count)
        #expect(again.allSatisfy { $0.epoch == 2 })
        #expect(again.map(\.id) == (first + early).map(\.id))
        try station.stop()
    }
}
