internal import Broker
internal import Orders
internal import Store

extension StoreContents {
    func stored(_ id: OrderID, wholeJournal: Bool) -> StoredOrder? {
        guard let row = rows[ByteKey(id)], let record = orders[row] else { return nil }
        let snapshot = snapshots[row]?.last
        var hops = journal[row] ?? []
        if !wholeJournal, let snapshot { hops.removeAll { $0.sequence <= snapshot.sequence } }
        return StoredOrder(record: record, snapshot: snapshot, journal: hops)
    }

    func timers(dueBy now: Timestamp, of roles: [RoleName]?, limit: Int) -> [TimerRecord] {
        let due = timers.filter { $0.due <= now && Self.isOf($0.order, roles) }
        return Array(due.sorted { ($0.due, $0.id) < ($1.due, $1.id) }.prefix(limit))
    }

    func nextTimerDue(of roles: [RoleName]?) -> Timestamp? {
        timers.lazy.filter { Self.isOf($0.order, roles) }.map(\.due).min()
    }

    func outbox(after id: Int64, limit: Int, bytesMax: Int = .max) -> [OutboxRecord] {
        let first = outbox.lastIndex { $0.id <= id }.map { $0 + 1 } ?? 0
        var bytes = 0
        return Array(
            outbox[first...].prefix(limit).prefix { record in
                defer { bytes += record.bytesInMemory }
                return bytes < max(1, bytesMax)
            }
        )
    }

    /// Whether an outbox row is there.
    func owes(_ id: Int64) -> Bool {
        var low = 0
        var high = outbox.count
        while low < high {
            let middle = (low + high) / 2
            if outbox[middle].id < id { low = middle + 1 } else { high = middle }
        }
        return low < outbox.count && outbox[low].id == id
    }

    func parked(for id: OrderID, limit: Int) -> [ParkedRecord] {
        let waiting = parked.filter { ByteKey($0.order) == ByteKey(id) }
        return Array(waiting.sorted { $0.id < $1.id }.prefix(limit))
    }

    func parked(expiredBy now: Timestamp, of roles: [RoleName]?, limit: Int) -> [ParkedRecord] {
        let expired = parked.filter { $0.expiresAt <= now && Self.isOf($0.order, roles) }
        return Array(expired.sorted { ($0.expiresAt, $0.id) < ($1.expiresAt, $1.id) }.prefix(limit))
    }

    func failedRecords(role: RoleName, queue: String, messageID: MessageID, limit: Int) -> [FailedRecord] {
        let found = failed.values.map(\.record).filter {
            $0.role == role && (queue.isEmpty || $0.queue == queue)
                && ($0.messageID == messageID || messageID.rawValue.isEmpty)
        }
        return Array(found.sorted { $0.id > $1.id }.prefix(limit))
    }

    private static func isOf(_ order: OrderID, _ roles: [RoleName]?) -> Bool {
        roles?.contains(order.role) ?? true
    }

    /// When time will give something to do, and whether anything is owed at once.
    var wait: (due: Timestamp?, owesAnything: Bool) {
        let moments = timers.lazy.map(\.due).min()
        let expiry = parked.lazy.map(\.expiresAt).min()
        return ([moments, expiry].compactMap(\.self).min(), !outbox.isEmpty)
    }

    // MARK: For operators

    func orders(matching filter: OrderFilter) -> [OrderRecord] {
        let found = orders.values.filter { order in
            (filter.lifecycle.map { $0 == order.lifecycle } ?? true)
                && (filter.role.map { $0 == order.id.role } ?? true)
                && (filter.updatedSince.map { $0 <= order.updatedAt } ?? true)
        }
        let sorted = found.sorted { ($0.updatedAt, $0.row) > ($1.updatedAt, $1.row) }
        return Array(sorted.prefix(filter.limit))
    }

    func orders(afterRow row: Int64, limit: Int) -> [OrderRecord] {
        Array(orders.values.filter { $0.row > row }.sorted { $0.row < $1.row }.prefix(limit))
    }

    func flows(since minute: Timestamp, limit: Int) -> [FlowMinute] {
        let found = flows.values.filter { $0.minute >= minute }
        let sorted = found.sorted { left, right in
            if left.minute != right.minute { return left.minute > right.minute }
            return Self.name(left) < Self.name(right)
        }
        return Array(sorted.prefix(max(0, limit)))
    }

    private static func name(_ flow: FlowMinute) -> (String, String, String, Int64) {
        (flow.role.rawValue, flow.kind.rawValue, flow.code?.rawValue ?? "", flow.countedSince.milliseconds)
    }

    var waits: [StoreWait] {
        let owed = Dictionary(grouping: outbox, by: \.destination)
            .sorted { ($0.key.exchange, $0.key.routingKey) < ($1.key.exchange, $1.key.routingKey) }
            .compactMap { destination, rows in
                rows.map(\.createdAt).min().map {
                    StoreWait(place: .outbox(destination), messages: rows.count, since: $0)
                }
            }
        let unclaimed = Dictionary(grouping: parked, by: \.queue).sorted { $0.key < $1.key }
            .compactMap { queue, rows in
                rows.map(\.parkedAt).min().map {
                    StoreWait(place: .parked(queue: queue), messages: rows.count, since: $0)
                }
            }
        return owed + unclaimed
    }

    var statistics: StoreStatistics {
        StoreStatistics(
            counters: counters,
            outboxPending: outbox.count,
            parked: parked.count,
            failed: failed.values.count { $0.record.status.state == .failed },
            timers: timers.count,
            inbox: inbox.count,
            ordersByLifecycle: orders.values.reduce(into: [:]) { $0[$1.lifecycle, default: 0] += 1 },
            oldestOutboxAt: outbox.map(\.createdAt).min()
        )
    }

    /// What the parts promise each other and do not keep.
    func problems(limit: Int) -> [String] {
        var problems: [String] = []
        for row in journal.keys.sorted() where orders[row] == nil {
            problems.append("The journal has order row \(row), which does not exist.")
        }
        for row in relations.keys.sorted() where orders[row] == nil {
            problems.append("Order row \(row) follows another one, and does not exist.")
        }
        for order in orders.values.sorted(by: { $0.row < $1.row }) {
            let sequences = (journal[order.row] ?? []).map(\.sequence)
            if sequences != (0..<sequences.count).map({ Int64($0) + 1 }) {
                problems.append("The journal of \(order.id) has gaps.")
            } else if sequences.last ?? 0 != order.sequence {
                problems.append(
                    "Order \(order.id) says sequence \(order.sequence), its journal ends at \(sequences.last ?? 0)."
                )
            }
            if let snapshot = snapshots[order.row]?.last, snapshot.sequence > order.sequence {
                problems.append("The snapshot of \(order.id) is of a sequence its order has not reached.")
            }
        }
        return Array(problems.prefix(max(0, limit)))
    }
}
