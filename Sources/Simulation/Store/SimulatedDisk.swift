package import Store
internal import Synchronization

/// A real store behind a simulated one: both are told the same, and must say the same.
package protocol StoreBacking: Sendable {
    /// Opens the store as the process before left it, which may not have closed it.
    func open() throws(StoreError) -> any Store
    func openReader() throws(StoreError) -> any StoreReader
}

/// What outlives a process: the contents of a store, and the faults its next commits meet.
///
/// One store at a time is open on it, as one process writes to a store.
package final class SimulatedDisk: Sendable {
    /// What becomes of a commit.
    package enum CommitFault: Sendable, Hashable, CaseIterable {
        /// Another one is at it: nothing happened.
        case busy
        /// No space left: nothing happened.
        case full
        /// It did not happen, and nobody is told so.
        case unknownLost
        /// It happened, and nobody is told so.
        case unknownKept
        /// The process ends before anything is written.
        case crashBefore
        /// The process ends when all is durable, and before it can tell anybody.
        case crashAfter
        /// Power is cut between writing and syncing: the unsynced tail is gone.
        case powerCut
    }

    struct State {
        var contents = StoreContents()
        /// The contents at the last sync, when commits are not synced one by one.
        var synced: StoreContents?
        var nextFault: CommitFault?
        /// Reads are refused so often.
        var refusedReads = 0
        /// Counts openings; a store of an older opening is closed.
        var opening = 0
        var commits = 0
        /// Called when the process is to end, outside of the lock.
        var crash: (@Sendable () -> Void)?
        /// A fault took effect.
        var faultsMet: [CommitFault] = []
        var readsRefused = 0

        /// What a power cut would leave.
        var durable: StoreContents { synced ?? contents }
    }

    private let state = Mutex(State())
    let backing: (any StoreBacking)?

    package init(backing: (any StoreBacking)? = nil) { self.backing = backing }

    func withState<Result>(_ body: (inout State) throws(StoreError) -> Result) throws(StoreError) -> Result
    where Result: Sendable {
        let result = state.withLock { state -> Swift.Result<Result, StoreError> in
            do throws(StoreError) { return .success(try body(&state)) } catch { return .failure(error) }
        }
        return try result.get()
    }

    /// As ``withState(_:)`` for what cannot fail.
    func look<Result: Sendable>(_ body: (inout State) -> Result) -> Result {
        state.withLock { body(&$0) }
    }

    /// Opens the store; one that was open before is closed, and `crash` is called when a fault ends the process.
    package func open(crash: @escaping @Sendable () -> Void = {}) throws(StoreError) -> SimulatedStore {
        let real = try backing?.open()
        let opening = look { state in
            state.opening += 1
            state.crash = crash
            return state.opening
        }
        return SimulatedStore(disk: self, opening: opening, real: real)
    }

    package func openReader() -> SimulatedStoreReader { SimulatedStoreReader(disk: self) }

    /// The process is gone: its store answers no more.
    package func abandon() { look { $0.opening += 1 } }

    // MARK: Faults

    /// What the next commit that changes anything meets.
    package func setNextFault(_ fault: CommitFault?) { look { $0.nextFault = fault } }

    package var hasFaultPending: Bool { look { $0.nextFault != nil || $0.refusedReads > 0 } }

    /// The next so many reads are refused as busy.
    package func refuseReads(_ count: Int) { look { $0.refusedReads = count } }

    /// The faults that took effect since the last call.
    package func takeFaultsMet() -> (commits: [CommitFault], reads: Int) {
        look { state in
            defer {
                state.faultsMet = []
                state.readsRefused = 0
            }
            return (state.faultsMet, state.readsRefused)
        }
    }

    /// From now on what a commit writes lasts only once a checkpoint has synced it: a store that breaks its promise.
    package func breakSyncing() { look { $0.synced = $0.contents } }

    /// What was not synced is gone; true when anything was.
    package func losePower() { look { state in if let synced = state.synced { state.contents = synced } } }

    /// Whether there is a snapshot that ``loseNewestSnapshots()`` could lose.
    package var hasSnapshots: Bool { backing == nil && look { $0.contents.hasSnapshots } }

    /// Each order's newest snapshot is gone; its journal is whole.
    package func loseNewestSnapshots() -> Bool {
        backing == nil && look { $0.contents.loseNewestSnapshots() }
    }

    package var commits: Int { look { $0.commits } }
}
