import Foundation
import Synchronization

/// Stands between worker and broker on loopback, and does to their connections what networks do.
package final class FaultProxy: Sendable {
    /// What happens to all connections now.
    package struct Weather: Sendable {
        /// Nothing goes through, and nobody is told.
        package var holdsToBroker = false
        package var holdsToWorker = false
        package var delayMilliseconds: ClosedRange<Int> = 0...0
        /// Bytes sent at a time.
        package var sliceBytes = Int.max
        /// In each direction of each connection.
        package var bytesPerSecond: Int?
        /// The connection that has carried so many more bytes in that direction is reset.
        package var cut: Cut?

        package init() {}
    }

    /// A reset in the middle of what is sent.
    package struct Cut: Sendable {
        package var isToBroker: Bool
        package var afterBytes: Int

        package init(isToBroker: Bool, afterBytes: Int) {
            self.isToBroker = isToBroker
            self.afterBytes = afterBytes
        }
    }

    /// What has come of it.
    package struct Counts: Sendable {
        /// Connections that were cut at their byte.
        package var cuts = 0
        /// Times that bytes went later, or fewer of them at once, than they would have by themselves.
        package var hindered = 0
        /// Messages that workers were handed, and those of them that the broker had offered before.
        package var deliveries = 0
        package var redeliveries = 0
        /// Bytes that went through.
        package var bytesToBroker = 0
        package var bytesToWorker = 0

        static func += (total: inout Counts, more: Counts) {
            total.cuts += more.cuts
            total.hindered += more.hindered
            total.deliveries += more.deliveries
            total.redeliveries += more.redeliveries
            total.bytesToBroker += more.bytesToBroker
            total.bytesToWorker += more.bytesToWorker
        }
    }

    private struct State {
        var weather = Weather()
        /// Counts the changes.
        var generation = 0
        /// The change that was last taken up.
        var taken = 0
        var counts = Counts()
        var isStopped = false
    }

    private let state: Shared
    /// Where workers connect.
    package let port: UInt16

    private final class Shared: Sendable {
        let state = Mutex(State())
    }

    /// Listens on a free port and leads to that one.
    package init(to brokerPort: UInt16) throws {
        let (listener, port) = try Sockets.listen()
        self.port = port
        let shared = Shared()
        state = shared
        Thread.detachNewThread {
            var loop = ProxyLoop(listener: listener, brokerPort: brokerPort)
            while true {
                let (weather, generation, isStopped) = shared.state.withLock { state in
                    state.taken = state.generation
                    return (state.weather, state.generation, state.isStopped)
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
    package func set(_ weather: Weather) {
        state.state.withLock { state in
            state.weather = weather
            state.generation += 1
        }
    }

    /// The same; what is sent after it returns meets the new weather.
    package func begin(_ weather: Weather) async throws {
        set(weather)
        try await eventually("the proxy to take up what is asked of it", seconds: 10, every: 0.001) {
            state.state.withLock { $0.taken == $0.generation }
        }
    }

    /// All goes through again.
    package func clear() { set(Weather()) }

    /// All so far.
    package var counts: Counts { state.state.withLock { $0.counts } }
}
