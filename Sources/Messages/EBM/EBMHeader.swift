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
    package var definitionID: String?
    package var sender: Sender?
    package var target: Target?
    package var scopes: [Scope]
    package var tracking: [TrackingEntry]
    /// Where the last receiver before us took the message from.
    package var hop: MessageHop?
    package var batch: Batch?

    package init() {
        scopes = []
        tracking = []
    }

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

    /// The keys of the order a message is about, for whoever handles its failure.
    package struct CrossReference: Sendable, Hashable {
        package var componentID: String?
        package var number: String?
        package var revision: String?

        package init(componentID: String? = nil, number: String? = nil, revision: String? = nil) {
            self.componentID = componentID
            self.number = number
            self.revision = revision
        }
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

    /// A business scope: the end-to-end process, or this one message.
    package struct Scope: Sendable, Hashable {
        package static let businessProcess = "BusinessProcess"
        package static let message = "Message"

        package var type: String?
        package var scope: BusinessScope

        package init(type: String?, scope: BusinessScope) {
            self.type = type
            self.scope = scope
        }
    }

    /// The batch it belongs to.
    package struct Batch: Sendable, Hashable {
        package var status: String?
        package var id: String?
        package var name: String?

        package init(status: String? = nil, id: String? = nil, name: String? = nil) {
            self.status = status
            self.id = id
            self.name = name
        }
    }
}

extension EBMHeader {
    /// How many entries of EBMTracking are carried on: the most recent ones.
    package static let trackingEntriesMax = 32

    /// What later hops need of this header, stamped with where the message was taken from.
    package func context(messageID: String, transport: TransportContext) -> MessageContext {
        let process = scopes.first { $0.type == Scope.businessProcess } ?? scopes.first { $0.type == nil }
        return MessageContext(
            messageID: MessageID(messageID),
            messageName: messageName,
            objectName: objectName,
            verb: verb,
            environment: environment,
            sender: sender.map {
                SenderReference(
                    id: $0.id,
                    messageID: $0.messageID,
                    transactionCode: $0.transactionCode,
                    applicationID: $0.applicationID,
                    applicationVersion: $0.applicationVersion
                )
            },
            targetID: target?.id,
            businessProcess: process?.scope,
            tracking: Array(tracking.suffix(Self.trackingEntriesMax)),
            hop: transport.hop(messageID: messageID),
            traceparent: transport.carriedTrace
        )
    }
}

extension TransportContext {
    /// Where the message was taken from; the id is the transport's, else the message's own.
    func hop(messageID: String) -> MessageHop {
        MessageHop(resource: queue, messageID: self.messageID ?? messageID)
    }

    /// The trace to carry on.
    var carriedTrace: String? {
        traceparent.flatMap { TraceParent.isWellFormed($0) ? $0 : nil }
    }
}

extension EBMHeader {
    /// The header of an outgoing message about an order.
    package init(_ kind: MessageKind, context: EncodingContext, order: CrossReference) {
        self.init()
        let origin = context.origin
        let cause = context.cause ?? origin
        messageID = context.messageID.rawValue
        messageName = kind.messageName
        objectName = kind.objectName
        creationDateTime = context.now.text
        requestMessageID = cause?.messageID.rawValue
        verb = kind.verb
        environment = cause?.environment ?? origin?.environment ?? Self.standardEnvironment
        var sender = Sender()
        sender.id = context.senderID
        sender.messageID = context.messageID.rawValue
        sender.transactionCode = kind.rawValue
        sender.applicationID = context.senderID
        sender.crossReference = order
        self.sender = sender
        target = Target(id: context.targetID)
        var process = origin?.businessProcess ?? BusinessScope(serviceName: origin?.messageName)
        process.instanceID =
            process.instanceID ?? origin?.messageID.rawValue ?? context.messageID.rawValue
        scopes = [
            Scope(type: Scope.businessProcess, scope: process),
            Scope(
                type: Scope.message,
                scope: BusinessScope(
                    id: kind.messageName,
                    instanceID: context.messageID.rawValue,
                    serviceName: kind.object.name + "EBS",
                    operationName: kind.rawValue
                )
            ),
        ]
        let earlier = (origin?.tracking ?? []).suffix(Self.trackingEntriesMax - 1)
        let next = (earlier.map(\.sequence).max() ?? 0).addingReportingOverflow(1).partialValue
        tracking =
            earlier + [
                TrackingEntry(
                    sequence: max(next, 1),
                    unitID: context.senderID,
                    unitName: context.role.rawValue,
                    implementation: Self.implementation,
                    activity: context.now.text
                )
            ]
        hop = cause?.hop
    }

    static let standardEnvironment = "PRODUCTION"
    static let implementation = "WAYSTATION"
}
