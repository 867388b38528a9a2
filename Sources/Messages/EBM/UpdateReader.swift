internal import Fulfillment
internal import Orders
internal import XML

/// Reads a ProcessFulfillmentOrderUpdate: the same layout as an order, in another meaning.
///
/// Systems repeat much of what they were asked in every update; only what an update tells is read.
struct UpdateReader {
    private let transport: TransportContext
    private let zone: ZoneRule?

    init(transport: TransportContext, zone: ZoneRule?) {
        self.transport = transport
        self.zone = zone
    }

    /// - Returns: `nil` when it names no order.
    func read(_ element: XMLElement) -> FulfillmentUpdate? {
        let values = ElementValues(
            reading: element,
            Self.order,
            object: Self.object,
            ownScheme: Self.object.orderScheme,
            zone: zone
        )
        let asking = values[.identification]
        guard let key = values[.componentIdentification] ?? asking ?? values.anyComponentIdentification else {
            return nil
        }
        let orderKey = asking ?? key
        return FulfillmentUpdate(
            orderKey: OrderKey(orderKey),
            revision: values[.revision],
            correlation: values[.correlation] ?? transport.correlationID,
            component: ComponentID(named: values[.component], orPartOf: key, ofOrder: orderKey),
            externalID: values[.externalID]
                ?? values.properties.value(
                    Self.externalID,
                    Self.alternateID,
                    Self.applicationID
                ),
            status: Self.status(values),
            milestone: values[.milestone],
            lines: values.lines.compactMap(read(line:))
        )
    }

    private func read(line element: XMLElement) -> LineUpdate? {
        let values = ElementValues(
            reading: element,
            Self.line,
            object: Self.object,
            ownScheme: Self.object.lineScheme,
            zone: zone
        )
        let id =
            values.sourceLines.first ?? values[.identification] ?? values[.componentIdentification]
            ?? values.anyComponentIdentification
        guard let id else { return nil }
        return LineUpdate(
            lineID: LineID(id),
            status: Self.status(values),
            milestone: values[.milestone],
            attributes: values.attributes + ScheduleDate.attributes(values)
        )
    }

    private static func status(_ values: ElementValues) -> ReportedStatus? {
        guard let code = values[.statusCode] ?? values.properties.value(statusCode) else { return nil }
        return ReportedStatus(
            code: code,
            reason: values[.statusReason] ?? values.properties.value(statusReason),
            description: values[.statusDescription]
        )
    }

    // MARK: What is looked for

    private static let object = BusinessObject.fulfillmentOrder
    private static let statusCode = "Status/Code"
    private static let statusReason = "Status/ReasonCode"
    private static let alternateID = "Identification/AlternateObjectKey/ID"
    private static let externalID = "\(alternateID)[\(SchemeName.fulfillmentSystem)]"
    private static let applicationID = "Identification/ApplicationObjectKey/ID"

    private static let identifications: [String: LayoutField] = [
        "Identification/BusinessComponentID": .componentIdentification,
        "Identification/ID": .identification,
    ]
    private static let reported: [String: LayoutField] = [
        "MilestoneCode": .milestone, statusCode: .statusCode, statusReason: .statusReason,
        "Status/Description": .statusDescription,
    ]

    private static let order = LayoutIndex(
        ObjectLayout.of(object).order,
        fields: identifications.merging(
            ["Identification/Revision/Number": .revision, "Correlation/COMCorrelationID": .correlation]
        ) { field, _ in field },
        properties: reported.merging(
            [externalID: .externalID, "FulfillmentComponent/ID": .component]
        ) { field, _ in field },
        kept: [applicationID]
    )
    private static let line = LayoutIndex(
        ObjectLayout.of(object).line,
        fields: identifications,
        properties: ScheduleDate.allCases.reduce(into: reported) { $0[$1.path(object)] = $1.field }
    )
}

/// Dates of a line's schedule that an update may tell; they travel as attributes of the line.
enum ScheduleDate: String, CaseIterable {
    case expectedDelivery = "ExpectedDeliveryDateTime"
    case actualDelivery = "ActualDeliveryDateTime"
    case cycleStart = "CycleStartDateTime"
    case serviceUsageStart = "ServiceUsageStartDateTime"

    private static let dataType = "DateTime"

    func path(_ object: BusinessObject) -> String { "\(object.name)Schedule/\(rawValue)" }

    /// Where it is when an update was read.
    var field: LayoutField {
        switch self {
        case .expectedDelivery: .expectedDelivery
        case .actualDelivery: .actualDelivery
        case .cycleStart: .cycleStart
        case .serviceUsageStart: .serviceUsageStart
        }
    }

    static func attributes(_ line: ElementValues) -> [LineAttribute] {
        allCases.compactMap { date in
            line[date.field].map { LineAttribute(name: date.rawValue, value: $0, dataType: dataType) }
        }
    }
}

extension OrderDraft {
    /// The order component a request or update is about: named, else part of the asked side's identification.
    func component(ofOrder orderKey: String) -> ComponentID? {
        ComponentID(
            named: properties["FulfillmentComponent/ID"],
            orPartOf: key.rawValue,
            ofOrder: orderKey
        )
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

extension ComponentID {
    fileprivate init?(named name: String?, orPartOf key: String, ofOrder orderKey: String) {
        if let name {
            self.init(name)
            return
        }
        guard key != orderKey, key.hasPrefix(orderKey + "/") else { return nil }
        self.init(String(key.dropFirst(orderKey.count + 1)))
    }
}

extension [String: String] {
    /// The value under the first of these paths that has one, with or without a list or scheme.
    func value(_ paths: String...) -> String? {
        if isEmpty { return nil }
        for path in paths {
            if let value = self[path] { return value }
        }
        for path in paths {
            if let key = keys.lazy.filter({ $0.isPath(path, withScheme: true) }).min() { return self[key] }
        }
        return nil
    }
}
