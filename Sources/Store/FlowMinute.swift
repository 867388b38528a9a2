package import Broker
package import Orders

/// What messages of one kind did within a minute, as one process counted them.
///
/// Its key is all but the last two fields: written again, a row replaces the one before.
package struct FlowMinute: Sendable, Hashable {
    /// When the minute began.
    package var minute: Timestamp
    package var role: RoleName
    package var kind: FlowKind
    /// The first failure that was told of them; `nil` for those that went well.
    package var code: FailureCode?
    /// When the process that counted them began to.
    package var countedSince: Timestamp
    package var messages: Int
    /// From the delivery to the commit that made it last, of those of which that is known.
    package var durations: DurationHistogram

    package init(
        minute: Timestamp,
        role: RoleName,
        kind: FlowKind,
        code: FailureCode?,
        countedSince: Timestamp,
        messages: Int,
        durations: DurationHistogram
    ) {
        self.minute = minute
        self.role = role
        self.kind = kind
        self.code = code
        self.countedSince = countedSince
        self.messages = messages
        self.durations = durations
    }
}

/// What a message is about, as its queue tells.
package enum FlowKind: String, Sendable, Hashable, CaseIterable {
    case order
    case update
    case operation
    /// Time was reached; no message brought it.
    case timer
    /// A message waited in vain for its order.
    case expiry
}

/// Messages of ours that wait in the store for one place.
package struct StoreWait: Sendable, Hashable {
    package enum Place: Sendable, Hashable {
        /// Owed to a destination and not confirmed.
        case outbox(Destination)
        /// Taken from a queue; their order is not known yet.
        case parked(queue: String)
    }

    package var place: Place
    package var messages: Int
    /// Since when the first of them waits.
    package var since: Timestamp

    package init(place: Place, messages: Int, since: Timestamp) {
        self.place = place
        self.messages = messages
        self.since = since
    }
}
