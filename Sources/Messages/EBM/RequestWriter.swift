internal import Fulfillment
internal import Orders
internal import XML

/// Writes an order component as an order of its own, for whoever fulfills it.
struct RequestWriter {
    private let request: ComponentRequest
    /// In the words of the asked side.
    private let order: Order
    private let context: EncodingContext
    private let kind: MessageKind
    private let layout: ObjectLayout
    private let lines: Set<LineID>
    private let told: WrittenParts?

    init(_ request: ComponentRequest, of order: Order, context: EncodingContext, told: WrittenParts? = nil) {
        self.told = told
        self.request = request
        var order = order
        Self.putBack(request.formerLines, in: &order, told)
        if let account = request.formerAccount {
            order.accountID = account.id
            order.accountName = account.name
        }
        self.order = order.worded(request.wording)
        self.context = context
        kind = MessageKind(request.format)
        layout = .of(kind.object)
        lines = Set(request.lines)
    }

    /// Lines as the asked side knows them, in the place of those that the order has now.
    private static func putBack(_ former: [OrderLine], in order: inout Order, _ told: WrittenParts?) {
        guard !former.isEmpty else { return }
        if let told, WrittenParts.findsLines(former.count, of: order) {
            for line in former {
                if let position = told.position(of: line.id, in: order) { order.lines[position] = line }
            }
            return
        }
        let lines = Dictionary(former.map { ($0.id, $0) }, uniquingKeysWith: { _, last in last })
        for position in order.lines.indices {
            if let line = lines[order.lines[position].id] { order.lines[position] = line }
        }
    }

    func write() -> [UInt8] {
        let keys = EBMHeader.CrossReference(order)
        return MessageFrame.write(kind, context: context, order: keys, told: told) { writeOrder(to: &$0) }
    }

    /// What is said of the component instead: how the order came in here does not concern the asked side.
    private static func isOwn(_ path: String) -> Bool {
        path.isWithin(group: "Status") || path.isWithin(group: "FulfillmentComponent")
            || path.isWithin(group: "ParentProvisioningOrderReference") || path.isWithin(group: "Correlation")
            || path.isWithin(group: "MilestoneCode")
    }

    /// The type of an order that takes back what was asked for under its key.
    static let cancelType = "CANCEL"

    private func writeOrder(to writer: inout XMLWriter) {
        let slots = layout.orderSlots
        // Whoever's scheme the asked side refers back to: ours.
        let agency = context.senderID
        var out = LayoutWriter(
            layout.order,
            properties: order.properties,
            extensions: order.extensions,
            leavingOut: Self.isOwn
        )
        out.put(
            slots.componentIdentification,
            "\(order.key)/\(request.component)",
            scheme: kind.object.orderScheme,
            agency: AgencyName.common,
            to: &writer
        )
        out.put(
            slots.identification,
            order.key.rawValue,
            scheme: SchemeName.salesOrder,
            agency: agency,
            to: &writer
        )
        out.put(
            slots.externalIdentification,
            request.externalID,
            scheme: SchemeName.fulfillmentSystem,
            agency: request.targetID,
            to: &writer
        )
        out.put(slots.revision, String(request.revision ?? order.revision), to: &writer)
        out.put(slots.orderDate, order.orderDate?.text, to: &writer)
        out.put(slots.requestedDelivery, order.requestedDelivery?.text, to: &writer)
        out.put(slots.source, order.source, to: &writer)
        out.put(slots.type, request.execution == .undo ? Self.cancelType : order.type, to: &writer)
        let priority = request.wording?.order["priority"] ?? String(order.priority.value)
        out.put(slots.priority, priority, to: &writer)
        out.put(slots.mode, request.mode.rawValue, to: &writer)
        out.put(slots.statusCode, StateTree.Root.inProgress.code, to: &writer)
        out.put(
            slots.accountID,
            order.accountID,
            scheme: SchemeName.account,
            agency: AgencyName.common,
            to: &writer
        )
        out.put(slots.accountName, order.accountName, to: &writer)
        out.put(
            slots.parentProvisioningOrder,
            order.key.rawValue,
            scheme: SchemeName.salesOrder,
            agency: agency,
            to: &writer
        )
        if order.properties[OrderPath.salesOrder] == nil {
            out.put(slots.salesOrder, order.salesOrderID ?? order.key.rawValue, to: &writer)
        }
        out.put(slots.correlation, request.correlation, to: &writer)
        out.put(slots.componentID, request.component.rawValue, to: &writer)
        out.put(slots.componentFunction, request.function.rawValue, to: &writer)
        out.put(slots.componentSystem, request.system.rawValue, to: &writer)
        if request.execution != .perform {
            out.put(slots.componentExecution, request.execution.rawValue, to: &writer)
        }
        out.putRows(in: slots.specificationGroups, sourceLines: [], to: &writer)
        for position in positions {
            out.moveTo(slots.line, &writer)
            write(order.lines[position], at: position, to: &writer)
        }
        out.finish(&writer)
    }

    /// Where the component's lines stand in the order.
    private var positions: [Int] {
        if let told, WrittenParts.findsLines(lines.count, of: order) {
            return lines.compactMap { told.position(of: $0, in: order) }.sorted()
        }
        let all = order.lines
        return all.indices.filter { lines.contains(all[$0].id) }
    }

    /// A line as an earlier request told it, else anew.
    private func write(_ line: OrderLine, at position: Int, to writer: inout XMLWriter) {
        guard let told, let setting = setting(of: line) else { return writeElement(line, to: &writer) }
        if let bytes = told.bytes(of: line, at: position, setting) { return writer.raw(bytes) }
        let start = writer.beginFragment()
        writeElement(line, to: &writer)
        told.keep(writer.fragment(from: start), of: line, at: position, setting)
    }

    /// `nil` for a line that is told in words for this request alone.
    private func setting(of line: OrderLine) -> WrittenParts.Setting? {
        guard request.wording?[line.id].isEmpty ?? true else { return nil }
        let parents = line.parents
        let travelling = parents.count { lines.contains($0) }
        guard travelling == 0 || travelling == parents.count else { return nil }
        return WrittenParts.Setting(
            object: kind.object,
            senderID: context.senderID,
            haveParents: travelling > 0
        )
    }

    private func writeElement(_ line: OrderLine, to writer: inout XMLWriter) {
        let slot = layout.order.slots[layout.orderSlots.line]
        writer.raw(slot.startTag)
        write(line, to: &writer)
        writer.raw(slot.endTag)
    }

    private static func isOwnOfLine(_ path: String) -> Bool {
        path.isWithin(group: "Status")
    }

    private func write(_ line: OrderLine, to writer: inout XMLWriter) {
        let slots = layout.lineSlots
        var out = LayoutWriter(
            layout.line,
            properties: line.properties,
            extensions: line.extensions,
            leavingOut: Self.isOwnOfLine
        )
        out.put(
            slots.componentIdentification,
            line.id.rawValue,
            scheme: kind.object.lineScheme,
            agency: AgencyName.common,
            to: &writer
        )
        out.put(
            slots.identification,
            line.id.rawValue,
            scheme: SchemeName.salesOrderLine,
            agency: context.senderID,
            to: &writer
        )
        // A parent that does not travel along would be unknown there.
        for parent in line.parents where lines.contains(parent) {
            out.moveTo(slots.parent, &writer)
            writer.raw(layout.line.slots[slots.parent].startTag)
            writer.element("corecom:ID", parent.rawValue)
            writer.raw(layout.line.slots[slots.parent].endTag)
        }
        out.put(slots.quantity, line.quantity, to: &writer)
        let action = request.wording?[line.id]["action"] ?? line.action.rawValue
        out.put(slots.action, action, to: &writer)
        out.put(slots.statusCode, StateTree.Root.inProgress.code, to: &writer)
        if line.properties[OrderPath.salesOrderLine] == nil {
            out.put(
                slots.salesOrderLine,
                (line.sourceLines.first ?? line.id).rawValue,
                to: &writer
            )
        }
        out.put(slots.itemName, line.name, to: &writer)
        out.put(
            slots.itemClassification,
            line.productClass,
            scheme: ElementValues.fulfillmentItemList,
            to: &writer
        )
        out.put(slots.itemType, line.type, to: &writer)
        if !line.attributes.isEmpty {
            out.moveTo(slots.itemSpecifications, &writer)
            SpecificationGroup.write(ElementValues.attributesGroup, line.attributes, to: &writer)
        }
        if line.properties[OrderReader.primaryCodePath] == nil {
            out.put(slots.itemPrimaryClassification, line.productClass, to: &writer)
        }
        out.put(slots.requestedDelivery, line.requestedDelivery?.text, to: &writer)
        out.putRows(in: slots.specificationGroups, sourceLines: [line.id], to: &writer)
        out.finish(&writer)
    }
}

extension MessageKind {
    /// The message that asks in that format.
    init(_ format: RequestFormat) {
        switch format {
        case .provisioningOrder: self = .processProvisioningOrder
        case .fulfillmentOrder: self = .processFulfillmentOrder
        }
    }
}

extension EBMHeader.CrossReference {
    /// The keys of an order.
    init(_ order: Order) {
        self.init(
            componentID: order.properties.value("Identification/BusinessComponentID") ?? order.key.rawValue,
            number: order.salesOrderID ?? order.key.rawValue,
            revision: String(order.revision)
        )
    }
}

/// The identification schemes that are written.
enum SchemeName {
    static let salesOrder = "SALESORDER_ID"
    static let salesOrderNumber = "SALESORDER_NUMBER"
    static let salesOrderRevision = "SALESORDER_REVISION"
    static let salesOrderLine = "SALESORDER_LINEID"
    static let account = "CUSTOMERPARTY_ACCOUNTID"
    static let accountName = "CUSTOMERPARTY_ACCOUNTNAME"
    /// A system's own identification of the work.
    static let fulfillmentSystem = "FULFILLMENTSYSTEM_ID"
}

/// Whose schemes identifications are of.
enum AgencyName {
    static let common = "COMMON"
}

/// Rows of names and values.
enum SpecificationGroup {
    /// Writes a group of attributes.
    static func write(_ name: String, _ attributes: [LineAttribute], to writer: inout XMLWriter) {
        writer.open("corecom:SpecificationGroup")
        writer.element("corecom:Name", name)
        for attribute in attributes {
            writer.open("corecom:Specification")
            writer.element("corecom:ServiceActionCode", ifPresent: attribute.action)
            writer.element("corecom:Name", attribute.name)
            writer.element("corecom:DataTypeCode", ifPresent: attribute.dataType)
            if !attribute.value.isEmpty { writer.element("corecom:Value", attribute.value) }
            writer.close()
        }
        writer.close()
    }

    /// Writes a row without data type and action.
    static func writeRow(_ name: String, _ value: String, to writer: inout XMLWriter) {
        writer.open("corecom:Specification")
        writer.element("corecom:Name", name)
        writer.element("corecom:Value", value)
        writer.close()
    }
}

extension LayoutWriter {
    /// Writes what has no element of its own, and the lines of the asking order that this one stands for.
    mutating func putRows(in slot: Int, sourceLines: [LineID], to writer: inout XMLWriter) {
        moveTo(slot, &writer)
        guard !rows.isEmpty || !sourceLines.isEmpty else { return }
        writer.raw(startTag(of: slot))
        if !sourceLines.isEmpty {
            writer.open("corecom:SpecificationGroup")
            for line in sourceLines {
                SpecificationGroup.writeRow(ElementValues.parentSalesOrderLine, line.rawValue, to: &writer)
            }
            writer.close()
        }
        if !rows.isEmpty {
            writer.open("corecom:SpecificationGroup")
            writer.element("corecom:Name", ElementValues.propertiesGroup)
            for row in rows { SpecificationGroup.writeRow(row.name, row.value, to: &writer) }
            writer.close()
        }
        writer.raw(endTag(of: slot))
    }
}
