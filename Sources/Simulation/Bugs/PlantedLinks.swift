internal import Broker
internal import Messages
internal import Orders
internal import Station
internal import Synchronization

/// Acknowledges what has arrived, before anything was done with it.
struct HastyConsumer: PlantedConsumer {
    let handler: @Sendable (ConsumerEvent) -> Void

    func take(_ event: ConsumerEvent, link: any ConsumerLink) {
        if case .deliveries(let deliveries) = event { link.acknowledge(deliveries.map(\.tag)) }
        handler(event)
    }

    func acknowledge(_ tags: [DeliveryTag], link: any ConsumerLink) {}
}

/// Sends acknowledgements on whatever connection there is.
final class EpochBlindConsumer: PlantedConsumer {
    let handler: @Sendable (ConsumerEvent) -> Void
    private let epoch = Mutex<UInt64>(0)

    init(handler: @escaping @Sendable (ConsumerEvent) -> Void) { self.handler = handler }

    func take(_ event: ConsumerEvent, link: any ConsumerLink) {
        if case .connected(let epoch) = event { self.epoch.withLock { $0 = epoch } }
        handler(event)
    }

    func acknowledge(_ tags: [DeliveryTag], link: any ConsumerLink) {
        let epoch = epoch.withLock { $0 }
        link.acknowledge(tags.map { DeliveryTag(epoch: epoch, number: $0.number) })
    }
}

/// Tells that messages are confirmed when they have only been sent.
struct HastyPublisher: PlantedPublisher {
    let handler: @Sendable (PublisherEvent) -> Void

    func take(_ event: PublisherEvent) {
        if case .confirmed = event { return }
        handler(event)
    }

    func publish(_ publications: [Publication], epoch: UInt64?, link: any PublisherLink) {
        link.publish(publications, epoch: epoch)
        handler(.confirmed(ids: publications.map(\.id)))
    }
}

/// Takes the confirm that follows a return for the whole truth.
struct ReturnBlindPublisher: PlantedPublisher {
    let handler: @Sendable (PublisherEvent) -> Void

    func take(_ event: PublisherEvent) {
        if case .returned(let id, _, _) = event { handler(.confirmed(ids: [id])) } else { handler(event) }
    }
}

/// Which orders have a report on its way that is older than one which came before.
final class StaleReports: Sendable {
    private struct State {
        /// The number of the latest reply to each request.
        var latest: [String: Int] = [:]
        var components: [OrderID: ComponentID] = [:]
    }

    private let state = Mutex(State())

    func note(_ messageID: String, of component: ComponentID, order: OrderID) {
        // The emulated systems number their replies: the request's id, then `-R` and the number.
        guard let mark = messageID.firstRange(of: "-R"),
            let number = Int(messageID[mark.upperBound...].prefix { $0.isNumber })
        else { return }
        let request = String(messageID[..<mark.lowerBound])
        state.withLock { state in
            if number < state.latest[request] ?? 0 { state.components[order] = component }
            state.latest[request] = max(number, state.latest[request] ?? 0)
        }
    }

    /// The component that a stale report is about, once.
    func take(_ order: OrderID) -> ComponentID? {
        state.withLock { $0.components.removeValue(forKey: order) }
    }
}

/// Notices stale reports on their way to the station.
struct StaleListeningConsumer: PlantedConsumer {
    let handler: @Sendable (ConsumerEvent) -> Void
    let roles: [RoleRuntime]
    let stale: StaleReports

    func take(_ event: ConsumerEvent, link: any ConsumerLink) {
        if case .deliveries(let deliveries) = event { for delivery in deliveries { note(delivery) } }
        handler(event)
    }

    private func note(_ delivery: Delivery) {
        guard let role = roles.first(where: { $0.queues.contains(delivery.queue) }),
            // What cannot be read is no report.
            let decoded = try? role.read(delivery.message.body, from: delivery.queue),
            case .update(let update) = decoded.content, let component = update.component
        else { return }
        stale.note(
            decoded.context.messageID.rawValue,
            of: component,
            order: OrderID(role: role.role, key: update.orderKey)
        )
    }
}
