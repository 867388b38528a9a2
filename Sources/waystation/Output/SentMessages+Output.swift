import Broker
import Orders
import Store

extension SentMessages.Entry {
    var sentence: String { "Sent \(type.isEmpty ? "a message" : type) \(id) to \(destination)." }

    var json: JSONValue {
        ["id": JSONValue(id), "type": JSONValue(type), "queue": JSONValue(destination.place)]
    }
}

extension Destination {
    /// The queue, where it is one; else the exchange with its key.
    var place: String { exchange.isEmpty ? routingKey : description }
}
