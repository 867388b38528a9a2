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
