/// What of an incoming message's header must be known later: to answer it, to trace it, to put it into a
/// fault.
package struct MessageContext: Codable, Hashable, Sendable {
    package var messageID: MessageID
    package var messageName: String?
    package var objectName: String?
    package var verb: String?
    package var environment: String?
    package var sender: SenderReference?
    package var targetID: String?
    /// The BusinessProcess scope: its InstanceID is the end-to-end correlation and is carried on unchanged.
    package var businessProcess: BusinessScope?
    /// The entries of EBMTracking, oldest first.
    package var tracking: [TrackingEntry]
    /// Where this message was taken from: stamped at dequeue, replacing any earlier hop.
    package var hop: MessageHop?
    /// W3C trace context, carried through.
    package var traceparent: String?
    /// What few headers have; `nil` for most.
    package var carried: Rare<CarriedHeader>?

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
        self.messageID = messageID
        self.messageName = messageName
        self.objectName = objectName
        self.verb = verb
        self.environment = environment
        self.sender = sender
        self.targetID = targetID
        self.businessProcess = businessProcess
        self.tracking = tracking
        self.hop = hop
        self.traceparent = traceparent
        self.carried = carried
    }
}

/// Who sent a message, as EBMHeader/Sender says it.
package struct SenderReference: Codable, Hashable, Sendable {
    package var id: String?
    package var messageID: String?
    package var transactionCode: String?
    package var applicationID: String?
    package var applicationVersion: String?

    package init(
        id: String? = nil,
        messageID: String? = nil,
        transactionCode: String? = nil,
        applicationID: String? = nil,
        applicationVersion: String? = nil
    ) {
        self.id = id
        self.messageID = messageID
        self.transactionCode = transactionCode
        self.applicationID = applicationID
        self.applicationVersion = applicationVersion
    }
}

/// A BusinessScope of the EBMHeader.
package struct BusinessScope: Codable, Hashable, Sendable {
    package var id: String?
    package var instanceID: String?
    package var serviceName: String?
    package var operationName: String?

    package init(
        id: String? = nil,
        instanceID: String? = nil,
        serviceName: String? = nil,
        operationName: String? = nil
    ) {
        self.id = id
        self.instanceID = instanceID
        self.serviceName = serviceName
        self.operationName = operationName
    }
}

/// One entry of EBMTracking: which unit handled the message, and when.
package struct TrackingEntry: Codable, Hashable, Sendable {
    package var sequence: Int
    package var unitID: String?
    package var unitName: String?
    package var implementation: String?
    package var activity: String?
    /// What stood in its Custom, and elements nobody here knows; `nil` for nearly all.
    package var extensions: [String]?

    package init(
        sequence: Int,
        unitID: String? = nil,
        unitName: String? = nil,
        implementation: String? = nil,
        activity: String? = nil,
        extensions: [String]? = nil
    ) {
        self.sequence = sequence
        self.unitID = unitID
        self.unitName = unitName
        self.implementation = implementation
        self.activity = activity
        self.extensions = extensions
    }
}

/// Where a message was taken from (IntermediateMessageHop): the queue and the message's id there.
package struct MessageHop: Codable, Hashable, Sendable {
    /// `QUEUE`.
    package var resourceType: String
    package var resource: String
    package var messageID: String

    package init(resourceType: String = "QUEUE", resource: String, messageID: String) {
        self.resourceType = resourceType
        self.resource = resource
        self.messageID = messageID
    }
}
