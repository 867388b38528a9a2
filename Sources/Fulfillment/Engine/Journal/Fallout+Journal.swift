internal import Orders

extension IncidentResolution: JournalValue {}

extension Incident: JournalObject {
    func writeFields(to json: inout JSONWriter) {
        json.field("id", id)
        json.field("failure", failure)
        json.field("openedAt", openedAt)
        json.field("retries", retries)
        json.field("ticket", ticket)
        json.field("assignee", assignee)
        json.field("base", base)
        json.field("locksOrder", locksOrder)
    }

    init(fieldsOf json: inout JSONReader) throws(JSONDamage) {
        self.init(
            id: try json.value("id"),
            failure: try json.value("failure"),
            openedAt: try json.value("openedAt"),
            retries: try json.value("retries")
        )
        ticket = try json.optional("ticket")
        assignee = try json.optional("assignee")
        base = try json.optional("base")
        locksOrder = try json.optional("locksOrder")
    }
}

extension FalloutState: JournalObject {
    func writeFields(to json: inout JSONWriter) {
        json.field("incidents", incidents)
        json.field("opened", opened)
        json.field("tickets", tickets)
        json.field("recreation", recreation)
    }

    init(fieldsOf json: inout JSONReader) throws(JSONDamage) {
        self.init()
        incidents = try json.value("incidents")
        opened = try json.value("opened")
        tickets = try json.optional("tickets")
        recreation = try json.optional("recreation")
    }
}

extension Recreation: JournalObject {
    func writeFields(to json: inout JSONWriter) {
        json.field("attempt", attempt)
        json.field("due", due)
    }

    init(fieldsOf json: inout JSONReader) throws(JSONDamage) {
        self.init(attempt: try json.value("attempt"), due: try json.value("due"))
    }
}

extension Ticket.Status: JournalValue {}

extension Ticket: JournalObject {
    func writeFields(to json: inout JSONWriter) {
        json.field("number", number)
        json.field("component", component)
        json.field("base", base)
        json.field("failure", failure)
        json.field("openedAt", openedAt)
        json.field("status", status)
        json.field("externalID", externalID)
        json.field("remark", remark)
        json.field("isNew", isNew)
    }

    init(fieldsOf json: inout JSONReader) throws(JSONDamage) {
        let remark: String? = try json.optional("remark")
        self.init(
            number: try json.value("number"),
            component: try json.optional("component"),
            base: try json.optional("base"),
            failure: try json.value("failure"),
            openedAt: try json.value("openedAt"),
            status: try json.value("status"),
            externalID: try json.optional("externalID"),
            remark: remark,
            // Older records do not say it: each change had a remark.
            isNew: try json.optional("isNew") ?? (remark == nil)
        )
    }
}

extension Jeopardy: JournalObject {
    func writeFields(to json: inout JSONWriter) {
        json.field("component", component)
        json.field("text", text)
    }

    init(fieldsOf json: inout JSONReader) throws(JSONDamage) {
        self.init(
            component: try json.optional("component"),
            text: try json.value("text")
        )
    }
}
