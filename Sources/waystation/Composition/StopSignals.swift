import Dispatch
import Foundation
import Synchronization

/// SIGTERM and the first SIGINT ask to drain; a second SIGINT ends the process at once.
final class StopSignals: Sendable {
    private let interrupts = Mutex(0)
    private let sources = Mutex<[any DispatchSourceSignal]>([])

    /// Calls `drain` once per signal, on a thread of its own.
    init(drain: @escaping @Sendable () -> Void) {
        let queue = DispatchQueue(label: "waystation.signals")
        for number in [SIGTERM, SIGINT] {
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler { [self] in
                if number == SIGINT {
                    let count = interrupts.withLock { count in
                        count += 1
                        return count
                    }
                    if count > 1 { _exit(130) }
                }
                drain()
            }
            source.resume()
            sources.withLock { $0.append(source) }
        }
    }
}
