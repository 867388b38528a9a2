import Messages
import Orders
import TestSupport

extension EncodingContext {
    /// Of an operation that order capture asks of COM.
    static func ofOperation(_ messageID: MessageID) -> EncodingContext {
        EncodingContext(
            messageID: messageID,
            now: .testStart,
            senderID: "SEBL_01",
            targetID: "OSMCFS_01",
            role: "COM",
            origin: nil,
            cause: nil
        )
    }
}
