/// One dead-lettering, recorded in a message's `x-death` header in the shape RabbitMQ gives it.
package struct Death: Sendable {
    package var queue: String
    package var exchange: String
    package var routingKey: String
    package var reason: String
    package var seconds: UInt64

    package init(queue: String, exchange: String, routingKey: String, reason: String, seconds: UInt64) {
        self.queue = queue
        self.exchange = exchange
        self.routingKey = routingKey
        self.reason = reason
        self.seconds = seconds
    }

    private static let header = "x-death"

    /// The headers with this death in front; an earlier one in the same queue for the same reason is counted
    /// on.
    package func recorded(in headers: [HeaderField]) -> [HeaderField] {
        var headers = headers
        var deaths: [HeaderValue] = []
        let place = headers.firstIndex { $0.name == Self.header }
        if let place, case .array(let known) = headers[place].value { deaths = known }
        var entry = table
        if let same = deaths.firstIndex(where: isSamePlace), case .table(let fields) = deaths[same] {
            entry = fields.map { field in
                guard field.name == "count", case .integer(let count) = field.value else { return field }
                return HeaderField("count", .integer(count &+ 1))
            }
            deaths.remove(at: same)
        }
        deaths.insert(.table(entry), at: 0)
        if let place {
            headers[place].value = .array(deaths)
            return headers
        }
        headers.append(HeaderField(Self.header, .array(deaths)))
        headers.append(HeaderField("x-first-death-exchange", .text(exchange)))
        headers.append(HeaderField("x-first-death-queue", .text(queue)))
        headers.append(HeaderField("x-first-death-reason", .text(reason)))
        return headers
    }

    private var table: [HeaderField] {
        [
            HeaderField("count", .integer(1)),
            HeaderField("reason", .text(reason)),
            HeaderField("queue", .text(queue)),
            HeaderField("time", .timestamp(seconds)),
            HeaderField("exchange", .text(exchange)),
            HeaderField("routing-keys", .array([.text(routingKey)])),
        ]
    }

    private func isSamePlace(_ value: HeaderValue) -> Bool {
        guard case .table(let fields) = value else { return false }
        return fields.contains(HeaderField("queue", .text(queue)))
            && fields.contains(HeaderField("reason", .text(reason)))
    }
}
