internal import Fulfillment
internal import Orders

// Which failures get a ticket, and in which words.
extension CatalogParser {
    func tickets() -> TicketPolicy? {
        guard let node = root["tickets"] else { return nil }
        // Without any key, as in `tickets: {}`, it is all the standard.
        guard
            let fields = Fields(
                node,
                "tickets",
                at: root.keyPlace("tickets"),
                keys: ["classes", "areas", "status", "type", "severity", "priority", "limits"],
                problems: problems
            )
        else { return nil }
        var policy = TicketPolicy()
        let classes = fields.texts("classes").compactMap { text, place -> FailureClass? in
            if let word = FailureClass(rawValue: text) { return word }
            problems.unknown(
                "class of failures",
                text,
                at: place,
                among: Set(FailureClass.allCases.map(\.rawValue))
            )
            return nil
        }
        if !classes.isEmpty { policy.classes = Set(classes) }
        policy.areas = fields.table("areas")
        if let status = fields["status"],
            let words = Fields(
                status,
                "'status' of tickets",
                keys: Ticket.Status.allCases.map(\.rawValue),
                problems: problems
            )
        {
            for status in Ticket.Status.allCases { policy.statusCodes[status] = words.text(status.rawValue) }
        }
        policy.type = fields.text("type") ?? policy.type
        policy.severity = fields.text("severity") ?? policy.severity
        policy.priority = fields.text("priority") ?? policy.priority
        guard let limits = fields["limits"],
            let lengths = Fields(
                limits,
                "'limits' of tickets",
                keys: ["codeCharacters", "systemCharacters", "textCharacters"],
                problems: problems
            )
        else { return policy }
        policy.codeCharactersMax =
            lengths.integer("codeCharacters", in: 1...10_000) ?? policy.codeCharactersMax
        policy.systemCharactersMax =
            lengths.integer("systemCharacters", in: 1...10_000) ?? policy.systemCharactersMax
        policy.textCharactersMax =
            lengths.integer("textCharacters", in: 1...10_000) ?? policy.textCharactersMax
        return policy
    }
}
