internal import Orders

extension EBMHeader {
    /// The header of an outgoing message about an order.
    package init(_ kind: MessageKind, context: EncodingContext, order: CrossReference) {
        self.init(.of(kind), context: context, order: order)
    }

    init(_ kind: MessageIdentity, context: EncodingContext, order: CrossReference) {
        self.init()
        let stamp = HeaderStamp(context)
        messageID = stamp.messageID
        messageName = kind.messageName
        objectName = kind.objectName
        creationDateTime = stamp.moment
        requestMessageID = stamp.requestMessageID
        verb = kind.verb
        environment = Self.environment(of: context)
        sender = .ours(kind, context, order)
        target = stamp.target
        scopes = Self.scopes(kind, context)
        let earlier = Self.bounded(context.origin?.tracking ?? [], to: Self.trackingEntriesMax - 1)
        let next = (earlier.map(\.sequence).max() ?? 0).addingReportingOverflow(1).partialValue
        tracking =
            earlier + [
                TrackingEntry(
                    sequence: max(next, 1),
                    unitID: context.senderID,
                    unitName: context.role.rawValue,
                    implementation: Self.implementation,
                    activity: stamp.moment
                )
            ]
        hop = stamp.hop
        // The definition belongs to the environment it came with.
        let instruction = context.cause?.environment == nil ? context.origin?.carried : context.cause?.carried
        carry(context.origin?.carried, definitionID: instruction?.value.definitionID, asReply: kind.isReply)
    }

    static func environment(of context: EncodingContext) -> String {
        context.cause?.environment ?? context.origin?.environment ?? standardEnvironment
    }

    static let standardEnvironment = "PRODUCTION"
    static let implementation = "WAYSTATION"

    /// The process goes on, this message begins; what else there is stands in between.
    private static func scopes(_ kind: MessageIdentity, _ context: EncodingContext) -> [Scope] {
        var process =
            context.origin?.businessProcess ?? BusinessScope(serviceName: context.origin?.messageName)
        process.instanceID =
            process.instanceID ?? (context.origin?.messageID ?? context.messageID).rawValue
        let message = BusinessScope(
            id: kind.messageName,
            instanceID: context.messageID.rawValue,
            serviceName: kind.serviceName,
            operationName: kind.operation
        )
        guard let carried = context.origin?.carried?.value else {
            return [
                Scope(type: Scope.businessProcess, scope: process),
                Scope(type: Scope.message, scope: message),
            ]
        }
        let extensions = carried.extensions.lazy.map { ExtensionFragment(text: $0) }
            .filter { $0.path == HeaderGroup.processScope }.map(\.element)
        return [Scope(type: Scope.businessProcess, scope: process, extensions: Array(extensions))]
            + carried.scopes + [Scope(type: Scope.message, scope: message)]
    }

    /// Takes over the rare parts of the message that created the order.
    ///
    /// An order that is forwarded keeps them. A reply goes back to whom the message came from: with the address
    /// for replies, and what stood with the sender stands with the target and the other way round.
    private mutating func carry(_ origin: Rare<CarriedHeader>?, definitionID: String?, asReply: Bool) {
        guard origin != nil || definitionID != nil else { return }
        var carried = origin?.value ?? CarriedHeader()
        carried.definitionID = definitionID
        carried.scopes = []
        carried.crossReference = nil
        carried.extensions.removeAll { ExtensionFragment(text: $0).path == HeaderGroup.processScope }
        if asReply {
            carried.faultNotifications = []
            carried.extensions = carried.extensions.map(Self.swappingSenderAndTarget)
            if let replyTo = carried.replyTo { target?.serviceName = replyTo }
        } else {
            carried.replyAddress = nil
        }
        carried.replyTo = nil
        if carried != CarriedHeader() { self.carried = Rare(carried) }
    }

    private static func swappingSenderAndTarget(_ text: String) -> String {
        let fragment = ExtensionFragment(text: text)
        switch fragment.path {
        case HeaderGroup.sender:
            return ExtensionFragment(element: fragment.element, in: HeaderGroup.target).text
        case HeaderGroup.target:
            return ExtensionFragment(element: fragment.element, in: HeaderGroup.sender).text
        default: return text
        }
    }
}

extension EBMHeader.Sender {
    /// This station, as its configuration describes it; no initializer, as those copy what they are given.
    fileprivate static func ours(
        _ kind: MessageIdentity,
        _ context: EncodingContext,
        _ order: EBMHeader.CrossReference
    ) -> EBMHeader.Sender {
        var sender = EBMHeader.Sender()
        sender.id = context.senderID
        sender.messageID = context.messageID.rawValue
        sender.transactionCode = kind.operation
        sender.applicationID = context.senderID
        sender.crossReference = order
        guard let details = context.senderDetails?.value else { return sender }
        sender.description = details.description
        sender.address = details.address
        sender.applicationID = details.applicationID ?? sender.applicationID
        sender.applicationVersion = details.applicationVersion
        sender.contactName = details.contactName
        sender.contactEmail = details.contactEmail
        sender.contactPhoneNumber = details.contactPhoneNumber
        return sender
    }
}

/// What a header says of the kind of its message.
struct MessageIdentity {
    /// EBMName and EBOName, with the namespace in braces.
    var messageName: String
    var objectName: String
    var verb: String
    var serviceName: String
    var operation: String
    /// Whether it goes back to where the order came from, instead of on to whoever fulfills it.
    var isReply: Bool

    private init(_ kind: MessageKind) {
        messageName = kind.messageName
        objectName = kind.objectName
        verb = kind.verb
        serviceName = kind.object.name + "EBS"
        operation = kind.rawValue
        isReply =
            switch kind {
            case .updateSalesOrder, .processFulfillmentOrderUpdate: true
            case .processSalesOrderFulfillment, .processProvisioningOrder, .processFulfillmentOrder: false
            }
    }

    private static let salesOrder = MessageIdentity(MessageKind.processSalesOrderFulfillment)
    private static let provisioningOrder = MessageIdentity(MessageKind.processProvisioningOrder)
    private static let fulfillmentOrder = MessageIdentity(MessageKind.processFulfillmentOrder)
    private static let fulfillmentOrderUpdate = MessageIdentity(MessageKind.processFulfillmentOrderUpdate)
    private static let salesOrderUpdate = MessageIdentity(MessageKind.updateSalesOrder)

    /// Put together once for each kind.
    static func of(_ kind: MessageKind) -> MessageIdentity {
        switch kind {
        case .processSalesOrderFulfillment: salesOrder
        case .processProvisioningOrder: provisioningOrder
        case .processFulfillmentOrder: fulfillmentOrder
        case .processFulfillmentOrderUpdate: fulfillmentOrderUpdate
        case .updateSalesOrder: salesOrderUpdate
        }
    }

    /// A message of `namespace` whose root is the operation's name followed by `EBM`.
    init(operation: String, verb: String, object: String, namespace: String) {
        messageName = "{\(namespace)}\(operation)EBM"
        objectName = "{\(namespace)}\(object)EBO"
        self.verb = verb
        serviceName = object + "EBS"
        self.operation = operation
        isReply = false
    }
}
