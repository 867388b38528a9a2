internal import Orders
internal import XML

/// The names of a message that asks something about a message.
enum MessageOperationName {
    static let root = XMLName("ProcessMessageOperationEBM", in: Namespace.messageOperation)
    static let dataArea = own("DataArea")
    static let body = own("ProcessMessageOperation")
    static let action = own("OperationCode")
    static let queue = own("ResourceID")
    static let messageID = own("MessageID")
    static let record = own("RecordNumber")
    static let attempt = own("Attempt")
    static let parkedFor = own("ParkedForOrderID")
    static let operatorID = own("OperatorID")
    static let reason = own("Reason")

    /// A document is parsed with the names that are known by then.
    static func register() {
        _ = [root, dataArea, body, action, queue, messageID, record, attempt, parkedFor, operatorID, reason]
    }

    private static func own(_ local: String) -> XMLName { XMLName(local, in: Namespace.messageOperation) }
}

/// Reads what is asked about a message.
struct MessageOperationReader {
    private static let textBytesMax = 2_000
    private static let nameBytesMax = 200

    func read(_ root: XMLElement, header: EBMHeader) throws(OperationReader.Problem) -> MessageOperation {
        let area = root.first(MessageOperationName.dataArea) ?? root
        let body = area.first(MessageOperationName.body) ?? area
        let word = body.value(MessageOperationName.action) ?? ""
        guard let action = MessageOperation.Action(rawValue: word.lowercased()) else {
            let known = MessageOperation.Action.allCases.map(\.rawValue).joined(separator: ", ")
            throw Self.refusal("operation '\(word.cut(toUTF8Bytes: 60))' is not known; known are \(known)")
        }
        guard let queue = body.value(MessageOperationName.queue), !queue.isEmpty,
            let messageID = body.value(MessageOperationName.messageID), !messageID.isEmpty
        else { throw Self.refusal("operation \(word) does not name queue (ResourceID) and MessageID") }
        let by = body.value(MessageOperationName.operatorID) ?? header.sender?.id ?? ""
        guard !by.isEmpty else { throw Self.refusal("operation \(word) does not say who asks for it") }
        let reason = body.value(MessageOperationName.reason)?.cut(toUTF8Bytes: Self.textBytesMax)
        guard action == .resubmit || !(reason ?? "").isEmpty else {
            throw Self.refusal("operation discard by \(by.cut(toUTF8Bytes: 60)) gives no reason")
        }
        return MessageOperation(
            action: action,
            by: by.cut(toUTF8Bytes: Self.nameBytesMax),
            reason: reason,
            queue: queue,
            messageID: MessageID(messageID.cut(toUTF8Bytes: MessageOperation.messageIDBytesMax)),
            record: try number(MessageOperationName.record, in: body),
            attempt: try number(MessageOperationName.attempt, in: body).map { Int(clamping: $0) },
            parkedFor: body.value(MessageOperationName.parkedFor).map { OrderKey($0) }
        )
    }

    private func number(
        _ name: XMLName,
        in body: XMLElement
    ) throws(OperationReader.Problem) -> Int64? {
        guard let text = body.value(name) else { return nil }
        guard let number = Int64(text) else {
            throw Self.refusal("'\(text.cut(toUTF8Bytes: 60))' of the operation is no number")
        }
        return number
    }

    private static func refusal(_ text: String) -> OperationReader.Problem {
        OperationReader.Problem(failure: Failure(.operationInvalid, text))
    }
}
