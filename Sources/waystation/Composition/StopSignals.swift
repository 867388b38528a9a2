import Dispatch
import Foundation
import Synchronization

/// SIGTERM and the first SIGINT ask to drain; a second SIGINT ends the process at once.
final class StopSignals: Sendable {
    private let interrupts = Mutex(0)

    /// Blocks the signals in this thread and in every thread made later, so that the waiting thread alone gets them;
    /// made before anything else is started.
    init() {
        var set = Self.signals
        pthread_sigmask(SIG_BLOCK, &set, nil)
    }

    private static var signals: sigset_t {
        var set = sigset_t()
        sigemptyset(&set)
        sigaddset(&set, SIGTERM)
        sigaddset(&set, SIGINT)
        return set
    }

    /// Calls `drain` once per signal, on a thread of its own.
    func onEach(drain: @escaping @Sendable () -> Void) {
        OwnThread.start("waystation signals") { [self] in
            var set = Self.signals
            while true {
                var number: Int32 = 0
                guard sigwait(&set, &number) == 0 else { return }
                if number == SIGINT, countInterrupt() > 1 { _exit(130) }
                drain()
            }
        }
    }

    private func countInterrupt() -> Int {
        interrupts.withLock { count in
            count += 1
            return count
        }
    }
}
