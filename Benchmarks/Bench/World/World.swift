import Broker
import Catalog
import Foundation
import Orders
import Station
import Synchronization
import Workload

/// Everything around the station, in this process: who sends orders, the systems that are asked, who is told upstream.
///
/// Replies go out at once, or are held back until they are let go, so that the station's time can be told from theirs.
final class World: Sendable {
    /// What went to and fro so far.
    struct Counts: Sendable {
        var submitted = 0
        var completed = 0
        var requests = 0
        var replies = 0
        var upstream = 0
        /// Faults, and messages in the error queue: there should be none.
        var faults = 0
        /// All that went to the station.
        var sent = 0
        var unconfirmed = 0

        /// All that the station sent and that came here.
        var received: Int { requests + upstream + faults }
        var inFlight: Int { submitted - completed }
    }

    private struct State {
        var counts = Counts()
        var systems: MemorizingSystems
        var isConnected = false
        var isHolding = false
        var held: [Publication] = []
        var nextID: Int64 = 0
        /// When each order was sent, by its number in the stream.
        var sentAt: [Int: UInt64] = [:]
        /// By the role that asked.
        var firstRequest: [[Double]] = []
        var completion: [Double] = []
        /// By the role that asked.
        var asked: [Set<Int>] = []
        var finished: Set<Int> = []
        /// Orders that are still to be sent, each when one in flight is done.
        var waiting: ArraySlice<Message> = []
        var nextNumber: Int
        var problem: String?
    }

    private let state: Mutex<State>
    private let consumer = Mutex<(any ConsumerLink)?>(nil)
    private let publisher = Mutex<(any PublisherLink)?>(nil)
    private let site: BenchSite
    private let stream: OrderStream
    private let entrance: String
    /// The role that asks through a queue, and where it waits for the reply.
    private let askers: [String: (role: Int, replyQueue: String)]
    private let upstream: String

    /// Connects; `first` is the number of the first order to be sent, and messages from the `watched` queues count as
    /// requests that nobody answers.
    init(site: BenchSite, stream: OrderStream, first: Int = 0, watched: [String] = []) throws {
        self.site = site
        self.stream = stream
        let roles = site.files.roles
        let systems = roles.map { EmulatedSystems(role: $0, options: EmulationOptions()) }
        let memorizing = MemorizingSystems(systems: systems, stream: stream)
        entrance = roles.first?.configuration.orders.first ?? ""
        upstream = roles.first?.configuration.upstream?.routingKey ?? ""
        var askers: [String: (role: Int, replyQueue: String)] = [:]
        for (index, systems) in systems.enumerated() {
            for queue in systems.queues {
                askers[queue] = (index, roles[index].configuration.updates.first ?? "")
            }
        }
        self.askers = askers
        var state = State(systems: memorizing, nextNumber: first)
        state.firstRequest = roles.map { _ in [] }
        state.asked = roles.map { _ in [] }
        self.state = Mutex(state)
        let broker = try site.broker()
        let dead = roles.flatMap {
            $0.configuration.falloutQueues + [$0.configuration.errors.routingKey]
        }
        let queues = memorizing.queues + [upstream] + Set(dead).sorted() + watched
        publisher.withLock {
            $0 = broker.openPublisher(PublisherConfiguration(name: "bench world")) { [weak self] in
                self?.take($0)
            }
        }
        consumer.withLock {
            $0 = broker.openConsumer(
                ConsumerConfiguration(name: "bench world", queues: queues, prefetch: 512)
            ) { [weak self] in self?.take($0) }
        }
    }

    var counts: Counts { state.withLock { $0.counts } }
    /// Milliseconds from the sending of an order to the first request of each role, and to its completion upstream.
    var latencies: (firstRequest: [[Double]], completion: [Double]) {
        state.withLock { ($0.firstRequest, $0.completion) }
    }
    /// Requests answered from templates and by the emulation itself.
    var answers: (fromTemplate: Int, fromEmulation: Int) {
        state.withLock { ($0.systems.fromTemplate, $0.systems.fromEmulation) }
    }
    /// What went wrong, if anything did.
    var problem: String? { state.withLock { $0.problem } }
    var isConnected: Bool { state.withLock { $0.isConnected } }

    func close() {
        consumer.withLock { $0 }?.close()
        publisher.withLock { $0 }?.close(deadlineSeconds: 5)
    }

    // MARK: Orders

    /// Orders made beforehand, so that making them costs nothing while the clock runs.
    func orders(_ count: Int) -> [Message] {
        let first = state.withLock { $0.nextNumber }
        let now = BenchClock().now()
        return (first..<first + count).map { stream.message($0, now: now) }
    }

    /// Sends these; beyond `inFlightMax` open ones an order waits until another is complete.
    func submit(_ orders: [Message], inFlightMax: Int = .max) {
        let publications = state.withLock { state in
            state.waiting = orders[...]
            return Self.nextOrders(max(0, inFlightMax - state.counts.inFlight), entrance, &state)
        }
        publish(publications)
    }

    /// Sends a message as it is.
    func send(_ message: Message, to queue: String) {
        publish([state.withLock { Self.publication(message, queue, &$0) }])
    }

    private static func nextOrders(_ count: Int, _ queue: String, _ state: inout State) -> [Publication] {
        guard count > 0, !state.waiting.isEmpty else { return [] }
        let orders = state.waiting.prefix(count)
        state.waiting = state.waiting.dropFirst(orders.count)
        return orders.map { order in
            state.sentAt[state.nextNumber] = Machine.nanoseconds()
            state.nextNumber += 1
            state.counts.submitted += 1
            return publication(order, queue, &state)
        }
    }

    private static func publication(_ message: Message, _ queue: String, _ state: inout State) -> Publication
    {
        state.nextID += 1
        return Publication(id: state.nextID, destination: .queue(queue), message: message)
    }

    private func publish(_ publications: [Publication]) {
        guard !publications.isEmpty else { return }
        state.withLock {
            $0.counts.sent += publications.count
            $0.counts.unconfirmed += publications.count
        }
        publisher.withLock { $0 }?.publish(publications)
    }

    // MARK: Taking turns with the station

    /// Keeps replies back and takes nothing more.
    func hold() {
        state.withLock { $0.isHolding = true }
        consumer.withLock { $0 }?.pause()
    }

    /// Takes what has come, and lets all replies go.
    func letGo() {
        let held = state.withLock { state in
            state.isHolding = false
            defer { state.held = [] }
            return state.held
        }
        publish(held)
        consumer.withLock { $0 }?.resume()
    }

    // MARK: What the broker says

    private func take(_ event: PublisherEvent) {
        switch event {
        case .connected: state.withLock { $0.isConnected = true }
        case .confirmed(let ids): state.withLock { $0.counts.unconfirmed -= ids.count }
        case .returned(_, _, let text): fail("a message was returned: \(text)")
        case .refused: fail("the broker refused a message")
        case .lost(_, let error, _): fail("the connection was lost: \(error)")
        case .blocked(let reason): fail("the broker takes nothing: \(reason)")
        case .unblocked, .closed: break
        }
    }

    private func take(_ event: ConsumerEvent) {
        switch event {
        case .deliveries(let deliveries): take(deliveries)
        case .lost(_, let error, _): fail("the connection was lost: \(error)")
        case .connected, .paused, .closed: break
        }
    }

    private func fail(_ text: String) { state.withLock { $0.problem = $0.problem ?? text } }

    private func take(_ deliveries: [Delivery]) {
        let now = Machine.nanoseconds()
        let wall = BenchClock().now()
        let publications = state.withLock { state -> [Publication] in
            var publications: [Publication] = []
            for delivery in deliveries {
                if delivery.queue == upstream {
                    publications += noteUpstream(delivery, now, &state)
                } else if let asker = askers[delivery.queue] {
                    noteRequest(delivery, ofRole: asker.role, now, &state)
                    publications += answer(delivery, asker.replyQueue, wall, &state)
                } else {
                    noteOther(delivery, now, &state)
                }
            }
            guard state.isHolding else { return publications }
            state.held += publications
            return []
        }
        publish(publications)
        consumer.withLock { $0 }?.acknowledge(deliveries.map(\.tag))
    }

    private func answer(
        _ delivery: Delivery,
        _ replyQueue: String,
        _ wall: Timestamp,
        _ state: inout State
    ) -> [Publication] {
        do {
            let replies = try state.systems.replies(to: delivery, now: wall)
            state.counts.replies += replies.count
            return replies.map { Self.publication($0, replyQueue, &state) }
        } catch {
            state.problem = state.problem ?? "a request cannot be answered: \(error)"
            return []
        }
    }

    private func noteRequest(_ delivery: Delivery, ofRole role: Int, _ now: UInt64, _ state: inout State) {
        state.counts.requests += 1
        guard let number = Self.orderNumber(delivery), state.asked[role].insert(number).inserted,
            let sent = state.sentAt[number]
        else { return }
        state.firstRequest[role].append(Double(now - sent) / 1_000_000)
    }

    /// The correlation of a request begins with the customer order's key.
    private static func orderNumber(_ delivery: Delivery) -> Int? {
        guard let correlation = delivery.message.properties.correlationID else { return nil }
        return OrderStream.number(ofKey: correlation.prefix { $0 != "/" && $0 != "_" })
    }

    private func noteUpstream(_ delivery: Delivery, _ now: UInt64, _ state: inout State) -> [Publication] {
        state.counts.upstream += 1
        let body = delivery.message.body
        guard
            let status = ByteText.range(
                after: "<corecom:Status><corecom:Code>",
                before: "<",
                in: body
            ), body[status].elementsEqual("COMPLETE".utf8),
            let number = delivery.message.properties.correlationID.flatMap({ OrderStream.number(ofKey: $0) }),
            state.finished.insert(number).inserted
        else { return [] }
        if let sent = state.sentAt[number] { state.completion.append(Double(now - sent) / 1_000_000) }
        state.counts.completed += 1
        return Self.nextOrders(1, entrance, &state)
    }

    private func noteOther(_ delivery: Delivery, _ now: UInt64, _ state: inout State) {
        if site.files.roles.contains(where: { $0.configuration.orders.contains(delivery.queue) }) {
            // A provisioning order, where nobody else takes it.
            noteRequest(delivery, ofRole: 0, now, &state)
            return
        }
        state.counts.faults += 1
        state.problem =
            state.problem
            ?? "a message came to \(delivery.queue): "
            + String(decoding: delivery.message.body.prefix(3_000), as: UTF8.self)
    }
}
