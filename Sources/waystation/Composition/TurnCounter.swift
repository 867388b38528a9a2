import Synchronization

/// Remembers how many turns were seen last.
final class TurnCounter: Sendable {
    private let last = Mutex(-1)

    /// Whether there were turns since the last call.
    func advance(to turns: Int) -> Bool {
        last.withLock { last in
            defer { last = turns }
            return turns != last
        }
    }
}
