internal import Orders
internal import Store

extension StoreContents {
    mutating func removeExpired(_ step: RetentionStep) throws(StoreError) -> RemovedCounts {
        guard step.limit > 0 else { return RemovedCounts(inbox: 0, orders: 0) }
        let messages =
            inbox
            .filter { $0.value.receivedAt < step.inboxBefore }
            .sorted { ($0.value.receivedAt, $0.key) < ($1.value.receivedAt, $1.key) }
            .prefix(step.inboxLimit)
        let notes = deletedOrders.filter { $0.deletedAt < step.deletionsBefore }.prefix(step.limit)
        let found = try expiredOrders(step)
        forget(messages: messages.map(\.key), deletions: Set(notes))
        for order in found.orders { remove(order, step) }
        return RemovedCounts(
            inbox: messages.count,
            orders: found.orders.count,
            deletions: notes.count,
            isMore: found.isMore
        )
    }

    private mutating func expiredOrders(_ step: RetentionStep) throws(StoreError) -> RetentionSweep.Found {
        let source = SimulatedOrders(contents: self)
        guard step.keepsRelatedTogether else {
            return RetentionSweep.Found(
                orders: source.closedOrders(after: nil, before: step.closedBefore, limit: step.limit),
                isMore: false
            )
        }
        do {
            return try sweep.next(
                in: source,
                closedBefore: step.closedBefore,
                now: step.now,
                limit: step.limit
            )
        } catch {
            throw Self.broken("\(error)")
        }
    }

    private mutating func remove(_ order: SweptOrder, _ step: RetentionStep) {
        guard let record = orders[order.row] else { return }
        if let counter = step.parkedCounter, let parked = record.updatesParked, parked > 0 {
            lower(counter, by: Int64(parked))
        }
        forget(record)
        guard let days = step.notedDays else { return }
        note(
            DeletedOrder(
                id: record.id,
                row: record.row,
                revision: record.revision,
                lifecycle: record.lifecycle,
                status: record.status,
                createdAt: record.createdAt,
                deletedAt: step.now,
                by: DeletedOrder.retention,
                reason: DeletedOrder.reason(closedAt: record.closedAt, keptDays: days),
                messageID: ""
            )
        )
    }
}

/// Orders as retention looks at them, in the order in which a database finds them.
private struct SimulatedOrders: RetentionSource {
    let contents: StoreContents

    private static let states = LifecycleState.allCases

    private static func place(_ order: SweptOrder) -> (Int, Timestamp, Int64) {
        let state = states.firstIndex(of: order.lifecycle) ?? 0
        return (state, order.closedAt ?? Timestamp(milliseconds: .min), order.row)
    }

    func hasRelations() -> Bool { !contents.relations.isEmpty }

    func closedOrders(after order: SweptOrder?, before time: Timestamp, limit: Int) -> [SweptOrder] {
        let closed = contents.orders.values.map(SweptOrder.init).filter { candidate in
            candidate.isExpired(before: time) && order.map { Self.place($0) < Self.place(candidate) } ?? true
        }
        return Array(closed.sorted { Self.place($0) < Self.place($1) }.prefix(limit))
    }

    func order(row: Int64) -> SweptOrder? { contents.orders[row].map(SweptOrder.init) }

    func bases(of order: SweptOrder) -> [SweptOrder] {
        (contents.relations[order.row] ?? []).sorted().compactMap { base in
            contents.rows[base].flatMap(self.order(row:))
        }
    }

    func followers(of order: SweptOrder) -> [SweptOrder] {
        let base = ByteKey(order.id)
        return contents.relations.filter { $0.value.contains(base) }.keys.sorted().compactMap(order(row:))
    }
}

extension SweptOrder {
    fileprivate init(_ record: OrderRecord) {
        self.init(row: record.row, id: record.id, lifecycle: record.lifecycle, closedAt: record.closedAt)
    }
}
