internal import Orders
internal import XML

/// Writes what a fulfillment system reports about the work it was asked for.
struct SystemReplyWriter {
    let reply: SystemReply
    let context: EncodingContext

    func write() -> [UInt8] {
        let kind = MessageKind.processFulfillmentOrderUpdate
        let layout = ObjectLayout.of(kind.object)
        let slots = layout.orderSlots
        let keys = EBMHeader.CrossReference(
            componentID: reply.orderKey.rawValue,
            number: reply.orderKey.rawValue
        )
        return MessageFrame.write(kind, context: context, order: keys) { writer in
            var out = LayoutWriter(layout.order)
            out.put(
                slots.identification,
                reply.orderKey.rawValue,
                scheme: SchemeName.salesOrder,
                agency: context.targetID,
                to: &writer
            )
            out.put(
                slots.externalIdentification,
                reply.externalID,
                scheme: SchemeName.fulfillmentSystem,
                agency: context.senderID,
                to: &writer
            )
            out.put(slots.milestone, reply.milestone, to: &writer)
            out.put(slots.statusCode, reply.status, to: &writer)
            out.put(slots.statusReason, reply.reason, to: &writer)
            out.put(slots.statusDescription, reply.description, to: &writer)
            out.put(slots.correlation, reply.correlation, to: &writer)
            out.put(slots.componentID, reply.component?.rawValue, to: &writer)
            out.moveTo(slots.line, &writer)
            for line in reply.lines {
                writer.raw(layout.order.slots[slots.line].startTag)
                write(line, layout, to: &writer)
                writer.raw(layout.order.slots[slots.line].endTag)
            }
            out.finish(&writer)
        }
    }

    private func write(_ line: SystemReply.Line, _ layout: ObjectLayout, to writer: inout XMLWriter) {
        let slots = layout.lineSlots
        var out = LayoutWriter(layout.line)
        out.put(
            slots.identification,
            line.lineID.rawValue,
            scheme: SchemeName.salesOrderLine,
            agency: context.targetID,
            to: &writer
        )
        out.put(slots.milestone, line.milestone, to: &writer)
        out.put(slots.statusCode, line.status, to: &writer)
        out.put(slots.statusReason, line.reason, to: &writer)
        out.put(slots.statusDescription, line.description, to: &writer)
        LineData.write(line.attributes, slots, &out, primaryClassification: nil, to: &writer)
        out.finish(&writer)
    }
}
