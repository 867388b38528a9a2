internal import Broker
internal import Fulfillment
internal import Messages
package import Orders
internal import Station
package import Store

/// Turns recorded hops into what a station commits: journal, inbox, outbox and summaries, with rows of its own.
package struct HopWriter: Sendable {
    private var rows: [OrderID: Int64] = [:]
    private var sequences: [OrderID: Int64] = [:]
    private var highWater: HighWater

    package init(after highWater: HighWater) { self.highWater = highWater }

    /// Adds what this hop changes to a group; `events` are those of the hop, encoded.
    ///
    /// Unless it still `owes` its messages, they count as sent.
    package mutating func add(
        _ hop: RecordedHop,
        events: [UInt8],
        to group: inout HopGroup,
        now: Timestamp,
        owes: Bool = true
    ) {
        let row = row(of: hop.id)
        let sequence = (sequences[hop.id] ?? 0) + 1
        sequences[hop.id] = sequence
        let digest = BodyDigest.of(hop.message.body)
        group.inbox.append(
            InboxRecord(
                role: hop.id.role,
                messageID: hop.decoded.context.messageID,
                bodyDigest: digest,
                orderKey: hop.id.key,
                receivedAt: now
            )
        )
        if !hop.events.isEmpty {
            group.journal.append(
                JournalRecord(
                    orderRow: row,
                    sequence: sequence,
                    at: now,
                    cause: hop.decoded.name,
                    messageID: hop.decoded.context.messageID,
                    queue: hop.queue,
                    events: events
                )
            )
        }
        // An order is written once a group, as it is after its last hop in it.
        group.orders.removeAll { $0.row == row }
        group.orders.append(Self.record(hop.after, row: row, sequence: sequence))
        guard owes else { return }
        for outgoing in hop.outbox {
            highWater.outboxID += 1
            group.outbox.append(
                OutboxRecord(
                    id: highWater.outboxID,
                    order: hop.id,
                    destination: outgoing.destination,
                    message: outgoing.message,
                    createdAt: now
                )
            )
        }
        group.counters["hops", default: 0] += 1
    }

    /// Forgets which rows the orders have: the next hops are of other orders.
    package mutating func startOver() {
        rows.removeAll(keepingCapacity: true)
        sequences.removeAll(keepingCapacity: true)
    }

    private mutating func row(of id: OrderID) -> Int64 {
        if let row = rows[id] { return row }
        highWater.orderRow += 1
        rows[id] = highWater.orderRow
        return highWater.orderRow
    }

    static func record(_ state: OrderState, row: Int64, sequence: Int64) -> OrderRecord {
        OrderRecord(
            row: row,
            id: state.id,
            revision: state.revision,
            lifecycle: state.lifecycle,
            status: state.status,
            priority: state.order?.priority.value ?? OrderPriority.standard.value,
            componentsTotal: state.components.count,
            componentsCompleted: state.componentsCompleted,
            componentsFailed: state.componentsFailed,
            sequence: sequence,
            catalogVersion: state.catalogVersion,
            createdAt: state.createdAt,
            updatedAt: state.updatedAt,
            closedAt: state.closedAt,
            instanceID: state.origin.processID
        )
    }
}
