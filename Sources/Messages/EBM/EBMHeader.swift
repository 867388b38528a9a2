package import Orders

/// The header of a message, field by field as the layout has it; texts are trimmed, empty ones absent.
package struct EBMHeader: Sendable, Hashable {
    package var messageID: String?
    /// The root's name with its namespace in braces.
    package var messageName: String?
    package var objectName: String?
    package var creationDateTime: String?
    /// The message this one answers.
    package var requestMessageID: String?
    package var verb: String?
    package var environment: String?
    package var sender: Sender?
    package var target: Target?
    package var scopes: [Scope]
    /// The oldest first.
    package var tracking: [TrackingEntry]
    /// Where the last receiver before us took the message from.
    package var hop: MessageHop?
    /// What few headers have; its scopes are empty, as all are in ``scopes``.
    package var carried: Rare<CarriedHeader>?

    package init() {
        scopes = []
        tracking = []
    }

    package typealias Scope = CarriedScope
    package typealias Batch = MessageBatch
    package typealias CrossReference = OrderCrossReference

    /// Who sent it.
    package struct Sender: Sendable, Hashable {
        package var id: String?
        package var description: String?
        package var address: String?
        package var messageID: String?
        package var transactionCode: String?
        package var applicationID: String?
        package var applicationVersion: String?
        package var contactName: String?
        package var contactEmail: String?
        package var contactPhoneNumber: String?
        /// The business keys of the object the message is about.
        package var crossReference: CrossReference?

        package init() {}
    }

    /// Whom it is for.
    package struct Target: Sendable, Hashable {
        package var id: String?
        package var applicationType: String?
        package var serviceName: String?

        package init(id: String? = nil, applicationType: String? = nil, serviceName: String? = nil) {
            self.id = id
            self.applicationType = applicationType
            self.serviceName = serviceName
        }
    }
}

extension EBMHeader {
    package var definitionID: String? { carried?.value.definitionID }
    package var batch: Batch? { carried?.value.batch }
    /// Sender/WSAddress, as text that stands on its own.
    package var replyAddress: String? { carried?.value.replyAddress }
    /// FaultNotification elements, as text that stands on its own.
    package var faultNotifications: [String] { carried?.value.faultNotifications ?? [] }

    /// What stood in Custom and unknown elements, as text that stands on its own.
    ///
    /// The group is the element of the header they stood in, such as `Sender`; `nil` is the header itself.
    package func extensions(in group: String? = nil) -> [String] {
        guard let carried = carried?.value else { return [] }
        return carried.extensions.lazy.map { ExtensionFragment(text: $0) }.filter { $0.path == group }
            .map(\.element)
    }
}

extension CarriedScope {
    /// The type of the scope of the end-to-end process.
    package static let businessProcess = "BusinessProcess"
    /// The type of the scope of one message.
    package static let message = "Message"
}

/// The groups of a header that have a Custom of their own; unknown content is kept under these names.
enum HeaderGroup {
    static let sender = "Sender"
    static let target = "Target"
    static let processingInstruction = "MessageProcessingInstruction"
    static let batch = "MessageBatch"
    /// The scope of the end-to-end process; other scopes hold their own.
    static let processScope = "BusinessScope"
}
