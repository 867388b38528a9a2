internal import Broker
internal import Catalog
internal import Orders
internal import Station
internal import Store
internal import Synchronization

/// A station in one loop: engine, relay and links, one turn at a time.
final class LoopProcess: SimulatedProcess {
    enum Event: Sendable {
        case consumer(link: Int, ConsumerEvent)
        case publisher(PublisherEvent)
    }

    private final class Inbox: Sendable {
        private let events = Mutex<[Event]>([])
        func post(_ event: Event) { events.withLock { $0.append(event) } }
        var isEmpty: Bool { events.withLock { $0.isEmpty } }
        func take() -> [Event] {
            events.withLock { events in
                defer { events = [] }
                return events
            }
        }
    }

    private struct Slot {
        var role: Int
        var link: any ConsumerLink
    }

    private let engine: HopEngine
    private let store: any Store
    private var relay: OutboxRelay
    private let inbox = Inbox()
    private var links: [Slot] = []
    private let publisher: any PublisherLink
    private let roles: [RoleRuntime]
    private let clock: any WallClock
    private let batchLimit: Int
    private var urgent: [InboundDelivery] = []
    private var waiting: [InboundDelivery] = []
    private var storeRetryAt: Timestamp?

    init(
        roles: [RoleRuntime],
        store: any Store,
        broker: any Broker,
        clock: any WallClock,
        ids: any IDSource,
        configuration: StationConfiguration,
        awaited: Set<OrderID>,
        snapshotInterval: Int
    ) throws {
        self.roles = roles
        self.store = store
        self.clock = clock
        batchLimit = configuration.workers.first?.batchLimit ?? 64
        engine = try HopEngine(
            roles: roles,
            store: store,
            clock: clock,
            ids: ids,
            limits: configuration.limits,
            awaited: awaited,
            snapshotInterval: snapshotInterval
        )
        relay = OutboxRelay(newest: engine.newestOutboxID)
        let inbox = inbox
        publisher = broker.openPublisher(PublisherConfiguration(name: "publisher")) {
            inbox.post(.publisher($0))
        }
        for (index, role) in roles.enumerated() {
            for _ in 0..<max(1, role.configuration.concurrency) {
                let link = links.count
                let consumer = broker.openConsumer(
                    ConsumerConfiguration(
                        name: "consumer",
                        queues: role.queues,
                        prefetch: UInt16(clamping: role.configuration.prefetch),
                        messageBytesMax: configuration.limits.messageBytes
                    )
                ) { inbox.post(.consumer(link: link, $0)) }
                links.append(Slot(role: index, link: consumer))
            }
        }
    }

    let stageCount = 1
    func name(ofStage stage: Int) -> String { "station" }

    func isAwake(stage: Int) -> Bool {
        if !inbox.isEmpty { return true }
        let now = clock.now()
        if let storeRetryAt { return now >= storeRetryAt || storeRetryAt >= now.advanced(bySeconds: 60) }
        return !urgent.isEmpty || !waiting.isEmpty || relay.loadAfter != nil || relay.confirmedCount > 0
            || engine.nextTimerDue.map { $0 <= now } ?? false || relay.nextProbe.map { $0 <= now } ?? false
    }

    var nextMoment: Timestamp? {
        [storeRetryAt, engine.nextTimerDue, relay.nextProbe].compactMap(\.self).min()
    }

    func step(stage: Int) throws {
        for event in inbox.take() { take(event) }
        let now = clock.now()
        if let at = storeRetryAt, now < at, at < now.advanced(bySeconds: 60) { return }
        storeRetryAt = nil
        do throws(StoreError) {
            try runGroup()
            if let due = engine.nextTimerDue, due <= clock.now() { finish(try engine.processDue()) }
            if let after = relay.loadAfter {
                relay.loaded(try store.outbox(after: after, limit: 100), limit: 100)
            }
            publishReady()
            if inbox.isEmpty { try store.checkpoint() }
        } catch {
            guard error.isRetryable else { throw error }
            if error.mayHaveHappened { relay.storeMayHold(upTo: engine.newestOutboxID) }
            storeRetryAt = clock.now().advanced(byMilliseconds: 100)
        }
    }

    private func runGroup() throws(StoreError) {
        let fromUrgent = min(urgent.count, batchLimit)
        let fromWaiting = min(waiting.count, batchLimit - fromUrgent)
        guard fromUrgent + fromWaiting > 0 || relay.confirmedCount > 0 else { return }
        let group = urgent.prefix(fromUrgent) + waiting.prefix(fromWaiting)
        let confirmed = relay.takeConfirmed()
        do throws(StoreError) {
            let result = try engine.process(Array(group), confirmedOutbox: confirmed)
            urgent.removeFirst(fromUrgent)
            waiting.removeFirst(fromWaiting)
            finish(result)
        } catch {
            relay.keepConfirmed(confirmed)
            throw error
        }
    }

    private func finish(_ result: HopResult) {
        for tag in result.acknowledged { links[tag.link].link.acknowledge([tag.tag]) }
        for tag in result.rejected { links[tag.link].link.reject([tag.tag]) }
        relay.committed(result.outbox)
        publishReady()
    }

    private func publishReady() {
        let rows = relay.next(now: clock.now())
        guard !rows.isEmpty else { return }
        publisher.publish(
            rows.map { Publication(id: $0.id, destination: $0.destination, message: $0.message) }
        )
    }

    private func take(_ event: Event) {
        switch event {
        case .consumer(let link, .deliveries(let deliveries)):
            let role = roles[links[link].role]
            for delivery in deliveries {
                let inbound = InboundDelivery(role: links[link].role, link: link, delivery: delivery)
                if role.configuration.urgentOrders.contains(delivery.queue) {
                    urgent.append(inbound)
                } else {
                    waiting.append(inbound)
                }
            }
        case .consumer(let link, .lost(let epoch, _, _)):
            let isGone = { (inbound: InboundDelivery) in
                inbound.link == link && inbound.delivery.tag.epoch <= epoch
            }
            urgent.removeAll(where: isGone)
            waiting.removeAll(where: isGone)
        case .consumer: break
        case .publisher(.connected): relay.connected()
        case .publisher(.confirmed(let ids)): relay.confirmed(ids)
        case .publisher(.returned(let id, let code, _)):
            relay.notTaken(id, reason: "returned \(code)", now: clock.now())
        case .publisher(.refused(let ids)):
            for id in ids { relay.notTaken(id, reason: "refused", now: clock.now()) }
        case .publisher(.blocked): relay.blocked(true)
        case .publisher(.unblocked): relay.blocked(false)
        case .publisher(.lost), .publisher(.closed): relay.lost()
        }
    }
}
