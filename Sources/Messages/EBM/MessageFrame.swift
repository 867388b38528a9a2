internal import Orders
internal import XML

/// What is around the content of every message: root, header, DataArea, verb.
enum MessageFrame {
    /// Room for a usual message.
    private static let capacityBytes = 8 * 1024

    /// `told` is what earlier messages said of the order, so that it is not worked out anew.
    static func write(
        _ kind: MessageKind,
        context: EncodingContext,
        order keys: EBMHeader.CrossReference,
        told: WrittenParts? = nil,
        _ content: (inout XMLWriter) -> Void
    ) -> [UInt8] {
        let tags = FrameTags.of(kind)
        var writer = XMLWriter(reservingBytes: capacityBytes)
        writer.raw(tags.beforeHeader)
        writeHeader(kind, context: context, order: keys, told, to: &writer)
        writer.raw(tags.beforeContent)
        content(&writer)
        writer.raw(tags.afterContent)
        return writer.finish()
    }

    private static func writeHeader(
        _ kind: MessageKind,
        context: EncodingContext,
        order keys: EBMHeader.CrossReference,
        _ told: WrittenParts?,
        to writer: inout XMLWriter
    ) {
        guard let told, let setting = HeaderText.Setting(kind, context: context, order: keys) else {
            EBMHeader(kind, context: context, order: keys).write(to: &writer)
            return
        }
        if let header = told.header(setting) { return header.write(HeaderStamp(context), to: &writer) }
        let gaps = EBMHeader(kind, context: context, order: keys).write(to: &writer)
        told.keep(HeaderText(gaps, in: writer), setting)
    }

    /// The same around what is no order, and rare; its elements have `prefix`.
    static func write(
        _ identity: MessageIdentity,
        of namespace: String,
        prefix: String,
        order keys: EBMHeader.CrossReference,
        context: EncodingContext,
        _ content: (inout XMLWriter) -> Void
    ) -> [UInt8] {
        var writer = XMLWriter(reservingBytes: capacityBytes)
        writer.declaration()
        writer.open(wellFormed: "\(prefix):\(identity.operation)EBM")
        writer.namespace(prefix: "corecom", uri: Namespace.common)
        writer.namespace(prefix: prefix, uri: namespace)
        EBMHeader(identity, context: context, order: keys).write(to: &writer)
        writer.open(wellFormed: "\(prefix):DataArea")
        writer.open(wellFormed: "corecom:\(identity.verb)")
        writer.close()
        writer.open(wellFormed: "\(prefix):\(identity.operation)")
        content(&writer)
        writer.close()
        writer.close()
        writer.close()
        return writer.finish()
    }
}

/// The tags around header and content, which are the same for all messages of a kind.
private struct FrameTags {
    let beforeHeader: String
    let beforeContent: String
    let afterContent: String

    private init(_ kind: MessageKind) {
        let prefix = kind.object.prefix
        beforeHeader = """
            <?xml version="1.0" encoding="UTF-8"?>
            <\(prefix):\(kind.rootName) xmlns:corecom="\(Namespace.common)" \
            xmlns:\(prefix)="\(kind.object.namespace)">
            """
        beforeContent = "<\(prefix):DataArea><corecom:\(kind.verb)/><\(prefix):\(kind.rawValue)>"
        afterContent = "</\(prefix):\(kind.rawValue)></\(prefix):DataArea></\(prefix):\(kind.rootName)>"
    }

    private static let salesOrder = FrameTags(.processSalesOrderFulfillment)
    private static let provisioningOrder = FrameTags(.processProvisioningOrder)
    private static let fulfillmentOrder = FrameTags(.processFulfillmentOrder)
    private static let fulfillmentOrderUpdate = FrameTags(.processFulfillmentOrderUpdate)
    private static let salesOrderUpdate = FrameTags(.updateSalesOrder)

    /// Put together once for each kind.
    static func of(_ kind: MessageKind) -> FrameTags {
        switch kind {
        case .processSalesOrderFulfillment: salesOrder
        case .processProvisioningOrder: provisioningOrder
        case .processFulfillmentOrder: fulfillmentOrder
        case .processFulfillmentOrderUpdate: fulfillmentOrderUpdate
        case .updateSalesOrder: salesOrderUpdate
        }
    }
}
