/// What stands where in an order or a line: read by it in any order, written by it in this one.
///
/// A value is found later under its path of local names, such as `ServiceAddress/CityName`. A scheme or list is part of
/// the path (`ItemReference/ClassificationCode[FulfillmentItemCode]`), so is a repetition (`ServiceAddress#2/CityName`),
/// and so is any other attribute (`OrderQuantity/@unitCode`).
struct LayoutElement: Sendable {
    enum Space: Sendable {
        /// The namespace of everything shared.
        case common
        /// The namespace of the business object.
        case object
    }

    indirect enum Content: Sendable {
        case value(LayoutField?)
        case group([LayoutElement])
        case special(LayoutSpecial)
    }

    var name: String
    var space: Space
    var content: Content
}

/// The values that have a place of their own in a draft.
enum LayoutField: Int, Sendable, CaseIterable {
    case componentIdentification
    case identification
    case revision
    case orderDate
    case requestedDelivery
    case source
    case type
    case priority
    case mode
    case accountID
    case accountName
    case correlation
    case quantity
    case action
    case subAction
    case itemName
    case itemType
    case classification
    case primaryClassification
    // What is looked for in updates; in orders these are properties.
    case externalID
    case component
    case milestone
    case statusCode
    case statusReason
    case statusDescription
    case expectedDelivery
    case actualDelivery
    case cycleStart
    case serviceUsageStart
}

/// Elements that are read by code of their own.
enum LayoutSpecial: Sendable {
    case line
    case parentLine
    /// Rows of names and values: attributes, properties, or the lines this one stands for.
    case specificationGroup
    /// Holds specification groups.
    case specificationGroups
    /// Holds elements that nobody here knows.
    case custom
}

extension LayoutElement {
    /// An order of that kind.
    static func order(_ object: BusinessObject) -> [LayoutElement] {
        [
            common("Identification", identification(own: true) + [common("Revision", revision)]),
            field("OrderDateTime", .orderDate), field("RequestedDeliveryDateTime", .requestedDelivery),
            value("OrderSubject"), value("OrderName"), field("OrderSource", .source),
            field("TypeCode", .type),
            field("FulfillmentPriorityCode", .priority), value("FulfillmentSuccessCode"),
            field("FulfillmentModeCode", .mode), value("ProcessingNumber"), value("ProcessingTypeCode"),
            value("ProcessingQuantity"), value("PartialfulfillmentAllowedIndicator"),
            value("OrderChangedIndicator"), value("MilestoneCode"), common("Status", status),
            common("BusinessUnitReference", [common("BusinessUnitIdentification", identification())]),
            common("CustomerPartyReference", party(isOfOrder: true)),
            common("PriceListReference", [common("PriceListIdentification", identification())]),
            common(
                "ParentProvisioningOrderReference",
                [common("ProvisioningOrderIdentification", identification())]
            ),
            common("ParentSalesOrderReference", salesOrder), common("SalesOrderReference", salesOrder),
            common("DependingSalesOrderReference", salesOrder),
            common("Correlation", [field("COMCorrelationID", .correlation, .common)]),
            group(
                "FulfillmentComponent",
                .object,
                [value("ID"), value("FunctionCode"), value("SystemCode"), value("ExecutionModeCode")]
            ),
            special(object.name + "SpecificationGroup", .object, .specificationGroups),
            special(object.name + "Line", .object, .line),
            special("Custom", .common, .custom),
        ]
    }

    /// A line of an order of that kind.
    static func line(_ object: BusinessObject) -> [LayoutElement] {
        [
            common("Identification", identification(own: true)),
            special("ParentLineIdentification", .object, .parentLine),
            field("OrderQuantity", .quantity), field("ServiceActionCode", .action),
            field("ServiceSubActionCode", .subAction), value("FulfillmentModeCode"),
            value("ServicePointCode"),
            value("MilestoneCode"), value("RevisionPermissibleCode"),
            value("StartBillingOnFirstServiceUsageIndicator"), value("BillableLineItem"),
            value("ProvisionableLineItem"), value("AccountID"), value("BillingAccountID"),
            value("ServiceAccountID"), common("Status", status), common("ServiceAddress", address),
            common("CustomerPartyReference", party()), common("BillToPartyReference", party()),
            common("ShipToPartyReference", party()), common("OwnerPartyReference", party()),
            common("SalesOrderLineReference", salesOrderLine),
            common("ParentSalesOrderLineReference", salesOrderLine),
            common("RootParentSalesOrderLineReference", salesOrderLine),
            common("OriginalSalesOrderLineReference", salesOrderLine),
            common("PromotionSalesOrderLineReference", salesOrderLine),
            common("PriorPromotionSalesOrderLineReference", salesOrderLine),
            common("ChargeParentSalesOrderLineReference", salesOrderLine),
            common("DependingSalesOrderReference", salesOrder),
            common("DependingSalesOrderLineReference", salesOrderLine),
            common(
                "InstalledProductReference",
                [common("InstalledProductIdentification", identification())]
            ),
            common("ItemReference", item), group("EffectiveTimePeriod", .object, period),
            group(object.name + "Schedule", .object, schedule),
            special(object.name + "LineSpecificationGroup", .object, .specificationGroups),
            special("Custom", .common, .custom),
        ]
    }

    private static func identification(own: Bool = false) -> [LayoutElement] {
        [
            own
                ? field("BusinessComponentID", .componentIdentification, .common)
                : value("BusinessComponentID", .common),
            own ? field("ID", .identification, .common) : value("ID", .common),
            common("ApplicationObjectKey", [value("ID", .common), value("ContextID", .common)]),
            common("AlternateObjectKey", [value("ID", .common), value("ContextID", .common)]),
            value("SupplierItemID", .common),
        ]
    }

    private static let revision = [field("Number", .revision, .common), value("Label", .common)]
    private static let status = [
        value("Code", .common), value("ReasonCode", .common), value("Description", .common),
    ]
    private static let address = [
        "LineOne", "LineTwo", "LineThree", "CityName", "StateName", "ProvinceName", "CountyName",
        "CountryCode",
        "PostalCode",
    ].map { value($0, .common) }
    private static let salesOrder = [common("SalesOrderIdentification", identification())]
    private static let salesOrderLine =
        salesOrder + [common("SalesOrderLineIdentification", identification())]
    private static let period = ["StartDateTime", "EndDateTime", "Duration"].map { value($0, .common) }

    private static func party(isOfOrder: Bool = false) -> [LayoutElement] {
        var account = identification()
        if isOfOrder { account[0] = field("BusinessComponentID", .accountID, .common) }
        return [
            common("CustomerPartyIdentification", identification()),
            common("CustomerPartyAccountIdentification", account),
            isOfOrder
                ? field("CustomerPartyAccountName", .accountName, .common)
                : value("CustomerPartyAccountName", .common),
            value("CustomerPartyAccountTypeCode", .common),
            common("CustomerPartyAccountContactIdentification", identification()),
            common("CustomerPartyAccountAddressIdentification", identification()),
            common("CustomerPartyBillingProfileIdentification", identification()),
        ]
    }

    private static let item = [
        common("ItemIdentification", identification()), field("Name", .itemName, .common),
        field("ClassificationCode", .classification, .common), value("ServiceIndicator", .common),
        field("TypeCode", .itemType, .common), value("Description", .common),
        value("FulfillmentCompositionTypeCode", .common), value("FulfillmentSuccessCode", .common),
        value("NetworkItemTypeCode", .common), value("NetworkIndicator", .common),
        value("ServiceIdentifier", .common), special("SpecificationGroup", .common, .specificationGroup),
        field("PrimaryClassificationCode", .primaryClassification, .common),
        value("ServiceInstanceIndicator", .common),
    ]

    private static let schedule = [
        field("RequestedDeliveryDateTime", .requestedDelivery), value("ExpectedDeliveryDateTime"),
        value("ExpectedDeliveryDate"), value("ActualDeliveryDateTime"), value("PurchaseDate"),
        value("CycleStartDateTime"), value("ServiceUsageStartDateTime"),
        group("ServiceTimePeriod", .object, period),
    ]

    private static func value(_ name: String, _ space: Space = .object) -> LayoutElement {
        LayoutElement(name: name, space: space, content: .value(nil))
    }

    private static func field(
        _ name: String,
        _ field: LayoutField,
        _ space: Space = .object
    ) -> LayoutElement {
        LayoutElement(name: name, space: space, content: .value(field))
    }

    private static func special(_ name: String, _ space: Space, _ kind: LayoutSpecial) -> LayoutElement {
        LayoutElement(name: name, space: space, content: .special(kind))
    }

    private static func common(_ name: String, _ elements: [LayoutElement]) -> LayoutElement {
        group(name, .common, elements)
    }

    /// Every group ends in a place for what nobody knows.
    private static func group(_ name: String, _ space: Space, _ elements: [LayoutElement]) -> LayoutElement {
        LayoutElement(
            name: name,
            space: space,
            content: .group(elements + [special("Custom", .common, .custom)])
        )
    }
}
