internal import Fulfillment
internal import Orders
internal import XML

/// The names of what a ticket system answers.
enum TicketAnswerName {
    static let root = own("CreateTroubleTicketResponseEBM")
    static let dataArea = own("DataArea")
    static let body = own("CreateTroubleTicketResponse")

    /// A document is parsed with the names that are known by then.
    static func register() { _ = [root, dataArea, body] }

    private static func own(_ local: String) -> XMLName { XMLName(local, in: Namespace.troubleTicket) }
}

/// Reads under which identification a ticket system keeps an incident: an operation on the order, as any other.
struct TicketAnswerReader {
    private static let idBytesMax = 200

    /// - Throws: What is wrong with it, with the order it names.
    func read(
        _ root: XMLElement,
        header: EBMHeader
    ) throws(OperationReader.Problem) -> OperationReader.Result {
        let area = root.first(TicketAnswerName.dataArea) ?? root
        let body = area.first(TicketAnswerName.body) ?? area
        let identification = body.first(OperationName.identification)
        guard let key = identification?.value(.businessComponentID),
            let parts = TicketKey.parts(of: key)
        else {
            throw OperationReader.Problem(
                failure: Failure(
                    .orderIDMissing,
                    "CreateTroubleTicketResponse has no Identification/BusinessComponentID of a ticket that was asked for",
                    correctiveAction: "Answer with the BusinessComponentID of the CreateTroubleTicket."
                )
            )
        }
        let ticket =
            identification?.first(.applicationObjectKey)?.value(.id) ?? identification?.value(.id) ?? ""
        guard !ticket.isEmpty else {
            throw OperationReader.Problem(
                failure: Failure(
                    .operationInvalid,
                    "CreateTroubleTicketResponse has no Identification/ApplicationObjectKey/ID, the ticket's number"
                ),
                orderKey: parts.order
            )
        }
        return OperationReader.Result(
            orderKey: parts.order,
            operation: OrderOperation(
                action: .ticket,
                by: (header.sender?.id ?? "the ticket system").cut(toUTF8Bytes: Self.idBytesMax),
                incident: parts.number,
                value: ticket.cut(toUTF8Bytes: Self.idBytesMax)
            )
        )
    }
}
