import Dispatch
import Synchronization

/// Commands on their way from any thread to the one thread of a link.
///
/// Sending never blocks; taking waits for a bounded time and returns all that has come.
final class Inbox<Command: Sendable>: Sendable {
    private struct State {
        var commands: [Command] = []
        /// Whether somebody pointed out that the file has changed.
        var isNudged = false
        /// Whether the semaphore was signalled since the last take: one signal wakes for all.
        var isSignalled = false
    }

    /// What came since the last look.
    struct Mail {
        var commands: [Command]
        var isNudged: Bool
    }

    private let state = Mutex(State())
    private let semaphore = DispatchSemaphore(value: 0)

    func send(_ command: Command) {
        signal { $0.commands.append(command) }
    }

    /// Says that messages may have become ready.
    func nudge() {
        signal { $0.isNudged = true }
    }

    /// Waits until something comes or the time is over.
    ///
    /// For the link's own thread.
    func take(waitingMilliseconds: Int) -> Mail {
        if waitingMilliseconds > 0 {
            // A time-out is no error: the caller looks at the file then.
            _ = semaphore.wait(timeout: .now() + .milliseconds(waitingMilliseconds))
        }
        return state.withLock { state in
            state.isSignalled = false
            let mail = Mail(commands: state.commands, isNudged: state.isNudged)
            state.commands = []
            state.isNudged = false
            return mail
        }
    }

    private func signal(_ change: (inout State) -> Void) {
        let wakes = state.withLock { state in
            change(&state)
            defer { state.isSignalled = true }
            return !state.isSignalled
        }
        if wakes { semaphore.signal() }
    }
}
