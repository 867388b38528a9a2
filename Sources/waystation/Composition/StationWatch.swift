import Foundation
import Station
import Synchronization

/// Tells the service manager how the station stands, and that all of its stages still turn.
final class StationWatch: Sendable {
    private let isStopped = Mutex(false)

    /// Between two reports at most.
    private static let intervalSecondsMax = 5.0

    init(
        status: StationStatus,
        notification: ServiceNotification,
        whenReady: @escaping @Sendable () -> Void
    ) {
        let interval = min(notification.watchdogSeconds ?? Self.intervalSecondsMax, Self.intervalSecondsMax)
        OwnThread.start("waystation watch") { [self] in
            var turnsSeen: [String: Int] = [:]
            var wasReady = false
            while !isStopped.withLock({ $0 }) {
                let current = status.current
                if current.isReady, !wasReady {
                    wasReady = true
                    whenReady()
                }
                // The watchdog hears of turns of the stages, every one of them, not of this thread.
                let haveAllTurned = current.turns.allSatisfy { $0.value != turnsSeen[$0.key] }
                if haveAllTurned, !current.turns.isEmpty { notification.send("WATCHDOG=1") }
                turnsSeen = current.turns
                notification.send("STATUS=\(Self.sentence(current))")
                Thread.sleep(forTimeInterval: interval)
            }
        }
    }

    func stop() { isStopped.withLock { $0 = true } }

    private static func sentence(_ status: StationStatus.Snapshot) -> String {
        if status.isDraining { return "draining" }
        if let problem = status.storeProblem { return "store: \(problem)" }
        if !status.pausedQueues.isEmpty {
            return "\(status.pausedQueues.joined(separator: ", ")) paused: all messages fail the same way"
        }
        if status.publisherBlocked { return "the broker accepts no messages for now" }
        if !status.isReady { return "waiting for the broker: \(status.brokerProblem ?? "connecting")" }
        return "ready, \(status.hops) hops"
    }
}
