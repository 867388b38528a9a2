internal import Broker
internal import Station

/// Somebody who reads a queue of the station's to its end and remembers all of it.
final class Receiver {
    struct Received {
        var messageID: String
        var digest: Int64
        var message: Message
    }

    let queue: String
    private let broker: SimulatedBroker
    private(set) var received: [Received] = []

    init(queue: String, broker: SimulatedBroker) {
        self.queue = queue
        self.broker = broker
    }

    func take() -> String {
        guard let message = broker.take(from: queue) else { return "nothing" }
        let id = message.properties.messageID ?? ""
        received.append(
            Received(messageID: id, digest: BodyDigest.of(message.body), message: message)
        )
        return "\(queue) \(id)"
    }
}
