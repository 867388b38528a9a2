package import Broker
package import Orders
package import Store

/// Decides which outbox rows go out, and what their answers mean.
///
/// A value without I/O: the station performs what it says.
///
/// Rows go out in the order of their ids. A row that comes back holds its destination: later rows to it wait behind it,
/// so that nothing overtakes, and one row at a time probes whether the destination takes messages again.
package struct OutboxRelay: Sendable {
    /// Rows sent and not yet answered, at most.
    package let windowMax: Int
    /// Rows kept ready in memory, at most; further ones stay in the store until there is room.
    package let readyMax: Int
    /// Rows kept in memory for a held destination, at most.
    package let heldRowsMax: Int
    /// What rows may take of memory before no more are taken in: those sent and not yet answered, those that are ready,
    /// and those of a held destination, each for themselves.
    package let bytesMax: Int
    package let firstRetryMilliseconds: Int64
    package let lastRetryMilliseconds: Int64

    private var isConnected = false
    private var isBlocked = false
    private var inFlight: [Int64: OutboxRecord] = [:]
    private var inFlightBytes = 0
    private var ready: [OutboxRecord] = []
    private var readyStart = 0
    private var readyBytes = 0
    /// Every row up to here is known in memory or gone.
    private var cursor: Int64 = 0
    /// The newest row there is.
    private var newest: Int64
    private var held: [Destination: HeldDestination] = [:]
    private var confirmedIDs: [Int64] = []
    /// Confirmed rows whose removal is on its way to the store.
    private var removing: Set<Int64> = []

    /// A destination that does not take messages for now.
    package struct HeldDestination: Sendable {
        package var reason: String
        /// Of the first message that was not taken; `nil` for one about no order.
        package var role: RoleName?
        package var attempts: Int
        package var retryAt: Timestamp
        fileprivate var rows: [OutboxRecord]
        fileprivate var bytes = 0
        /// The first row that is in the store only.
        fileprivate var overflowFrom: Int64?
        fileprivate var probe: Int64?
    }

    package init(
        newest: Int64,
        windowMax: Int = 512,
        readyMax: Int = 4_096,
        heldRowsMax: Int = 256,
        bytesMax: Int = 16 << 20,
        firstRetryMilliseconds: Int64 = 1_000,
        lastRetryMilliseconds: Int64 = 30_000
    ) {
        self.newest = newest
        self.windowMax = windowMax
        self.readyMax = readyMax
        self.heldRowsMax = heldRowsMax
        self.bytesMax = max(1, bytesMax)
        self.firstRetryMilliseconds = firstRetryMilliseconds
        self.lastRetryMilliseconds = lastRetryMilliseconds
    }

    // MARK: What happens

    /// Rows that a commit made durable.
    package mutating func committed(_ rows: [OutboxRecord]) {
        guard let last = rows.last else { return }
        let bytes = rows.reduce(0) { $0 + $1.bytesInMemory }
        if cursor == newest, ready.count - readyStart + rows.count <= readyMax, readyBytes + bytes <= bytesMax
        {
            for row in rows { admit(row) }
            cursor = last.id
        }
        newest = max(newest, last.id)
    }

    /// A commit's fate is unknown: rows up to `newest` may be in the store.
    package mutating func storeMayHold(upTo newest: Int64) {
        self.newest = max(self.newest, newest)
    }

    package mutating func connected() {
        isConnected = true
        isBlocked = false
    }

    package mutating func blocked(_ isBlocked: Bool) { self.isBlocked = isBlocked }

    /// Whatever is unanswered goes out again, before everything else and in order.
    package mutating func lost() {
        isConnected = false
        isBlocked = false
        for destination in held.keys { held[destination]?.probe = nil }
        let again = inFlight.values.filter { row in
            guard held[row.destination] != nil else { return true }
            hold(row)
            return false
        }
        inFlight.removeAll()
        inFlightBytes = 0
        prepend(again)
    }

    package mutating func confirmed(_ ids: [Int64]) {
        for id in ids {
            guard let row = takeFromFlight(id) else { continue }
            confirmedIDs.append(id)
            if held[row.destination]?.probe == id { release(row.destination) }
        }
    }

    /// The broker did not take it: it stays owed, and its destination is held.
    ///
    /// - Returns: Where it was to go; `nil` when nobody waits for an answer about it.
    @discardableResult
    package mutating func notTaken(_ id: Int64, reason: String, now: Timestamp) -> Destination? {
        guard let row = takeFromFlight(id) else { return nil }
        var hold =
            held[row.destination]
            ?? HeldDestination(
                reason: reason,
                role: row.order?.role,
                attempts: 0,
                retryAt: now,
                rows: [],
                overflowFrom: nil,
                probe: nil
            )
        if hold.probe == id || hold.attempts == 0 {
            hold.attempts += 1
            hold.retryAt = now.advanced(byMilliseconds: backoff(hold.attempts))
            hold.probe = nil
        }
        hold.reason = reason
        held[row.destination] = hold
        self.hold(row)
        return row.destination
    }

    // MARK: What to do

    /// The rows to publish now.
    package mutating func next(now: Timestamp) -> [OutboxRecord] {
        guard isConnected && !isBlocked else { return [] }
        var rows: [OutboxRecord] = []
        for (destination, hold) in held where hold.probe == nil && hold.retryAt <= now {
            guard let row = hold.rows.first else { continue }
            held[destination]?.removeFirst()
            held[destination]?.probe = row.id
            takeOff(row)
            rows.append(row)
        }
        while inFlight.count < windowMax, inFlightBytes < bytesMax, readyStart < ready.count {
            let row = ready[readyStart]
            readyStart += 1
            readyBytes -= row.bytesInMemory
            if held[row.destination] != nil {
                hold(row)
                continue
            }
            takeOff(row)
            rows.append(row)
        }
        if readyStart > 1_024 || readyStart == ready.count {
            ready.removeFirst(readyStart)
            readyStart = 0
        }
        return rows
    }

    /// After which id rows must be read from the store now; `nil` while memory has enough or the store no more.
    package var loadAfter: Int64? {
        cursor < newest && ready.count - readyStart <= readyMax / 2 && readyBytes <= bytesMax / 2
            ? cursor : nil
    }

    /// Rows read from the store after ``loadAfter``; none means that there are no more.
    package mutating func loaded(_ rows: [OutboxRecord]) {
        var known = removing.union(confirmedIDs)
        known.formUnion(inFlight.keys)
        known.formUnion(ready[readyStart...].lazy.map(\.id))
        for hold in held.values { known.formUnion(hold.rows.lazy.map(\.id)) }
        // Rows of commits that nobody has told of yet are told of later.
        for row in rows where row.id <= newest && !known.contains(row.id) { admit(row) }
        cursor = min(rows.last?.id ?? newest, newest)
    }

    /// Confirmed rows, to be removed with the next commit.
    package mutating func takeConfirmed() -> [Int64] {
        defer { confirmedIDs.removeAll(keepingCapacity: true) }
        removing.formUnion(confirmedIDs)
        return confirmedIDs
    }

    /// These rows are gone from the store.
    package mutating func removed(_ ids: [Int64]) { removing.subtract(ids) }

    package var confirmedCount: Int { confirmedIDs.count }
    package var inFlightCount: Int { inFlight.count }
    /// Nothing is in flight or waits to be sent, held destinations aside.
    package var isIdle: Bool { inFlight.isEmpty && readyStart == ready.count && cursor >= newest }
    package var heldDestinations: [Destination: HeldDestination] { held }
    /// What no broker has confirmed, by destination.
    package var owed: OwedMessages {
        var counts: [Destination: Int] = [:]
        for row in inFlight.values { counts[row.destination, default: 0] += 1 }
        for row in ready[readyStart...] { counts[row.destination, default: 0] += 1 }
        for (destination, hold) in held where !hold.rows.isEmpty {
            counts[destination, default: 0] += hold.rows.count
        }
        let hasMore = cursor < newest || held.values.contains { $0.overflowFrom != nil }
        return OwedMessages(byDestination: counts, hasMore: hasMore)
    }
    /// When the next held destination is to be probed.
    package var nextProbe: Timestamp? { held.values.filter { $0.probe == nil }.map(\.retryAt).min() }

    // MARK: Private

    private mutating func admit(_ row: OutboxRecord) {
        if held[row.destination] != nil {
            hold(row)
        } else {
            ready.append(row)
            readyBytes += row.bytesInMemory
        }
    }

    private mutating func takeOff(_ row: OutboxRecord) {
        inFlight[row.id] = row
        inFlightBytes += row.bytesInMemory
    }

    private mutating func takeFromFlight(_ id: Int64) -> OutboxRecord? {
        guard let row = inFlight.removeValue(forKey: id) else { return nil }
        inFlightBytes -= row.bytesInMemory
        return row
    }

    private mutating func hold(_ row: OutboxRecord) {
        held[row.destination]?.keep(row, atMost: heldRowsMax, bytesMax: bytesMax)
    }

    private mutating func prepend(_ rows: [OutboxRecord]) {
        let waiting = ready[readyStart...]
        ready = (rows + waiting).sorted { $0.id < $1.id }
        readyStart = 0
        readyBytes += rows.reduce(0) { $0 + $1.bytesInMemory }
    }

    /// The destination takes messages again: its rows go out in their order.
    private mutating func release(_ destination: Destination) {
        guard let hold = held.removeValue(forKey: destination) else { return }
        prepend(hold.rows)
        guard let from = hold.overflowFrom else { return }
        // The store has older ones for it than these, and gives them all in their order.
        ready = ready[readyStart...].filter { row in
            guard row.destination == destination, row.id >= from else { return true }
            readyBytes -= row.bytesInMemory
            return false
        }
        readyStart = 0
        cursor = min(cursor, from - 1)
    }

    private func backoff(_ attempts: Int) -> Int64 {
        var delay = firstRetryMilliseconds
        for _ in 1..<max(attempts, 1) where delay < lastRetryMilliseconds { delay *= 2 }
        return min(delay, lastRetryMilliseconds)
    }
}

extension OutboxRelay.HeldDestination {
    /// Keeps a row in order; beyond the limit the store alone has it.
    fileprivate mutating func keep(_ row: OutboxRecord, atMost limit: Int, bytesMax: Int) {
        if let overflowFrom, row.id >= overflowFrom { return }
        let place = rows.firstIndex { $0.id > row.id } ?? rows.count
        rows.insert(row, at: place)
        bytes += row.bytesInMemory
        while rows.count > limit || (bytes > bytesMax && rows.count > 1) {
            let dropped = rows.removeLast()
            bytes -= dropped.bytesInMemory
            overflowFrom = min(overflowFrom ?? dropped.id, dropped.id)
        }
    }

    fileprivate mutating func removeFirst() {
        bytes -= rows.removeFirst().bytesInMemory
    }
}
