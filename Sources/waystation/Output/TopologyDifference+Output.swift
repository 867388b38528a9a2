import Broker

extension TopologyDifference {
    /// Whether the broker is known to differ; of bindings nobody knows.
    var isKnown: Bool {
        switch self {
        case .missingExchange, .missingQueue, .differentExchange, .differentQueue: true
        case .bindingToEnsure: false
        }
    }

    /// Whether declaring cannot mend it.
    var isConflict: Bool {
        switch self {
        case .differentExchange, .differentQueue: true
        case .missingExchange, .missingQueue, .bindingToEnsure: false
        }
    }

    var text: String {
        switch self {
        case .missingExchange(let name): "+ exchange \(name)"
        case .missingQueue(let name): "+ queue \(name)"
        case .differentExchange(let name, let detail): "! exchange \(name) differs: \(detail)"
        case .differentQueue(let name, let detail): "! queue \(name) differs: \(detail)"
        case .bindingToEnsure(let binding):
            "? binding of queue \(binding.queue) to exchange \(binding.exchange), key '\(binding.routingKey)'"
        }
    }

    var json: JSONValue {
        switch self {
        case .missingExchange(let name): ["kind": "missingExchange", "name": JSONValue(name), "detail": nil]
        case .missingQueue(let name): ["kind": "missingQueue", "name": JSONValue(name), "detail": nil]
        case .differentExchange(let name, let detail):
            ["kind": "differentExchange", "name": JSONValue(name), "detail": JSONValue(detail)]
        case .differentQueue(let name, let detail):
            ["kind": "differentQueue", "name": JSONValue(name), "detail": JSONValue(detail)]
        case .bindingToEnsure(let binding):
            [
                "kind": "bindingToEnsure", "name": JSONValue(binding.queue),
                "detail": JSONValue("exchange \(binding.exchange), key \(binding.routingKey)"),
            ]
        }
    }
}
