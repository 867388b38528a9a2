import Orders
import Store
import Synchronization

/// A real store whose commits fail when told to: before anything happened, or after all of it did.
///
/// `@unchecked Sendable`: what it is told, it is told before a station has it; after that the one thread that writes uses it.
final class FaultyStore: Store, @unchecked Sendable {
    enum Fault {
        /// The commit is refused, and nothing of it is in the store.
        case refused
        /// The commit is in the store, and nobody is told so.
        case unknown
    }

    private let inner: any Store
    /// What becomes of the next commits; those after them succeed.
    var faults: [Fault?] = []
    /// Whether calls between commits are refused; may be changed at any time.
    let refusesCheckpoints = Mutex(false)
    /// Whether the journals of orders come back as nobody can read them.
    var isUnreadable = false
    /// The number of the commit that fails for good; 0 for none.
    var breaksAtCommit = 0
    private(set) var commits = 0

    init(_ inner: any Store) { self.inner = inner }

    static func busy(mayHaveHappened: Bool) -> StoreError {
        StoreError(
            .busy,
            "the store is told to fail",
            remedy: "Try again.",
            isRetryable: true,
            mayHaveHappened: mayHaveHappened
        )
    }

    func commit(_ group: HopGroup) throws(StoreError) {
        commits += 1
        guard commits != breaksAtCommit else {
            throw StoreError(.inputOutput, "the disk is told to fail", remedy: "Start anew.")
        }
        let fault = faults.isEmpty ? nil : faults.removeFirst()
        if fault == .refused { throw Self.busy(mayHaveHappened: false) }
        try inner.commit(group)
        if fault == .unknown { throw Self.busy(mayHaveHappened: true) }
    }

    func checkpoint() throws(StoreError) {
        if refusesCheckpoints.withLock({ $0 }) { throw Self.busy(mayHaveHappened: false) }
        try inner.checkpoint()
    }

    func highWater() throws(StoreError) -> HighWater { try inner.highWater() }

    func inboxRecord(role: RoleName, messageID: MessageID) throws(StoreError) -> InboxRecord? {
        try inner.inboxRecord(role: role, messageID: messageID)
    }

    func load(_ id: OrderID) throws(StoreError) -> StoredOrder? {
        var order = try inner.load(id)
        if isUnreadable { order?.journal[0].events = Array("[{".utf8) }
        return order
    }

    func timers(dueBy now: Timestamp, of roles: [RoleName]?, limit: Int) throws(StoreError) -> [TimerRecord] {
        try inner.timers(dueBy: now, of: roles, limit: limit)
    }

    func nextTimerDue(of roles: [RoleName]?) throws(StoreError) -> Timestamp? {
        try inner.nextTimerDue(of: roles)
    }

    func outbox(after id: Int64, limit: Int, bytesMax: Int) throws(StoreError) -> [OutboxRecord] {
        try inner.outbox(after: id, limit: limit, bytesMax: bytesMax)
    }

    func parked(for id: OrderID, limit: Int) throws(StoreError) -> [ParkedRecord] {
        try inner.parked(for: id, limit: limit)
    }

    func parked(
        expiredBy now: Timestamp,
        of roles: [RoleName]?,
        limit: Int
    ) throws(StoreError) -> [ParkedRecord] {
        try inner.parked(expiredBy: now, of: roles, limit: limit)
    }

    func failedMessage(_ id: Int64) throws(StoreError) -> FailedMessage? { try inner.failedMessage(id) }

    func failedRecords(
        role: RoleName,
        queue: String,
        messageID: MessageID,
        limit: Int
    ) throws(StoreError) -> [FailedRecord] {
        try inner.failedRecords(role: role, queue: queue, messageID: messageID, limit: limit)
    }

    func removeFailed(before: Timestamp, bytesMax: Int64, limit: Int) throws(StoreError) -> Int {
        try inner.removeFailed(before: before, bytesMax: bytesMax, limit: limit)
    }

    func catalog(role: RoleName, version: String) throws(StoreError) -> [UInt8]? {
        try inner.catalog(role: role, version: version)
    }

    func saveCatalog(role: RoleName, version: String, text: [UInt8], at: Timestamp) throws(StoreError) {
        try inner.saveCatalog(role: role, version: version, text: text, at: at)
    }

    func removeExpired(_ step: RetentionStep) throws(StoreError) -> RemovedCounts {
        try inner.removeExpired(step)
    }

    func close() throws(StoreError) { try inner.close() }
}
