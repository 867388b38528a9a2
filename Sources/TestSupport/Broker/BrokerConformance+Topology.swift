import Broker
import Testing

extension BrokerConformance {
    static let topologyCases = [
        Case("A plan lists what is missing and changes nothing; applying makes it so, again and again") {
            try await $0.planAndApply()
        },
        Case("What exists with other arguments is named, and nothing is changed") {
            try await $0.differing()
        },
        Case("It tells how many messages wait in a queue, and which queues are not there") {
            try await $0.levels()
        },
        Case("Applying a topology keeps the messages in its queues") { try await $0.applyingKeepsMessages() },
    ]

    private func planAndApply() async throws {
        let exchange = uniqueName("planned-exchange")
        let dead = uniqueName("planned-dead")
        let queue = uniqueName("planned")
        let binding = Topology.Binding(exchange: exchange, queue: queue, routingKey: "key")
        let topology = Topology(
            exchanges: [Topology.Exchange(name: exchange, type: .direct)],
            queues: [
                Topology.Queue(name: dead),
                Topology.Queue(
                    name: queue,
                    deadLetter: .queue(dead),
                    arguments: [HeaderField("x-max-length", .integer(1_000))]
                ),
            ],
            bindings: [binding]
        )
        for _ in 0..<2 {
            #expect(
                Set(try broker.plan(topology)) == [
                    .missingExchange(exchange), .missingQueue(dead), .missingQueue(queue),
                    .bindingToEnsure(binding),
                ]
            )
        }
        for _ in 0..<2 {
            try broker.apply(topology)
            #expect(
                try broker.plan(topology) == (capabilities.knowsBindings ? [] : [.bindingToEnsure(binding)])
            )
        }
        #expect(try broker.plan(Topology()).isEmpty)
        try await publish(Self.publications(1...1, to: Destination(exchange: exchange, routingKey: "key")))
        #expect(try await drain(queue).messageIDs == ["m-1"])
    }

    private func levels() async throws {
        let queue = uniqueName("levels")
        let missing = uniqueName("levels-missing")
        try broker.apply(Topology(queues: [Topology.Queue(name: queue)]))
        try await publish(Self.publications(1...3, to: .queue(queue)))
        #expect(try broker.levels(of: [missing, queue, missing]).map(\.ready) == [nil, 3, nil])
        #expect(try await drain(queue).messageIDs == ["m-1", "m-2", "m-3"])
        #expect(try broker.levels(of: [queue]).map(\.ready) == [0])
    }

    private func differing() async throws {
        let exchange = uniqueName("different-exchange")
        let queue = uniqueName("different")
        let dead = uniqueName("different-dead")
        try broker.apply(
            Topology(
                exchanges: [Topology.Exchange(name: exchange, type: .direct)],
                queues: [Topology.Queue(name: queue)]
            )
        )
        let other = uniqueName("different-other")
        for changed in [
            Topology(
                exchanges: [Topology.Exchange(name: exchange, type: .topic)],
                queues: [Topology.Queue(name: other)]
            ),
            Topology(queues: [
                Topology.Queue(name: queue, deadLetter: .queue(dead)), Topology.Queue(name: other),
            ]),
            Topology(queues: [Topology.Queue(name: queue, type: .classic), Topology.Queue(name: other)]),
        ] {
            let differences = try broker.plan(changed)
            #expect(differences.count == 2)
            #expect(differences.contains(.missingQueue(other)))
            let named = differences.contains { difference in
                switch difference {
                case .differentExchange(let name, let detail): name == exchange && !detail.isEmpty
                case .differentQueue(let name, let detail): name == queue && !detail.isEmpty
                case .missingExchange, .missingQueue, .bindingToEnsure: false
                }
            }
            #expect(named)
            let error = #expect(throws: BrokerError.self) { try broker.apply(changed) }
            #expect(error?.code == .preconditionFailed)
            #expect(error?.isRetryable == false)
            #expect(try broker.plan(changed) == differences)
        }
    }

    private func applyingKeepsMessages() async throws {
        let queue = try queue("kept")
        try await publish(1...5, to: queue)
        try broker.apply(Topology(queues: [Topology.Queue(name: queue)]))
        #expect(try await drain(queue).messageIDs == Self.messageIDs(1...5))
    }
}
