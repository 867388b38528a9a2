internal import Orders
internal import Store

/// A store that hands everything on to another one, but for what it does differently.
protocol StoreWrapper: Store {
    var inner: any Store { get }
}

extension StoreWrapper {
    func highWater() throws(StoreError) -> HighWater { try inner.highWater() }

    func inboxRecord(role: RoleName, messageID: MessageID) throws(StoreError) -> InboxRecord? {
        try inner.inboxRecord(role: role, messageID: messageID)
    }

    func load(_ id: OrderID) throws(StoreError) -> StoredOrder? { try inner.load(id) }

    func commit(_ group: HopGroup) throws(StoreError) { try inner.commit(group) }

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

    func checkpoint() throws(StoreError) { try inner.checkpoint() }

    func close() throws(StoreError) { try inner.close() }
}
