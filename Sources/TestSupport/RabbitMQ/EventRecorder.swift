import Foundation
import Synchronization

/// Collects events from any thread, and lets a test wait for what they tell.
package final class EventRecorder<Event: Sendable>: Sendable {
    private struct Waiter: Sendable {
        var check: @Sendable ([Event]) -> Bool
        var resume: @Sendable (Bool) -> Void
    }

    private struct State {
        var events: [Event] = []
        var waiters: [Int: Waiter] = [:]
        var waiterCount = 0
    }

    private let state = Mutex(State())

    package init() {}

    package var events: [Event] { state.withLock { $0.events } }

    package func record(_ event: Event) {
        let satisfied = state.withLock { state in
            state.events.append(event)
            let events = state.events
            let satisfied = state.waiters.filter { $0.value.check(events) }
            for key in satisfied.keys { state.waiters[key] = nil }
            return satisfied.values
        }
        for waiter in satisfied { waiter.resume(true) }
    }

    /// Forgets what was recorded so far.
    package func clear() { state.withLock { $0.events = [] } }

    /// Waits until `find` finds something in all events so far, and gives it; throws when the time is over.
    @discardableResult
    package func wait<Value: Sendable>(
        for what: String,
        seconds: Double = 30,
        _ find: @escaping @Sendable ([Event]) -> Value?
    ) async throws -> Value {
        let seconds = seconds * Patience.factor
        await pass(seconds: seconds) { find($0) != nil }
        let events = self.events
        guard let value = find(events) else {
            throw TestFailure("waited \(seconds) s in vain for \(what); last events: \(events.suffix(5))")
        }
        return value
    }

    /// Watches for what must not come, for so long on every machine: `nil` when it has not come.
    package func watch<Value: Sendable>(
        seconds: Double,
        for find: @escaping @Sendable ([Event]) -> Value?
    ) async -> Value? {
        await pass(seconds: seconds) { find($0) != nil }
        return find(events)
    }

    /// Lets that time pass, or less when the condition holds before.
    private func pass(seconds: Double, until check: @escaping @Sendable ([Event]) -> Bool) async {
        _ = await withCheckedContinuation { (continuation: CheckedContinuation<Bool, Never>) in
            add(seconds: seconds, check: check, resume: { continuation.resume(returning: $0) })
        }
    }

    private func add(
        seconds: Double,
        check: @escaping @Sendable ([Event]) -> Bool,
        resume: @escaping @Sendable (Bool) -> Void
    ) {
        let key: Int? = state.withLock { state in
            guard !check(state.events) else { return nil }
            state.waiterCount += 1
            state.waiters[state.waiterCount] = Waiter(check: check, resume: resume)
            return state.waiterCount
        }
        guard let key else { return resume(true) }
        DispatchQueue.global().asyncAfter(deadline: .now() + seconds) {
            let waiter = self.state.withLock { $0.waiters.removeValue(forKey: key) }
            waiter?.resume(false)
        }
    }
}
