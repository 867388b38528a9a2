import Broker
import Glibc
import Synchronization

/// The socket of one link, and until when the C call that uses it may take.
///
/// librabbitmq 0.11 can wait without end for a silent broker while it sends. Shutting the socket down makes it return.
final class StuckWatch: Sendable {
    private struct State {
        /// Our own duplicate of the descriptor: the library may close its number at any time, and the number may be
        /// another file's a moment later.
        var descriptor: Int32 = -1
        var deadline: UInt64?
        var hasFired = false
    }

    private let state = Mutex(State())

    /// Watches this socket from now on, and owns the descriptor.
    func adopt(_ descriptor: Int32) {
        state.withLock { state in
            if state.descriptor >= 0 { close(state.descriptor) }
            state = State(descriptor: descriptor)
        }
    }

    /// Stops watching and closes the duplicate.
    func release() {
        state.withLock { state in
            if state.descriptor >= 0 { close(state.descriptor) }
            state = State()
        }
    }

    /// Allows C calls until that moment.
    func arm(until deadline: UInt64) { state.withLock { $0.deadline = deadline } }

    /// The C call has returned.
    func disarm() { state.withLock { $0.deadline = nil } }

    /// Whether the socket was shut down by the watch.
    var hasFired: Bool { state.withLock { $0.hasFired } }

    /// Shuts the socket down when a call is overdue.
    ///
    /// Called by the watchdog's thread.
    func check(now: UInt64) {
        state.withLock { state in
            guard let deadline = state.deadline, now >= deadline, state.descriptor >= 0 else { return }
            shutdown(state.descriptor, Int32(SHUT_RDWR))
            state.deadline = nil
            state.hasFired = true
        }
    }
}

/// One thread that looks at all links of a broker a few times a second.
final class Watchdog: Sendable {
    private static let tickMilliseconds: Int32 = 250

    private struct Entry {
        weak var watch: StuckWatch?
    }

    /// What the thread shares with its owner, so that the thread does not keep the owner alive.
    private final class Shared: Sendable {
        let watches = Mutex<[Entry]>([])
        let stop: WakeSignal
        let isStopped = Mutex(false)
        init(stop: WakeSignal) { self.stop = stop }
    }

    private let shared: Shared

    init() throws(BrokerError) {
        let shared = Shared(stop: try WakeSignal())
        self.shared = shared
        try OwnerThread.start {
            while !shared.isStopped.withLock({ $0 }) {
                shared.stop.wait(milliseconds: Self.tickMilliseconds)
                let watches = shared.watches.withLock { entries in
                    entries.removeAll { $0.watch == nil }
                    return entries.compactMap(\.watch)
                }
                let now = MonotonicClock.nanoseconds()
                for watch in watches { watch.check(now: now) }
            }
        }
    }

    deinit {
        shared.isStopped.withLock { $0 = true }
        shared.stop.wake()
    }

    func watch(_ watch: StuckWatch) {
        shared.watches.withLock { $0.append(Entry(watch: watch)) }
    }
}
