/// The namespaces of the messages, with the prefixes they are written with; on reading a prefix means nothing.
package enum Namespace {
    package static let common = "http://xmlns.oracle.com/EnterpriseObjects/Core/Common/V2"
    package static let orderFailure =
        "http://xmlns.oracle.com/EnterpriseObjects/Industry/Communications/OrderFailureData/V1"
    package static let orderManagement = "http://xmlns.oracle.com/communications/ordermanagement"
    package static let orderOperation = "urn:waystation:OrderOperation:V1"
    package static let messageOperation = "urn:waystation:MessageOperation:V1"
    package static let troubleTicket = "http://xmlns.oracle.com/EnterpriseObjects/Core/EBO/TroubleTicket/V1"
    package static let soap = "http://schemas.xmlsoap.org/soap/envelope/"
    package static let soap12 = "http://www.w3.org/2003/05/soap-envelope"
}

/// A business object that messages carry.
package enum BusinessObject: Sendable, Hashable, CaseIterable {
    case salesOrder
    case provisioningOrder
    case fulfillmentOrder

    /// The word its elements begin with, as in `SalesOrderLine`.
    package var name: String {
        switch self {
        case .salesOrder: "SalesOrder"
        case .provisioningOrder: "ProvisioningOrder"
        case .fulfillmentOrder: "FulfillmentOrder"
        }
    }

    package var namespace: String {
        switch self {
        case .salesOrder: "http://xmlns.oracle.com/EnterpriseObjects/Core/EBO/SalesOrder/V2"
        case .provisioningOrder: "http://xmlns.oracle.com/EnterpriseObjects/Core/EBO/ProvisioningOrder/V1"
        case .fulfillmentOrder: "http://xmlns.oracle.com/EnterpriseObjects/Core/EBO/FulfillmentOrder/V1"
        }
    }

    package var prefix: String {
        switch self {
        case .salesOrder: "sordebo"
        case .provisioningOrder: "provord"
        case .fulfillmentOrder: "ford"
        }
    }

    /// The scheme of the asked side's own identification of an order, where it has one beside the asking side's.
    package var orderScheme: String? {
        switch self {
        case .salesOrder: nil
        case .provisioningOrder: "PROVISIONINGORDER_ID"
        case .fulfillmentOrder: "FULFILLMENTORDER_ID"
        }
    }

    /// The scheme of the asked side's own identification of a line.
    package var lineScheme: String? {
        switch self {
        case .salesOrder: nil
        case .provisioningOrder: "PROVISIONINGORDER_LINEID"
        case .fulfillmentOrder: "FULFILLMENTORDER_LINEID"
        }
    }
}

/// The messages of the AIA kind that the station reads or writes, the fault apart.
package enum MessageKind: String, Sendable, Hashable, CaseIterable {
    case processSalesOrderFulfillment = "ProcessSalesOrderFulfillment"
    case processProvisioningOrder = "ProcessProvisioningOrder"
    case processFulfillmentOrder = "ProcessFulfillmentOrder"
    case processFulfillmentOrderUpdate = "ProcessFulfillmentOrderUpdate"
    case updateSalesOrder = "UpdateSalesOrder"

    /// The root element's name, such as `ProcessProvisioningOrderEBM`.
    package var rootName: String { rawValue + "EBM" }

    package var object: BusinessObject {
        switch self {
        case .processSalesOrderFulfillment, .updateSalesOrder: .salesOrder
        case .processProvisioningOrder: .provisioningOrder
        case .processFulfillmentOrder, .processFulfillmentOrderUpdate: .fulfillmentOrder
        }
    }

    /// The verb element of the DataArea.
    package var verb: String {
        switch self {
        case .updateSalesOrder: "Update"
        case .processSalesOrderFulfillment, .processProvisioningOrder, .processFulfillmentOrder,
            .processFulfillmentOrderUpdate:
            "Process"
        }
    }

    /// Whether a station takes it in.
    package var isAccepted: Bool { self != .updateSalesOrder }

    /// The header's EBMName, with the namespace in braces.
    package var messageName: String { "{\(object.namespace)}\(rootName)" }

    /// The header's EBOName.
    package var objectName: String { "{\(object.namespace)}\(object.name)EBO" }
}
