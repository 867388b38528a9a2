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
    /// The lines that are reported, as the order has them.
    private let lines: [OrderLine?]
    private let told: WrittenParts?

    init(_ report: StatusReport, of order: Order, context: EncodingContext, told: WrittenParts? = nil) {
        self.told = told
        self.report = report
        let order = order.worded(order.sentAs)
        self.order = order
        self.context = context
        kind = report.format == .fulfillmentOrderUpdate ? .processFulfillmentOrderUpdate : .updateSalesOrder
        layout = .of(kind.object)
        if let told, WrittenParts.findsLines(report.lines.count, of: order) {
            lines = report.lines.map { told.position(of: $0.line, in: order).map { order.lines[$0] } }
        } else {
            lines = Self.lines(of: report.lines, in: order.lines)
        }
    }

    /// The order's line for each report; both usually have the same sequence.
    private static func lines(of reports: [LineReport], in lines: [OrderLine]) -> [OrderLine?] {
        var found: [OrderLine?] = []
        found.reserveCapacity(reports.count)
        var next = 0
        for report in reports {
            guard let position = lines[next...].firstIndex(where: { $0.id == report.line }) else {
                let all = Dictionary(lines.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
                return reports.map { all[$0.line] }
            }
            found.append(lines[position])
            next = position + 1
        }
        return found
    }

    func write() -> [UInt8] {
        let keys = EBMHeader.CrossReference(order)
        return MessageFrame.write(kind, context: context, order: keys, told: told) { writer in
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
            for (news, line) in zip(report.lines, lines) {
                for id in recipientLines(of: news, line) {
                    writer.raw(layout.order.slots[slot].startTag)
                    write(news, of: line, as: id, to: &writer)
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
    private func recipientLines(of news: LineReport, _ line: OrderLine?) -> [LineID] {
        guard kind == .processFulfillmentOrderUpdate, let line, !line.sourceLines.isEmpty else {
            return [news.line]
        }
        return line.sourceLines
    }

    private func write(_ news: LineReport, of line: OrderLine?, as id: LineID, to writer: inout XMLWriter) {
        let slots = layout.lineSlots
        var out = LayoutWriter(layout.line)
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
        out.put(slots.quantity, line?.quantity, to: &writer)
        if let action = order.sentAs?[news.line]["action"] {
            out.put(slots.action, action, to: &writer)
        } else {
            out.put(slots.action, line?.action.baseCode, to: &writer)
            out.put(slots.subAction, line?.action.subActionCode, to: &writer)
        }
        out.put(slots.milestone, news.milestone?.rawValue, to: &writer)
        out.put(slots.permissibility, news.permissibility?.rawValue, to: &writer)
        out.put(slots.statusCode, news.code ?? news.root.code, to: &writer)
        out.put(slots.statusDescription, news.state.rawValue, to: &writer)
        out.put(slots.itemName, line?.name, to: &writer)
        out.put(slots.itemType, line?.type, to: &writer)
        LineData.write(
            news.attributes,
            slots,
            &out,
            primaryClassification: line?.productClass,
            to: &writer
        )
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
        guard !attributes.isEmpty else {
            out.put(slots.itemPrimaryClassification, primaryClassification, to: &writer)
            return
        }
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
