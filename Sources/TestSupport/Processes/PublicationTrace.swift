package import Broker

/// A message as it was published, whoever takes it: seen by the broker itself.
package struct PublishedMessage: Sendable {
    package var routingKey: String
    package var messageID: String?
    package var correlationID: String?
    package var type: String?
    package var appID: String?
    package var body: [UInt8]
}

/// Records every publication on a virtual host with RabbitMQ's own tracer.
package final class PublicationTrace: Sendable {
    private static let queue = "publication-trace"
    private let reader: QueueReader

    /// Starts recording; `broker` leads to the site's virtual host.
    package init(_ site: StationSite, broker: any Broker) throws {
        let binding = Topology.Binding(
            exchange: "amq.rabbitmq.trace",
            queue: Self.queue,
            routingKey: "publish.#"
        )
        try broker.apply(
            Topology(queues: [Topology.Queue(name: Self.queue, type: .classic)], bindings: [binding])
        )
        try site.control("trace_on")
        reader = QueueReader(broker, queues: [Self.queue])
    }

    /// All so far, in the order in which the broker took them.
    package var messages: [PublishedMessage] {
        reader.deliveries.compactMap { PublishedMessage(traced: $0.message) }
    }

    /// What the station itself has published.
    package var fromStation: [PublishedMessage] { messages.filter { $0.appID == "waystation" } }

    /// Requests to systems: by queue and component, the ids of the messages that asked.
    package var requests: [Request: [String]] {
        let asking: Set = ["ProcessProvisioningOrderEBM", "ProcessFulfillmentOrderEBM"]
        var found: [Request: [String]] = [:]
        for message in fromStation where asking.contains(message.type ?? "") {
            let request = Request(queue: message.routingKey, component: message.correlationID ?? "")
            found[request, default: []].append(message.messageID ?? "")
        }
        return found
    }

    /// What was asked of whom.
    package struct Request: Hashable, Sendable, CustomStringConvertible {
        package var queue: String
        /// Order and component, as the correlation names them.
        package var component: String
        package var description: String { "\(component) on \(queue)" }
    }
}

extension PublishedMessage {
    fileprivate init?(traced message: Message) {
        let headers = message.properties.headers
        guard case .array(let keys)? = headers.first(where: { $0.name == "routing_keys" })?.value,
            case .text(let key)? = keys.first,
            case .table(let properties)? = headers.first(where: { $0.name == "properties" })?.value
        else { return nil }
        func text(_ name: String) -> String? {
            guard case .text(let value)? = properties.first(where: { $0.name == name })?.value else {
                return nil
            }
            return value
        }
        routingKey = key
        messageID = text("message_id")
        correlationID = text("correlation_id")
        type = text("type")
        appID = text("app_id")
        body = message.body
    }
}
