package import Broker
package import Orders

/// Everything a group of hops changes: committed in one transaction, with one sync, or not at all.
package struct HopGroup: Sendable {
    /// Orders that are removed, before anything else is written: another order may take the place of one of them.
    package var deletedOrders: [DeletedOrder] = []
    package var inbox: [InboxRecord] = []
    package var orders: [OrderRecord] = []
    package var journal: [JournalRecord] = []
    package var snapshots: [SnapshotRecord] = []
    /// Orders that follow others; one that is known already changes nothing.
    package var relations: [RelationRecord] = []
    package var outbox: [OutboxRecord] = []
    /// Outbox rows the broker has confirmed, by id.
    package var confirmedOutbox: [Int64] = []
    package var timersSet: [TimerRecord] = []
    /// Timers that fired or are no longer wanted, by id.
    package var timersDropped: [Int64] = []
    package var parked: [ParkedRecord] = []
    /// Parked messages that found their order or ran out of time, by id.
    package var parkedDropped: [Int64] = []
    /// Messages that went to the error queue.
    package var failed: [FailedMessage] = []
    /// Failed messages that stand otherwise than before, applied after ``failed``.
    package var failedChanges: [FailedChange] = []
    /// Increments of named counters.
    package var counters: [String: Int64] = [:]
    /// What flows of messages did, minute by minute; a row replaces the one with its key.
    package var flows: [FlowMinute] = []
    /// Minutes before this one are forgotten.
    package var flowsBefore: Timestamp?

    package init() {}

    /// Whether it goes on with an order of which it does not hold the first hop.
    package func continuesHops(ofRow row: Int64) -> Bool {
        journal.contains { $0.orderRow == row }
            && !journal.contains { $0.orderRow == row && $0.sequence == 1 }
    }

    package var isEmpty: Bool {
        deletedOrders.isEmpty && inbox.isEmpty && orders.isEmpty && journal.isEmpty && snapshots.isEmpty
            && relations.isEmpty && outbox.isEmpty
            && confirmedOutbox.isEmpty && timersSet.isEmpty && timersDropped.isEmpty && parked.isEmpty
            && parkedDropped.isEmpty && failed.isEmpty && failedChanges.isEmpty && counters.isEmpty
            && flows.isEmpty && flowsBefore == nil
    }
}

/// A message that took effect: what makes its repetition harmless.
///
/// Its key is (role, messageID).
package struct InboxRecord: Sendable, Hashable {
    package var role: RoleName
    package var messageID: MessageID
    /// Tells a repeated message from another one under the same id.
    package var bodyDigest: Int64
    /// The order it concerned, when it concerned one.
    package var orderKey: OrderKey?
    package var receivedAt: Timestamp

    package init(
        role: RoleName,
        messageID: MessageID,
        bodyDigest: Int64,
        orderKey: OrderKey?,
        receivedAt: Timestamp
    ) {
        self.role = role
        self.messageID = messageID
        self.bodyDigest = bodyDigest
        self.orderKey = orderKey
        self.receivedAt = receivedAt
    }
}

/// The summary of an order that operators list and retention reads; inserted or replaced as a whole.
package struct OrderRecord: Sendable, Hashable {
    /// Chosen by the engine from ``HighWater/orderRow``; the key of journal, snapshots and timers.
    package var row: Int64
    package var id: OrderID
    package var revision: Int
    package var lifecycle: LifecycleState
    /// The composed fulfillment state, such as `IN_PROGRESS`.
    package var status: StateName
    package var priority: Int
    package var componentsTotal: Int
    package var componentsCompleted: Int
    package var componentsFailed: Int
    /// The last journal sequence.
    package var sequence: Int64
    package var catalogVersion: String
    package var createdAt: Timestamp
    package var updatedAt: Timestamp
    package var closedAt: Timestamp?
    /// The InstanceID of its business process, which all orders of one process carry; `nil` for an order that has not
    /// changed since stores keep it.
    package var instanceID: String?
    /// Updates that are parked within it; `nil` for an order that has not changed since stores keep it.
    package var updatesParked: Int?

    package init(
        row: Int64,
        id: OrderID,
        revision: Int,
        lifecycle: LifecycleState,
        status: StateName,
        priority: Int,
        componentsTotal: Int,
        componentsCompleted: Int,
        componentsFailed: Int,
        sequence: Int64,
        catalogVersion: String,
        createdAt: Timestamp,
        updatedAt: Timestamp,
        closedAt: Timestamp?,
        instanceID: String? = nil,
        updatesParked: Int? = nil
    ) {
        self.row = row
        self.id = id
        self.revision = revision
        self.lifecycle = lifecycle
        self.status = status
        self.priority = priority
        self.componentsTotal = componentsTotal
        self.componentsCompleted = componentsCompleted
        self.componentsFailed = componentsFailed
        self.sequence = sequence
        self.catalogVersion = catalogVersion
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.closedAt = closedAt
        self.instanceID = instanceID
        self.updatesParked = updatesParked
    }
}

/// One hop of one order: the events it caused, and what caused it.
///
/// The journal is the truth.
package struct JournalRecord: Sendable, Hashable {
    package var orderRow: Int64
    /// 1, 2, 3 … within the order, without gaps.
    package var sequence: Int64
    package var at: Timestamp
    /// The message, timer or person that caused it, such as `message EBM-17`, `timer`.
    package var cause: String
    package var messageID: MessageID?
    package var queue: String?
    /// The events as the core's journal codec wrote them.
    package var events: [UInt8]
    /// The messages that it owes to others; they are known here when the outbox has long forgotten them.
    package var sent: SentMessages

    package init(
        orderRow: Int64,
        sequence: Int64,
        at: Timestamp,
        cause: String,
        messageID: MessageID?,
        queue: String?,
        events: [UInt8],
        sent: SentMessages = SentMessages()
    ) {
        self.orderRow = orderRow
        self.sequence = sequence
        self.at = at
        self.cause = cause
        self.messageID = messageID
        self.queue = queue
        self.events = events
        self.sent = sent
    }
}

/// The state of an order folded up to a sequence: a cache that can be thrown away.
///
/// The newest one per order is kept.
package struct SnapshotRecord: Sendable, Hashable {
    package var orderRow: Int64
    package var sequence: Int64
    package var state: [UInt8]

    package init(orderRow: Int64, sequence: Int64, state: [UInt8]) {
        self.orderRow = orderRow
        self.sequence = sequence
        self.state = state
    }
}

/// A message still owed to somebody, with its own message id and bytes; removed by id once confirmed.
package struct OutboxRecord: Sendable, Hashable {
    /// Chosen by the engine from ``HighWater/outboxID``, rising; messages go out in this order.
    package var id: Int64
    package var order: OrderID?
    package var destination: Destination
    package var message: Message
    package var createdAt: Timestamp

    package init(
        id: Int64,
        order: OrderID?,
        destination: Destination,
        message: Message,
        createdAt: Timestamp
    ) {
        self.id = id
        self.order = order
        self.destination = destination
        self.message = message
        self.createdAt = createdAt
    }

    /// About how much memory it takes.
    package var bytesInMemory: Int { message.body.count + 1_024 }
}

/// Something to do for an order at a time.
package struct TimerRecord: Sendable, Hashable {
    /// Chosen by the engine from ``HighWater/timerID``.
    package var id: Int64
    package var order: OrderID
    /// `release`, `parked` …: the core's word.
    package var kind: String
    package var component: ComponentID?
    package var due: Timestamp

    package init(id: Int64, order: OrderID, kind: String, component: ComponentID?, due: Timestamp) {
        self.id = id
        self.order = order
        self.kind = kind
        self.component = component
        self.due = due
    }
}

/// A message for an order that has not arrived yet, kept with everything it came with.
package struct ParkedRecord: Sendable, Hashable {
    /// Chosen by the engine from ``HighWater/parkedID``.
    package var id: Int64
    package var order: OrderID
    package var queue: String
    package var message: Message
    package var messageID: MessageID
    package var reason: FailureCode
    package var parkedAt: Timestamp
    /// When waiting ends and the message goes to the error queue.
    package var expiresAt: Timestamp

    package init(
        id: Int64,
        order: OrderID,
        queue: String,
        message: Message,
        messageID: MessageID,
        reason: FailureCode,
        parkedAt: Timestamp,
        expiresAt: Timestamp
    ) {
        self.id = id
        self.order = order
        self.queue = queue
        self.message = message
        self.messageID = messageID
        self.reason = reason
        self.parkedAt = parkedAt
        self.expiresAt = expiresAt
    }
}
