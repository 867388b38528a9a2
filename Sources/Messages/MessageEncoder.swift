package import Fulfillment
package import Orders

/// Turns the core's words into message bodies: UTF-8, every namespace declared at the root, all times in UTC.
///
/// The same input always gives the same bytes.
package struct MessageEncoder: Sendable {
    /// The fault's root element, which is its message type, too.
    package static let faultName = "Fault"

    /// The root element of an operation.
    package static let operationName = "ProcessOrderOperationEBM"

    /// The root element of an operation on a message.
    package static let messageOperationName = "ProcessMessageOperationEBM"

    package init() {}

    /// A ProcessProvisioningOrder or ProcessFulfillmentOrder: the component's lines with everything known of them.
    ///
    /// `told` is what earlier messages said of this order, so that it is not worked out anew.
    package func encode(
        _ request: ComponentRequest,
        of order: Order,
        context: EncodingContext,
        told: WrittenParts? = nil
    ) -> [UInt8] {
        RequestWriter(request, of: order, context: context, told: told).write()
    }

    /// An UpdateSalesOrder to order capture, or a ProcessFulfillmentOrderUpdate to the station that asked.
    ///
    /// A report of the format `none` is not meant to be sent; it is written as an UpdateSalesOrder.
    package func encode(
        _ report: StatusReport,
        of order: Order,
        context: EncodingContext,
        told: WrittenParts? = nil
    ) -> [UInt8] {
        ReportWriter(report, of: order, context: context, told: told).write()
    }

    /// A ProcessFulfillmentOrderUpdate as fulfillment systems send it.
    package func encode(_ reply: SystemReply, context: EncodingContext) -> [UInt8] {
        SystemReplyWriter(reply: reply, context: context).write()
    }

    /// A ProcessOrderOperation.
    package func encode(_ operation: OrderOperation, on order: OrderKey, context: EncodingContext) -> [UInt8]
    {
        OperationWriter(operation: operation, orderKey: order, context: context).write()
    }

    /// The root element of what a ticket system is told.
    package static func name(of report: TicketReport) -> String {
        report.isNew ? "CreateTroubleTicketEBM" : "UpdateTroubleTicketEBM"
    }

    /// A CreateTroubleTicket or an UpdateTroubleTicket.
    package func encode(_ report: TicketReport, context: EncodingContext) -> [UInt8] {
        TicketWriter(report: report, context: context).write()
    }

    /// A ProcessMessageOperation.
    package func encode(_ operation: MessageOperation, context: EncodingContext) -> [UInt8] {
        MessageOperationWriter(operation: operation, context: context).write()
    }

    /// The common fault.
    package func encode(_ report: FaultReport, context: EncodingContext) -> [UInt8] {
        FaultWriter(report: report, context: context).write()
    }
}
