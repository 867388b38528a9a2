internal import Foundation
internal import GRDB
package import Orders
package import Store
internal import Synchronization

/// The station's store in one SQLite file with a write-ahead log.
///
/// * One commit is one transaction and one sync. Calls are synchronous, so that cancelling a task undoes nothing.
/// * This is the only connection that writes or checkpoints; `FILE.owner` keeps other processes from being a second one.
/// * A file that was moved away, removed or replaced meanwhile takes no more commits: the next start would not know them.
/// * After a failed write or sync nothing is certain, and every further call is refused: the process starts anew.
///
/// Lookups go over a connection of their own, so that they do not wait for a sync.
///
/// `@unchecked Sendable`: `log`, `totals` and `sweep` are used by the one thread that writes, as the port says; everything else
/// is a lock of its own or guarded by one.
package final class SQLiteStore: Store, @unchecked Sendable {
    let queue: DatabaseQueue
    private let lookups: DatabaseQueue
    private let path: String
    private let lock: OwnerLock
    private let log: LogWatch
    var totals: Totals
    /// Where retention has come to.
    var sweep = RetentionSweep()
    let inboxIndex: Mutex<InboxIndex>
    /// Why calls are refused, once they are.
    private let refusal = Mutex<StoreError?>(nil)

    private init(
        queue: DatabaseQueue,
        lookups: DatabaseQueue,
        path: String,
        lock: OwnerLock,
        log: LogWatch,
        totals: Totals,
        inboxIndex: consuming InboxIndex
    ) {
        self.queue = queue
        self.lookups = lookups
        self.path = path
        self.lock = lock
        self.log = log
        self.totals = totals
        self.inboxIndex = Mutex(inboxIndex)
    }

    /// Opens the store at `path`, makes it when there is none, and brings it to this program's schema.
    package static func open(
        path: String,
        options: SQLiteStoreOptions = SQLiteStoreOptions(),
        clock: any WallClock
    ) throws(StoreError) -> SQLiteStore {
        let path = try StorePath.absolute(path)
        let lock = try OwnerLock.acquire(forFile: path, roles: options.roles, clock: clock)
        let isNew = !FileManager.default.fileExists(atPath: path)
        do {
            let queue = try Connection.openWriter(path: path, options: options)
            let log = LogWatch(limit: options.checkpointPages)
            let (totals, inboxIndex) = try queue.writeWithoutTransaction { database in
                try Schema.migrate(database)
                log.attach(to: database)
                let totals = try Totals.read(database)
                return (
                    totals,
                    try InboxIndex(database, after: totals.inboxIndexed, recordCount: totals.inboxCount)
                )
            }
            if isNew { try StorePath.syncFolder(of: path) }
            return SQLiteStore(
                queue: queue,
                lookups: try Connection.openLookups(path: path, options: options),
                path: path,
                lock: lock,
                log: log,
                totals: totals,
                inboxIndex: inboxIndex
            )
        } catch {
            throw StoreError(opening: path, error)
        }
    }

    package func highWater() throws(StoreError) -> HighWater {
        try refuseIfNeeded()
        return totals.highWater
    }

    package func checkpoint() throws(StoreError) {
        try refuseIfNeeded()
        guard log.isCheckpointWorthwhile else { return }
        try runCheckpoint()
    }

    package func close() throws(StoreError) {
        if let refusal = refusal.withLock({ $0 }), refusal.code == .contract { throw refusal }
        refusal.withLock { $0 = .contract("the store is closed") }
        defer { lock.release() }
        do {
            try lookups.close()
            try queue.close()
        } catch {
            throw StoreError(error, doing: "closing", file: path, effect: .reads)
        }
    }

    /// Asks what is committed; may come from any thread.
    func looking<Value>(_ operation: String, _ body: (Database) throws -> Value) throws(StoreError) -> Value {
        try refuseIfNeeded()
        do {
            return try lookups.writeWithoutTransaction(body)
        } catch {
            throw noted(StoreError(error, doing: operation, file: path, effect: .reads))
        }
    }

    /// Runs `body` on the writing connection without changing anything.
    func reading<Value>(_ operation: String, _ body: (Database) throws -> Value) throws(StoreError) -> Value {
        try refuseIfNeeded()
        do {
            return try queue.writeWithoutTransaction(body)
        } catch {
            throw noted(
                StoreError(error, doing: operation, file: path, effect: .reads),
                isWriter: true
            )
        }
    }

    /// Runs `body` in one transaction that is durable when this returns.
    func writing<Value>(_ operation: String, _ body: (Database) throws -> Value) throws(StoreError) -> Value {
        try refuseIfNeeded()
        var reachedCommit = false
        do {
            let value = try queue.writeWithoutTransaction { database in
                var value: Value?
                try database.inTransaction(.immediate) {
                    value = try body(database)
                    try Connection.verifyPlace(database)
                    reachedCommit = true
                    return .commit
                }
                return value
            }
            guard let value else { throw StoreError.contract("a transaction ended without a value") }
            checkpointIfDue()
            return value
        } catch {
            throw noted(
                StoreError(
                    error,
                    doing: operation,
                    file: path,
                    effect: .writes,
                    reachedCommit: reachedCommit
                ),
                isWriter: true
            )
        }
    }

    func refuseIfNeeded() throws(StoreError) {
        if let refusal = refusal.withLock({ $0 }) { throw refusal }
    }

    /// Remembers a failure after which nothing may be done any more.
    private func noted(_ error: StoreError, isWriter: Bool = false) -> StoreError {
        let isStuck = isWriter && queue.unsafeReentrantRead { $0.isInsideTransaction }
        if error.isFatal || isStuck {
            let refused = StoreError(
                .inputOutput,
                "refused, because an earlier call failed: \(error.message)",
                remedy: error.remedy
            )
            refusal.withLock { $0 = $0 ?? refused }
        }
        return error
    }

    /// The commit before it stands whatever happens here: a failing disk shows at the next call, and a full one at the
    /// next commit that needs room.
    private func checkpointIfDue() {
        guard log.isCheckpointDue else { return }
        do {
            try runCheckpoint()
        } catch {
            log.checkpointFailed()
        }
    }

    private func runCheckpoint() throws(StoreError) {
        let moved = try reading("checkpoint") { database in
            // PASSIVE moves what it can without waiting for readers; the log starts anew when all of it was moved.
            var statement = try PreparedStatement("PRAGMA wal_checkpoint(PASSIVE)", in: database)
            return try statement.first { Int($0.integer(2)) } ?? 0
        }
        log.checkpointed(moved: moved)
    }
}
