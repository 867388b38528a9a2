internal import Fulfillment
internal import Orders
internal import XML

/// Writes a message that asks something of an order.
struct OperationWriter {
    let operation: OrderOperation
    let orderKey: OrderKey
    let context: EncodingContext

    static let identity = MessageIdentity(
        operation: "ProcessOrderOperation",
        verb: "Process",
        object: "OrderOperation",
        namespace: Namespace.orderOperation
    )

    func write() -> [UInt8] {
        let keys = EBMHeader.CrossReference(componentID: orderKey.rawValue, number: orderKey.rawValue)
        return MessageFrame.write(
            Self.identity,
            of: Namespace.orderOperation,
            prefix: "orderop",
            order: keys,
            context: context
        ) { writeContent(&$0) }
    }

    private func writeContent(_ writer: inout XMLWriter) {
        writer.open("corecom:Identification")
        writer.identifier("corecom:ID", orderKey.rawValue, scheme: SchemeName.salesOrder)
        writer.close()
        writer.element("orderop:OperationCode", operation.action.rawValue)
        writer.element("orderop:ComponentID", ifPresent: operation.component?.rawValue)
        writer.element("orderop:IncidentID", ifPresent: operation.incident.map { String($0) })
        writer.element("orderop:Value", ifPresent: operation.value)
        writer.element("orderop:LineID", ifPresent: operation.line?.rawValue)
        writer.element("orderop:BaseOrderID", ifPresent: operation.base?.rawValue)
        writer.element("orderop:OperatorID", operation.by)
        writer.element("orderop:Reason", ifPresent: operation.reason)
        for fix in operation.fixes {
            writer.open("orderop:DataFix")
            writer.element("orderop:LineID", ifPresent: fix.line?.rawValue)
            writer.element("orderop:Name", fix.name)
            writer.element("orderop:Value", fix.value)
            writer.close()
        }
    }
}
