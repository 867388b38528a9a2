package import Orders
package import Store

/// A store in memory with the faults of its disk.
package final class SimulatedStore: Store {
    private let disk: SimulatedDisk
    private let opening: Int
    /// Told the same, and asked instead, where there is one.
    private let real: (any Store)?

    init(disk: SimulatedDisk, opening: Int, real: (any Store)?) {
        self.disk = disk
        self.opening = opening
        self.real = real
    }

    // MARK: Writing

    package func commit(_ group: HopGroup) throws(StoreError) {
        let opening = opening
        let real = real
        let crash = try disk.withState { state throws(StoreError) -> (@Sendable () -> Void)? in
            func apply() throws(StoreError) {
                try real?.commit(group)
                try state.contents.apply(group)
            }
            try state.permit(opening)
            state.commits += 1
            guard let fault = state.nextFault, !group.isEmpty else {
                try apply()
                return nil
            }
            state.nextFault = nil
            state.faultsMet.append(fault)
            switch fault {
            case .busy: throw Self.error(.busy, mayHaveHappened: false)
            case .full: throw Self.error(.full, mayHaveHappened: false)
            case .unknownLost: throw Self.error(.busy, mayHaveHappened: true)
            case .unknownKept:
                try real?.commit(group)
                try state.contents.applyUnknown(group)
                throw Self.error(.busy, mayHaveHappened: true)
            case .crashBefore: break
            case .crashAfter: try apply()
            case .powerCut: if let synced = state.synced { state.contents = synced }
            }
            return state.crash ?? {}
        }
        guard let crash else { return }
        crash()
        throw Self.gone
    }

    package func saveCatalog(
        role: RoleName,
        version: String,
        text: [UInt8],
        at moment: Timestamp
    ) throws(StoreError) {
        try real?.saveCatalog(role: role, version: version, text: text, at: moment)
        try change { contents throws(StoreError) in
            try contents.saveCatalog(role: role, version: version, text: text)
        }
    }

    package func removeExpired(_ step: RetentionStep) throws(StoreError) -> RemovedCounts {
        _ = try real?.removeExpired(step)
        return try change { contents throws(StoreError) in try contents.removeExpired(step) }
    }

    package func removeFailed(before: Timestamp, bytesMax: Int64, limit: Int) throws(StoreError) -> Int {
        _ = try real?.removeFailed(before: before, bytesMax: bytesMax, limit: limit)
        return try change { contents throws(StoreError) in
            contents.removeFailed(before: before, bytesMax: bytesMax, limit: limit)
        }
    }

    package func checkpoint() throws(StoreError) {
        try real?.checkpoint()
        let opening = opening
        try disk.withState { state throws(StoreError) in
            try state.permit(opening)
            if state.synced != nil { state.synced = state.contents }
        }
    }

    package func close() throws(StoreError) {
        let opening = opening
        try disk.withState { state throws(StoreError) in
            try state.permit(opening)
            state.opening += 1
        }
    }

    // MARK: Reading

    package func highWater() throws(StoreError) -> HighWater {
        try permitReading()
        return try real?.highWater() ?? look { $0.highWater }
    }

    package func inboxRecord(role: RoleName, messageID: MessageID) throws(StoreError) -> InboxRecord? {
        try permitReading()
        if let real { return try real.inboxRecord(role: role, messageID: messageID) }
        return look { $0.inbox[ByteKey(role, messageID.rawValue)] }
    }

    package func load(_ id: OrderID) throws(StoreError) -> StoredOrder? {
        try permitReading()
        if let real { return try real.load(id) }
        return look { $0.stored(id, wholeJournal: false) }
    }

    package func timers(
        dueBy now: Timestamp,
        of roles: [RoleName]?,
        limit: Int
    ) throws(StoreError) -> [TimerRecord] {
        try permitReading()
        return try real?.timers(dueBy: now, of: roles, limit: limit)
            ?? look { $0.timers(dueBy: now, of: roles, limit: limit) }
    }

    package func nextTimerDue(of roles: [RoleName]?) throws(StoreError) -> Timestamp? {
        try permitReading()
        if let real { return try real.nextTimerDue(of: roles) }
        return look { $0.nextTimerDue(of: roles) }
    }

    package func outbox(after id: Int64, limit: Int, bytesMax: Int) throws(StoreError) -> [OutboxRecord] {
        try permitReading()
        return try real?.outbox(after: id, limit: limit, bytesMax: bytesMax)
            ?? look { $0.outbox(after: id, limit: limit, bytesMax: bytesMax) }
    }

    package func parked(for id: OrderID, limit: Int) throws(StoreError) -> [ParkedRecord] {
        try permitReading()
        return try real?.parked(for: id, limit: limit) ?? look { $0.parked(for: id, limit: limit) }
    }

    package func parked(
        expiredBy now: Timestamp,
        of roles: [RoleName]?,
        limit: Int
    ) throws(StoreError) -> [ParkedRecord] {
        try permitReading()
        return try real?.parked(expiredBy: now, of: roles, limit: limit)
            ?? look { $0.parked(expiredBy: now, of: roles, limit: limit) }
    }

    package func failedMessage(_ id: Int64) throws(StoreError) -> FailedMessage? {
        try permitReading()
        if let real { return try real.failedMessage(id) }
        return look { $0.failed[id] }
    }

    package func failedRecords(
        role: RoleName,
        queue: String,
        messageID: MessageID,
        limit: Int
    ) throws(StoreError) -> [FailedRecord] {
        try permitReading()
        if let real {
            return try real.failedRecords(role: role, queue: queue, messageID: messageID, limit: limit)
        }
        return look { $0.failedRecords(role: role, queue: queue, messageID: messageID, limit: limit) }
    }

    package func catalog(role: RoleName, version: String) throws(StoreError) -> [UInt8]? {
        try permitReading()
        if let real { return try real.catalog(role: role, version: version) }
        return look { $0.catalogs[ByteKey(role, version)] }
    }

    // MARK: Private

    private func permitReading() throws(StoreError) {
        let opening = opening
        try disk.withState { state throws(StoreError) in
            try state.permit(opening)
            guard state.refusedReads == 0 else {
                state.refusedReads -= 1
                state.readsRefused += 1
                throw Self.error(.busy, mayHaveHappened: false)
            }
        }
    }

    private func look<Result: Sendable>(_ body: (StoreContents) -> Result) -> Result {
        disk.look { body($0.contents) }
    }

    private func change<Result: Sendable>(
        _ body: (inout StoreContents) throws(StoreError) -> Result
    ) throws(StoreError) -> Result {
        let opening = opening
        return try disk.withState { state throws(StoreError) in
            try state.permit(opening)
            return try body(&state.contents)
        }
    }

    private static func error(_ code: StoreError.Code, mayHaveHappened: Bool) -> StoreError {
        StoreError(
            code,
            "the store is told to fail",
            remedy: "It is tried again.",
            isRetryable: true,
            mayHaveHappened: mayHaveHappened
        )
    }

    static let gone = StoreError(.inputOutput, "the process is gone", remedy: "It starts anew.")
}

extension SimulatedDisk.State {
    fileprivate func permit(_ opening: Int) throws(StoreError) {
        guard opening == self.opening else { throw StoreContents.broken("the store is closed") }
    }
}
