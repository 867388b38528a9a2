/// The slots of the values that encoders put themselves, looked up once.
struct OrderSlots: Sendable {
    let componentIdentification: Int
    let identification: Int
    let externalIdentification: Int
    let revision: Int
    let orderDate: Int
    let requestedDelivery: Int
    let source: Int
    let type: Int
    let priority: Int
    let mode: Int
    let milestone: Int
    let statusCode: Int
    let statusReason: Int
    let statusDescription: Int
    let accountID: Int
    let accountName: Int
    let parentProvisioningOrder: Int
    let salesOrder: Int
    let correlation: Int
    let componentID: Int
    let componentFunction: Int
    let componentSystem: Int
    let componentExecution: Int
    let specificationGroups: Int
    let line: Int

    init(_ index: LayoutIndex, object: BusinessObject) {
        componentIdentification = index.slot("Identification/BusinessComponentID")
        identification = index.slot("Identification/ID")
        externalIdentification = index.slot("Identification/AlternateObjectKey/ID")
        revision = index.slot("Identification/Revision/Number")
        orderDate = index.slot("OrderDateTime")
        requestedDelivery = index.slot("RequestedDeliveryDateTime")
        source = index.slot("OrderSource")
        type = index.slot("TypeCode")
        priority = index.slot("FulfillmentPriorityCode")
        mode = index.slot("FulfillmentModeCode")
        milestone = index.slot("MilestoneCode")
        statusCode = index.slot("Status/Code")
        statusReason = index.slot("Status/ReasonCode")
        statusDescription = index.slot("Status/Description")
        accountID = index.slot(
            "CustomerPartyReference/CustomerPartyAccountIdentification/BusinessComponentID"
        )
        accountName = index.slot("CustomerPartyReference/CustomerPartyAccountName")
        parentProvisioningOrder = index.slot(
            "ParentProvisioningOrderReference/ProvisioningOrderIdentification/BusinessComponentID"
        )
        salesOrder = index.slot(OrderPath.salesOrder)
        correlation = index.slot("Correlation/COMCorrelationID")
        componentID = index.slot("FulfillmentComponent/ID")
        componentFunction = index.slot("FulfillmentComponent/FunctionCode")
        componentSystem = index.slot("FulfillmentComponent/SystemCode")
        componentExecution = index.slot("FulfillmentComponent/ExecutionModeCode")
        specificationGroups = index.slot(object.name + "SpecificationGroup")
        line = index.slot(object.name + "Line")
    }
}

/// The slots of a line.
struct LineSlots: Sendable {
    let componentIdentification: Int
    let identification: Int
    let parent: Int
    let quantity: Int
    let action: Int
    let subAction: Int
    let milestone: Int
    let permissibility: Int
    let statusCode: Int
    let statusReason: Int
    let statusDescription: Int
    let salesOrderLine: Int
    let itemName: Int
    let itemClassification: Int
    let itemType: Int
    let itemSpecifications: Int
    let itemPrimaryClassification: Int
    let requestedDelivery: Int
    let dates: [(date: ScheduleDate, slot: Int)]
    let specificationGroups: Int

    init(_ index: LayoutIndex, object: BusinessObject) {
        componentIdentification = index.slot("Identification/BusinessComponentID")
        identification = index.slot("Identification/ID")
        parent = index.slot("ParentLineIdentification")
        quantity = index.slot("OrderQuantity")
        action = index.slot("ServiceActionCode")
        subAction = index.slot("ServiceSubActionCode")
        milestone = index.slot("MilestoneCode")
        permissibility = index.slot("RevisionPermissibleCode")
        statusCode = index.slot("Status/Code")
        statusReason = index.slot("Status/ReasonCode")
        statusDescription = index.slot("Status/Description")
        salesOrderLine = index.slot(OrderPath.salesOrderLine)
        itemName = index.slot("ItemReference/Name")
        itemClassification = index.slot("ItemReference/ClassificationCode")
        itemType = index.slot("ItemReference/TypeCode")
        itemSpecifications = index.slot("ItemReference/SpecificationGroup")
        itemPrimaryClassification = index.slot(OrderReader.primaryCodePath)
        requestedDelivery = index.slot("\(object.name)Schedule/RequestedDeliveryDateTime")
        dates = ScheduleDate.allCases.map { ($0, index.slot($0.path(object))) }
        specificationGroups = index.slot(object.name + "LineSpecificationGroup")
    }
}

/// Paths that are written from other values and forwarded where they came in.
enum OrderPath {
    static let salesOrder = "SalesOrderReference/SalesOrderIdentification/ID"
    static let salesOrderLine = "SalesOrderLineReference/SalesOrderLineIdentification/ID"
}
