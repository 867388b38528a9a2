internal import Broker
internal import Fulfillment
internal import Messages
internal import Orders

/// Where order capture and its people change their minds about orders, and put right what went wrong.
final class ChangeDesk {
    private let template: RevisableOrder
    private let orderQueue: String
    private let operationQueues: [RoleName: String]
    private let broker: SimulatedBroker
    private let clock: SimulatedClock
    private let seed: UInt64
    private let encoder = MessageEncoder()
    private(set) var orders: [ChangingOrder] = [] { didSet { findNextDue() } }
    private(set) var counts: [ChangeKind: Int] = [:]
    /// Components of which somebody said that their systems go on with them.
    private(set) var resolved: [FallenComponent] = []
    private var copies = 0
    private var operations = 0
    /// All messages put into queues.
    private(set) var everything: [(queue: String, messageID: String)] = []

    private static let speeds = ["DSL_8M", "DSL_16M", "DSL_32M"]
    /// The inventory of the example refuses it everywhere.
    static let impossibleSpeed = "DSL_64M"
    static let keyPrefix = "V"
    static let customerRole: RoleName = "COM"

    init(
        template: RevisableOrder,
        orderQueue: String,
        operationQueues: [RoleName: String],
        broker: SimulatedBroker,
        clock: SimulatedClock,
        seed: UInt64
    ) {
        self.template = template
        self.orderQueue = orderQueue
        self.operationQueues = operationQueues
        self.broker = broker
        self.clock = clock
        self.seed = seed
    }

    static func isChanging(_ key: OrderKey) -> Bool { key.rawValue.hasPrefix(keyPrefix) }

    func note(_ kind: ChangeKind, _ count: Int = 1) { counts[kind, default: 0] += count }

    func order(_ key: OrderKey) -> ChangingOrder? { orders.first { $0.key == key } }

    /// When the next change is due; asked at each step.
    private(set) var nextDue: Int64?

    private func findNextDue() {
        nextDue = nil
        for order in orders {
            for change in order.planned { nextDue = min(nextDue ?? .max, change.due) }
        }
    }

    // MARK: Orders

    /// A new order, with the changes that it will see.
    func send(random: inout SeededGenerator) -> String {
        let key = OrderKey(rawValue: "\(Self.keyPrefix)\(seed)-\(orders.count + 1)")
        let now = clock.now()
        let billingStart = now.advanced(bySeconds: Int64(random.pick([0, 10, 3_600, 40_000])))
        var order = ChangingOrder(
            key: key,
            billingStart: billingStart,
            contents: [],
            messages: [],
            planned: plan(random: &random)
        )
        let parts = random.pick([[1], [1], [2], [0], [1, 2], [0, 1]])
        let speed = random.percent(8) ? Self.impossibleSpeed : random.pick(Self.speeds)
        append(RevisableOrder.Content(parts: parts, speed: speed), to: &order)
        orders.append(order)
        return "to be changed, of parts \(parts), as \(key)"
    }

    private func plan(random: inout SeededGenerator) -> [PlannedChange] {
        var due = clock.elapsedMilliseconds
        var planned: [PlannedChange] = []
        for _ in 0..<random.between(1, 4) {
            due += Int64(random.between(0, random.pick([30, 400, 1_500, 1_500, 4_000, 10_000, 3_600_000])))
            switch random.between(0, 99) {
            case 0..<22: planned.append(PlannedChange(due: due, what: .revise(.valueChanged)))
            case 22..<38: planned.append(PlannedChange(due: due, what: .revise(.linesRemoved)))
            case 38..<54: planned.append(PlannedChange(due: due, what: .revise(.linesAdded)))
            case 54..<62: planned.append(PlannedChange(due: due, what: .revise(.cancelledByRevision)))
            case 62..<67: planned.append(PlannedChange(due: due, what: .revise(.equalRevision)))
            case 67..<72: planned.append(PlannedChange(due: due, what: .revise(.staleRevision)))
            case 72..<80:
                for kind in [ChangeKind.quickSuccession, .linesAdded, .valueChanged] {
                    planned.append(PlannedChange(due: due, what: .revise(kind)))
                }
            case 80..<83: planned.append(PlannedChange(due: due, what: .revise(.wrongRevision)))
            case 83..<92:
                planned.append(operation(.suspend, due))
                guard random.percent(70) else { continue }
                planned.append(operation(.resume, due + Int64(random.between(0, 5_000))))
            default:
                planned.append(operation(.cancel, due))
                guard random.percent(40) else { continue }
                planned.append(operation(.resume, due + Int64(random.between(0, 20_000))))
            }
        }
        return planned
    }

    private func operation(_ kind: ChangeKind, _ due: Int64) -> PlannedChange {
        PlannedChange(due: due, what: .operate(kind, nil))
    }

    private func append(_ content: RevisableOrder.Content, to order: inout ChangingOrder) {
        let revision = order.contents.count + 1
        let messageID = MessageID(rawValue: "order-\(order.key)-\(revision)")
        let body = template.body(
            key: order.key,
            messageID: messageID,
            revision: revision,
            content: content,
            billingStart: order.billingStart
        )
        let message = Message(
            properties: MessageProperties(
                contentType: "application/xml",
                deliveryMode: 2,
                correlationID: order.key.rawValue,
                messageID: messageID.rawValue
            ),
            body: body
        )
        order.contents.append(content)
        order.messages.append(message)
        put(message, orderQueue)
    }

    private func put(_ message: Message, _ queue: String) {
        broker.put(message, into: queue)
        everything.append((queue, message.properties.messageID ?? ""))
    }

    // MARK: Changes

    /// What is due next is done.
    func act(_ systems: ExternalSystems, random: inout SeededGenerator) -> String {
        let now = clock.elapsedMilliseconds
        guard let at = orders.firstIndex(where: { $0.planned.contains { $0.due <= now } }),
            let next = orders[at].planned.firstIndex(where: { $0.due <= now })
        else { return "nothing" }
        let change = orders[at].planned.remove(at: next)
        switch change.what {
        case .revise(let kind):
            revise(at, kind, random: &random)
            return "\(kind) of \(orders[at].key)"
        case .operate(let kind, let fallen):
            if kind == .resolve, let fallen {
                guard systems.repair(fallen) else { return "nothing is left to resolve" }
                resolved.append(fallen)
            }
            operate(
                kind,
                on: fallen?.order ?? orders[at].key,
                role: fallen?.role ?? Self.customerRole,
                component: fallen?.component
            )
            return "\(kind) of \(orders[at].key) \(fallen?.component.rawValue ?? "")"
        }
    }

    private func revise(_ at: Int, _ kind: ChangeKind, random: inout SeededGenerator) {
        var content = orders[at].current
        // After a cancellation an order is wanted again as it was before.
        if content.parts.isEmpty, let last = orders[at].contents.last(where: { !$0.parts.isEmpty }) {
            content = last
        }
        switch kind {
        case .equalRevision, .staleRevision:
            let messages = orders[at].messages
            let message = kind == .equalRevision ? messages[messages.count - 1] : random.pick(messages)
            copies += 1
            guard let again = message.renamed(suffix: "-copy-\(copies)") else { return }
            note(kind)
            return put(again, orderQueue)
        case .linesRemoved:
            guard content.parts.count > 1 else { return revise(at, .linesAdded, random: &random) }
            content.parts.remove(at: random.between(0, content.parts.count - 1))
        case .linesAdded:
            let missing = (0..<template.partCount).filter { !content.parts.contains($0) }
            guard !missing.isEmpty else { return revise(at, .linesRemoved, random: &random) }
            content.parts = (content.parts + [random.pick(missing)]).sorted()
        case .cancelledByRevision: content.parts = []
        case .wrongRevision:
            content.speed = Self.impossibleSpeed
            if !content.parts.contains(0) { content.parts.insert(0, at: 0) }
        default:
            if random.percent(10) { content.isBilledAtOnce.toggle() }
            content.speed = random.pick(Self.speeds.filter { $0 != content.speed })
        }
        note(kind)
        append(content, to: &orders[at])
    }

    /// A revision that takes the place of one that cannot be carried out.
    ///
    /// - Returns: Whether there is such a one.
    func correct(_ key: OrderKey) -> Bool {
        guard let at = orders.firstIndex(where: { $0.key == key }) else { return false }
        var content = orders[at].current
        guard content.speed == Self.impossibleSpeed, content.parts.contains(0) else { return false }
        content.speed = Self.speeds[0]
        note(.correctingRevision)
        append(content, to: &orders[at])
        return true
    }

    /// Somebody will look after a component that was refused.
    func planCorrection(_ fallen: FallenComponent, random: inout SeededGenerator) {
        guard let at = orders.firstIndex(where: { $0.key == fallen.order.base }), random.percent(60)
        else { return }
        let due = clock.elapsedMilliseconds + Int64(random.between(0, 8_000))
        let kind: ChangeKind = random.percent(65) ? .retry : .resolve
        orders[at].planned.append(PlannedChange(due: due, what: .operate(kind, fallen)))
    }

    /// A person asks something of an order.
    func operate(_ kind: ChangeKind, on key: OrderKey, role: RoleName, component: ComponentID? = nil) {
        guard let action = kind.action, let queue = operationQueues[role] else { return }
        operations += 1
        note(kind)
        let messageID = MessageID(rawValue: "operation-\(key.base)-\(operations)")
        let body = encoder.encode(
            OrderOperation(action: action, by: "Ann", component: component),
            on: key,
            context: EncodingContext(
                messageID: messageID,
                now: clock.now(),
                senderID: "SEBL_01",
                targetID: "OSMCFS_01",
                role: role,
                origin: nil,
                cause: nil
            )
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
        put(message, queue)
    }
}

extension ChangeKind {
    fileprivate var action: OrderOperation.Action? {
        switch self {
        case .suspend: .suspend
        case .resume: .resume
        case .cancel: .cancel
        case .retry: .retry
        case .resolve: .resolve
        case .skip: .skip
        default: nil
        }
    }
}
