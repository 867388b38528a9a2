import Broker
import Foundation
import Fulfillment
import Messages
import Orders
import TestSupport

/// An update that names something nobody knows, and what the station says of it.
struct WrongUpdate: Sendable {
    var id: String
    var code: String
    var order: String
    var component: String
    var status = "COMPLETE"
    var line: String?

    /// About a component of that order, or about none.
    static func all(of order: OrderOutput) -> [WrongUpdate] {
        let component = order.components.first { $0.function == "SyncCustomer" }?.id ?? "none"
        return [
            WrongUpdate(id: "no-order", code: "ORDER_UNKNOWN", order: "NEVER-1", component: component),
            WrongUpdate(
                id: "no-component",
                code: "COMPONENT_UNKNOWN",
                order: order.key,
                component: "Nobody/1"
            ),
            WrongUpdate(
                id: "no-line",
                code: "LINE_UNKNOWN",
                order: order.key,
                component: component,
                line: "99"
            ),
            WrongUpdate(
                id: "no-status",
                code: "STATUS_UNMAPPED",
                order: order.key,
                component: component,
                status: "MELTED"
            ),
        ]
    }

    func publication(folder: URL) throws -> ForeignClient.Publication {
        let body = MessageEncoder().encode(
            SystemReply(
                orderKey: OrderKey(order),
                correlation: nil,
                component: ComponentID(component),
                status: status,
                milestone: nil,
                lines: line.map { [SystemReply.Line(lineID: LineID($0), status: status)] } ?? []
            ),
            context: EncodingContext(
                messageID: MessageID(id),
                now: Timestamp(milliseconds: 1_700_000_000_000),
                senderID: "CRM_01",
                targetID: "OSMCFS_01",
                role: "CustomerHub",
                origin: nil,
                cause: nil
            )
        )
        let file = folder.appendingPathComponent("\(id).xml")
        try Data(body).write(to: file)
        return ForeignClient.Publication(
            queue: "AIA_UPDFO_IN_JMSQ",
            file: file.path,
            messageID: id,
            contentType: "application/xml",
            type: "ProcessFulfillmentOrderUpdateEBM"
        )
    }

    /// Whether that fault is about it.
    func isMeant(by fault: Delivery) -> Bool {
        let text = String(decoding: fault.message.body, as: UTF8.self)
        return text.contains("<corecom:Code>\(code)</corecom:Code>")
            && text.contains("<corecom:SenderMessageID>\(id)</corecom:SenderMessageID>")
    }
}
