internal import Broker
internal import Catalog
package import Orders

/// Where messages come from: a queue, for a role.
package struct MessageSource: Sendable, Hashable {
    /// Position of the role among the station's.
    package var role: Int
    package var queue: String

    init(_ inbound: InboundDelivery) {
        role = inbound.role
        queue = inbound.delivery.queue
    }
}

/// What became of a message, as far as the kill switch cares.
package struct MessageOutcome: Sendable, Hashable {
    package var source: MessageSource
    /// Why it could not be taken; `nil` when it could.
    package var code: FailureCode?
}

/// Pauses a queue when its messages fail one after the other with the same code: the fault is then more likely ours, a
/// wrong catalog say, or its sender's, than that of each message, and going on would move the whole queue into the
/// error queue.
///
/// What is in hand of a paused queue goes back to it, but for one message; other queues go on. Now and then one message is
/// tried; the first that does not fail so sets the queue going again.
struct KillSwitch {
    private struct Watch {
        var code: FailureCode
        var count = 1
        /// When a message is tried while the queue is paused, by the steady clock; `nil` while it is not.
        var probeAt: Int64?
    }

    /// What is to be told.
    enum Change: Hashable {
        case paused(MessageSource, code: FailureCode, count: Int)
        case goesOn(MessageSource)
    }

    private let configuration: KillSwitchConfiguration
    /// Queues whose last message failed.
    private var watches: [MessageSource: Watch] = [:]

    init(_ configuration: KillSwitchConfiguration) { self.configuration = configuration }

    var hasPaused: Bool { watches.values.contains { $0.probeAt != nil } }

    /// Messages that can be decided before one of the queues may have to pause.
    var messagesMax: Int {
        guard configuration.failures > 0 else { return .max }
        let most = watches.values.lazy.filter { $0.probeAt == nil }.map(\.count).max() ?? 0
        return max(1, configuration.failures - most)
    }

    /// When a message of this queue may be tried, by the steady clock; `nil` while the queue is not paused.
    func nextProbe(of source: MessageSource) -> Int64? { watches[source]?.probeAt }

    /// Takes note of what became of a message.
    mutating func note(_ outcome: MessageOutcome, now: Int64) -> Change? {
        if outcome.code == nil && watches.isEmpty { return nil }
        guard configuration.failures > 0 else { return nil }
        let source = outcome.source
        let known = watches[source]
        let wasPaused = known?.probeAt != nil
        guard let code = outcome.code else {
            watches[source] = nil
            return wasPaused ? .goesOn(source) : nil
        }
        guard var watch = known, watch.code == code else {
            watches[source] = Watch(code: code)
            if wasPaused { return .goesOn(source) }
            return pause(source, now: now) ? .paused(source, code: code, count: 1) : nil
        }
        watch.count += 1
        watches[source] = watch
        guard pause(source, now: now) else { return nil }
        return wasPaused ? nil : .paused(source, code: code, count: watch.count)
    }

    private mutating func pause(_ source: MessageSource, now: Int64) -> Bool {
        guard let count = watches[source]?.count, count >= configuration.failures else { return false }
        watches[source]?.probeAt = now + Int64(configuration.probeSeconds) * 1_000
        return true
    }
}
