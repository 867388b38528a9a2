internal import Broker
internal import Orders
internal import Store

/// What a store holds, and what a commit does to it.
struct StoreContents {
    private(set) var highWater = HighWater()
    private(set) var inbox: [ByteKey: InboxRecord] = [:]
    /// By row.
    private(set) var orders: [Int64: OrderRecord] = [:]
    private(set) var rows: [ByteKey: Int64] = [:]
    /// By row, then ascending by sequence.
    private(set) var journal: [Int64: [JournalRecord]] = [:]
    /// By row, ascending by sequence; all of them, so that an older one can be found instead of the newest.
    private(set) var snapshots: [Int64: [SnapshotRecord]] = [:]
    /// What orders follow, by their row.
    private(set) var relations: [Int64: Set<ByteKey>] = [:]
    /// Where retention has come to.
    var sweep = RetentionSweep()
    /// Ascending by id.
    private(set) var outbox: [OutboxRecord] = []
    private(set) var timers: [TimerRecord] = []
    private(set) var parked: [ParkedRecord] = []
    /// By id.
    private(set) var failed: [Int64: FailedMessage] = [:]
    /// In order of their deletion.
    private(set) var deletedOrders: [DeletedOrder] = []
    private(set) var counters: [String: Int64] = [:]
    private(set) var flows: [FlowKey: FlowMinute] = [:]
    private(set) var catalogs: [ByteKey: [UInt8]] = [:]
    /// Every message that was ever owed, in order of commit.
    private(set) var everOwed: [OwedMessage] = []
    private(set) var timersEverSet = 0
    /// Timers that fired in a commit of which nobody knew that it was kept.
    private var timersFiredUnknown: Set<Int64> = []
    /// Those of them that were decided once more: in vain, as they were not there any more.
    private(set) var timersFiredInVain = 0

    /// What is remembered of an outbox row.
    struct OwedMessage {
        var row: Int64
        var order: OrderID?
        var destination: Destination
        var messageID: String
        var correlation: String?
        var type: String?
        var body: [UInt8]
    }

    struct FlowKey: Hashable {
        var minute: Timestamp
        var role: RoleName
        var kind: FlowKind
        var code: FailureCode?
        var countedSince: Timestamp

        init(_ flow: FlowMinute) {
            minute = flow.minute
            role = flow.role
            kind = flow.kind
            code = flow.code
            countedSince = flow.countedSince
        }
    }

    // MARK: Commit

    /// Applies all of a group, or nothing.
    mutating func apply(_ group: HopGroup) throws(StoreError) {
        try check(group)
        for order in group.deletedOrders { delete(order) }
        for record in group.inbox { inbox[ByteKey(record.role, record.messageID.rawValue)] = record }
        for record in group.orders {
            orders[record.row] = record
            rows[ByteKey(record.id)] = record.row
            highWater.orderRow = max(highWater.orderRow, record.row)
        }
        for record in group.journal { insert(record) }
        for record in group.snapshots { insert(record) }
        for record in group.relations { relations[record.orderRow, default: []].insert(ByteKey(record.base)) }
        for record in group.outbox { insert(record) }
        timersEverSet += group.timersSet.count
        for record in group.timersSet {
            timers.append(record)
            highWater.timerID = max(highWater.timerID, record.id)
        }
        for record in group.parked {
            parked.append(record)
            highWater.parkedID = max(highWater.parkedID, record.id)
        }
        if !group.confirmedOutbox.isEmpty {
            let gone = Set(group.confirmedOutbox)
            outbox.removeAll { gone.contains($0.id) }
        }
        if !group.timersDropped.isEmpty {
            let gone = Set(group.timersDropped)
            if !timersFiredUnknown.isEmpty {
                timersFiredInVain += gone.count { timersFiredUnknown.remove($0) != nil }
            }
            timers.removeAll { gone.contains($0.id) }
        }
        if !group.parkedDropped.isEmpty {
            let gone = Set(group.parkedDropped)
            parked.removeAll { gone.contains($0.id) }
        }
        for message in group.failed {
            failed[message.record.id] = message
            highWater.failedID = max(highWater.failedID, message.record.id)
        }
        for change in group.failedChanges { failed[change.id]?.record.status = change.status }
        for (name, more) in group.counters { counters[name, default: 0] += more }
        for flow in group.flows { flows[FlowKey(flow)] = flow }
        if let before = group.flowsBefore { flows = flows.filter { $0.key.minute >= before } }
    }

    /// Applies a group of which nobody learns that it was.
    mutating func applyUnknown(_ group: HopGroup) throws(StoreError) {
        try apply(group)
        timersFiredUnknown.formUnion(group.timersDropped)
    }

    mutating func lower(_ counter: String, by count: Int64) { counters[counter]? -= count }

    private mutating func delete(_ order: DeletedOrder) {
        if orders.removeValue(forKey: order.row) != nil { rows[ByteKey(order.id)] = nil }
        journal[order.row] = nil
        snapshots[order.row] = nil
        relations[order.row] = nil
        timers.removeAll { ByteKey($0.order) == ByteKey(order.id) }
        parked.removeAll { ByteKey($0.order) == ByteKey(order.id) }
        deletedOrders.append(order)
        highWater.orderRow = max(highWater.orderRow, order.row)
    }

    private func check(_ group: HopGroup) throws(StoreError) {
        var keys: Set<ByteKey> = []
        for record in group.inbox {
            let key = ByteKey(record.role, record.messageID.rawValue)
            guard inbox[key] == nil, keys.insert(key).inserted else {
                throw Self.broken("message \(record.messageID) is known already")
            }
        }
        for record in group.orders {
            if let row = rows[ByteKey(record.id)], row != record.row,
                !group.deletedOrders.contains(where: { $0.row == row })
            {
                throw Self.broken("order \(record.id) has another row")
            }
            if let known = orders[record.row], ByteKey(known.id) != ByteKey(record.id) {
                throw Self.broken("order row \(record.row) is another order's")
            }
            if orders[record.row] == nil, record.row <= highWater.orderRow,
                group.continuesHops(ofRow: record.row)
            {
                throw StoreError.removed(record.id)
            }
        }
        for record in group.journal
        where journal[record.orderRow]?.contains(where: { $0.sequence == record.sequence }) ?? false {
            throw Self.broken("sequence \(record.sequence) of order row \(record.orderRow) is there already")
        }
        for record in group.outbox where outbox.contains(where: { $0.id == record.id }) {
            throw Self.broken("outbox row \(record.id) is there already")
        }
        for record in group.timersSet where timers.contains(where: { $0.id == record.id }) {
            throw Self.broken("timer \(record.id) is there already")
        }
        for record in group.parked where parked.contains(where: { $0.id == record.id }) {
            throw Self.broken("parked message \(record.id) is there already")
        }
    }

    private mutating func insert(_ record: JournalRecord) {
        var hops = journal[record.orderRow] ?? []
        journal[record.orderRow] = nil
        let place = hops.lastIndex { $0.sequence < record.sequence }.map { $0 + 1 } ?? 0
        hops.insert(record, at: place)
        journal[record.orderRow] = hops
    }

    private mutating func insert(_ record: SnapshotRecord) {
        var all = snapshots[record.orderRow] ?? []
        all.removeAll { $0.sequence == record.sequence }
        let place = all.lastIndex { $0.sequence < record.sequence }.map { $0 + 1 } ?? 0
        all.insert(record, at: place)
        snapshots[record.orderRow] = all
    }

    private mutating func insert(_ record: OutboxRecord) {
        let place = outbox.lastIndex { $0.id < record.id }.map { $0 + 1 } ?? 0
        outbox.insert(record, at: place)
        highWater.outboxID = max(highWater.outboxID, record.id)
        let properties = record.message.properties
        everOwed.append(
            OwedMessage(
                row: record.id,
                order: record.order,
                destination: record.destination,
                messageID: properties.messageID ?? "",
                correlation: properties.correlationID,
                type: properties.type,
                body: record.message.body
            )
        )
    }

    // MARK: Other changes

    mutating func saveCatalog(role: RoleName, version: String, text: [UInt8]) throws(StoreError) {
        let key = ByteKey(role, version)
        if let known = catalogs[key], known != text {
            throw Self.broken("catalog version \(version) of \(role) has another text")
        }
        catalogs[key] = text
    }

    mutating func forget(messages: [ByteKey], deletions: Set<DeletedOrder>) {
        for key in messages { inbox[key] = nil }
        if !deletions.isEmpty { deletedOrders.removeAll(where: deletions.contains) }
    }

    /// Removes an order with what belongs to it; messages that wait for it stay.
    mutating func forget(_ order: OrderRecord) {
        orders[order.row] = nil
        rows[ByteKey(order.id)] = nil
        journal[order.row] = nil
        snapshots[order.row] = nil
        relations[order.row] = nil
        timers.removeAll { ByteKey($0.order) == ByteKey(order.id) }
    }

    mutating func note(_ order: DeletedOrder) { deletedOrders.append(order) }

    mutating func removeFailed(before: Timestamp, bytesMax: Int64, limit: Int) -> Int {
        let settled = failed.values.map(\.record).filter { $0.status.state != .resubmitted }
        var gone = settled.filter { $0.status.failedAt < before }.sorted { $0.id < $1.id }
        var bytes = failed.values.reduce(Int64(0)) { $0 + Int64($1.record.bodyBytes) }
        bytes -= gone.reduce(Int64(0)) { $0 + Int64($1.bodyBytes) }
        let rest = settled.filter { $0.status.failedAt >= before }
        let byNeed = rest.sorted {
            ($0.status.state == .failed ? 1 : 0, $0.id) < ($1.status.state == .failed ? 1 : 0, $1.id)
        }
        for record in byNeed where bytes > bytesMax {
            gone.append(record)
            bytes -= Int64(record.bodyBytes)
        }
        for record in gone.prefix(limit) { failed[record.id] = nil }
        return min(gone.count, limit)
    }

    var hasSnapshots: Bool { snapshots.values.contains { !$0.isEmpty } }

    /// Loses the newest snapshot of each order; true when one was lost.
    mutating func loseNewestSnapshots() -> Bool {
        var hasEffect = false
        for (row, all) in snapshots where !all.isEmpty {
            snapshots[row] = Array(all.dropLast())
            hasEffect = true
        }
        return hasEffect
    }

    static func broken(_ what: String) -> StoreError {
        StoreError(.contract, what, remedy: "This is a mistake of the program.")
    }
}
