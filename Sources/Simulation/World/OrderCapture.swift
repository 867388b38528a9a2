internal import Broker
internal import Orders

/// Who sends orders, and remembers each.
final class OrderCapture {
    struct Sent {
        var key: OrderKey
        var template: Int
        var messageID: MessageID
        var message: Message
        var queue: String
    }

    private let templates: [OrderTemplate]
    private let weightTotal: Int
    private let queues: [String]
    private let urgentQueues: [String]
    private let broker: SimulatedBroker
    private let clock: SimulatedClock
    private let seed: UInt64
    private(set) var sent: [Sent] = []
    private var resent = 0
    /// All messages put into queues.
    private(set) var everything: [(queue: String, messageID: String)] = []

    init(
        templates: [OrderTemplate],
        queues: [String],
        urgentQueues: [String],
        broker: SimulatedBroker,
        clock: SimulatedClock,
        seed: UInt64
    ) {
        self.templates = templates
        weightTotal = templates.reduce(0) { $0 + $1.weight }
        self.queues = queues
        self.urgentQueues = urgentQueues
        self.broker = broker
        self.clock = clock
        self.seed = seed
    }

    /// The next order, of some kind.
    func send(random: inout SeededGenerator) -> String {
        var left = random.between(0, weightTotal - 1)
        var template = 0
        while left >= templates[template].weight {
            left -= templates[template].weight
            template += 1
        }
        return send(template: template, random: &random)
    }

    func send(template: Int, random: inout SeededGenerator) -> String {
        let key = OrderKey(rawValue: "K\(seed)-\(sent.count + 1)")
        let messageID = MessageID(rawValue: "order-\(key)")
        let requested = clock.now().advanced(bySeconds: Int64(random.between(4 * 3_600, 60 * 3_600)))
        let base = base(for: template, random: &random)
        let body = templates[template].body(
            key: key,
            messageID: messageID,
            requested: requested,
            follows: base
        )
        let message = Message(
            properties: MessageProperties(
                contentType: "application/xml",
                deliveryMode: 2,
                correlationID: key.rawValue,
                messageID: messageID.rawValue
            ),
            body: body
        )
        let isUrgent = templates[template].name == "urgent" && !urgentQueues.isEmpty
        let queue = isUrgent ? urgentQueues[0] : queues[0]
        sent.append(
            Sent(key: key, template: template, messageID: messageID, message: message, queue: queue)
        )
        put(message, queue)
        return "\(templates[template].name) as \(key)" + (base.map { ", which follows \($0)" } ?? "")
    }

    /// Some orders follow one that was sent before, which may arrive later.
    private func base(for template: Int, random: inout SeededGenerator) -> BaseReference? {
        guard templates[template].canFollow, random.percent(25) else { return nil }
        let bases = sent.suffix(5).filter { templates[$0.template].followableLine != nil }
        guard !bases.isEmpty else { return nil }
        let base = random.pick(bases)
        let line = random.percent(70) ? templates[base.template].followableLine : nil
        return BaseReference(order: base.key, line: line)
    }

    /// Sends an order again: the same message, or its content in a new one.
    func repeatOrder(random: inout SeededGenerator) -> Bool {
        guard !sent.isEmpty else { return false }
        let order = random.pick(sent)
        if random.percent(50) {
            put(order.message, order.queue)
            return true
        }
        resent += 1
        guard let again = order.message.renamed(suffix: "-again-\(resent)") else { return false }
        put(again, order.queue)
        return true
    }

    private func put(_ message: Message, _ queue: String) {
        broker.put(message, into: queue)
        everything.append((queue, message.properties.messageID ?? ""))
    }

    func templateName(_ index: Int) -> String { templates[index].name }
}
