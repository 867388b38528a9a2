internal import Fulfillment
internal import Orders
internal import XML

/// Writes how an order and its lines stand: to order capture, or to the station that asked for the order.
struct ReportWriter {
    private let report: StatusReport
    /// In the words of its sender, who is told.
    private let order: Order
    private let context: EncodingContext
    private let kind: MessageKind
    private let layout: ObjectLayout
    /// Where the reported lines stand in the order.
    private let positions: [LineID: Int]

    init(_ report: StatusReport, of order: Order, context: EncodingContext) {
        self.report = report
        let order = order.worded(order.sentAs)
        self.order = order
        self.context = context
        kind = report.format == .fulfillmentOrderUpdate ? .processFulfillmentOrderUpdate : .updateSalesOrder
        layout = .of(kind.object)
        positions = Self.positions(of: report.lines, in: order.lines)
    }

    private static func positions(of reports: [LineReport], in lines: [OrderLine]) -> [LineID: Int] {
        guard reports.count != 1 else {
            let line = reports[0].line
            return lines.firstIndex { $0.id == line }.map { [line: $0] } ?? [:]
        }
        guard !reports.isEmpty else { return [:] }
        return Dictionary(
            lines.indices.lazy.map { (lines[$0].id, $0) },
            uniquingKeysWith: { first, _ in first }
        )
    }

    func write() -> [UInt8] {
        let header = EBMHeader(kind, context: context, order: EBMHeader.CrossReference(order))
        return MessageFrame.write(kind, header: header) { writer in
            // What the recipient's own identifications of the order are goes back as it came.
            var out = LayoutWriter(
                layout.order,
                properties: kind == .updateSalesOrder ? order.properties : [:],
                extensions: [],
                leavingOut: { !Self.isIdentification($0) }
            )
            if kind == .updateSalesOrder {
                putOrderForCapture(&out, &writer)
            } else {
                putOrderForAsker(&out, &writer)
            }
            let slot = layout.orderSlots.line
            out.moveTo(slot, &writer)
            for line in report.lines {
                for id in recipientLines(of: line) {
                    writer.raw(layout.order.slots[slot].startTag)
                    write(line, as: id, to: &writer)
                    writer.raw(layout.order.slots[slot].endTag)
                }
            }
            out.finish(&writer)
        }
    }

    private static func isIdentification(_ path: String) -> Bool {
        path.begins(with: "Identification/") || path.begins(with: "Processing")
            || path.begins(with: "BusinessUnitReference/")
    }

    private func putOrderForCapture(_ out: inout LayoutWriter, _ writer: inout XMLWriter) {
        let slots = layout.orderSlots
        out.put(slots.identification, order.salesOrderID ?? order.key.rawValue, to: &writer)
        out.put(slots.revision, String(report.revision ?? order.revision), to: &writer)
        out.put(slots.orderDate, order.orderDate?.text, to: &writer)
        out.put(slots.requestedDelivery, order.requestedDelivery?.text, to: &writer)
        out.put(slots.type, order.type, to: &writer)
        let priority = order.sentAs?.order["priority"] ?? String(order.priority.value)
        out.put(slots.priority, priority, to: &writer)
        out.put(slots.mode, order.mode.rawValue, to: &writer)
        putStatus(&out, &writer)
        out.put(
            slots.accountID,
            order.accountID,
            scheme: SchemeName.account,
            agency: AgencyName.common,
            to: &writer
        )
        out.put(slots.accountName, order.accountName, to: &writer)
        out.put(slots.correlation, report.correlation ?? order.correlation, to: &writer)
    }

    private func putOrderForAsker(_ out: inout LayoutWriter, _ writer: inout XMLWriter) {
        let slots = layout.orderSlots
        let number = order.salesOrderID ?? order.key.rawValue
        if order.key.rawValue != number {
            out.put(
                slots.componentIdentification,
                order.key.rawValue,
                scheme: BusinessObject.fulfillmentOrder.orderScheme,
                agency: AgencyName.common,
                to: &writer
            )
        }
        out.put(
            slots.identification,
            number,
            scheme: SchemeName.salesOrder,
            agency: context.targetID,
            to: &writer
        )
        out.put(
            slots.externalIdentification,
            order.key.rawValue,
            scheme: SchemeName.fulfillmentSystem,
            agency: context.senderID,
            to: &writer
        )
        out.put(slots.revision, String(report.revision ?? order.revision), to: &writer)
        putStatus(&out, &writer)
        out.put(slots.correlation, report.correlation ?? order.correlation, to: &writer)
    }

    private func putStatus(_ out: inout LayoutWriter, _ writer: inout XMLWriter) {
        out.put(layout.orderSlots.statusCode, report.code ?? report.root.code, to: &writer)
        out.put(layout.orderSlots.statusReason, report.reason, to: &writer)
        out.put(
            layout.orderSlots.statusDescription,
            report.description ?? report.status.rawValue,
            to: &writer
        )
    }

    /// The station that asked knows its own lines, of which ours may stand for several.
    private func recipientLines(of line: LineReport) -> [LineID] {
        guard kind == .processFulfillmentOrderUpdate, let position = positions[line.line],
            !order.lines[position].sourceLines.isEmpty
        else { return [line.line] }
        return order.lines[position].sourceLines
    }

    private func write(_ line: LineReport, as id: LineID, to writer: inout XMLWriter) {
        let slots = layout.lineSlots
        // Field by field: a whole line is some twenty references to count.
        let position = positions[line.line]
        var out = LayoutWriter(layout.line, properties: [:], extensions: [])
        if kind == .processFulfillmentOrderUpdate {
            out.put(
                slots.identification,
                id.rawValue,
                scheme: SchemeName.salesOrderLine,
                agency: context.targetID,
                to: &writer
            )
        } else {
            out.put(slots.identification, id.rawValue, to: &writer)
        }
        out.put(slots.quantity, position.flatMap { order.lines[$0].quantity }, to: &writer)
        if let action = order.sentAs?[line.line]["action"] {
            out.put(slots.action, action, to: &writer)
        } else {
            let action = position.map { order.lines[$0].action }
            out.put(slots.action, action?.baseCode, to: &writer)
            out.put(slots.subAction, action?.subActionCode, to: &writer)
        }
        out.put(slots.milestone, line.milestone?.rawValue, to: &writer)
        out.put(slots.permissibility, line.permissibility?.rawValue, to: &writer)
        out.put(slots.statusCode, line.code ?? line.root.code, to: &writer)
        out.put(slots.statusDescription, line.state.rawValue, to: &writer)
        out.put(slots.itemName, position.flatMap { order.lines[$0].name }, to: &writer)
        out.put(slots.itemType, position.flatMap { order.lines[$0].type }, to: &writer)
        let productClass = position.flatMap { order.lines[$0].productClass }
        LineData.write(line.attributes, slots, &out, primaryClassification: productClass, to: &writer)
        out.finish(&writer)
    }
}

/// The values a line's update carries: rows, and dates of the schedule.
enum LineData {
    static func write(
        _ attributes: [LineAttribute],
        _ slots: LineSlots,
        _ out: inout LayoutWriter,
        primaryClassification: String?,
        to writer: inout XMLWriter
    ) {
        let dates = attributes.filter { ScheduleDate(rawValue: $0.name) != nil }
        let rows = dates.isEmpty ? attributes : attributes.filter { ScheduleDate(rawValue: $0.name) == nil }
        if !rows.isEmpty {
            out.moveTo(slots.itemSpecifications, &writer)
            SpecificationGroup.write(ElementValues.attributesGroup, rows, to: &writer)
        }
        out.put(slots.itemPrimaryClassification, primaryClassification, to: &writer)
        guard !dates.isEmpty else { return }
        for (date, slot) in slots.dates {
            out.put(slot, dates.last { $0.name == date.rawValue }?.value, to: &writer)
        }
    }
}
