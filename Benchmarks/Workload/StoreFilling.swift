internal import Broker
internal import Catalog
internal import Fulfillment
internal import Messages
package import Orders
internal import Station
package import Store

/// Fills a store with orders, through its port, as a station would have left them.
package struct StoreFilling {
    private let store: any Store
    private let flow: RecordedFlow
    private let stream: OrderStream
    private let now: Timestamp
    private static let groupSize = 1_000

    package init(store: any Store, flow: RecordedFlow, stream: OrderStream, now: Timestamp) {
        self.store = store
        self.flow = flow
        self.stream = stream
        self.now = now
    }

    /// Adds completed orders from number `first` on, each with the last `journalRows` hops of one that was run, and the
    /// inbox records of these.
    package func addClosed(_ count: Int, first: Int, journalRows: Int) throws {
        let course = try flow.run(stream.message(first, now: now), now: now)
        guard let last = course.last(where: { $0.after.lifecycle.isClosed && $0.role == 0 }) else {
            throw WorkloadProblem("the order that closed ones are like does not come to its end")
        }
        let tail = course.filter { $0.id == last.id && !$0.events.isEmpty }.suffix(journalRows)
        let events = try tail.map { try JournalCodec.encode($0.events) }
        var row = try store.highWater().orderRow
        var group = HopGroup()
        for number in first..<first + count {
            row += 1
            let id = OrderID(role: last.id.role, key: OrderKey(rawValue: stream.identity(number).key))
            add(last.after, id: id, row: row, events: events, to: &group)
            if group.orders.count >= Self.groupSize {
                try store.commit(group)
                group = HopGroup()
            }
        }
        try store.commit(group)
        try store.checkpoint()
    }

    private func add(
        _ state: OrderState,
        id: OrderID,
        row: Int64,
        events: [[UInt8]],
        to group: inout HopGroup
    ) {
        for (index, bytes) in events.enumerated() {
            let message = MessageID(rawValue: "\(id.key)-\(index)")
            group.inbox.append(
                InboxRecord(
                    role: id.role,
                    messageID: message,
                    bodyDigest: row,
                    orderKey: id.key,
                    receivedAt: now
                )
            )
            group.journal.append(
                JournalRecord(
                    orderRow: row,
                    sequence: Int64(index + 1),
                    at: now,
                    cause: "ProcessFulfillmentOrderUpdateEBM",
                    messageID: message,
                    queue: flow.roles[0].runtime.configuration.updates.first,
                    events: bytes
                )
            )
        }
        var record = HopWriter.record(state, row: row, sequence: Int64(events.count))
        record.id = id
        record.updatedAt = now
        record.closedAt = now
        group.orders.append(record)
    }

    /// Adds orders that were taken and whose first requests were sent.
    ///
    /// - Returns: What the last of them sent.
    package func addOpen(_ count: Int, first: Int) throws -> [OutgoingMessage] {
        var writer = HopWriter(after: try store.highWater())
        var group = HopGroup()
        var last: [OutgoingMessage] = []
        for number in first..<first + count {
            for hop in try flow.run(stream.message(number, now: now), now: now, hopsMax: 1) {
                writer.add(
                    hop,
                    events: try JournalCodec.encode(hop.events),
                    to: &group,
                    now: now,
                    owes: false
                )
                last = hop.outbox
            }
            writer.startOver()
            if group.orders.count >= Self.groupSize {
                try store.commit(group)
                group = HopGroup()
            }
        }
        try store.commit(group)
        try store.checkpoint()
        return last
    }
}
