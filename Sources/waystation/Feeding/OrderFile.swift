import Broker
import Catalog
import Foundation
import Fulfillment
import Messages
import Orders
import Station

/// An order file that some role takes, ready to be sent.
struct OrderFile {
    var path: String
    var body: [UInt8]
    var key: OrderKey
    var messageID: MessageID
    var name: String
    var priority: OrderPriority
    /// Position of the role among those it was read for.
    var role: Int

    /// Reads a file as the first role that takes it would.
    ///
    /// - Throws: The failure of the role that came nearest, with its place in the file.
    init(path: String, body: [UInt8], roles: [RoleRuntime]) throws(DecodingFailure) {
        var nearest: DecodingFailure?
        for (index, role) in roles.enumerated() {
            guard let queue = role.configuration.orders.first else { continue }
            do throws(DecodingFailure) {
                let decoded = try role.read(body, from: queue)
                guard case .order(let draft) = decoded.content else { continue }
                self.path = path
                self.body = body
                key = draft.key
                messageID = decoded.context.messageID
                name = decoded.name
                priority = role.catalog.fulfillment.priority(of: draft)
                self.role = index
                return
            } catch {
                if nearest == nil || nearest?.failure.code == .messageNotRecognized { nearest = error }
            }
        }
        throw nearest
            ?? DecodingFailure(Failure(.messageNotRecognized, "no worker of the configuration takes orders"))
    }

    /// The queue it goes to: urgent orders have one of their own, where there is one.
    func queue(of role: RoleRuntime) -> String {
        let urgent =
            priority.value >= role.configuration.urgentFromPriority
            ? role.configuration.urgentOrders.first : nil
        return urgent ?? role.configuration.orders.first ?? ""
    }

    func message(now: Timestamp) -> Message {
        Message(
            properties: MessageProperties(
                contentType: "application/xml",
                deliveryMode: 2,
                priority: UInt8(priority.value),
                correlationID: key.rawValue.utf8.count <= 255 ? key.rawValue : nil,
                messageID: messageID.rawValue,
                timestampSeconds: now.unixSeconds,
                type: name,
                appID: "waystation-submit"
            ),
            body: body
        )
    }
}
