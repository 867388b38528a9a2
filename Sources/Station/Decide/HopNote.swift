package import Orders

/// Something worth a log line; identifications only, no customer data.
package struct HopNote: Sendable, Hashable {
    package enum Level: Sendable, Hashable {
        case debug
        case info
        case warning
        case error
    }

    package var level: Level
    package var text: String
    package var role: RoleName
    package var order: OrderKey?
    package var messageID: MessageID?
    /// The id by which the broker and `waystation messages` know the message, where it has another one.
    package var transportID: String?
    package var queue: String?
    package var component: ComponentID?
    package var code: FailureCode?

    package init(
        _ level: Level,
        _ text: String,
        role: RoleName,
        order: OrderKey? = nil,
        messageID: MessageID? = nil,
        transportID: String? = nil,
        queue: String? = nil,
        component: ComponentID? = nil,
        code: FailureCode? = nil
    ) {
        self.level = level
        self.text = text
        self.role = role
        self.order = order
        self.messageID = messageID
        self.transportID = transportID == messageID?.rawValue ? nil : transportID
        self.queue = queue
        self.component = component
        self.code = code
    }
}
