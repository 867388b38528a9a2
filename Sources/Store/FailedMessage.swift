package import Broker
package import Orders

/// A message that went to the error queue, kept with its original bytes and headers so that it can be tried again.
package struct FailedMessage: Sendable, Hashable {
    package var record: FailedRecord
    /// As it came: nothing is added to it or left out.
    package var message: Message

    package init(record: FailedRecord, message: Message) {
        self.record = record
        self.message = message
    }
}

/// What is known of a failed message beside its content.
package struct FailedRecord: Sendable, Hashable {
    /// Chosen by the engine from ``HighWater/failedID``.
    package var id: Int64
    package var role: RoleName
    /// The queue it was taken from.
    package var queue: String
    /// The transport's message id, else the one of its header, else one made of its digest.
    package var messageID: MessageID
    package var bodyDigest: Int64
    package var bodyBytes: Int
    /// The order it concerns, as far as that could be read.
    package var orderKey: OrderKey?
    package var status: FailedStatus

    package init(
        id: Int64,
        role: RoleName,
        queue: String,
        messageID: MessageID,
        bodyDigest: Int64,
        bodyBytes: Int,
        orderKey: OrderKey?,
        status: FailedStatus
    ) {
        self.id = id
        self.role = role
        self.queue = queue
        self.messageID = messageID
        self.bodyDigest = bodyDigest
        self.bodyBytes = bodyBytes
        self.orderKey = orderKey
        self.status = status
    }
}

/// How a failed message stands; the part of its record that changes.
package struct FailedStatus: Sendable, Hashable {
    package var state: FailedState
    /// How often it has failed before this failure.
    package var attempt: Int
    package var code: FailureCode
    package var text: String
    package var failedAt: Timestamp
    /// Whether the inbox remembers it although it had no effect.
    package var isInInbox: Bool
    package var decision: FailedDecision?

    package init(
        state: FailedState,
        attempt: Int,
        code: FailureCode,
        text: String,
        failedAt: Timestamp,
        isInInbox: Bool,
        decision: FailedDecision? = nil
    ) {
        self.state = state
        self.attempt = attempt
        self.code = code
        self.text = text
        self.failedAt = failedAt
        self.isInInbox = isInInbox
        self.decision = decision
    }
}

package enum FailedState: String, Sendable, Hashable, CaseIterable {
    /// It waits for a decision.
    case failed
    /// It is on its way into its queue again.
    case resubmitted
    /// It was resubmitted and taken.
    case accepted
    case discarded
}

/// The newest decision about a failed message.
package struct FailedDecision: Sendable, Hashable {
    package var by: String
    package var at: Timestamp
    package var reason: String?
    /// The message that asked for it.
    package var messageID: MessageID

    package init(by: String, at: Timestamp, reason: String?, messageID: MessageID) {
        self.by = by
        self.at = at
        self.reason = reason
        self.messageID = messageID
    }
}

/// A failed message stands otherwise than before.
package struct FailedChange: Sendable, Hashable {
    package var id: Int64
    package var status: FailedStatus

    package init(id: Int64, status: FailedStatus) {
        self.id = id
        self.status = status
    }
}
