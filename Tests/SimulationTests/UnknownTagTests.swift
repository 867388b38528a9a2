import Broker
import Synchronization
import Testing

@testable import Simulation

@Suite("The simulated broker and clients that break the rules")
struct UnknownTagTests {
    @Test("A tag that is not outstanding closes the channel, and the delivery comes again under a fresh tag")
    func unknownTag() throws {
        let time = Mutex(Int64(0))
        let broker = SimulatedBroker(seed: 1, now: { time.withLock { $0 } })
        try broker.apply(Topology(queues: [Topology.Queue(name: "q")]))
        broker.put(Message(properties: MessageProperties(messageID: "m"), body: [1]), into: "q")
        let events = Mutex<[ConsumerEvent]>([])
        let link = broker.openConsumer(ConsumerConfiguration(name: "test", queues: ["q"])) { event in
            events.withLock { $0.append(event) }
        }
        defer { link.close() }
        func drive() {
            var moves: [BrokerMove] = []
            repeat {
                moves = []
                broker.moves(into: &moves)
                for move in moves { broker.perform(move) }
            } while !moves.isEmpty
        }
        drive()
        #expect(broker.misdeeds == [])
        broker.withState { $0.channels[0].toBroker.append(.settle(.acknowledge(tag: 9, multiple: true))) }
        drive()
        let retryAt = try #require(broker.nextMoment)
        time.withLock { $0 = retryAt }
        drive()

        let told = events.withLock { $0 }
        let codes = told.compactMap { event -> BrokerError.Code? in
            if case .lost(_, let error, _) = event { error.code } else { nil }
        }
        #expect(codes == [.preconditionFailed])
        let deliveries = told.flatMap { event -> [Delivery] in
            if case .deliveries(let deliveries) = event { deliveries } else { [] }
        }
        #expect(
            deliveries.map(\.tag) == [DeliveryTag(epoch: 1, number: 1), DeliveryTag(epoch: 2, number: 1)]
        )
        #expect(deliveries.map(\.redelivered) == [false, true])
        #expect(broker.misdeeds.count == 1)
        #expect(broker.circumstances[.redelivered] == 1)
    }
}
