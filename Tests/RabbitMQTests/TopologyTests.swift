import Broker
import RabbitMQ
import TestSupport
import Testing

@Suite(
    "RabbitMQ: topology",
    .enabled(if: RabbitMQServer.canRun, "needs RabbitMQ: apt-get install rabbitmq-server"),
    .timeLimit(.minutes(5))
)
struct TopologyTests {
    let server: RabbitMQServer
    let broker: RabbitMQBroker

    init() throws {
        server = try RabbitMQServer.shared()
        broker = try server.broker()
    }

    @Test("What is missing is planned, applied once, and then nothing but bindings is left to plan")
    func planAndApply() async throws {
        let exchange = server.uniqueName("exchange")
        let queue = server.uniqueName("queue")
        let other = server.uniqueName("other")
        let binding = Topology.Binding(exchange: exchange, queue: queue, routingKey: "order.*")
        let topology = Topology(
            exchanges: [.init(name: exchange, type: .topic)],
            queues: [.init(name: queue, deadLetter: .queue(other)), .init(name: other, type: .classic)],
            bindings: [binding]
        )
        #expect(
            try broker.plan(topology) == [
                .missingExchange(exchange), .missingQueue(queue), .missingQueue(other),
                .bindingToEnsure(binding),
            ]
        )
        #expect(try server.depth(queue) == -1, "a plan changes nothing")
        try broker.apply(topology)
        #expect(try broker.plan(topology) == [.bindingToEnsure(binding)])
        try broker.apply(topology)
        let publisher = TestPublisher(broker)
        try await publisher.connected()
        var publication = publications(1, to: queue)[0]
        publication.destination = Destination(exchange: exchange, routingKey: "order.new")
        publisher.link.publish([publication])
        try await publisher.confirmed(1)
        #expect(try server.depth(queue) == 1)
    }

    @Test("What exists with other arguments is told by name, and then nothing at all is changed")
    func differences() throws {
        let exchange = server.uniqueName("exchange")
        let queue = server.uniqueName("queue")
        let missing = server.uniqueName("missing")
        try broker.apply(
            Topology(
                exchanges: [.init(name: exchange, type: .fanout)],
                queues: [.init(name: queue, type: .classic)]
            )
        )
        let wanted = Topology(
            exchanges: [.init(name: exchange, type: .direct)],
            queues: [.init(name: missing), .init(name: queue, type: .quorum)]
        )
        let plan = try broker.plan(wanted)
        #expect(plan.count == 3)
        guard case .differentExchange(exchange, let first) = plan[0],
            case .differentQueue(queue, let second) = plan[2]
        else {
            Issue.record("the plan is \(plan)")
            return
        }
        #expect(first.contains("PRECONDITION_FAILED") && first.contains(exchange))
        #expect(second.contains("PRECONDITION_FAILED") && second.contains(queue))
        #expect(plan[1] == .missingQueue(missing))
        let error = #expect(throws: BrokerError.self) { try broker.apply(wanted) }
        #expect(error?.code == .preconditionFailed)
        #expect(error?.isRetryable == false)
        #expect(try server.depth(missing) == -1)
    }

    @Test("Many missing queues are found on one connection")
    func many() throws {
        let names = (0..<50).map { _ in server.uniqueName("absent") }
        let plan = try broker.plan(Topology(queues: names.map { .init(name: $0) }))
        #expect(plan == names.map(TopologyDifference.missingQueue))
    }
}
