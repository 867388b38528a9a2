/// What few headers have, and what nevertheless goes on with the messages that follow from the first one.
///
/// Elements are kept as text that stands on its own.
package struct CarriedHeader: Codable, Hashable, Sendable {
    /// MessageProcessingInstruction/DefinitionID: goes with the environment's code.
    package var definitionID: String?
    /// Business scopes beside that of the process and those of single messages, in their order.
    package var scopes: [CarriedScope]
    /// The batch that the order came in.
    package var batch: MessageBatch?
    /// Sender/WSAddress: goes back with every reply.
    package var replyAddress: String?
    /// The address inside of it at which the sender takes replies.
    package var replyTo: String?
    /// FaultNotification elements: go on with the order.
    package var faultNotifications: [String]
    /// What stood in Custom, and elements nobody here knows, each with the group it stood in.
    package var extensions: [String]
    /// The sender's own keys of the order; only kept of messages that could not be read further.
    package var crossReference: OrderCrossReference?

    package init(
        definitionID: String? = nil,
        scopes: [CarriedScope] = [],
        batch: MessageBatch? = nil,
        replyAddress: String? = nil,
        replyTo: String? = nil,
        faultNotifications: [String] = [],
        extensions: [String] = [],
        crossReference: OrderCrossReference? = nil
    ) {
        self.definitionID = definitionID
        self.scopes = scopes
        self.batch = batch
        self.replyAddress = replyAddress
        self.replyTo = replyTo
        self.faultNotifications = faultNotifications
        self.extensions = extensions
        self.crossReference = crossReference
    }
}

/// A business scope of any type.
package struct CarriedScope: Codable, Hashable, Sendable {
    package var type: String?
    package var scope: BusinessScope
    /// What stood in its Custom, and elements nobody here knows.
    package var extensions: [String]

    package init(type: String?, scope: BusinessScope, extensions: [String] = []) {
        self.type = type
        self.scope = scope
        self.extensions = extensions
    }
}

/// The batch a message belongs to.
package struct MessageBatch: Codable, Hashable, Sendable {
    package var status: String?
    package var id: String?
    package var name: String?
    /// BatchParameter elements as text.
    package var parameters: [String]

    package init(
        status: String? = nil,
        id: String? = nil,
        name: String? = nil,
        parameters: [String] = []
    ) {
        self.status = status
        self.id = id
        self.name = name
        self.parameters = parameters
    }
}

/// The keys of the order a message is about, for whoever handles its failure.
package struct OrderCrossReference: Codable, Hashable, Sendable {
    package var componentID: String?
    package var number: String?
    package var revision: String?

    package init(componentID: String? = nil, number: String? = nil, revision: String? = nil) {
        self.componentID = componentID
        self.number = number
        self.revision = revision
    }
}
