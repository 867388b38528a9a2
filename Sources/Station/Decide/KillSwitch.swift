internal import Catalog
package import Orders

/// What became of a message, as far as the kill switch cares.
package struct MessageOutcome: Sendable, Hashable {
    /// Position of the role among the station's.
    package var role: Int
    /// Why it could not be taken; `nil` when it could.
    package var code: FailureCode?
}

/// Pauses a role when its messages fail one after the other with the same code: the fault is then more likely ours, a
/// wrong catalog say, than that of each message, and going on would move the whole queue into the error queue.
///
/// A paused role keeps what it has in hand, and the prefetch keeps the rest in the broker. Now and then one message is
/// tried; the first that does not fail so sets the role going again.
struct KillSwitch {
    private struct Watch {
        var code: FailureCode?
        var count = 0
        /// When a paused role tries one message, by the steady clock; `nil` while it is not paused.
        var probeAt: Int64?
    }

    /// What is to be told.
    enum Change: Hashable {
        case paused(role: Int, code: FailureCode, count: Int)
        case goesOn(role: Int)
    }

    private let configuration: KillSwitchConfiguration
    private var watches: [Watch]

    init(_ configuration: KillSwitchConfiguration, roleCount: Int) {
        self.configuration = configuration
        watches = [Watch](repeating: Watch(), count: roleCount)
    }

    func isPaused(_ role: Int) -> Bool { watches[role].probeAt != nil }

    var hasPaused: Bool { watches.contains { $0.probeAt != nil } }

    /// Messages that can be decided before one of the roles may have to pause.
    var messagesMax: Int {
        guard configuration.failures > 0 else { return .max }
        return max(
            1,
            configuration.failures - (watches.lazy.filter { $0.probeAt == nil }.map(\.count).max() ?? 0)
        )
    }

    /// When the first of the paused roles may try a message.
    var nextProbe: Int64? { watches.compactMap(\.probeAt).min() }

    /// Whether a paused role may try one message now.
    func mayProbe(_ role: Int, now: Int64) -> Bool { watches[role].probeAt.map { $0 <= now } ?? false }

    /// Takes note of what became of a message.
    mutating func note(_ outcome: MessageOutcome, now: Int64) -> Change? {
        guard configuration.failures > 0 else { return nil }
        let wasPaused = isPaused(outcome.role)
        var watch = watches[outcome.role]
        defer { watches[outcome.role] = watch }
        guard let code = outcome.code, watch.code == nil || watch.code == code else {
            watch = Watch(code: outcome.code, count: outcome.code == nil ? 0 : 1)
            return wasPaused ? .goesOn(role: outcome.role) : nil
        }
        watch.code = code
        watch.count += 1
        guard watch.count >= configuration.failures else { return nil }
        watch.probeAt = now + Int64(configuration.probeSeconds) * 1_000
        return wasPaused ? nil : .paused(role: outcome.role, code: code, count: watch.count)
    }
}
