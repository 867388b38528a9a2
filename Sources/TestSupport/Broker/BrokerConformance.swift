package import Broker
import Testing

/// What every implementation of the broker port must do, as cases that a test target runs against it.
///
///     @Test("Conforms to the port", arguments: BrokerConformance.cases)
///     func conformance(_ conformanceCase: BrokerConformance.Case) async throws {
///         try await conformanceCase.run(BrokerConformance(broker: …))
///     }
package struct BrokerConformance: Sendable {
    /// Where brokers differ and may.
    package struct Capabilities: Sendable {
        /// What publishing to an exchange that does not exist leads to.
        package enum MissingExchange: Sendable {
            /// That one publication comes back.
            case isReturned
            /// The connection is lost with `notFound`.
            case losesConnection
        }

        package var missingExchange = MissingExchange.isReturned
        /// Whether headers come back in the order in which they were given.
        package var keepsHeaderOrder = true
        /// Whether `plan` tells bindings that exist from those that do not.
        package var knowsBindings = true

        package init() {}
    }

    /// One behavior, with a sentence for its name.
    package struct Case: Sendable, CustomTestStringConvertible {
        package let name: String
        package let run: @Sendable (BrokerConformance) async throws -> Void

        package var testDescription: String { name }

        init(_ name: String, _ run: @escaping @Sendable (BrokerConformance) async throws -> Void) {
            self.name = name
            self.run = run
        }
    }

    let broker: any Broker
    let capabilities: Capabilities
    /// A name for a queue or an exchange that no other test uses.
    let uniqueName: @Sendable (String) -> String
    /// Makes all links lose their connection, and lets them connect again.
    let breakConnections: @Sendable () async throws -> Void

    package init(
        broker: any Broker,
        capabilities: Capabilities = Capabilities(),
        uniqueName: @escaping @Sendable (String) -> String,
        breakConnections: @escaping @Sendable () async throws -> Void
    ) {
        self.broker = broker
        self.capabilities = capabilities
        self.uniqueName = uniqueName
        self.breakConnections = breakConnections
    }

    package static let cases: [Case] =
        publishingCases + routingCases + consumingCases + settlingCases + lifeCases + topologyCases
}

extension BrokerConformance {
    /// Declares a queue of its own for a test.
    func queue(_ purpose: String, deadLetter: Destination? = nil) throws -> String {
        let name = uniqueName(purpose)
        try broker.apply(Topology(queues: [Topology.Queue(name: name, deadLetter: deadLetter)]))
        return name
    }

    /// Messages whose ids, message ids and bodies are their numbers.
    static func publications(_ ids: ClosedRange<Int64>, to destination: Destination) -> [Publication] {
        ids.map { id in
            Publication(
                id: id,
                destination: destination,
                message: Message(
                    properties: MessageProperties(deliveryMode: 2, messageID: "m-\(id)"),
                    body: Array("\(id)".utf8)
                )
            )
        }
    }

    static func messageIDs(_ ids: ClosedRange<Int64>) -> [String] { ids.map { "m-\($0)" } }

    /// Publishes and waits until all is confirmed.
    func publish(_ publications: [Publication]) async throws {
        let publisher = ObservedPublisher(broker)
        try await publisher.connected()
        publisher.link.publish(publications)
        let answers = try await publisher.answers(publications.count)
        #expect(Set(answers) == Set(publications.map { .confirmed($0.id) }))
        #expect(try await publisher.close() == nil)
    }

    func publish(_ ids: ClosedRange<Int64>, to queue: String) async throws {
        try await publish(Self.publications(ids, to: .queue(queue)))
    }

    /// What a queue still holds, read and acknowledged: a last message is published to know when all has
    /// come.
    func drain(_ queue: String) async throws -> [Delivery] {
        let last = "last of \(queue)"
        try await publish([
            Publication(
                id: 1,
                destination: .queue(queue),
                message: Message(properties: MessageProperties(deliveryMode: 2, messageID: last), body: [])
            )
        ])
        let consumer = ObservedConsumer(broker, [queue], acknowledging: true)
        let deliveries = try await consumer.recorder.wait(for: "the last message of \(queue)") { events in
            let deliveries = events.flatMap { event -> [Delivery] in
                if case .deliveries(let batch) = event { batch } else { [] }
            }
            return deliveries.contains { $0.message.properties.messageID == last } ? deliveries : nil
        }
        try await consumer.close()
        return deliveries.filter { $0.message.properties.messageID != last }
    }
}

extension [Delivery] {
    /// The message ids, to compare with what was published.
    var messageIDs: [String] { map { $0.message.properties.messageID ?? "" } }
}
