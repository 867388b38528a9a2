internal import Synchronization

/// How a running station is doing, readable from any thread.
package final class StationStatus: Sendable {
    /// One moment's figures.
    package struct Snapshot: Sendable, Hashable {
        package var consumersConnected = 0
        package var consumersTotal = 0
        package var publisherConnected = false
        package var publisherBlocked = false
        /// Why the broker is not there, when it is not.
        package var brokerProblem: String?
        /// Why the store takes nothing for now.
        package var storeProblem: String?
        package var hops = 0
        package var groups = 0
        package var published = 0
        package var confirmed = 0
        package var inFlight = 0
        /// Destinations that take no messages, and why.
        package var heldDestinations: [String: String] = [:]
        /// Queues that have paused, because everything in them fails alike.
        package var pausedQueues: [String] = []
        package var isDraining = false
        /// Turns of each stage: a watchdog sees that all of them live.
        package var turns: [String: Int] = [:]

        package init() {}

        /// Live consumers, a live publisher, a store that takes commits.
        package var isReady: Bool {
            consumersTotal > 0 && consumersConnected == consumersTotal && publisherConnected
                && storeProblem == nil && pausedQueues.isEmpty
                && !isDraining
        }
    }

    private let snapshot = Mutex(Snapshot())

    package init() {}

    package var current: Snapshot { snapshot.withLock { $0 } }

    func update(_ body: (inout Snapshot) -> Void) { snapshot.withLock { body(&$0) } }
}
