internal import Orders
internal import XML

/// What is around the content of every message: root, header, DataArea, verb.
enum MessageFrame {
    /// Room for a usual message.
    private static let capacityBytes = 8 * 1024

    static func write(
        _ kind: MessageKind,
        header: EBMHeader,
        _ content: (inout XMLWriter) -> Void
    ) -> [UInt8] {
        var writer = XMLWriter(reservingBytes: capacityBytes)
        writer.declaration()
        open(kind, &writer)
        header.write(to: &writer)
        switch kind.object {
        case .salesOrder: writer.open("sordebo:DataArea")
        case .provisioningOrder: writer.open("provord:DataArea")
        case .fulfillmentOrder: writer.open("ford:DataArea")
        }
        switch kind {
        case .updateSalesOrder: writer.open("corecom:Update")
        case .processSalesOrderFulfillment, .processProvisioningOrder, .processFulfillmentOrder,
            .processFulfillmentOrderUpdate:
            writer.open("corecom:Process")
        }
        writer.close()
        switch kind {
        case .processSalesOrderFulfillment: writer.open("sordebo:ProcessSalesOrderFulfillment")
        case .updateSalesOrder: writer.open("sordebo:UpdateSalesOrder")
        case .processProvisioningOrder: writer.open("provord:ProcessProvisioningOrder")
        case .processFulfillmentOrder: writer.open("ford:ProcessFulfillmentOrder")
        case .processFulfillmentOrderUpdate: writer.open("ford:ProcessFulfillmentOrderUpdate")
        }
        content(&writer)
        writer.close()
        writer.close()
        writer.close()
        return writer.finish()
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

    private static func open(_ kind: MessageKind, _ writer: inout XMLWriter) {
        switch kind {
        case .processSalesOrderFulfillment: writer.open("sordebo:ProcessSalesOrderFulfillmentEBM")
        case .updateSalesOrder: writer.open("sordebo:UpdateSalesOrderEBM")
        case .processProvisioningOrder: writer.open("provord:ProcessProvisioningOrderEBM")
        case .processFulfillmentOrder: writer.open("ford:ProcessFulfillmentOrderEBM")
        case .processFulfillmentOrderUpdate: writer.open("ford:ProcessFulfillmentOrderUpdateEBM")
        }
        writer.namespace(prefix: "corecom", uri: Namespace.common)
        writer.namespace(prefix: kind.object.prefix, uri: kind.object.namespace)
    }
}
