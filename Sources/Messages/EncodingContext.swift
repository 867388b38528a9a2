package import Orders

/// What the header of an outgoing message is built from.
package struct EncodingContext: Sendable, Hashable {
    /// The new EBMID.
    package var messageID: MessageID
    package var now: Timestamp
    /// EBMHeader Sender/ID of the role, such as `OSMCFS_01`.
    package var senderID: String
    /// EBMHeader Target/ID.
    package var targetID: String
    /// What the configuration says of the sender and the target, where it says more.
    package var senderDetails: Rare<SenderDetails>?
    package var targetDetails: Rare<TargetDetails>?
    /// The role, as execution unit of the appended EBMTracking entry.
    package var role: RoleName
    /// The message that created the order: its BusinessProcess scope, EBMTracking and rare parts go on.
    package var origin: MessageContext?
    /// The message being answered: RequestEBMID, and the hop of a fault; the origin when there is no nearer one.
    package var cause: MessageContext?

    package init(
        messageID: MessageID,
        now: Timestamp,
        senderID: String,
        targetID: String,
        role: RoleName,
        origin: MessageContext?,
        cause: MessageContext?,
        senderDetails: Rare<SenderDetails>? = nil,
        targetDetails: Rare<TargetDetails>? = nil
    ) {
        self.messageID = messageID
        self.now = now
        self.senderID = senderID
        self.targetID = targetID
        self.role = role
        self.origin = origin
        self.cause = cause
        self.senderDetails = senderDetails
        self.targetDetails = targetDetails
    }
}
