internal import Orders
internal import XML

/// What differs between the headers of all messages of one kind about one order.
struct HeaderStamp {
    var messageID: String?
    /// When it is sent.
    var moment: String?
    var requestMessageID: String?
    var target: EBMHeader.Target?
    var hop: MessageHop?

    /// Fields are taken one by one: a whole context is some thirty references to count.
    init(_ context: EncodingContext) {
        messageID = context.messageID.rawValue
        moment = context.now.text
        requestMessageID = (context.cause?.messageID ?? context.origin?.messageID)?.rawValue
        target = EBMHeader.Target(
            id: context.targetID,
            applicationType: context.targetDetails?.value.applicationType,
            serviceName: context.targetDetails?.value.serviceName
        )
        hop = context.cause == nil ? context.origin?.hop : context.cause?.hop
    }

    init(_ header: EBMHeader) {
        messageID = header.messageID
        moment = header.creationDateTime
        requestMessageID = header.requestMessageID
        target = header.target
        hop = header.hop
    }
}

/// Where in a header something stands that differs from message to message.
enum HeaderGap {
    case messageID
    case moment
    case requestMessageID
    case senderMessageID
    case target
    case messageScope
    case activity

    func write(_ stamp: HeaderStamp, to writer: inout XMLWriter) {
        switch self {
        case .messageID: writer.element("corecom:EBMID", ifPresent: stamp.messageID)
        case .moment: writer.element("corecom:CreationDateTime", ifPresent: stamp.moment)
        case .requestMessageID: writer.element("corecom:RequestEBMID", ifPresent: stamp.requestMessageID)
        case .senderMessageID: writer.element("corecom:SenderMessageID", ifPresent: stamp.messageID)
        case .target:
            writer.element("corecom:ID", ifPresent: stamp.target?.id)
            writer.element("corecom:ApplicationTypeCode", ifPresent: stamp.target?.applicationType)
            writer.element("corecom:ServiceName", ifPresent: stamp.target?.serviceName)
        case .messageScope: writer.element("corecom:InstanceID", ifPresent: stamp.messageID)
        case .activity:
            writer.element("corecom:ActivityDateTime", ifPresent: stamp.moment)
            stamp.hop?.write(to: &writer)
        }
    }
}
