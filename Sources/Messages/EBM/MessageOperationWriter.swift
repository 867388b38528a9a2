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
        var writer = XMLWriter(reservingBytes: 4 * 1024)
        writer.declaration()
        writer.open("msgop:ProcessMessageOperationEBM")
        writer.namespace(prefix: "corecom", uri: Namespace.common)
        writer.namespace(prefix: "msgop", uri: Namespace.messageOperation)
        EBMHeader(Self.identity, context: context, order: keys).write(to: &writer)
        writer.open("msgop:DataArea")
        writer.open("corecom:Process")
        writer.close()
        writer.open("msgop:ProcessMessageOperation")
        writer.element("msgop:OperationCode", operation.action.rawValue)
        writer.element("msgop:ResourceID", operation.queue)
        writer.element("msgop:MessageID", operation.messageID.rawValue)
        writer.element("msgop:RecordNumber", ifPresent: operation.record.map { String($0) })
        writer.element("msgop:Attempt", ifPresent: operation.attempt.map { String($0) })
        writer.element("msgop:ParkedForOrderID", ifPresent: operation.parkedFor?.rawValue)
        writer.element("msgop:OperatorID", operation.by)
        writer.element("msgop:Reason", ifPresent: operation.reason)
        writer.close()
        writer.close()
        writer.close()
        return writer.finish()
    }
}
