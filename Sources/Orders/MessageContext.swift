/// What of an incoming message's header must be known later: to answer it, to trace it, to put it into a
/// fault.
///
/// Kept behind one reference: order, command and header hand it on, and a copy is one reference to count.
package struct MessageContext: Codable, Hashable, Sendable {
    private var storage: Storage

    /// `@unchecked Sendable`: `fields` is only written by an owner that has made sure to be the only one.
    private final class Storage: @unchecked Sendable {
        var fields: Fields

        init(_ fields: Fields) { self.fields = fields }
    }

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
        storage = Storage(
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

    /// Makes sure that nobody else sees what is written next.
    private mutating func own() {
        if !isKnownUniquelyReferenced(&storage) { storage = Storage(storage.fields) }
    }

    package static func == (left: Self, right: Self) -> Bool {
        left.storage === right.storage || left.storage.fields == right.storage.fields
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(storage.fields) }

    package init(from decoder: any Decoder) throws { storage = Storage(try Fields(from: decoder)) }

    package func encode(to encoder: any Encoder) throws { try storage.fields.encode(to: encoder) }

    // MARK: Fields

    package var messageID: MessageID {
        get { storage.fields.messageID }
        set {
            own()
            storage.fields.messageID = newValue
        }
    }
    package var messageName: String? {
        get { storage.fields.messageName }
        set {
            own()
            storage.fields.messageName = newValue
        }
    }
    package var objectName: String? {
        get { storage.fields.objectName }
        set {
            own()
            storage.fields.objectName = newValue
        }
    }
    package var verb: String? {
        get { storage.fields.verb }
        set {
            own()
            storage.fields.verb = newValue
        }
    }
    package var environment: String? {
        get { storage.fields.environment }
        set {
            own()
            storage.fields.environment = newValue
        }
    }
    package var sender: SenderReference? {
        get { storage.fields.sender }
        set {
            own()
            storage.fields.sender = newValue
        }
    }
    package var targetID: String? {
        get { storage.fields.targetID }
        set {
            own()
            storage.fields.targetID = newValue
        }
    }
    /// The BusinessProcess scope: its InstanceID is the end-to-end correlation and is carried on unchanged.
    package var businessProcess: BusinessScope? {
        get { storage.fields.businessProcess }
        set {
            own()
            storage.fields.businessProcess = newValue
        }
    }
    /// The entries of EBMTracking, oldest first.
    package var tracking: [TrackingEntry] {
        get { storage.fields.tracking }
        set {
            own()
            storage.fields.tracking = newValue
        }
    }
    /// Where this message was taken from: stamped at dequeue, replacing any earlier hop.
    package var hop: MessageHop? {
        get { storage.fields.hop }
        set {
            own()
            storage.fields.hop = newValue
        }
    }
    /// W3C trace context, carried through.
    package var traceparent: String? {
        get { storage.fields.traceparent }
        set {
            own()
            storage.fields.traceparent = newValue
        }
    }
    /// What few headers have; `nil` for most.
    package var carried: Rare<CarriedHeader>? {
        get { storage.fields.carried }
        set {
            own()
            storage.fields.carried = newValue
        }
    }
}
