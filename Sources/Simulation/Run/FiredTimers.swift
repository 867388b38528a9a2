internal import Orders
internal import Store
internal import Synchronization

/// Which timers fired on a disk, and how often: in commits that returned, so that the station knows of each.
final class FiredTimers: Sendable {
    private let counts = Mutex<[Int64: Int]>([:])

    fileprivate func note(_ fired: [Int64]) {
        guard !fired.isEmpty else { return }
        counts.withLock { counts in for id in fired { counts[id, default: 0] += 1 } }
    }

    /// Those that fired more than once, ascending.
    var again: [Int64] { counts.withLock { counts in counts.filter { $0.value > 1 }.keys.sorted() } }

    /// A process's store, beside which it is noted what the process has fired.
    func watching(_ store: any Store) -> any Store { FiringWitness(inner: store, fired: self) }
}

/// Stands nearest to the station: what is planted beneath it hides nothing.
private final class FiringWitness: StoreWrapper {
    let inner: any Store
    private let fired: FiredTimers

    init(inner: any Store, fired: FiredTimers) {
        self.inner = inner
        self.fired = fired
    }

    func commit(_ group: HopGroup) throws(StoreError) {
        try inner.commit(group)
        // What fired is dropped, and nothing else is.
        fired.note(group.timersDropped)
    }
}
