import Broker
import Foundation
import Orders
import Synchronization
import TestSupport
import Workload

/// How many orders come in, as long as the station keeps up.
struct Load: Sendable {
    var ordersPerSecond: Double
    /// Beyond so many open ones an order waits until another is complete.
    var inFlightMax: Int
}

/// Order capture: sends orders all the time, faults or not, and writes down what it sends and what was confirmed.
final class Generator: Sendable {
    private struct State {
        var nextNumber = 0
        var sent = 0
        var confirmed: Set<Int> = []
        var isRunning = false
        /// Orders that are owed by the rate, in parts, and since when more have come to be.
        var owed = 0.0
        var owedSince: UInt64 = 0
        var chance: SeededRandom
        var window: MixingWindow
    }

    private let state: Mutex<State>
    private let outlet: Outlet
    private let ledger: Ledger
    private let times: OrderTimes
    private let stream: OrderStream
    private let entrance: String
    private let completed: @Sendable () -> Int
    private let load: Load
    /// How often each order is sent.
    private let copies: ClosedRange<Int>
    private static let tickSeconds = 0.02
    private static let mixSecondsMax = 2.0
    /// A message says the same whenever it is sent.
    private static let moment = Timestamp(milliseconds: 1_763_700_000_000)
    /// Tokens of messages that are no orders.
    private static let plantedToken: Int64 = 1 << 40
    private let planted = Mutex<[Int64: String]>([:])

    init(
        broker: any Broker,
        ledger: Ledger,
        times: OrderTimes,
        stream: OrderStream,
        entrance: String,
        load: Load,
        copies: ClosedRange<Int>,
        window: Int,
        seed: UInt64,
        completed: @escaping @Sendable () -> Int
    ) {
        self.ledger = ledger
        self.times = times
        self.stream = stream
        self.entrance = entrance
        self.completed = completed
        self.load = load
        self.copies = copies
        state = Mutex(
            State(
                chance: SeededRandom(seed: seed),
                window: MixingWindow(size: window, left: window, stillSecondsMax: Self.mixSecondsMax)
            )
        )
        outlet = Outlet()
        outlet.connect(broker, name: "soak generator") { [weak self] in self?.take($0) }
    }

    var sent: Int { state.withLock { $0.sent } }
    var confirmed: Int { state.withLock { $0.confirmed.count } }
    var unconfirmed: Int { outlet.unconfirmed + state.withLock { $0.window.count } }

    func start() {
        let isNew = state.withLock { state in
            guard !state.isRunning else { return false }
            state.isRunning = true
            state.owedSince = Moment.nanoseconds()
            return true
        }
        guard isNew else { return }
        Task.detached { [self] in
            while tick() { await pause(seconds: Self.tickSeconds) }
        }
    }

    /// No more orders; what was sent is still seen to its confirm.
    func stop() { state.withLock { $0.isRunning = false } }

    func close() { outlet.close() }

    /// Sends again what the broker did not keep, and what has waited to be mixed; to be called now and then.
    func retry() {
        outlet.retry()
        sendMixed()
    }

    /// When no more orders come, nothing waits for others.
    private func sendMixed() {
        let now = Moment.nanoseconds()
        outlet.send(
            state.withLock { $0.window.take(at: now, isLast: !$0.isRunning, using: &$0.chance) }
        )
    }

    private func tick() -> Bool {
        outlet.retry()
        let done = completed()
        let numbers: [Int]? = state.withLock { state in
            guard state.isRunning else { return nil }
            // By the clock: a tick that comes late owes more.
            let now = Moment.nanoseconds()
            let seconds = Double(now - state.owedSince) / 1_000_000_000
            state.owedSince = now
            state.owed = min(state.owed + load.ordersPerSecond * seconds, load.ordersPerSecond)
            let room = load.inFlightMax - (state.sent - done)
            let count = max(0, min(Int(state.owed), room))
            state.owed -= Double(count)
            return Self.take(count, &state)
        }
        guard let numbers else { return false }
        send(numbers)
        return true
    }

    private static func take(_ count: Int, _ state: inout State) -> [Int] {
        let first = state.nextNumber
        state.nextNumber += count
        state.sent += count
        return Array(first..<first + count)
    }

    /// Sends so many at once, beside the steady load.
    func burst(_ count: Int) { send(state.withLock { Self.take(count, &$0) }) }

    /// Sends orders that were sent before once more, the same bytes; gives how many.
    func repeatAll(upTo count: Int) -> Int {
        let last = state.withLock { $0.nextNumber }
        let items = (max(0, last - count)..<last).map(item)
        outlet.send(items)
        return items.count
    }

    /// Sends messages that nobody can read.
    func plant(_ messages: [Message]) {
        let ids = messages.map { $0.properties.messageID ?? "" }
        guard ledger.append(ids.map { LedgerLine.planted(id: $0).text }) else { return }
        let items = messages.enumerated().map { index, message in
            let token = planted.withLock { planted in
                let token = Self.plantedToken + Int64(planted.count)
                planted[token] = ids[index]
                return token
            }
            return Outlet.Item(token: token, destination: .queue(entrance), message: message)
        }
        outlet.send(items)
    }

    private func send(_ numbers: [Int]) {
        guard !numbers.isEmpty, ledger.append(numbers.map { LedgerLine.sent(number: $0).text }) else {
            return
        }
        times.noteSent(numbers, at: Moment.nanoseconds())
        let items = numbers.flatMap { number in
            let count =
                copies.upperBound > 1 ? state.withLock { Int.random(in: copies, using: &$0.chance) } : 1
            return Array(repeating: item(number), count: count)
        }
        let now = Moment.nanoseconds()
        outlet.send(
            state.withLock { state in
                state.window.add(items, at: now)
                return state.window.take(at: now, using: &state.chance)
            }
        )
    }

    private func item(_ number: Int) -> Outlet.Item {
        Outlet.Item(
            token: Int64(number),
            destination: .queue(entrance),
            message: stream.message(number, now: Self.moment)
        )
    }

    private func take(_ tokens: [Int64]) {
        let planted = planted.withLock { planted in
            tokens.compactMap { planted[$0].map { LedgerLine.plantedConfirmed(id: $0).text } }
        }
        let numbers = tokens.filter { $0 < Self.plantedToken }
        guard ledger.append(planted + numbers.map { LedgerLine.confirmed(number: Int($0)).text }) else {
            return
        }
        state.withLock { $0.confirmed.formUnion(numbers.map(Int.init)) }
    }
}
