internal import Orders
internal import XML

/// Writes a message that asks something about a message.
struct MessageOperationWriter {
    let operation: MessageOperation
    let context: EncodingContext

    static let identity = MessageIdentity(
        operation: "ProcessMessageOperation",
        verb: "Process",
        object: "MessageOperation",
        namespace: Namespace.messageOperation
    )

    func write() -> [UInt8] {
        let key = operation.parkedFor?.rawValue
        let keys = EBMHeader.CrossReference(componentID: key, number: key)
        return MessageFrame.write(
            Self.identity,
            of: Namespace.messageOperation,
            prefix: "msgop",
            order: keys,
            context: context
        ) { writeContent(&$0) }
    }

    private func writeContent(_ writer: inout XMLWriter) {
        writer.element("msgop:OperationCode", operation.action.rawValue)
        writer.element("msgop:ResourceID", operation.queue)
        writer.element("msgop:MessageID", operation.messageID.rawValue)
        writer.element("msgop:RecordNumber", ifPresent: operation.record.map { String($0) })
        writer.element("msgop:Attempt", ifPresent: operation.attempt.map { String($0) })
        writer.element("msgop:ParkedForOrderID", ifPresent: operation.parkedFor?.rawValue)
        writer.element("msgop:OperatorID", operation.by)
        writer.element("msgop:Reason", ifPresent: operation.reason)
    }
}
