import Broker
import Foundation
import Orders
import Station
import Synchronization
import TestSupport
import Workload

/// Everything that the station talks to: who is told of orders, and the systems that it asks, which answer.
///
/// An arrival is acknowledged when it is on the disk, and a request when the broker has confirmed its replies too.
final class Sink: Sendable {
    private struct State {
        var completed: Set<Int> = []
        var arrivals = 0
        var errors: Set<String> = []
        var requests: [Int64: OpenRequest] = [:]
        var nextToken: Int64 = 0
        var window: MixingWindow
        /// Replies that were sent, once each, to be sent again.
        var kept: [Outlet.Item] = []
        var chance: SeededRandom
        /// Messages that are not written down, however often they come.
        var dropped: Set<String> = []
        var problem: String?
    }

    private struct OpenRequest {
        var tag: DeliveryTag
        var repliesLeft: Int
    }

    private let state: Mutex<State>
    private let consumer = Mutex<(any ConsumerLink)?>(nil)
    private let outlet = Outlet()
    private let ledger: Ledger
    private let times: OrderTimes
    private let systems: [EmulatedSystems]
    private let queues: StationQueues
    private let disorder: Disorder
    private let linesToDrop: Int

    /// How replies are repeated and mixed.
    struct Disorder: Sendable {
        var copies: ClosedRange<Int> = 1...1
        /// Replies that are shuffled with each other; 1: none.
        var window = 1
        /// So many of the last replies can be sent again.
        var kept = 0
    }

    private static let mixSecondsMax = 0.5
    /// Of replies that nobody waits for any more.
    private static let noToken: Int64 = 0

    /// Connects; of the first `linesToDrop` completions nothing is written, which must be found.
    init(
        broker: any Broker,
        ledger: Ledger,
        times: OrderTimes,
        queues: StationQueues,
        disorder: Disorder,
        linesToDrop: Int,
        seed: UInt64
    ) {
        self.ledger = ledger
        self.times = times
        self.queues = queues
        self.disorder = disorder
        self.linesToDrop = linesToDrop
        systems = queues.systems
        state = Mutex(
            State(
                window: MixingWindow(size: disorder.window, left: 0, stillSecondsMax: Self.mixSecondsMax),
                chance: SeededRandom(seed: seed)
            )
        )
        outlet.connect(broker, name: "soak systems") { [weak self] in self?.confirmed($0) }
        let link = broker.openConsumer(
            ConsumerConfiguration(
                name: "soak sink",
                queues: queues.all,
                prefetch: 512,
                messageBytesMax: 16 << 20
            )
        ) { [weak self] in self?.take($0) }
        consumer.withLock { $0 = link }
    }

    var completed: Int { state.withLock { $0.completed.count } }
    var arrivals: Int { state.withLock { $0.arrivals } }
    var errors: Int { errorIDs.count }
    /// What arrived in the queue of errors.
    var errorIDs: Set<String> { state.withLock { $0.errors } }
    /// What went wrong in the sink itself, if anything did.
    var problem: String? { state.withLock { $0.problem } ?? ledger.trouble }

    func close() {
        consumer.withLock { $0 }?.close()
        outlet.close()
    }

    /// Sends again what the broker did not keep, and what has waited to be mixed; to be called now and then.
    func retry() {
        outlet.retry()
        let now = Moment.nanoseconds()
        outlet.send(state.withLock { $0.window.take(at: now, using: &$0.chance) })
    }

    /// Sends the replies that it has kept once more, the same bytes; gives how many.
    func repeatAll() -> Int {
        let items = state.withLock { Array($0.kept.suffix(disorder.kept)) }
        outlet.send(items)
        return items.count
    }

    private func take(_ event: ConsumerEvent) {
        switch event {
        case .deliveries(let deliveries): take(deliveries)
        case .closed(let error?): fail("the sink's link has ended: \(error)")
        case .connected, .lost, .paused, .closed(nil): break
        }
    }

    private func fail(_ text: String) { state.withLock { $0.problem = $0.problem ?? text } }

    private func take(_ deliveries: [Delivery]) {
        let arrival = Moment.nanoseconds()
        let lines = deliveries.compactMap(line)
        // Without its line an arrival has not happened: it is not acknowledged, and comes again.
        guard ledger.append(lines.map(\.text)) else { return }
        times.noteEnded(lines.compactMap(\.endedOrder), at: arrival)
        state.withLock { state in
            state.arrivals += deliveries.count
            for line in lines { Self.note(line, &state) }
        }
        var finished: [DeliveryTag] = []
        var items: [Outlet.Item] = []
        for delivery in deliveries {
            let replies = answers(to: delivery)
            if replies.isEmpty { finished.append(delivery.tag) }
            items += replies
        }
        acknowledge(finished)
        send(items)
    }

    private func acknowledge(_ tags: [DeliveryTag]) {
        guard !tags.isEmpty else { return }
        consumer.withLock { $0 }?.acknowledge(tags)
    }

    private static func note(_ line: LedgerLine, _ state: inout State) {
        if let number = line.endedOrder { state.completed.insert(number) }
        if case .error(let output) = line { state.errors.insert(output.id) }
    }

    // MARK: What arrived

    private func line(_ delivery: Delivery) -> LedgerLine? {
        let properties = delivery.message.properties
        let output = LedgerLine.Output(
            id: Self.word(properties.messageID),
            correlation: Self.word(properties.correlationID),
            digest: BodyDigest.text(BodyDigest.of(delivery.message.body)),
            isRedelivered: delivery.redelivered
        )
        switch queues.purpose(of: delivery.queue) {
        case .upstream:
            let body = delivery.message.body
            let status = Self.text(after: "<corecom:Status><corecom:Code>", in: body)
            let created = Self.text(after: "<corecom:CreationDateTime>", in: body)
            if status == "COMPLETE", isToBeDropped(output.id) { return nil }
            return .upstream(output, status: status, created: created)
        case .system: return .request(output, queue: delivery.queue)
        case .errors: return .error(output)
        case .fallout:
            let code = Self.text(after: "<corecom:Code>", in: delivery.message.body)
            return StatisticsOutput.ownTrouble.contains(code)
                ? .trouble(output, code: code) : .fallout(output)
        }
    }

    /// A planted fault of this sink: a completion that it does not write down.
    private func isToBeDropped(_ id: String) -> Bool {
        guard linesToDrop > 0 else { return false }
        return state.withLock { state in
            if state.dropped.count < linesToDrop { state.dropped.insert(id) }
            return state.dropped.contains(id)
        }
    }

    private static func word(_ text: String?) -> String {
        (text ?? "").replacingOccurrences(of: "\t", with: " ").replacingOccurrences(of: "\n", with: " ")
    }

    private static func text(after opening: StaticString, in body: [UInt8]) -> String {
        ByteText.range(after: opening, before: "<", in: body).map {
            word(String(decoding: body[$0], as: UTF8.self))
        }
            ?? ""
    }

    // MARK: Answers

    private func answers(to delivery: Delivery) -> [Outlet.Item] {
        guard let system = systems.first(where: { $0.queues.contains(delivery.queue) }) else { return [] }
        do {
            let replies = try system.answer(delivery, now: Timestamp(milliseconds: 0)).replies
            return state.withLock { state in
                state.nextToken += 1
                let token = state.nextToken
                let items = replies.flatMap { reply in
                    let count = Int.random(in: disorder.copies, using: &state.chance)
                    let item = Outlet.Item(
                        token: token,
                        destination: reply.destination,
                        message: reply.message
                    )
                    keep(item, &state)
                    return Array(repeating: item, count: count)
                }
                if !items.isEmpty {
                    state.requests[token] = OpenRequest(tag: delivery.tag, repliesLeft: items.count)
                }
                return items
            }
        } catch {
            fail("a request cannot be answered: \(error)")
            return []
        }
    }

    private func keep(_ item: Outlet.Item, _ state: inout State) {
        guard disorder.kept > 0 else { return }
        if state.kept.count >= 2 * disorder.kept { state.kept.removeFirst(disorder.kept) }
        var item = item
        item.token = Self.noToken
        state.kept.append(item)
    }

    private func send(_ items: [Outlet.Item]) {
        let now = Moment.nanoseconds()
        outlet.send(
            state.withLock { state in
                state.window.add(items, at: now)
                return state.window.take(at: now, using: &state.chance)
            }
        )
    }

    private func confirmed(_ tokens: [Int64]) {
        let tags = state.withLock { state in
            tokens.compactMap { token -> DeliveryTag? in
                state.requests[token]?.repliesLeft -= 1
                guard let request = state.requests[token], request.repliesLeft == 0 else { return nil }
                state.requests[token] = nil
                return request.tag
            }
        }
        acknowledge(tags)
    }
}
