import Broker
import Testing

extension BrokerConformance {
    static let routingCases = [
        Case("An unroutable publication is returned, and its neighbors are confirmed") {
            try await $0.unroutable()
        },
        Case("An unroutable publication to an exchange is returned") { try await $0.unbound() },
        Case("A missing exchange is reported") { try await $0.missingExchange() },
        Case("A direct exchange routes by the whole key") { try await $0.direct() },
        Case("A topic exchange routes by patterns, once a queue") { try await $0.topic() },
        Case("A fanout exchange copies to every bound queue") { try await $0.fanout() },
    ]

    private func unroutable() async throws {
        let queue = try queue("routable")
        let publisher = ObservedPublisher(broker)
        try await publisher.connected()
        var publications = Self.publications(1...5, to: .queue(queue))
        publications[2].destination = .queue(uniqueName("nowhere"))
        publisher.link.publish(publications)
        let answers = try await publisher.answers(5)
        #expect(answers.count == 5)
        #expect(
            Set(answers) == [
                .confirmed(1), .confirmed(2), .returned(3, code: 312), .confirmed(4), .confirmed(5),
            ]
        )
        try await publisher.close()
        #expect(publisher.answers.count == 5)
        #expect(try await drain(queue).messageIDs == ["m-1", "m-2", "m-4", "m-5"])
    }

    private func unbound() async throws {
        let exchange = uniqueName("unbound")
        try broker.apply(Topology(exchanges: [Topology.Exchange(name: exchange, type: .direct)]))
        let publisher = ObservedPublisher(broker)
        try await publisher.connected()
        publisher.link.publish(
            Self.publications(1...1, to: Destination(exchange: exchange, routingKey: "anything"))
        )
        #expect(try await publisher.answers(1) == [.returned(1, code: 312)])
        try await publisher.close()
    }

    private func missingExchange() async throws {
        _ = try queue("present")
        let publisher = ObservedPublisher(broker)
        try await publisher.connected()
        publisher.link.publish(
            Self.publications(1...1, to: Destination(exchange: uniqueName("absent"), routingKey: "key"))
        )
        switch capabilities.missingExchange {
        case .isReturned:
            #expect(try await publisher.answers(1) == [.returned(1, code: 404)])
        case .losesConnection:
            let error = try await publisher.lost()
            #expect(error.code == .notFound)
            #expect(error.remedy.contains("waystation topology apply"))
            try await publisher.connected(epoch: 2)
            #expect(publisher.answers.isEmpty)
        }
        try await publisher.close()
    }

    private func direct() async throws {
        let bound = try await bind(type: .direct, keys: [["order"], ["order.new"]])
        try await publish(
            ["order", "order.new", "order"].enumerated().flatMap { index, key in
                let id = Int64(index + 1)
                return Self.publications(id...id, to: Destination(exchange: bound.exchange, routingKey: key))
            }
        )
        #expect(try await drain(bound.queues[0]).messageIDs == ["m-1", "m-3"])
        #expect(try await drain(bound.queues[1]).messageIDs == ["m-2"])
    }

    private func topic() async throws {
        let bound = try await bind(type: .topic, keys: [["*.new", "order.#"], ["#.fault.*"]])
        let keys = ["order.new", "order", "status.new", "a.b.fault.c", "fault.c", "order.fault.x"]
        try await publish(
            keys.enumerated().flatMap { index, key in
                let id = Int64(index + 1)
                return Self.publications(id...id, to: Destination(exchange: bound.exchange, routingKey: key))
            }
        )
        #expect(try await drain(bound.queues[0]).messageIDs == ["m-1", "m-2", "m-3", "m-6"])
        #expect(try await drain(bound.queues[1]).messageIDs == ["m-4", "m-5", "m-6"])
    }

    private func fanout() async throws {
        let bound = try await bind(type: .fanout, keys: [[""], [""]])
        try await publish(
            Self.publications(1...20, to: Destination(exchange: bound.exchange, routingKey: "any"))
        )
        for queue in bound.queues { #expect(try await drain(queue).messageIDs == Self.messageIDs(1...20)) }
    }

    /// An exchange with one queue for each list of keys.
    private func bind(
        type: Topology.ExchangeType,
        keys: [[String]]
    ) async throws -> (exchange: String, queues: [String]) {
        let exchange = uniqueName("\(type)")
        let queues = keys.map { _ in uniqueName("bound") }
        try broker.apply(
            Topology(
                exchanges: [Topology.Exchange(name: exchange, type: type)],
                queues: queues.map { Topology.Queue(name: $0) },
                bindings: zip(queues, keys).flatMap { queue, keys in
                    keys.map { Topology.Binding(exchange: exchange, queue: queue, routingKey: $0) }
                }
            )
        )
        return (exchange, queues)
    }
}
