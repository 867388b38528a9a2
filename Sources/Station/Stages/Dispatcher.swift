internal import Broker

/// Brings work to the deciders, each order's to its own; called on the threads of the consumer links and of the
/// coordinator.
struct Dispatcher: Sendable {
    private let intake: Intake
    private let shares: Shares
    private let deciders: [Mailbox<DeciderEvent>]
    let inHand: InHand
    private let steadyClock: any SteadyClock

    /// Deliveries that are read before the first of them is handed on, at most.
    private static let handful = 32

    init(
        intake: Intake,
        shares: Shares,
        deciders: [Mailbox<DeciderEvent>],
        inHand: InHand,
        steadyClock: any SteadyClock
    ) {
        self.steadyClock = steadyClock
        self.intake = intake
        self.shares = shares
        self.deciders = deciders
        self.inHand = inHand
    }

    /// Reads these and hands them on.
    func deliver(_ deliveries: [Delivery], role: Int, link: Int) {
        inHand.add(deliveries.count)
        let arrivedAt = steadyClock.microseconds()
        var start = 0
        while start < deliveries.count {
            let end = min(start + Self.handful, deliveries.count)
            var urgent: [WorkItem] = []
            var others: [WorkItem] = []
            for delivery in deliveries[start..<end] {
                let inbound = InboundDelivery(role: role, link: link, delivery: delivery)
                let item = WorkItem.message(intake.prepare(inbound, arrivedAt: arrivedAt))
                if intake.isUrgent(inbound) { urgent.append(item) } else { others.append(item) }
            }
            dispatch(urgent, isUrgent: true)
            dispatch(others)
            start = end
        }
    }

    func dispatch(_ items: [WorkItem], isUrgent: Bool = false) {
        guard !items.isEmpty else { return }
        guard deciders.count > 1 else {
            deciders[0].post(.work(items, isUrgent: isUrgent))
            return
        }
        for (share, items) in Dictionary(grouping: items, by: { shares.share(of: $0) }) {
            deciders[share].post(.work(items, isUrgent: isUrgent))
        }
    }

    func lost(link: Int, epoch: UInt64) {
        for decider in deciders { decider.post(.lost(link: link, epoch: epoch)) }
    }

    func resume() {
        for decider in deciders { decider.post(.resume) }
    }

    func drain() {
        for decider in deciders { decider.post(.drain) }
    }

    func stop() {
        for decider in deciders { decider.post(.stop) }
    }
}
