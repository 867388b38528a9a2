package import Orders

/// Something that a person, or a system on their behalf, asks about a message that failed or waits.
package struct MessageOperation: Sendable, Hashable {
    package var action: Action
    /// Who asks; kept with the message.
    package var by: String
    /// Why; needed to discard.
    package var reason: String?
    /// The queue and the id that the fault names: the message that is meant.
    package var queue: String
    package var messageID: MessageID
    /// The station's own number of it; `nil` for all that fit.
    package var record: Int64?
    /// As which failure it was seen, from 0: it has no effect on a later one.
    ///
    /// `nil` for whichever there is.
    package var attempt: Int?
    /// Set for a message that waits for an order, or is parked within one: that order.
    package var parkedFor: OrderKey?

    /// What AMQP carries; longer ids are cut.
    package static let messageIDBytesMax = 255

    package enum Action: String, Sendable, Hashable, CaseIterable {
        /// Try it again: what failed goes into its queue once more.
        case resubmit
        /// It is not wanted any more.
        case discard
    }

    package init(
        action: Action,
        by: String,
        reason: String? = nil,
        queue: String,
        messageID: MessageID,
        record: Int64? = nil,
        attempt: Int? = nil,
        parkedFor: OrderKey? = nil
    ) {
        self.action = action
        self.by = by
        self.reason = reason
        self.queue = queue
        self.messageID = messageID
        self.record = record
        self.attempt = attempt
        self.parkedFor = parkedFor
    }
}
