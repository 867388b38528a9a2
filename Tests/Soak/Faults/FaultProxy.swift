import Foundation
import Synchronization

/// Stands between worker and broker on loopback, and does to their connections what networks do.
final class FaultProxy: Sendable {
    /// What happens to all connections now.
    struct Weather: Sendable {
        /// Nothing goes through, and nobody is told.
        var holdsToBroker = false
        var holdsToWorker = false
        var delayMilliseconds: ClosedRange<Int> = 0...0
        /// Bytes sent at a time.
        var sliceBytes = Int.max
        /// In each direction of each connection.
        var bytesPerSecond: Int?
        /// The connection that has carried so many more bytes in that direction is reset.
        var cut: Cut?
    }

    /// A reset in the middle of what is sent.
    struct Cut: Sendable {
        var isToBroker: Bool
        var afterBytes: Int
    }

    /// What has come of it.
    struct Counts: Sendable {
        /// Connections that were cut at their byte.
        var cuts = 0
        /// Times that bytes went later, or fewer of them at once, than they would have by themselves.
        var hindered = 0
        /// Messages that workers were handed, and those of them that the broker had offered before.
        var deliveries = 0
        var redeliveries = 0

        static func += (total: inout Counts, more: Counts) {
            total.cuts += more.cuts
            total.hindered += more.hindered
            total.deliveries += more.deliveries
            total.redeliveries += more.redeliveries
        }
    }

    private struct State {
        var weather = Weather()
        /// Counts the changes.
        var generation = 0
        var counts = Counts()
        var isStopped = false
    }

    private let state: Shared
    /// Where workers connect.
    let port: UInt16

    private final class Shared: Sendable {
        let state = Mutex(State())
    }

    /// Listens on a free port and leads to that one.
    init(to brokerPort: UInt16) throws {
        let (listener, port) = try Sockets.listen()
        self.port = port
        let shared = Shared()
        state = shared
        Thread.detachNewThread {
            var loop = ProxyLoop(listener: listener, brokerPort: brokerPort)
            while true {
                let (weather, generation, isStopped) = shared.state.withLock {
                    ($0.weather, $0.generation, $0.isStopped)
                }
                if isStopped { break }
                let counts = loop.turn(weather, generation: generation)
                shared.state.withLock { state in
                    state.counts += counts
                    if counts.cuts > 0, state.generation == generation { state.weather.cut = nil }
                }
            }
            loop.close()
        }
    }

    deinit { state.state.withLock { $0.isStopped = true } }

    /// Changes what happens from now on.
    func set(_ weather: Weather) {
        state.state.withLock { state in
            state.weather = weather
            state.generation += 1
        }
    }

    /// All goes through again.
    func clear() { set(Weather()) }

    /// All so far.
    var counts: Counts { state.state.withLock { $0.counts } }
}
