internal import Fulfillment
internal import Orders
internal import XML

/// Reads a ProcessFulfillmentOrderUpdate: the same layout as an order, in another meaning.
struct UpdateReader {
    private let reader: OrderReader

    init(transport: TransportContext, zone: ZoneRule?) {
        reader = OrderReader(.fulfillmentOrder, transport: transport, zone: zone)
    }

    /// - Returns: `nil` when it names no order.
    func read(_ element: XMLElement) -> FulfillmentUpdate? {
        guard let draft = reader.read(element) else { return nil }
        let orderKey = draft.salesOrderID ?? draft.key.rawValue
        return FulfillmentUpdate(
            orderKey: OrderKey(orderKey),
            revision: draft.revision,
            correlation: draft.correlation,
            component: draft.component(ofOrder: orderKey),
            externalID: draft.properties.value(
                "Identification/AlternateObjectKey/ID[\(SchemeName.fulfillmentSystem)]",
                "Identification/AlternateObjectKey/ID",
                "Identification/ApplicationObjectKey/ID"
            ),
            status: Self.status(draft.properties),
            milestone: draft.properties["MilestoneCode"],
            lines: draft.lines.compactMap(Self.line)
        )
    }

    private static func line(_ line: LineDraft) -> LineUpdate? {
        guard let id = line.sourceLines.first ?? line.id else { return nil }
        return LineUpdate(
            lineID: LineID(id),
            status: status(line.properties),
            milestone: line.properties["MilestoneCode"],
            attributes: line.attributes + ScheduleDate.attributes(of: line)
        )
    }

    private static func status(_ properties: [String: String]) -> ReportedStatus? {
        guard let code = properties.value("Status/Code") else { return nil }
        return ReportedStatus(
            code: code,
            reason: properties.value("Status/ReasonCode"),
            description: properties["Status/Description"]
        )
    }
}

/// Dates of a line's schedule that an update may tell; they travel as attributes of the line.
enum ScheduleDate: String, CaseIterable {
    case expectedDelivery = "ExpectedDeliveryDateTime"
    case actualDelivery = "ActualDeliveryDateTime"
    case cycleStart = "CycleStartDateTime"
    case serviceUsageStart = "ServiceUsageStartDateTime"

    private static let dataType = "DateTime"

    func path(_ object: BusinessObject) -> String { "\(object.name)Schedule/\(rawValue)" }

    private static let updatePaths = allCases.map { (date: $0, path: $0.path(.fulfillmentOrder)) }

    static func attributes(of line: LineDraft) -> [LineAttribute] {
        if line.properties.isEmpty { return [] }
        return updatePaths.compactMap { date, path in
            line.properties[path].map {
                LineAttribute(name: date.rawValue, value: $0, dataType: dataType)
            }
        }
    }
}

extension OrderDraft {
    /// The order component a request or update is about: named, else part of the asked side's identification.
    func component(ofOrder orderKey: String) -> ComponentID? {
        if let id = properties["FulfillmentComponent/ID"] { return ComponentID(id) }
        guard key.rawValue != orderKey, key.rawValue.hasPrefix(orderKey + "/") else { return nil }
        return ComponentID(String(key.rawValue.dropFirst(orderKey.count + 1)))
    }

    /// The function that is asked for, when the message names it.
    var requestedFunction: FunctionName? {
        properties["FulfillmentComponent/FunctionCode"].map { FunctionName($0) }
    }

    /// Who does not know execution modes cancels by the type of the order.
    var requestedExecution: ExecutionMode {
        if let code = properties["FulfillmentComponent/ExecutionModeCode"],
            let execution = ExecutionMode(rawValue: code.lowercased())
        {
            return execution
        }
        return type.map(ExternalStatus.normalized) == RequestWriter.cancelType ? .undo : .perform
    }
}

extension [String: String] {
    /// The value under the first of these paths that has one, with or without a list or scheme.
    func value(_ paths: String...) -> String? {
        for path in paths {
            if let value = self[path] { return value }
        }
        for path in paths {
            if let key = keys.lazy.filter({ $0.isPath(path, withScheme: true) }).min() { return self[key] }
        }
        return nil
    }
}
