import Broker
import Foundation
import RabbitMQ
import TestSupport
import Testing

@Suite(
    "RabbitMQ: topology",
    .enabled(if: RabbitMQServer.canRun, "needs RabbitMQ: apt-get install rabbitmq-server"),
    .timeLimit(Patience.minutes(5))
)
struct TopologyTests {
    let server: RabbitMQServer
    let broker: RabbitMQBroker

    init() throws {
        server = try RabbitMQServer.shared()
        broker = try server.broker()
    }

    @Test(
        "A queue's level counts its consumers and what waits, not what they have in hand",
        arguments: [
            Topology.QueueType.quorum, .classic,
        ]
    )
    func levels(type: Topology.QueueType) async throws {
        let queue = server.uniqueName("levels")
        try broker.apply(Topology(queues: [.init(name: queue, type: type)]))
        let publisher = ObservedPublisher(broker)
        try await publisher.connected()
        publisher.link.publish(publications(5, to: queue))
        #expect(try await publisher.answers(5).count == 5)
        try await publisher.close()
        #expect(try broker.levels(of: [queue]) == [QueueLevel(queue: queue, ready: 5, consumers: 0)])

        let consumer = ObservedConsumer(broker, [queue], prefetch: 2)
        _ = try await consumer.deliveries(2)
        try await eventually("three that wait, and a consumer", seconds: 20, every: 0.1) {
            try broker.levels(of: [queue]) == [QueueLevel(queue: queue, ready: 3, consumers: 1)]
        }
        try await consumer.close()
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
        #expect(first == "type is fanout, wanted direct")
        #expect(second == "x-queue-type is classic, wanted quorum")
        #expect(plan[1] == .missingQueue(missing))
        let error = #expect(throws: BrokerError.self) { try broker.apply(wanted) }
        #expect(error?.code == .preconditionFailed)
        #expect(error?.isRetryable == false)
        #expect(try server.depth(missing) == -1)
    }

    @Test("Each conflict tells what is there and what is wanted, in plain words")
    func conflicts() throws {
        let dead = server.uniqueName("dead")
        func difference(_ there: Topology.Queue, _ change: (inout Topology.Queue) -> Void) throws -> String? {
            try broker.apply(Topology(queues: [there]))
            var wanted = there
            change(&wanted)
            let plan = try broker.plan(Topology(queues: [wanted]))
            guard plan.count == 1, case .differentQueue(there.name, let detail)? = plan.first else {
                return nil
            }
            return detail
        }
        #expect(
            try difference(.init(name: server.uniqueName("it's"))) { $0.deadLetter = .queue(dead) }
                == "x-dead-letter-exchange is not set, wanted ''"
        )
        #expect(
            try difference(
                .init(name: server.uniqueName("length"), arguments: [.init("x-max-length", .integer(10))])
            ) {
                $0.arguments = [.init("x-max-length", .integer(20))]
            } == "x-max-length is 10, wanted 20"
        )
        #expect(
            try difference(
                .init(
                    name: server.uniqueName("overflow"),
                    arguments: [.init("x-overflow", .text("drop-head"))]
                )
            ) {
                $0.arguments = []
            } == "x-overflow is 'drop-head', wanted not set"
        )
        #expect(
            try difference(.init(name: server.uniqueName("transient"), type: .classic, durable: false)) {
                $0.durable = true
            } == "durable is false, wanted true"
        )
    }

    @Test("A queue that another connection has for itself alone is a conflict, not the end of the comparison")
    func exclusive() async throws {
        let queue = server.uniqueName("exclusive")
        let owner = try ChildProcess(
            URL(fileURLWithPath: "/usr/bin/env"),
            [
                "amqp-consume", "--url", server.url, "--exclusive", "--queue", queue, "--exchange",
                "amq.direct",
                "--routing-key", "none", "true",
            ]
        )
        defer { owner.signal(SIGTERM) }
        try await eventually("the exclusive queue") { try server.depth(queue) >= 0 }
        let missing = server.uniqueName("missing")
        #expect(
            try broker.plan(Topology(queues: [.init(name: queue, type: .classic), .init(name: missing)])) == [
                .differentQueue(queue, detail: "it belongs to another connection alone (exclusive)"),
                .missingQueue(missing),
            ]
        )
    }

    @Test("Many missing queues are found on one connection")
    func many() throws {
        let names = (0..<50).map { _ in server.uniqueName("absent") }
        let plan = try broker.plan(Topology(queues: names.map { .init(name: $0) }))
        #expect(plan == names.map(TopologyDifference.missingQueue))
    }
}
