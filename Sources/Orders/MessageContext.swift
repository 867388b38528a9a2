internal import Values

/// What of an incoming message's header must be known later: to answer it, to trace it, to put it into a
/// fault.
///
/// Kept behind one reference: order, command and header hand it on, and a copy is one reference to count.
package struct MessageContext: Codable, Hashable, Sendable {
    private var fields: CopyOnWrite<Fields>

    private struct Fields: Codable, Hashable, Sendable {
        var messageID: MessageID
        var messageName: String?
        var objectName: String?
        var verb: String?
        var environment: String?
        var sender: SenderReference?
        var targetID: String?
        var businessProcess: BusinessScope?
        var tracking: [TrackingEntry]
        var hop: MessageHop?
        var traceparent: String?
        var carried: Rare<CarriedHeader>?
    }

    package init(
        messageID: MessageID,
        messageName: String? = nil,
        objectName: String? = nil,
        verb: String? = nil,
        environment: String? = nil,
        sender: SenderReference? = nil,
        targetID: String? = nil,
        businessProcess: BusinessScope? = nil,
        tracking: [TrackingEntry] = [],
        hop: MessageHop? = nil,
        traceparent: String? = nil,
        carried: Rare<CarriedHeader>? = nil
    ) {
        fields = CopyOnWrite(
            Fields(
                messageID: messageID,
                messageName: messageName,
                objectName: objectName,
                verb: verb,
                environment: environment,
                sender: sender,
                targetID: targetID,
                businessProcess: businessProcess,
                tracking: tracking,
                hop: hop,
                traceparent: traceparent,
                carried: carried
            )
        )
    }

    package init(from decoder: any Decoder) throws { fields = CopyOnWrite(try Fields(from: decoder)) }

    package func encode(to encoder: any Encoder) throws { try fields.value.encode(to: encoder) }

    /// Whether both are copies of which neither was changed.
    package func isIdentical(to other: MessageContext) -> Bool { fields.isIdentical(to: other.fields) }

    // MARK: Fields

    package var messageID: MessageID {
        get { fields.value.messageID }
        set { fields.value.messageID = newValue }
    }
    package var messageName: String? {
        get { fields.value.messageName }
        set { fields.value.messageName = newValue }
    }
    package var objectName: String? {
        get { fields.value.objectName }
        set { fields.value.objectName = newValue }
    }
    package var verb: String? {
        get { fields.value.verb }
        set { fields.value.verb = newValue }
    }
    package var environment: String? {
        get { fields.value.environment }
        set { fields.value.environment = newValue }
    }
    package var sender: SenderReference? {
        get { fields.value.sender }
        set { fields.value.sender = newValue }
    }
    package var targetID: String? {
        get { fields.value.targetID }
        set { fields.value.targetID = newValue }
    }
    /// The BusinessProcess scope: its InstanceID is the end-to-end correlation and is carried on unchanged.
    package var businessProcess: BusinessScope? {
        get { fields.value.businessProcess }
        set { fields.value.businessProcess = newValue }
    }
    /// The InstanceID of the business process that it belongs to; a message without one begins its own.
    package var processID: String {
        fields.value.businessProcess?.instanceID ?? fields.value.messageID.rawValue
    }
    /// The entries of EBMTracking, oldest first.
    package var tracking: [TrackingEntry] {
        get { fields.value.tracking }
        set { fields.value.tracking = newValue }
    }
    /// Where this message was taken from: stamped at dequeue, replacing any earlier hop.
    package var hop: MessageHop? {
        get { fields.value.hop }
        set { fields.value.hop = newValue }
    }
    /// W3C trace context, carried through.
    package var traceparent: String? {
        get { fields.value.traceparent }
        set { fields.value.traceparent = newValue }
    }
    /// What few headers have; `nil` for most.
    package var carried: Rare<CarriedHeader>? {
        get { fields.value.carried }
        set { fields.value.carried = newValue }
    }
}
